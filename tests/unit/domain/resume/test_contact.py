"""What addresses, numbers and names are told by."""

import pytest

from shared.domain.resume.contact import email_in, is_name, is_phone, links_in, name_in, phone_in

TEXT = """Curriculum Vitae
Kim O'Brien-Lee
kim.lee+jobs@mail.example.co.uk | (03) 9123 4567
https://www.linkedin.com/in/kim-lee). github.com/kimlee
2019 - 2021 Engineer"""


def test_contact_data_is_found_with_its_place() -> None:
    name, email, phone = name_in(TEXT), email_in(TEXT), phone_in(TEXT)

    assert name is not None
    assert email is not None
    assert phone is not None
    assert (name.value, email.value, phone.value) == (
        "Kim O'Brien-Lee",
        "kim.lee+jobs@mail.example.co.uk",
        "(03) 9123 4567",
    )
    for field in (name, email, phone, *links_in(TEXT)):
        assert field.span.of(TEXT) == field.value
    assert [each.value for each in links_in(TEXT)] == [
        "https://www.linkedin.com/in/kim-lee",
        "github.com/kimlee",
    ]


@pytest.mark.parametrize(
    "text", ["", "Software Engineer", "2019 - 2021", "a@b", "Skills\nPython, SQL", "12 Long Street"]
)
def test_nobody_is_made_up(text: str) -> None:
    assert (name_in(text), email_in(text), phone_in(text)) == (None, None, None)


@pytest.mark.parametrize("text", ["2019-2021", "123456", "1" * 16, "2019/2020"])
def test_figures_of_another_kind_are_no_number(text: str) -> None:
    assert not is_phone(text)


@pytest.mark.parametrize(
    "text",
    [
        "\u738b\u4f1f",
        "Mar\u00eda Garc\u00eda L\u00f3pez",
        "J\u00fcrgen M\u00fcller",
        "\u0644\u064a\u0644\u0649 \u062d\u062f\u0627\u062f",
    ],
)
def test_names_of_many_languages_are_names(text: str) -> None:
    assert is_name(text)
