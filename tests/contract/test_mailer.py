"""The Mailer port, held against the fake and the simulated service."""

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, replace
from uuid import uuid4

import pytest

from shared.domain.mail import Letter
from shared.errors import InvalidInputError
from shared.ports.mailer import Mailer
from tests.acs import Acs
from tests.fakes.mailer import FakeMailer
from tests.simulators import Simulators


@dataclass
class Post:
    """A mailer, and the subjects of the letters that were taken for an address."""

    mailer: Mailer
    subjects: Callable[[str], list[str]]


@pytest.fixture(params=["fake", pytest.param("communication services", marks=pytest.mark.azure)])
async def post(request: pytest.FixtureRequest) -> AsyncIterator[Post]:
    if request.param == "fake":
        fake = FakeMailer()
        yield Post(fake, lambda address: [letter.subject for letter in fake.to(address)])
        return
    simulators: Simulators = request.getfixturevalue("simulators")
    acs = Acs(simulators.url)
    mailer = acs.mailer()

    def subjects(address: str) -> list[str]:
        return [letter["subject"] for letter in acs.look("mailbox", to=address)["letters"]]

    yield Post(mailer, subjects)
    await mailer.close()


@pytest.fixture
def letter() -> Letter:
    return Letter(uuid4(), "ada@example.com", "Your interview", "Welcome.", "<p>Welcome.</p>")


async def test_a_letter_is_taken_under_its_key(post: Post, letter: Letter) -> None:
    assert await post.mailer.send(letter) == str(letter.key)
    assert post.subjects(letter.to) == [letter.subject]


async def test_the_same_key_is_the_same_letter(post: Post, letter: Letter) -> None:
    first = await post.mailer.send(letter)
    again = await post.mailer.send(letter)

    assert again == first
    assert post.subjects(letter.to) == [letter.subject]


async def test_another_key_is_another_letter(post: Post, letter: Letter) -> None:
    await post.mailer.send(letter)
    await post.mailer.send(replace(letter, key=uuid4()))

    assert post.subjects(letter.to) == [letter.subject, letter.subject]


@pytest.mark.parametrize("address", ["", "ada", "ada@", "@example.com", "ada@localhost"])
async def test_an_address_that_cannot_be_is_refused(post: Post, letter: Letter, address: str) -> None:
    with pytest.raises(InvalidInputError) as caught:
        await post.mailer.send(replace(letter, to=address))

    assert [error.field for error in caught.value.errors] == ["to"]
    assert post.subjects(address) == []
