"""A counter where people hand in their CVs, in memory."""

from uuid import UUID, uuid4

from shared.contracts.uploads import UploadLink, UploadWanted
from shared.domain.documents import Document
from shared.domain.files import Store
from shared.domain.identity import AppRole, Membership, Person
from shared.domain.ownership import Kind
from shared.domain.permissions import Thing
from shared.domain.resume.fields import Field, ReadBy, Span, StructuredResume
from shared.domain.resume.visible import VisibleText
from shared.domain.uploads import Upload
from shared.prompts.library import Prompts
from shared.use_cases.authorise import Authorise
from shared.use_cases.record_audit import RecordAudit
from shared.use_cases.resumes.begin_reading import BeginReading
from shared.use_cases.resumes.inspect_file import InspectFile
from shared.use_cases.resumes.structure_resume import StructureResume
from shared.use_cases.resumes.verbs import Reading, ResumeVerbs
from tests.fakes.audit import FakeAuditTrail
from tests.fakes.clock import FakeClock
from tests.fakes.documents import FakeDocumentReader
from tests.fakes.file_screening import FakeFileScreening
from tests.fakes.files import FakeFiles
from tests.fakes.language_model import FakeLanguageModel
from tests.fakes.memberships import FakeMemberships
from tests.fakes.ownership import FakeOwnership
from tests.fakes.uploads import FakeUploads
from tests.fakes.workflows import FakeWorkflows

PDF = "application/pdf"
CONTENT = b"%PDF-1.7 Kim Lee"
NAME = "Kim Lee"


class Structuring(StructureResume):
    """Takes the first line for a name, by whoever a test says reads."""

    def __init__(self) -> None:
        super().__init__(FakeLanguageModel(), Prompts())
        self.read_by = ReadBy.MODEL
        self.count = 0

    async def __call__(self, document: Document) -> StructuredResume:
        self.count += 1
        text = document.text
        if self.read_by is ReadBy.NOBODY or not text:
            return StructuredResume(VisibleText(text), ReadBy.NOBODY)
        name = text.partition("\n")[0]
        return StructuredResume(VisibleText(text), self.read_by, name=Field(name, Span(0, len(name)), 0.9))


class Counter:
    def __init__(self) -> None:
        self.clock = FakeClock()
        self.uploads = FakeUploads(self.clock)
        self.files = FakeFiles(self.clock)
        self.embedded = FakeDocumentReader()
        self.reader = FakeDocumentReader()
        self.structure = Structuring()
        self.screening = FakeFileScreening()
        self.workflows = FakeWorkflows()
        self.trail = FakeAuditTrail()
        self.memberships = FakeMemberships()
        self.ownership = FakeOwnership(self.memberships)
        self.begin = BeginReading(self.workflows)
        self.kim = Person(uuid4(), "kim@example.org")
        audit = RecordAudit(self.trail)
        self.verbs = ResumeVerbs.over(
            self.uploads,
            self.files,
            Reading(InspectFile(self.embedded, self.screening), self.reader, self.structure),
            Authorise(self.ownership, audit),
            audit,
            self.clock,
        )
        self.know(CONTENT, NAME, "Python")

    def know(self, content: bytes, *lines: str) -> None:
        """Both readers see these lines in it; without any it is a scan."""
        self.embedded.know(content, *lines)
        self.reader.know(content, *lines)

    async def offered(self, content_type: str = PDF, person: Person | None = None) -> UploadLink:
        wanted = UploadWanted.model_validate(
            {"file_name": "../Kim Lee.pdf", "content_type": content_type, "purpose": "candidate_cv"}
        )
        person = person or self.kim
        link = await self.verbs.offer(person, wanted)
        self.ownership.put(Kind.FILE, link.file_id, Thing(owner_id=person.user_id))
        return link

    def send(self, link: UploadLink, content: bytes = CONTENT, **headers: str) -> int:
        return self.files.upload(link.upload_url, content, {**link.headers, **headers})

    async def arrived(self, content: bytes = CONTENT) -> Upload:
        """A file that a browser sent, and that was received."""
        link = await self.offered()
        assert self.send(link, content) == 201
        return await self.verbs.receive(link.file_id)

    async def sent(self, content: bytes = CONTENT) -> Upload:
        """A file that came with a call."""
        done = await self.verbs.upload(self.kim, "cv.pdf", content, self.begin)
        self.ownership.put(Kind.FILE, done.file_id, Thing(owner_id=self.kim.user_id))
        return await self.upload(done.file_id)

    async def read(self, file_id: UUID) -> Upload:
        """All the steps of the workflow, one after the other."""
        await self.verbs.receive(file_id)
        upload = await self.verbs.read_resume(file_id, by_rules=False)
        return await self.verbs.prefill(upload.snapshot_id) if upload.snapshot_id else upload

    async def upload(self, file_id: UUID) -> Upload:
        found = await self.uploads.find(file_id)
        assert found
        return found

    async def blobs(self, store: Store) -> list[str]:
        return [each.path.name for each in (await self.files.page(store)).files]

    def applied(self, organisation_id: UUID) -> UUID:
        """An application of Kim's."""
        application_id = uuid4()
        thing = Thing(owner_id=self.kim.user_id, organisation_id=organisation_id)
        self.ownership.put(Kind.APPLICATION, application_id, thing)
        self.uploads.applicants[application_id] = self.kim.user_id
        return application_id

    def member(self, organisation_id: UUID, role: AppRole = AppRole.ORG_VIEWER) -> Person:
        person = Person(uuid4(), "viewer@example.org")
        self.memberships.rows[person.user_id] = [Membership(organisation_id, role)]
        return person
