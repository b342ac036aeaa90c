"""Sends traces and metrics to Application Insights. Log lines get there through the Functions host."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from azure.identity import DefaultAzureCredential
from azure.monitor.opentelemetry.exporter import AzureMonitorMetricExporter, AzureMonitorTraceExporter

from shared import telemetry


def export_to_insights(connection: str, resource: Mapping[str, str]) -> None:
    """From now on and for the whole process. What cannot be sent is dropped, never kept on disk."""
    credential = None if _is_on_this_machine(connection) else DefaultAzureCredential()
    telemetry.spans_to_and_figures_to(
        AzureMonitorTraceExporter(
            connection_string=connection, credential=credential, disable_offline_storage=True
        ),
        AzureMonitorMetricExporter(
            connection_string=connection, credential=credential, disable_offline_storage=True
        ),
        resource,
    )


def _is_on_this_machine(connection: str) -> bool:
    """A test's own receiver, which knows no identity."""
    parts = dict(part.split("=", 1) for part in connection.split(";") if "=" in part)
    return urlsplit(parts.get("IngestionEndpoint", "")).hostname == "127.0.0.1"
