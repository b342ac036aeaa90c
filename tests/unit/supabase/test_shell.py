"""The small shell for machines without psql."""

from local.supabase.shell import statements, table


def test_a_statement_ends_with_a_semicolon() -> None:
    lines = ["select 1;\n", "select\n", "  2;  \n", "\n", "select 3"]
    assert list(statements(lines)) == ["select 1;\n", "select\n  2;  \n", "\nselect 3\n"]


def test_nothing_is_no_statement() -> None:
    assert list(statements(["\n", "  \n"])) == []


def test_rows_stand_in_columns() -> None:
    rows = [("1", "Ann"), ("20", "Robert")]
    assert list(table(["id", "name"], rows)) == [
        "id  name",
        "--  ------",
        "1   Ann",
        "20  Robert",
        "(2 rows)",
    ]


def test_no_rows_still_have_titles() -> None:
    assert list(table(["id"], [])) == ["id", "--", "(0 rows)"]
