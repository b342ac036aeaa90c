"""What the text of a document costs, the process that reads it included."""

import asyncio
import contextlib
import statistics
import time

from shared.adapters.documents.embedded import EmbeddedReader
from shared.errors import BadFileError
from tests.document_samples import flate_bomb, interleaved_columns, plain_docx, plain_pdf, two_pages

ROUNDS = 20
BUDGET_MS = 150
SENTENCE = "I led the ledger of three teams, and cut failed payouts by half within one year."


def run() -> None:
    samples = {
        "two pages of PDF, the budget": two_pages(),
        "two full pages of PDF": plain_pdf(*[SENTENCE] * 42, pages=2),
        "two columns": interleaved_columns(),
        "30 full pages of PDF": plain_pdf(*[SENTENCE] * 42, pages=30),
        "two pages of DOCX": plain_docx(*[SENTENCE] * 80),
        "plain text": "\n".join([SENTENCE] * 80).encode(),
        "a bomb, until it is refused": flate_bomb(),
    }
    print(f"\ndocuments, a process each; budget {BUDGET_MS} ms for two pages{'':<6}p50 ms{'':>4}p95 ms")
    for name, content in samples.items():
        taken = sorted(asyncio.run(_read(content)))
        p95 = taken[int(0.95 * (ROUNDS - 1))]
        print(f"  {name:<52}{1000 * statistics.median(taken):>9.0f}{1000 * p95:>10.0f}")


async def _read(content: bytes) -> list[float]:
    reader = EmbeddedReader()
    taken = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        with contextlib.suppress(BadFileError):
            await reader.read(content)
        taken.append(time.perf_counter() - started)
    return taken


if __name__ == "__main__":
    run()
