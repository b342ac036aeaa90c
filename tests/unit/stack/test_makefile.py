"""The verbs: each is described, and the documents name only verbs that there are."""

import re
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[3]
MAKEFILE = (REPOSITORY / "Makefile").read_text(encoding="utf-8")
VERBS = set(re.findall(r"^([a-z-]+):.*## ", MAKEFILE, re.MULTILINE))


def test_every_verb_is_described_and_never_taken_for_a_file() -> None:
    targets = set(re.findall(r"^([a-z-]+):", MAKEFILE, re.MULTILINE))
    phony = re.search(r"^\.PHONY: (.+)$", MAKEFILE, re.MULTILINE)
    assert phony
    assert targets == VERBS == set(phony[1].split())


@pytest.mark.parametrize(
    "page", ["README.md", "CONTRIBUTING.md", "docs/local-development.md", "docs/testing.md", ".ci/run"]
)
def test_documents_name_only_verbs_that_there_are(page: str) -> None:
    text = (REPOSITORY / page).read_text(encoding="utf-8")
    named = set(re.findall(r"(?:`|^)make ([a-z-]+)", text, re.MULTILINE))
    assert named
    assert named <= VERBS


def test_the_readme_names_every_verb_of_daily_work() -> None:
    text = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    assert {verb for verb in VERBS if f"make {verb}" not in text} <= {"help", "install"}


@pytest.mark.parametrize("page", ["README.md", "docs/local-development.md", "docs/testing.md"])
def test_links_lead_somewhere(page: str) -> None:
    file = REPOSITORY / page
    for link in re.findall(r"\]\((?!https?:)([^)#]+)", file.read_text(encoding="utf-8")):
        assert (file.parent / link).exists(), link
