"""How well résumés are read: precision and recall of each field over the corpus."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Final

from shared.domain.resume.fields import StructuredResume
from shared.domain.resume.locating import plain
from tests.resume_corpus import Person

FIELDS: Final = ("name", "email", "phone", "skills", "employers", "titles", "periods", "schools", "languages")
FLOORS: Final = {"name": 0.95, "email": 0.95, "phone": 0.95, "skills": 0.85, "employers": 0.85}


@dataclass
class Figures:
    """Right, given and true ones by field; what went wrong, by sample."""

    right: Counter[str] = field(default_factory=Counter)
    given: Counter[str] = field(default_factory=Counter)
    true: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def precision(self, name: str) -> float:
        return self.right[name] / self.given[name] if self.given[name] else 1.0

    def recall(self, name: str) -> float:
        return self.right[name] / self.true[name] if self.true[name] else 1.0

    def take(self, sample: str, person: Person, resume: StructuredResume) -> None:
        truth, found = _truth(person), _found(resume)
        for name in FIELDS:
            alike = truth[name] & found[name]
            self.right[name] += len(alike)
            self.given[name] += len(found[name])
            self.true[name] += len(truth[name])
            if truth[name] != found[name]:
                missing, made_up = sorted(truth[name] - found[name]), sorted(found[name] - truth[name])
                self.wrong.append(f"{sample}: {name}: missing {missing}, wrong {made_up}")

    def table(self) -> str:
        rows = [f"  {'field':<12}{'precision':>10}{'recall':>10}{'true':>8}"]
        rows += [
            f"  {name:<12}{self.precision(name):>10.3f}{self.recall(name):>10.3f}{self.true[name]:>8}"
            for name in FIELDS
        ]
        return "\n".join(rows)


def _truth(person: Person) -> dict[str, set[str]]:
    return {
        "name": _set([person.name]),
        "email": _set([person.email]),
        "phone": _set([person.phone]),
        "skills": _set(person.skills),
        "employers": _set(job.company for job in person.jobs),
        "titles": _set(job.title for job in person.jobs),
        "periods": {f"{job.months[0]}/{job.months[1] or 'now'}" for job in person.jobs},
        "schools": _set(study.school for study in person.studies),
        "languages": _set(person.languages),
    }


def _found(resume: StructuredResume) -> dict[str, set[str]]:
    jobs = resume.employment
    return {
        "name": _set([resume.name.value] if resume.name else []),
        "email": _set([resume.email.value] if resume.email else []),
        "phone": _set([resume.phone.value] if resume.phone else []),
        "skills": _set(each.value for each in (*resume.technical_skills, *resume.soft_skills)),
        "employers": _set(job.company.value for job in jobs if job.company),
        "titles": _set(job.title.value for job in jobs if job.title),
        "periods": {
            f"{job.start.value}/{'now' if job.is_current else job.end.value if job.end else ''}"
            for job in jobs
            if job.start
        },
        "schools": _set(each.institution.value for each in resume.education if each.institution),
        "languages": _set(each.value for each in resume.languages),
    }


def _set(values: Iterable[str]) -> set[str]:
    return {plain(each) for each in values}
