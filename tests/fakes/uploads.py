"""Uploaded CVs in memory, with the profiles that they fill."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID, uuid4

from shared.domain.resume.fields import StructuredResume
from shared.domain.resume.prefill import MOST_SKILLS, Prefill
from shared.domain.uploads import Arrival, Upload, UploadStatus
from shared.domain.visibility import ProfileVisibility
from shared.errors import ConflictError, NotFoundError, UnavailableError
from shared.ports.clock import Clock
from shared.ports.uploads import ShownCv

S = UploadStatus
MOVES = {
    S.AWAITING_UPLOAD: {S.RECEIVED, S.SUPERSEDED, S.REFUSED, S.FAILED, S.PARKED, S.REMOVED},
    S.RECEIVED: {S.READING, S.SUPERSEDED, S.REFUSED, S.FAILED, S.PARKED, S.REMOVED},
    S.READING: {
        S.PARSED,
        S.SCANNED_NEEDS_READER,
        S.SUPERSEDED,
        S.REFUSED,
        S.FAILED,
        S.PARKED,
        S.REMOVED,
    },
    S.SCANNED_NEEDS_READER: {S.READING, S.SUPERSEDED, S.FAILED, S.PARKED, S.REMOVED},
    S.PARKED: {S.RECEIVED, S.READING, S.SUPERSEDED, S.REFUSED, S.FAILED, S.REMOVED},
}


@dataclass
class FakeProfile:
    """What of a profile uploads touch."""

    fields: dict[str, str] = field(default_factory=dict)
    skills: list[str] = field(default_factory=list)
    employment: list[str] = field(default_factory=list)
    education: list[str] = field(default_factory=list)
    review: str | None = None
    cv: Upload | None = None
    visibility: ProfileVisibility = ProfileVisibility.VISIBLE
    switches: dict[str, bool] = field(default_factory=dict)


@dataclass
class _Snapshot:
    file_id: UUID
    resume: StructuredResume


class FakeUploads:
    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._uploads: dict[UUID, Upload] = {}
        self._snapshots: dict[UUID, _Snapshot] = {}
        self.profiles: dict[UUID, FakeProfile] = {}
        self.applicants: dict[UUID, UUID] = {}
        self.told: list[str] = []
        self.reachable = True

    def profile(self, person_id: UUID) -> FakeProfile:
        return self.profiles.setdefault(person_id, FakeProfile())

    async def expect(self, upload: Upload) -> Upload:
        self._reach()
        if upload.file_id in self._uploads:
            raise ConflictError("This clashes with something that is there already.")
        return self._put(replace(upload, created_at=self._clock.now()))

    async def find(self, file_id: UUID) -> Upload | None:
        self._reach()
        found = self._uploads.get(file_id)
        return self._seen(found) if found else None

    async def current(self, person_id: UUID) -> Upload | None:
        cv = self.profile(person_id).cv
        return await self.find(cv.file_id) if cv else None

    async def take_in(self, arrival: Arrival) -> Upload:
        self._reach()
        known, arrived_at = self._uploads.get(arrival.file_id), arrival.uploaded_at or self._clock.now()
        if known and known.person_id != arrival.person_id:
            raise NotFoundError("File not found.")
        if known and (known.uploaded_at or known.status not in {S.AWAITING_UPLOAD, S.PARKED}):
            return self._seen(known)
        taken = Upload(
            arrival.file_id,
            arrival.person_id,
            arrival.path,
            arrival.content_type,
            S.RECEIVED,
            known.created_at if known else self._clock.now(),
            known.label if known else arrival.label,
            None,
            arrival.size_bytes,
            arrived_at,
        )
        profile = self.profile(arrival.person_id)
        if profile.cv and (profile.cv.uploaded_at or arrived_at) > arrived_at:
            return self._put(replace(taken, status=S.SUPERSEDED, reason="newer_upload"))
        for older in list(self._uploads.values()):
            goes_on = older.uploaded_at and older.status in {
                S.RECEIVED,
                S.READING,
                S.SCANNED_NEEDS_READER,
                S.PARKED,
            }
            if older.person_id == arrival.person_id and older.file_id != arrival.file_id and goes_on:
                self._put(replace(older, status=S.SUPERSEDED, reason="newer_upload"))
        profile.cv, profile.review = taken, "pending_parse"
        self.told.append("candidate.cv_uploaded")
        return self._put(taken)

    async def settle(self, file_id: UUID, status: UploadStatus, reason: str | None = None) -> Upload:
        self._reach()
        known = self._uploads.get(file_id)
        if known is None:
            raise NotFoundError("File not found.")
        if status not in MOVES.get(known.status, set()):
            return self._seen(known)
        profile = self.profile(known.person_id)
        given_up = status in {S.SCANNED_NEEDS_READER, S.REFUSED, S.FAILED, S.PARKED}
        is_cv = profile.cv is not None and profile.cv.file_id == file_id
        if given_up and is_cv and profile.review == "pending_parse":
            profile.review = "needs_confirmation"
        return self._put(replace(known, status=status, reason=reason))

    async def keep_snapshot(self, file_id: UUID, resume: StructuredResume, source_kind: str) -> UUID | None:
        self._reach()
        for snapshot_id, kept in self._snapshots.items():
            if (kept.file_id, kept.resume.parser_version) == (file_id, resume.parser_version):
                return snapshot_id
        if file_id not in self._uploads:
            raise NotFoundError("File not found.")
        if self._uploads[file_id].status is not S.READING:
            return None
        snapshot_id = uuid4()
        self._snapshots[snapshot_id] = _Snapshot(file_id, resume)
        self.told.append("candidate.cv_parsed")
        return snapshot_id

    async def snapshot(self, snapshot_id: UUID) -> StructuredResume | None:
        self._reach()
        kept = self._snapshots.get(snapshot_id)
        return kept.resume if kept else None

    async def prefill(self, snapshot_id: UUID, prefill: Prefill) -> Upload:
        self._reach()
        if snapshot_id not in self._snapshots:
            raise NotFoundError("Snapshot not found.")
        upload = self._uploads[self._snapshots[snapshot_id].file_id]
        profile = self.profile(upload.person_id)
        if upload.status is not S.READING or not profile.cv or profile.cv.file_id != upload.file_id:
            return self._seen(upload)
        if self._fill(profile, prefill):
            profile.review = "needs_confirmation"
            self.told.append("candidate.profile_prefilled")
        elif profile.review == "pending_parse":
            profile.review = "needs_confirmation"
        return self._put(replace(upload, status=S.PARSED, reason=None))

    async def all_of(self, person_id: UUID) -> Sequence[Upload]:
        self._reach()
        kept = [each for each in self._uploads.values() if each.person_id == person_id]
        return [self._seen(each) for each in kept if each.status is not S.REMOVED]

    async def remove(self, person_id: UUID, file_ids: Sequence[UUID]) -> None:
        for each in await self.all_of(person_id):
            if each.file_id in file_ids:
                self._put(replace(each, status=S.REMOVED, reason=None, label=None))
        profile = self.profile(person_id)
        if profile.cv and profile.cv.file_id in file_ids:
            profile.cv = None
            if profile.review == "pending_parse":
                profile.review = "needs_confirmation"

    async def of_application(self, application_id: UUID) -> ShownCv | None:
        self._reach()
        person_id = self.applicants.get(application_id)
        if person_id is None or person_id not in self.profiles:
            return None
        profile = self.profile(person_id)
        return ShownCv(profile.visibility, profile.switches, await self.current(person_id))

    def _fill(self, profile: FakeProfile, prefill: Prefill) -> bool:
        has_name = "first_name" in profile.fields or "last_name" in profile.fields
        offered = {
            name: value
            for name, value in prefill.fields.items()
            if name not in profile.fields and not (has_name and name in {"first_name", "last_name"})
        }
        profile.fields |= offered
        known = {each.lower() for each in profile.skills}
        free = max(0, MOST_SKILLS - len(profile.skills))
        skills = [each.skill_name for each in prefill.skills if each.skill_name.lower() not in known][:free]
        profile.skills += skills
        jobs = [] if profile.employment else [each.company_name for each in prefill.employment]
        degrees = [] if profile.education else [each.institution for each in prefill.education]
        profile.employment += jobs
        profile.education += degrees
        return bool(offered or skills or jobs or degrees)

    def _put(self, upload: Upload) -> Upload:
        self._uploads[upload.file_id] = upload
        return self._seen(upload)

    def _seen(self, upload: Upload) -> Upload:
        cv = self.profile(upload.person_id).cv
        snapshots = [key for key, kept in self._snapshots.items() if kept.file_id == upload.file_id]
        return replace(
            upload,
            is_current=cv is not None and cv.file_id == upload.file_id,
            snapshot_id=snapshots[-1] if snapshots else None,
        )

    def _reach(self) -> None:
        if not self.reachable:
            raise UnavailableError("The database cannot be reached.")
