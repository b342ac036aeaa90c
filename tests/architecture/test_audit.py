"""The audit finds what it is there for: a fault is put in, and has to be told."""

import hashlib
import json
import sys
from base64 import b64encode
from email.message import Message
from pathlib import Path

import pytest

from local.audit import __main__ as command
from local.audit import known_holes, left_keys, licences, unsafe_code
from local.audit.licences import Package

# made here and put together, so that no scanner takes this file for a leak
RANDOM = hashlib.sha512(b"planted").digest()
BASE64 = b64encode(RANDOM).decode()
LETTERS = RANDOM.hex()
PASSWORD = f"Tr0ub4dor-{LETTERS[:3]}"
PLANTED = {
    "a storage account": f"AccountKey={BASE64}",
    "a model": f"sk-{LETTERS[:20]}T3BlbkFJ{LETTERS[20:40]}",
    "GitHub": f"token: ghp_{LETTERS[:36]}",
    "Amazon": f"AKIA{LETTERS[:16].upper()}",
    "Slack": f"xoxb-{'2635942065'}-{'2343594206'}-{LETTERS[:24]}",
    "Stripe": f"rk_live_{LETTERS[:24]}",
    "a private key": "-----BEGIN {}-----".format("RSA PRIVATE KEY"),
    "a database": f"postgresql://postgres:{LETTERS[:12]}@db.example.supabase.co:5432/postgres",
    "a token": ".".join(
        b64encode(part).decode() for part in (b'{"alg":"HS256"}', b'{"sub":"1"}', RANDOM[:33])
    ),
    "a password in code": f'password = "{PASSWORD}"',
    "a password in settings": f'"DB_PASSWORD": "{PASSWORD}",',
    "base64": f'x = "{BASE64[:43]}"',
    "hexadecimal": f'x = "{LETTERS[:40]}"',
}
IN_FILES = [
    (name, planted)
    for planted in PLANTED
    for name in ("shared/settings.py", "docs/api.md")
    if (name, planted) != ("docs/api.md", "a password in code")  # in prose it is a word
]


@pytest.mark.parametrize(("name", "planted"), IN_FILES)
def test_a_key_that_was_left_in_a_file_is_found(name: str, planted: str) -> None:
    found = list(left_keys.in_text(name, f"# a line\n{PLANTED[planted]}\n"))

    assert {each.line for each in found} == {2}
    assert not {each.digest for each in found} & left_keys.known_keys().keys()


def test_what_is_found_is_named_without_being_shown() -> None:
    told = [str(each) for each in left_keys.in_text("shared/settings.py", PLANTED["a storage account"])]

    assert told
    assert all(each.startswith("shared/settings.py:1 ") for each in told)
    assert BASE64[:20] not in "".join(told)


@pytest.mark.parametrize(
    "line",
    [
        'password = settings.read("PASSWORD")',
        'interview_id = "6a1f0c9e-3b5d-4e7a-9c21-0d4f8e2b7a63"',
        "SUPABASE_SERVICE_ROLE_KEY: ${{ secrets.SUPABASE_SERVICE_ROLE_KEY }}",
        "The key of a person is never written down.",
    ],
)
def test_what_only_speaks_of_keys_is_left_alone(line: str) -> None:
    assert list(left_keys.in_text("shared/settings.py", line)) == []


def test_every_known_key_has_a_reason_and_is_listed_once() -> None:
    listed = left_keys.KNOWN.read_text(encoding="utf-8").count('"') // 2
    reasons = set(left_keys.known_keys().values())

    assert all(len(reason.split()) >= 4 for reason in reasons)
    assert listed == len(left_keys.known_keys()) + len(reasons)


UNSAFE = 'import subprocess\n\nsubprocess.run("ls " + name, shell=True){answer}\n'


@pytest.mark.parametrize(
    ("answer", "told"),
    [
        ("", True),
        ("  # noqa: S602", True),
        ("  # noqa: S603 - of something else", True),
        ("  # noqa: S602 - the name is our own", False),
    ],
)
def test_unsafe_code_is_told_unless_its_line_says_why(tmp_path: Path, answer: str, told: bool) -> None:
    file = tmp_path / "unsafe.py"
    file.write_text(UNSAFE.format(answer=answer))

    found = unsafe_code.unanswered(unsafe_code.bandit(file))

    assert bool(found) is told
    assert all("B602" in each for each in found)


def a_package(licence: str, name: str = "left-pad") -> Package:
    return Package(name, "1.0", licence, "shipped")


@pytest.mark.parametrize(
    "licence",
    [
        "GPL-3.0-only",
        "AGPL-3.0-or-later",
        "LGPL-3.0-only",
        "SSPL-1.0",
        "unknown",
        "MIT AND GPL-2.0-only",
        "mit?",
    ],
)
def test_a_licence_that_does_not_fit_or_that_nobody_knows_fails(licence: str) -> None:
    assert not licences.fits(a_package(licence))


@pytest.mark.parametrize(
    "licence", ["MIT", "(MIT OR CC0-1.0)", "GPL-2.0-only OR MIT", "Apache-2.0 AND MIT", "MPL-2.0"]
)
def test_a_licence_that_fits_passes(licence: str) -> None:
    assert licences.fits(a_package(licence))


def test_an_exception_is_for_one_package_under_one_licence() -> None:
    assert licences.fits(a_package("LGPL-3.0-only", "psycopg"))
    assert not licences.fits(a_package("GPL-3.0-only", "psycopg"))


def metadata_of(**said: str | list[str]) -> Message:
    message = Message()
    for name, value in said.items():
        for each in [value] if isinstance(value, str) else value:
            message[name.replace("_", "-")] = each
    return message


def test_the_licence_is_what_the_metadata_say_wherever_they_say_it() -> None:
    osi = "License :: OSI Approved"
    said = [
        metadata_of(License_Expression="MIT"),
        metadata_of(License="MIT License"),
        metadata_of(License="UNKNOWN", Classifier=[osi, f"{osi} :: MIT License"]),
    ]

    assert {licences.licence_of("a", each) for each in said} == {"MIT"}
    assert licences.licence_of("a", metadata_of()) == "unknown"


def test_every_package_that_is_installed_and_every_one_of_node_has_a_licence_that_fits() -> None:
    found = list(licences.packages())

    assert licences.findings() == []
    assert {each.used for each in found} == {"shipped", "for work", "for work (npm)"}
    assert {"fastapi", "psycopg", "azurite"} <= {each.name for each in found}


def test_a_node_package_that_says_nothing_is_unknown() -> None:
    lock = {"packages": {"": {}, "node_modules/a/node_modules/@b/c": {"version": "1.0.0"}}}

    (found,) = licences.node_packages(json.loads(json.dumps(lock)))

    assert (found.name, found.licence) == ("@b/c", "unknown")


def test_the_list_names_every_package_and_every_exception() -> None:
    page = licences.as_page([a_package("MIT")])

    assert "| left-pad | 1.0 | MIT | shipped |" in page
    assert all(f"- {name}, " in page for name in licences.EXCEPTIONS)


@pytest.mark.parametrize(("end", "told"), [(0, []), (1, ["x: a hole", "x: and why"])])
def test_a_registry_is_believed_only_when_its_program_ends_well(
    tmp_path: Path, end: int, told: list[str]
) -> None:
    program = f"import sys; print('a hole'); print('and why', file=sys.stderr); sys.exit({end})"

    assert known_holes.told("x", (sys.executable, "-c", program), tmp_path) == told


def test_all_that_is_installed_is_looked_up_by_its_hash_and_nothing_is_passed_over() -> None:
    assert {"--require-hashes", "--strict", str(known_holes.REPOSITORY / licences.FOR_WORK)} <= set(
        known_holes.PYTHON
    )
    assert set(licences.locked(licences.SHIPPED)) <= set(licences.locked(licences.FOR_WORK))


@pytest.mark.parametrize(
    ("words", "found", "code"),
    [
        ([], {"code": [], "holes": ["one"]}, 0),
        ([], {"code": ["one"], "holes": []}, 1),
        (["--online"], {"code": [], "holes": ["one"]}, 1),
    ],
)
def test_the_command_asks_registries_only_where_it_is_told_to(
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    words: list[str],
    found: dict[str, list[str]],
    code: int,
) -> None:
    monkeypatch.setattr(sys, "argv", ["audit", *words])
    monkeypatch.setattr(command, "OFFLINE", {"code": lambda: found["code"]})
    monkeypatch.setattr(command, "ONLINE", {"holes": lambda: found["holes"]})

    assert command.main() == code
    assert ("holes: 1 findings\n  one\n" in capsys.readouterr().out) is bool(words)


def test_an_entry_that_no_file_has_any_more_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(left_keys, "_tracked", lambda: ["local/stack/catalogue.py"])

    found = left_keys.findings()

    assert found
    assert all(each.endswith("is in no file any more") for each in found)
