"""Deletion requests in memory: the same lists, the same refusals, the same receipt."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID, uuid4

from shared.contracts.erasure_workflow import ErasureBegun
from shared.domain.erasure import DeletionType, ErasedStore, Erasure, PersonBlob
from shared.errors import ConflictError, NotFoundError
from shared.letters.deletion import DeletionLetterFacts
from tests.fakes.accounts import FakeAccounts

PROVEN = {
    DeletionType.FULL: {"files", "call_identity", "database", "workflows"},
    DeletionType.NAMES: {"files", "database"},
    DeletionType.RECORDINGS: {"files"},
}


@dataclass
class Leaving:
    """A request, and what the database has of its person."""

    type: DeletionType
    person_id: UUID
    status: str = "pending"
    notes: str | None = None
    receipt: dict[str, tuple[int, bool]] = field(default_factory=dict)
    talks: list[UUID] = field(default_factory=list)
    identity: str | None = None
    blobs: list[PersonBlob] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    recordings_left: int = 0
    rows: int = 0
    workflows: list[str] = field(default_factory=list)
    is_speaking: bool = False
    awaits_upload: bool = False
    is_pressing: bool = False
    email: str = "kim@example.org"


@dataclass
class _Letter:
    facts: DeletionLetterFacts
    is_due: bool = False
    is_taken: bool = False


class FakeErasures:
    def __init__(self, accounts: FakeAccounts) -> None:
        self._accounts = accounts
        self.requests: dict[UUID, Leaving] = {}
        self.settled: set[UUID] = set()
        self.letters: dict[UUID, _Letter] = {}
        self._targets: dict[tuple[UUID, ErasedStore], dict[str, bool]] = {}

    def ask(self, leaving: Leaving) -> UUID:
        request_id = uuid4()
        self.requests[request_id] = leaving
        self._accounts.add(leaving.person_id, leaving.email)
        return request_id

    async def due(self) -> Sequence[UUID]:
        return [
            request_id
            for request_id, each in self.requests.items()
            if each.status != "completed" and request_id not in self.settled
        ]

    async def pressing(self) -> Sequence[UUID]:
        return [
            request_id
            for request_id, each in self.requests.items()
            if each.status != "completed" and each.is_pressing
        ]

    async def begin(self, request_id: UUID) -> ErasureBegun:
        request = self._found(request_id)
        if request.status == "completed":
            return ErasureBegun(state="completed", request_type=request.type.value)
        if request.type is DeletionType.NAMES and request.is_speaking:
            return ErasureBegun(state="busy", request_type=request.type.value)
        request.status, request.notes = "processing", None
        if self._is_here(request):
            facts = DeletionLetterFacts(uuid4(), request.email, "en-AU", request.type)
            self.letters.setdefault(request_id, _Letter(facts))
            if request.type is DeletionType.FULL:
                request.is_speaking = False
                self._expect(request_id, request)
        return ErasureBegun(
            state="processing", request_type=request.type.value, awaits_upload=request.awaits_upload
        )

    async def read(self, request_id: UUID) -> Erasure:
        request = self._found(request_id)
        known = [
            UUID(key.removeprefix("interview-"))
            for key in self._listed(request_id, ErasedStore.WORKFLOWS)
            if key.startswith("interview-")
        ]
        return Erasure(
            request_id=request_id,
            type=request.type,
            person_id=request.person_id if self._is_here(request) else None,
            talks=tuple(sorted({*request.talks, *known})),
            identity=request.identity,
            blobs=tuple(request.blobs),
            lines=tuple(request.lines),
            recordings_left=request.recordings_left,
            awaits_upload=request.awaits_upload,
        )

    async def aim(self, request_id: UUID, store: ErasedStore, found: Collection[str] = ()) -> Sequence[str]:
        self._found(request_id)
        self._listed(request_id, store).update(dict.fromkeys(found, True))
        return tuple(sorted(self._listed(request_id, store)))

    async def note(self, request_id: UUID, store: ErasedStore, left: int) -> int:
        request = self._found(request_id)
        count = sum(self._listed(request_id, store).values()) - left
        if request.status == "processing":
            request.receipt[store.value] = (count, left == 0)
        return count

    async def erase_rows(self, request_id: UUID) -> tuple[int, bool] | None:
        request = self._found(request_id)
        if request.status != "processing" or request.type is DeletionType.RECORDINGS:
            return None
        before, _ = request.receipt.get("database", (0, True))
        went = 0
        if self._is_here(request):
            if request.recordings_left and request.type is DeletionType.FULL:
                raise ConflictError("The files of recordings have to be deleted first.")
            self._expect(request_id, request)
            went, request.rows = request.rows, 0
            request.blobs = []
            if request.type is DeletionType.FULL:
                request.talks, request.lines, request.identity, request.awaits_upload = [], [], None, False
        request.receipt["database"] = (before + went, True)
        return request.receipt["database"]

    async def complete(self, request_id: UUID) -> bool:
        request = self._found(request_id)
        if request.status == "completed":
            return False
        if any(not request.receipt.get(store, (0, False))[1] for store in PROVEN[request.type]):
            raise ConflictError("Not every store has been found empty.")
        if request.type is DeletionType.FULL:
            if self._is_here(request):
                raise ConflictError("The account is still there.")
            request.receipt["account"] = (1, True)
        request.status = "completed"
        self._targets = {key: held for key, held in self._targets.items() if key[0] != request_id}
        if letter := self.letters.get(request_id):
            letter.is_due = True
        return True

    async def fail(self, request_id: UUID, reason: str) -> bool:
        request = self._found(request_id)
        if request.status != "processing":
            return False
        request.status, request.notes = "failed", reason
        return True

    async def take_up_letter(self) -> DeletionLetterFacts | None:
        for letter in self.letters.values():
            if letter.is_due and not letter.is_taken:
                letter.is_taken = True
                return replace(letter.facts)
        return None

    async def settle_letter(self, letter_id: UUID) -> None:
        self.letters = {key: each for key, each in self.letters.items() if each.facts.letter_id != letter_id}

    def _found(self, request_id: UUID) -> Leaving:
        if request_id not in self.requests:
            raise NotFoundError("Deletion request not found.")
        return self.requests[request_id]

    def _is_here(self, request: Leaving) -> bool:
        return request.person_id in self._accounts.accounts

    def _listed(self, request_id: UUID, store: ErasedStore) -> dict[str, bool]:
        return self._targets.setdefault((request_id, store), {})

    def _expect(self, request_id: UUID, request: Leaving) -> None:
        """What may be there and has not been seen."""
        if request.type is DeletionType.FULL:
            for key in request.workflows:
                self._listed(request_id, ErasedStore.WORKFLOWS).setdefault(key, False)
