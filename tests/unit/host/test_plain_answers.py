"""A text that a function returns is read as JSON, as the Functions host does."""

from __future__ import annotations

import pytest

from local.host.http.plain_answers import answer_from


@pytest.mark.parametrize(
    ("text", "body"),
    [
        ("hello", "hello"),
        ("", ""),
        ('{"a":1}', '{\n  "a": 1\n}'),
        ("[]", "[]"),
        ("5", "5"),
        (" 1.50 ", "1.50"),
        ("true", "True"),
        ("null", ""),
        ('"quoted"', "quoted"),
        ("{broken", "{broken"),
        ("[" * 100_000, "[" * 100_000),
    ],
)
def test_a_text_is_written_again(text: str, body: str) -> None:
    answer = answer_from(text)
    assert (answer.status_code, answer.body.string) == ("200", body)
    assert answer.headers == {"content-type": "text/plain; charset=utf-8"}


@pytest.mark.parametrize(
    ("text", "status", "body"),
    [
        ('{"body": "x"}', "200", "x"),
        ('{"Body": null, "Status": 204}', "204", ""),
        ('{"body": {"a": [1]}, "statusCode": "418", "status": 200}', "418", '{"a":[1]}'),
        ('{"body": true, "status": "soon"}', "200", "True"),
        ('{"body": 1, "status": [1], "headers": "x"}', "200", "1"),
    ],
)
def test_an_object_with_a_body_describes_the_answer(text: str, status: str, body: str) -> None:
    answer = answer_from(text)
    assert (answer.status_code, answer.body.string) == (status, body)
    assert answer.headers == {"content-type": "text/plain; charset=utf-8"}


def test_a_description_may_have_headers() -> None:
    answer = answer_from('{"body": "x", "headers": {"Content-Type": "text/html", "N": 1}}')
    assert answer.headers == {"Content-Type": "text/html", "N": "1"}
