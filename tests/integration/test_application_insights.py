"""Traces and metrics reach Application Insights in its own words; a process of its own, as it is for good."""

import gzip
import json
import subprocess
import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from tests.host_process import REPOSITORY

pytestmark = pytest.mark.integration

SENDS = """
from opentelemetry import metrics, trace
from shared import telemetry
from shared.adapters.azure.insights import export_to_insights
from shared.telemetry import TurnFigures

figures = TurnFigures(kind="live", seconds=0.5, first_token_seconds=0.1, tokens=7, degraded_by="TimeoutError")
telemetry.measure_turn(figures)  # before there is anywhere to send it: the instruments are made by now
export_to_insights("InstrumentationKey=00000000-0000-0000-0000-000000000001;IngestionEndpoint=ADDRESS", {
    "service.name": "talenti-interviews",
})
telemetry.measure_turn(figures)
with telemetry.span("interview turn"):
    pass
trace.get_tracer_provider().shutdown()
metrics.get_meter_provider().shutdown()
"""


class Receiver(BaseHTTPRequestHandler):
    """Takes whatever is sent and says so."""

    got: list[dict[str, Any]]

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        items = json.loads(gzip.decompress(body) if self.headers.get("Content-Encoding") == "gzip" else body)
        self.got.extend(items)
        answer = json.dumps({"itemsReceived": len(items), "itemsAccepted": len(items), "errors": []}).encode()
        self.send_response(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its name
        pass


def test_a_turn_is_seen_there_by_the_names_that_alerts_ask_for() -> None:
    Receiver.got = []
    server = ThreadingHTTPServer(("127.0.0.1", 0), Receiver)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        address = f"http://127.0.0.1:{server.server_port}"
        subprocess.run(
            [sys.executable, "-c", SENDS.replace("ADDRESS", address)],
            cwd=REPOSITORY,
            env={"APPLICATIONINSIGHTS_STATSBEAT_DISABLED_ALL": "true"},
            check=True,
            timeout=60,
        )
    finally:
        server.shutdown()
        server.server_close()

    kinds = {each["data"]["baseType"] for each in Receiver.got}
    figures = [
        metric
        for each in Receiver.got
        if each["data"]["baseType"] == "MetricData"
        for metric in each["data"]["baseData"]["metrics"]
    ]
    assert {"MetricData", "RemoteDependencyData"} <= kinds
    assert {"talenti.turn.duration", "talenti.turns.degraded"} <= {each["name"] for each in figures}
    assert sum(each["value"] for each in figures if each["name"] == "talenti.turns.degraded") == 1
