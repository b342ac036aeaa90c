"""What can be done with CVs, by people, by events of storage and by the workflow that reads them."""

from dataclasses import dataclass
from typing import Self

from shared.ports.clock import Clock
from shared.ports.document_text import DocumentReader
from shared.ports.files import Files
from shared.ports.uploads import Uploads
from shared.ports.workflows import Workflows
from shared.use_cases.authorise import Authorise
from shared.use_cases.record_audit import RecordAudit
from shared.use_cases.resumes.begin_reading import BeginReading
from shared.use_cases.resumes.hear_of_upload import HearOfUpload
from shared.use_cases.resumes.inspect_file import InspectFile
from shared.use_cases.resumes.offer_upload import OfferUpload
from shared.use_cases.resumes.own_cv import ChooseCv, ReadCv, RemoveCv
from shared.use_cases.resumes.parse_resume import ParseResume
from shared.use_cases.resumes.prefill_profile import PrefillProfile
from shared.use_cases.resumes.read_resume import ReadResume
from shared.use_cases.resumes.read_upload import ReadUpload
from shared.use_cases.resumes.receive_upload import ReceiveUpload
from shared.use_cases.resumes.structure_resume import StructureResume
from shared.use_cases.resumes.upload_cv import UploadCv
from shared.use_cases.resumes.view_cv import ViewCv


@dataclass(frozen=True, slots=True)
class Reading:
    """What a file goes through: opened, its text, what that says."""

    inspect: InspectFile
    reader: DocumentReader
    structure: StructureResume


@dataclass(frozen=True, slots=True)
class ResumeVerbs:
    uploads: Uploads
    parse: ParseResume
    upload: UploadCv
    offer: OfferUpload
    standing: ReadUpload
    choose: ChooseCv
    read: ReadCv
    remove: RemoveCv
    view: ViewCv
    hear: HearOfUpload
    receive: ReceiveUpload
    read_resume: ReadResume
    prefill: PrefillProfile

    @classmethod
    def over(
        cls,
        uploads: Uploads,
        files: Files,
        reading: Reading,
        authorise: Authorise,
        record_audit: RecordAudit,
        clock: Clock,
    ) -> Self:
        receive = ReceiveUpload(uploads, files, reading.inspect, clock)
        return cls(
            uploads,
            ParseResume(reading.inspect, reading.reader, reading.structure),
            UploadCv(uploads, files, reading.inspect, clock),
            OfferUpload(uploads, files, clock),
            ReadUpload(uploads, authorise),
            ChooseCv(uploads, files, receive, authorise),
            ReadCv(uploads, files),
            RemoveCv(uploads, files),
            ViewCv(uploads, files, authorise, record_audit),
            HearOfUpload(uploads, files),
            receive,
            ReadResume(uploads, files, reading.reader, reading.structure),
            PrefillProfile(uploads, files),
        )

    @staticmethod
    def beginning_over(workflows: Workflows) -> BeginReading:
        """Having files read, through the engine of one invocation."""
        return BeginReading(workflows)
