"""The commands that stand in the documents: which are run, in which order, and why the others are not."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.host_process import REPOSITORY

FENCE = re.compile(r"^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SHELL = ("", "sh", "bash", "console")
# a reader follows them in this order, in one shell, beside a stack that runs
FOLLOWED = ("README.md", "docs/api.md", "docs/local-development.md")

# the beginning of a block: why nobody runs it here
LEFT_OUT = {
    "README.md": {
        "make demo    #": "tests/e2e/test_demo.py and this very run",
        "The stack is ready.": "what make up prints",
        "make storage ": "needs Azure Functions Core Tools",
    },
    "docs/api.md": {"event: token": "what a stream looks like"},
    "docs/local-development.md": {"kill -9 ": "tests/integration/stack/test_real_stack.py"},
    "docs/deployment.md": {"azd auth login": "needs Azure"},
    "infra/README.md": {"make infra-check": "tests/architecture/infra/test_infra.py, and Azure"},
    "docs/testing.md": {
        "AZURE_TEST_SETTINGS=": "needs Azure",
        ".venv/bin/python -m tests.security.score_attacks --real": "needs Azure",
        'make test ARGS="tests/unit/stack"': "is what runs this",
        ".venv/bin/pytest tests/e2e/test_interview_survives.py -m performance": "takes minutes",
        'make chaos ARGS="--seed 1"': "tests/e2e/test_chaos.py",
        'make load ARGS="--minutes 5': "tests/e2e/test_load.py",
    },
    "docs/runbooks/operations.md": {"GET /api/v1/operations/attention": "a request, not a command"},
    "CONTRIBUTING.md": {
        ".venv/bin/python -m tests.architecture.test_function_table": "writes into the tree",
        "$ curl -s localhost:7071/api/v1/word-counts": "tests/architecture/test_documents.py",
    },
}


@dataclass(frozen=True, slots=True)
class Block:
    """One block of a page."""

    page: str
    number: int  # among the blocks of a shell on its page
    text: str

    @property
    def why_not(self) -> str | None:
        """Why it is not run; None if it is."""
        reasons = LEFT_OUT.get(self.page, {})
        return next((why for start, why in reasons.items() if self.text.startswith(start)), None)


def pages() -> list[Path]:
    found = [*REPOSITORY.glob("*.md"), *(REPOSITORY / "docs").rglob("*.md"), REPOSITORY / "infra/README.md"]
    return sorted(each for each in found if each.name != "CHANGELOG.md")


def blocks() -> Iterator[Block]:
    """Every block that looks like a shell's."""
    for page in pages():
        found = FENCE.findall(page.read_text(encoding="utf-8"))
        texts = [text for language, text in found if language in SHELL]
        name = page.relative_to(REPOSITORY).as_posix()
        yield from (Block(name, number, text) for number, text in enumerate(texts, 1))


def followed() -> list[Block]:
    """What a reader types, in the order of the pages."""
    wanted = [each for each in blocks() if each.why_not is None]
    return sorted(wanted, key=lambda each: FOLLOWED.index(each.page))
