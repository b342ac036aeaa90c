"""`make db-shell`: psql where it is installed, else statements read line by line."""

import os
import shutil
from collections.abc import Iterable, Iterator, Sequence

import psycopg

WIDEST = 60


def open_shell(address: str, lines: Iterable[str]) -> None:
    if psql := shutil.which("psql"):
        os.execv(psql, ["psql", address])  # noqa: S606 - to become the shell is the purpose
    print("psql is not installed: statements end with a semicolon, Ctrl-D leaves.")
    with psycopg.connect(address, autocommit=True) as connection:
        for statement in statements(lines):
            answer(connection, statement)


def statements(lines: Iterable[str]) -> Iterator[str]:
    pending = ""
    for line in lines:
        pending += line if line.endswith("\n") else f"{line}\n"
        if line.rstrip().endswith(";"):
            yield pending
            pending = ""
    if pending.strip():
        yield pending


def answer(connection: psycopg.Connection, statement: str) -> None:
    try:
        cursor = connection.execute(statement.encode())
    except psycopg.Error as error:
        print(str(error).rstrip())
        return
    if cursor.description is None:
        print(cursor.statusmessage)
        return
    rows = [tuple("" if value is None else str(value) for value in row) for row in cursor]
    for line in table([column.name for column in cursor.description], rows):
        print(line)


def table(titles: Sequence[str], rows: Sequence[tuple[str, ...]]) -> Iterator[str]:
    widths = [min(WIDEST, max(map(len, column))) for column in zip(titles, *rows, strict=True)]
    for row in [titles, ["-" * width for width in widths], *rows]:
        yield "  ".join(f"{value:<{width}}" for value, width in zip(row, widths, strict=True)).rstrip()
    yield f"({len(rows)} rows)"
