"""What becomes of recordings after their calls, and the events that tell of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.adapters.supabase.functions import RestFunctions
from shared.adapters.supabase.handled_events import SupabaseHandledEvents
from shared.adapters.supabase.interviews import SupabaseInterviews
from shared.adapters.supabase.recording_desk import SupabaseRecordingDesk
from shared.adapters.supabase.recording_transcripts import SupabaseRecordingTranscripts
from shared.contracts.event_grid import BLOB_CREATED, CALL_ENDED, CALL_STARTED, MAIL_REPORT, RECORDING_FILE
from shared.use_cases.events.handle_grid_event import HandleGridEvent
from shared.use_cases.events.hear_blob import HearBlob
from shared.use_cases.events.hear_call import HearCall
from shared.use_cases.events.hear_mail_report import HearMailReport
from shared.use_cases.events.hear_recording_file import HearRecordingFile
from shared.use_cases.events.receive_grid_delivery import ReceiveGridDelivery
from shared.use_cases.recordings.files import RecordingFiles, Texts

if TYPE_CHECKING:
    from azure.durable_functions import DurableFunctionsClient

    from shared.bootstrap import Services


class Recordings:
    def __init__(self, services: Services) -> None:
        self._services = services

    def recording_files(self) -> RecordingFiles:
        services = self._services
        functions = RestFunctions(services.rest)
        return RecordingFiles.over(
            SupabaseRecordingDesk(functions),
            services.files,
            Texts(
                services.transcription,
                SupabaseRecordingTranscripts(services.rows),
                SupabaseInterviews(functions),
            ),
            services.authorise,
            services.record_audit,
            services.clock,
        )

    def receive_grid_delivery(self) -> ReceiveGridDelivery:
        return ReceiveGridDelivery(self._services.settings.events.webhook_key)

    def handle_grid_event(self, client: DurableFunctionsClient) -> HandleGridEvent:
        services = self._services
        workflows, storage_url = services.workflows(client), services.settings.storage.blob_service_url
        begin_reading = services.resumes.beginning_over(workflows)

        async def hear_upload(container: str, name: str) -> None:
            await services.resumes.hear(container, name, begin_reading)

        call = HearCall(services.call_verbs.follow)
        return HandleGridEvent(
            SupabaseHandledEvents(RestFunctions(services.rest)),
            {
                RECORDING_FILE: HearRecordingFile(
                    services.recording_files.announcing_over(workflows), storage_url
                ),
                CALL_STARTED: call,
                CALL_ENDED: call,
                MAIL_REPORT: HearMailReport(services.invitations.report_letter),
                BLOB_CREATED: HearBlob(hear_upload, storage_url),
            },
        )
