"""Files of rows: no cell is a formula, and what was written can be read back."""

import csv
import io
import json
from collections.abc import AsyncIterator, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.responses import StreamingResponse

from shared.contracts.base import Contract
from shared.http.downloads import cell, csv_file, json_file


class Row(Contract):
    name: str
    values: dict[str, Any] | None = None


async def parts(*rows: Sequence[Row]) -> AsyncIterator[Sequence[Row]]:
    for each in rows:
        yield each


async def text_of(response: StreamingResponse) -> str:
    return "".join([str(part) async for part in response.body_iterator])


@pytest.mark.parametrize(
    "start",
    [
        "=",
        "+",
        "-",
        "@",
        "\t",
        "\r",
        "\n",
        "  =",
        "=1+1",
        '@SUM("A1")',
        "\uff1d1",
        "\uff20A",
        "\u00a0=1",
        "\u200b=1",
    ],
)
def test_what_a_spreadsheet_takes_for_a_formula_is_marked_as_text(start: str) -> None:
    assert cell(start) == f"'{start}"


@given(st.text())
def test_no_cell_begins_a_formula(text: str) -> None:
    assert not cell(text).lstrip(" ").startswith(("=", "+", "-", "@", "\t", "\r", "\n"))


async def test_no_cell_can_be_cut_in_two_where_another_sign_separates() -> None:
    text = await text_of(csv_file("log", Row, parts([Row(name="a;=1+1")])))

    assert text.splitlines() == ['"name","values"', '"a;=1+1",""']


async def test_csv_has_a_heading_and_quotes_what_needs_it() -> None:
    rows = [Row(name='a "b", c\nd', values={"from": "=1"}), Row(name="=HYPERLINK(1)")]

    response = csv_file("log", Row, parts(rows[:1], [], rows[1:]))

    assert response.headers["content-type"] == "text/csv; charset=utf-8"
    assert response.headers["content-disposition"] == 'attachment; filename="log.csv"'
    assert list(csv.reader(io.StringIO(await text_of(response)))) == [
        ["name", "values"],
        ['a "b", c\nd', '{"from": "=1"}'],
        ["'=HYPERLINK(1)", ""],
    ]


@pytest.mark.parametrize("count", [0, 1, 3])
async def test_json_is_one_array_however_many_parts_there_are(count: int) -> None:
    rows = [Row(name=f"r{number}") for number in range(count)]

    response = json_file("log", parts(rows[:1], rows[1:], []))

    assert json.loads(await text_of(response)) == [{"name": each.name, "values": None} for each in rows]
