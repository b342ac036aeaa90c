"""How well résumés are read by the embedded reader and the stand-in model: `make bench-resumes`."""

import asyncio
import sys
import time

from shared.adapters.documents.embedded import EmbeddedReader
from shared.prompts.library import Prompts
from shared.use_cases.resumes.structure_resume import StructureResume
from tests.resume_corpus import corpus
from tests.resume_reading import FLOORS, Figures
from tests.stand_in_model import StandInModel


async def _read() -> tuple[Figures, int, int, float]:
    reader, structure = EmbeddedReader(), StructureResume(StandInModel(), Prompts())
    figures, files, scans = Figures(), 0, 0
    started = time.perf_counter()
    for sample in corpus():
        document = await reader.read(sample.content)
        if sample.is_scan:
            scans += document.is_scanned
            continue
        files += 1
        figures.take(sample.name, sample.person, await structure(document))
    return figures, files, scans, time.perf_counter() - started


def run(*, in_full: bool = False) -> bool:
    figures, files, scans, seconds = asyncio.run(_read())
    print(f"\nrésumés, embedded reader and stand-in model: {files}, and {scans} scans told as such")
    print(figures.table())
    print(f"  {1000 * seconds / (files + scans):.0f} ms a file")
    if in_full:
        print("\n".join(f"  {each}" for each in figures.wrong))
    low = [
        f"{name} {figures.precision(name):.3f}/{figures.recall(name):.3f} < {floor}"
        for name, floor in FLOORS.items()
        if min(figures.precision(name), figures.recall(name)) < floor
    ]
    print("  floors: " + ("; ".join(low) if low else "all are kept"))
    return not low


if __name__ == "__main__":
    sys.exit(0 if run(in_full="--all" in sys.argv) else 1)
