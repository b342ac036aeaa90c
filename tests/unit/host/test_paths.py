"""Request targets are decoded and resolved as Kestrel does it."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.host.http.paths import decoded_path, encoded_path, query_values


@pytest.mark.parametrize(
    ("raw", "path"),
    [
        (b"/", "/"),
        (b"/api/x", "/api/x"),
        (b"/api/file.txt", "/api/file.txt"),
        (b"/api/a%20b", "/api/a b"),
        (b"/api/caf%C3%A9", "/api/café"),
        (b"/api/%F0%9F%98%80", "/api/😀"),
        (b"/api/a%2Fb", "/api/a%2Fb"),
        (b"/api/a%2fb", "/api/a%2fb"),
        (b"/api/%C3%28", "/api/%C3("),
        (b"/api/%FF%FE", "/api/%FF%FE"),
        (b"/api/%C0%AF", "/api/%C0%AF"),
        (b"/api/100%", "/api/100%"),
        (b"/api/%zz", "/api/%zz"),
        (b"/a/../b", "/b"),
        (b"/a/./b", "/a/b"),
        (b"/a/%2e%2e/b", "/b"),
        (b"/../../etc/passwd", "/etc/passwd"),
        (b"/a/b/..", "/a/"),
        (b"/a/.", "/a/"),
        (b"/a/..b/.c", "/a/..b/.c"),
        (b"/a/..%2Fb", "/a/..%2Fb"),
        (b"//a//b", "//a//b"),
        (b"/a;b=c", "/a;b=c"),
    ],
)
def test_a_path_is_decoded_once_and_resolved(raw: bytes, path: str) -> None:
    assert decoded_path(raw) == path


@pytest.mark.parametrize("raw", [b"", b"api", b"*", b"/a\0b", b"/a%00b", b"/\xff", b"http://host/x"])
def test_a_path_that_kestrel_refuses_is_refused(raw: bytes) -> None:
    assert decoded_path(raw) is None


@given(st.binary())
def test_no_path_makes_it_fail_or_leaves_a_dot_segment(raw: bytes) -> None:
    path = decoded_path(b"/" + raw)
    assert path is None or (path.startswith("/") and not {".", ".."} & set(path.split("/")))


@given(
    st.text(alphabet=st.characters(codec="utf-8", exclude_characters="\0/")).filter(
        lambda t: t not in {".", ".."}
    )
)
def test_any_escaped_segment_comes_back(text: str) -> None:
    if "%2f" not in text.casefold():
        assert decoded_path(f"/{quote(text, safe='')}".encode()) == f"/{text}"


@pytest.mark.parametrize(
    ("path", "url"),
    [
        ("/api/x", "/api/x"),
        ("/api/a b", "/api/a%20b"),
        ("/api/café", "/api/caf%C3%A9"),
        ("/api/a%2Fb", "/api/a%2Fb"),
        ("/api/100%", "/api/100%25"),
        ("/api/a?b#c", "/api/a%3Fb%23c"),
    ],
)
def test_a_path_is_written_into_the_url(path: str, url: str) -> None:
    assert encoded_path(path) == url


@pytest.mark.parametrize(
    ("query", "values"),
    [
        (b"", {}),
        (b"a=1", {"a": "1"}),
        (b"a=1&a=2", {"a": "1,2"}),
        (b"a=1&A=2", {"a": "1,2"}),
        (b"a=&b=2", {"b": "2"}),
        (b"a", {}),
        (b"a=x+y%2Bz", {"a": "x y+z"}),
        (b"a=%FF", {"a": "�"}),
        (b"%61=1&;=2", {"a": "1", ";": "2"}),
        (b"&&=&a=1", {"a": "1"}),
    ],
)
def test_query_values_are_joined_and_empty_ones_dropped(query: bytes, values: dict[str, str]) -> None:
    assert query_values(query) == values


@given(st.binary())
def test_no_query_makes_it_fail(query: bytes) -> None:
    assert all(query_values(query).values())
