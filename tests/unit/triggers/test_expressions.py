"""Names in bindings that are filled in from what triggered the call."""

import json
import re
import uuid
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local.host.expressions import ExpressionError, parse_template, resolve_expressions
from local.host.protos import TypedData

NOW = datetime(2026, 3, 4, 15, 6, 7, 89_000, tzinfo=UTC)
METADATA = {
    "QueueTrigger": TypedData(string='{"order": {"Id": 7}}'),
    "name": TypedData(string="ann.txt"),
    "data": TypedData(json=json.dumps({"url": "http://x/y", "tags": ["a", "b"], "ok": True})),
    "count": TypedData(json="3"),
    "a.b": TypedData(string="dotted"),
    "nothing": TypedData(json="null"),
}


def resolve(template: str) -> str:
    return resolve_expressions(template, METADATA, function_name="f", now=NOW)


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("plain/text", "plain/text"),
        ("in/{name}", "in/ann.txt"),
        ("{NAME}-{Count}", "ann.txt-3"),
        ("{data.url}", "http://x/y"),
        ("{data.TAGS}", '["a","b"]'),
        ("{data.ok}", "True"),
        ("{queueTrigger.order.id}", "7"),
        ("{a.b}", "dotted"),
        ("[{nothing}]", "[]"),
        ("{{literal}}/{name}", "{literal}/ann.txt"),
        ("{sys.methodname}", "f"),
        ("{datetime}", "2026-03-04T15-06-07Z"),
        ("{DateTime:yyyy-MM-dd}", "2026-03-04"),
        ("{datetime:yy/M/d H:m:s.fff}", "26/3/4 15:6:7.089"),
        ("{datetime:hh tt dddd MMM}", "03 PM Wednesday Mar"),
        ("{datetime:yyyy'year'\\d}", "2026yeard"),
    ],
)
def test_an_expression_becomes(template: str, expected: str) -> None:
    assert resolve(template) == expected


@pytest.mark.parametrize(
    ("form", "pattern"),
    [
        ("", r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}"),
        (":N", "[0-9a-f]{32}"),
        (":b", r"\{[0-9a-f-]{36}\}"),
        (":P", r"\([0-9a-f-]{36}\)"),
    ],
)
def test_a_random_guid_has_the_asked_form_and_is_new_each_time(form: str, pattern: str) -> None:
    first, second = resolve(f"{{rand-guid{form}}}"), resolve(f"{{rand-guid{form}}}")

    assert re.fullmatch(pattern, first)
    assert uuid.UUID(first.strip("()")) != uuid.UUID(second.strip("()"))


@pytest.mark.parametrize(
    ("template", "reason"),
    [
        ("{missing}", "no value for the parameter 'missing': the trigger provides QueueTrigger, a.b,"),
        ("{data.missing}", "no value for the parameter 'data.missing'"),
        ("{name.inner}", "no value for the parameter 'name.inner'"),
        ("{sys.other}", "sys has methodname, randguid, utcnow"),
        ("{rand-guid:Q}", "use N, D, B or P"),
        ("{name:yyyy}", "only dates and GUIDs have formats"),
        ("{open", "opening brace"),
        ("{}", "opening brace"),
        ("{a{b}", "opening brace"),
        ("close}", "closing brace"),
    ],
)
def test_an_expression_that_means_nothing_is_an_error(template: str, reason: str) -> None:
    with pytest.raises(ExpressionError, match=re.escape(reason)):
        resolve(template)


@given(st.text())
def test_text_with_doubled_braces_comes_out_as_it_was(text: str) -> None:
    doubled = text.replace("{", "{{").replace("}", "}}")

    assert "".join(map(str, parse_template(doubled))) == text
