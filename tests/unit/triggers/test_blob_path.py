"""Which blobs a path means, and what their names tell."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.host.triggers.blob_path import BlobPath, InvalidPathError


@pytest.mark.parametrize(
    ("path", "name", "expected"),
    [
        ("samples", "any/thing.txt", {}),
        ("samples/{name}", "a/b.txt", {"name": "a/b.txt"}),
        ("samples/{name}.{ext}", "a.b.txt", {"name": "a.b", "ext": "txt"}),
        ("samples/{name}.{ext}", "none", None),
        ("samples/in/{name}.pdf", "in/cv.pdf", {"name": "cv"}),
        ("samples/in/{name}.pdf", "out/cv.pdf", None),
        ("samples/in/{name}.pdf", "in/cv.PDF", None),
        ("samples/fixed.txt", "fixed.txt", {}),
        ("samples/fixed.txt", "fixedxtxt", None),
        ("samples/{{{id}}}", "{7}", {"id": "7"}),
        ("samples/{a}-{a}", "x-x", {"a": "x"}),
        ("samples/{a}-{a}", "x-y", None),
    ],
)
def test_a_path_matches(path: str, name: str, expected: dict[str, str] | None) -> None:
    assert BlobPath.parse(path).match(name) == expected


def test_a_path_knows_its_container_and_what_every_name_starts_with() -> None:
    path = BlobPath.parse("/samples/in/{name}.pdf")

    assert (path.container, path.prefix) == ("samples", "in/")


@pytest.mark.parametrize("path", ["", "/", "{container}/x"])
def test_a_path_must_begin_with_a_container(path: str) -> None:
    with pytest.raises(InvalidPathError, match="name of a container"):
        BlobPath.parse(path)


@given(first=st.text(min_size=1), second=st.text(min_size=1).filter(lambda text: "/" not in text))
def test_parameters_put_together_give_the_name_again(first: str, second: str) -> None:
    found = BlobPath.parse("samples/{dir}/{file}").match(f"{first}/{second}")

    assert found == {"dir": first, "file": second}
