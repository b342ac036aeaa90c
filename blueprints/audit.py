"""The audit log: read and taken away by admins, written by no call."""

from typing import Annotated

from fastapi import Query
from fastapi.responses import StreamingResponse

from shared.bootstrap import edge, services
from shared.contracts.audit import AuditEntry, AuditExport, AuditQuery
from shared.contracts.lists import Listed
from shared.http.api import Api
from shared.http.downloads import csv_file, file_as, json_file
from shared.http.guard import Caller

api = Api("Audit log", edge)

FILE = file_as(
    csv={"example": '"sequence","action"\r\n"17","job_role.changed"\r\n'},
    json={"schema": {"type": "array", "items": {"$ref": "#/components/schemas/AuditEntry"}}},
)


@api.get("/api/v1/audit-log", refuses=("not_found", "forbidden"))
async def list_audit_log(query: Annotated[AuditQuery, Query()], caller: Caller) -> Listed[AuditEntry]:
    """List what was done in your organisation, newest first."""
    found = await services().audit.list(caller, query)
    return query.page(found, list(found.rows))


@api.get(
    "/api/v1/audit-log/export",
    response_class=StreamingResponse,
    responses=FILE,
    refuses=("not_found", "forbidden"),
)
async def export_audit_log(asked: Annotated[AuditExport, Query()], caller: Caller) -> StreamingResponse:
    """Take the audit log away as a file, oldest first, up to now. The export itself is logged.

    In CSV, cells that a spreadsheet would take for a formula begin with an apostrophe.
    """
    parts = await services().audit.export(caller, asked)
    if asked.format == "json":
        return json_file("audit-log", parts)
    return csv_file("audit-log", AuditEntry, parts)
