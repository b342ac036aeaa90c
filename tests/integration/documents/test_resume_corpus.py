"""Résumés as people lay them out, read by the embedded reader and the stand-in model."""

from functools import cache

from shared.adapters.documents.embedded import EmbeddedReader
from shared.prompts.library import Prompts
from shared.use_cases.resumes.structure_resume import StructureResume
from tests.resume_corpus import Sample, corpus
from tests.resume_reading import FLOORS, Figures
from tests.stand_in_model import StandInModel


@cache
def some() -> tuple[Sample, ...]:
    """The first of each way, and two scripts that are not Latin; `make bench-resumes` reads them all."""
    samples = list(corpus())
    ways: set[str] = set()
    chosen = []
    for sample in samples:
        way = sample.name.partition("-")[0]
        if way not in ways or sample.person.key in {"wei", "layla"}:
            chosen.append(sample)
        ways.add(way)
    return tuple(chosen)


def test_there_are_enough_of_them() -> None:
    samples = list(corpus())

    assert len(samples) >= 30
    assert len({sample.name for sample in samples}) == len(samples)
    assert sum(sample.name.startswith("browser") for sample in samples) == 4


async def test_fields_are_found_and_nothing_hidden_is_suspected() -> None:
    reader, structure = EmbeddedReader(), StructureResume(StandInModel(), Prompts())
    figures, suspected = Figures(), []
    for sample in some():
        document = await reader.read(sample.content)
        if sample.is_scan:
            assert document.is_scanned
            continue
        resume = await structure(document)
        figures.take(sample.name, sample.person, resume)
        suspected += [(sample.name, each) for each in resume.text.findings]

    assert suspected == []
    for name, floor in FLOORS.items():
        figured = (figures.precision(name), figures.recall(name))
        assert min(figured) >= floor, (name, figures.wrong)
    assert len(figures.wrong) <= 10, figures.wrong
