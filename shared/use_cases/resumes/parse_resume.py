"""Reads a file at once and stores nothing."""

from collections import Counter

from shared.contracts.uploads import ParsedEducation, ParsedExperience, ParsedResume, ParsedWarning
from shared.domain.documents import MAX_BYTES
from shared.domain.resume.fields import Education, Employment, Field, ReadBy, StructuredResume
from shared.errors import BadFileError, TooLargeError
from shared.ports.document_text import DocumentReader
from shared.use_cases.resumes.inspect_file import InspectFile
from shared.use_cases.resumes.structure_resume import StructureResume

HIDDEN_TEXT = "hidden_text"
TEXT_CUT = "text_cut"
BY_RULES = "read_by_rules"  # the model is away: name and contact data at most


class ParseResume:
    def __init__(self, inspect: InspectFile, reader: DocumentReader, structure: StructureResume) -> None:
        self._inspect = inspect
        self._reader = reader
        self._structure = structure

    async def __call__(self, content: bytes) -> ParsedResume:
        """Raises TooLargeError, or BadFileError for what cannot be read, scans without a reader too."""
        if len(content) > MAX_BYTES:
            raise TooLargeError("The file is larger than 10 MiB.")
        await self._inspect(content)
        document = await self._reader.read(content)
        if document.is_scanned:
            raise BadFileError("The file is a picture, which cannot be read now.", code="file_unreadable")
        return _parsed(await self._structure(document))


def _parsed(resume: StructuredResume) -> ParsedResume:
    skills = (*resume.technical_skills, *resume.soft_skills, *resume.languages, *resume.certifications)
    return ParsedResume(
        name=_value(resume.name),
        email=_value(resume.email),
        phone=_value(resume.phone),
        skills=list(dict.fromkeys(each.value for each in skills)),
        experience=[_experience(each) for each in resume.employment],
        education=[_education(each) for each in resume.education],
        summary=_value(resume.summary),
        confidence=resume.confidence,
        warnings=_warnings(resume),
    )


def _value(field: Field[str] | None) -> str | None:
    return field.value if field else None


def _experience(job: Employment) -> ParsedExperience:
    until = "now" if job.is_current else str(job.end.value) if job.end else None
    told = [each for each in (str(job.start.value) if job.start else None, until) if each]
    return ParsedExperience(
        title=_value(job.title),
        company=_value(job.company),
        duration=" - ".join(told) or None,
        description="\n".join(each.value for each in job.achievements) or None,
    )


def _education(course: Education) -> ParsedEducation:
    return ParsedEducation(
        degree=_value(course.degree),
        institution=_value(course.institution),
        year=course.end.value.year if course.end else None,
    )


def _warnings(resume: StructuredResume) -> list[ParsedWarning]:
    counted = Counter(each.code for each in resume.warnings)
    counted[HIDDEN_TEXT] = len(resume.text.findings)
    counted[TEXT_CUT] = int(resume.text.is_cut)
    counted[BY_RULES] = int(resume.read_by is ReadBy.RULES)
    return [ParsedWarning(code=code, count=count) for code, count in sorted(counted.items()) if count]
