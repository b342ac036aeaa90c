"""The QuestionPacks port, held against the fake and against the packs that are shipped."""

import pytest

from shared.packs.library import PackLibrary
from shared.ports.question_packs import QuestionPacks
from tests.fakes.question_packs import FakeQuestionPacks


def fake() -> QuestionPacks:
    return FakeQuestionPacks(*(shipped.pack for shipped in reversed(PackLibrary().all())))


@pytest.fixture(params=[fake, PackLibrary], ids=["fake", "shipped"])
def packs(request: pytest.FixtureRequest) -> QuestionPacks:
    made: QuestionPacks = request.param()
    return made


def test_all_packs_come_in_the_order_of_their_ids(packs: QuestionPacks) -> None:
    ids = [shipped.pack.id for shipped in packs.all()]

    assert ids == sorted(ids)
    assert len(ids) == len(set(ids)) >= 2


def test_a_pack_is_found_by_its_id_and_says_which_bytes_it_was(packs: QuestionPacks) -> None:
    for shipped in packs.all():
        assert packs.find(shipped.pack.id) == shipped
        assert len(shipped.content_hash) == 64


def test_an_unknown_id_finds_nothing(packs: QuestionPacks) -> None:
    assert packs.find("cobol") is None
    assert packs.find("../settings") is None
