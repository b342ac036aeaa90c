"""CVs: sent, followed, read and looked at."""

from datetime import datetime
from typing import Annotated, Literal
from uuid import UUID

from pydantic import Field, StringConstraints

from shared.contracts.base import Body, Contract, example
from shared.domain.uploads import UploadStatus

type CvType = Literal[
    "application/pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "text/plain",
]
FileName = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=255)]

FILE_ID = "3f0c6f3a-6d2e-4f0e-9a0b-0b8f0a4f2c11"
LINK = f"https://files.example.org/resumes/9a1d/{FILE_ID}.pdf?sig=..."


class UploadWanted(Body):
    model_config = example(
        {"file_name": "Kim Lee.pdf", "content_type": "application/pdf", "purpose": "candidate_cv"}
    )

    file_name: FileName = Field(description="shown when the file is saved; never where it is kept")
    content_type: CvType = Field(description="send the file with exactly this type")
    purpose: Literal["candidate_cv"]


class UploadLink(Contract):
    """Send the file to `upload_url`, once, by `method` and with these `headers`."""

    model_config = example(
        {
            "file_id": FILE_ID,
            "upload_url": f"https://files.example.org/uploads/9a1d/{FILE_ID}.pdf?sig=...",
            "expires_at": "2026-11-21T09:15:00Z",
            "method": "PUT",
            "headers": {"x-ms-blob-type": "BlockBlob", "Content-Type": "application/pdf"},
        }
    )

    file_id: UUID
    upload_url: str = Field(description="it can neither read nor overwrite")
    expires_at: datetime
    method: str
    headers: dict[str, str]


class FileStanding(Contract):
    """Where a file stands."""

    model_config = example(
        {
            "file_id": FILE_ID,
            "purpose": "candidate_cv",
            "file_name": "Kim Lee.pdf",
            "content_type": "application/pdf",
            "size_bytes": 48213,
            "status": "parsed",
            "reason": None,
            "created_at": "2026-11-21T09:00:00Z",
            "uploaded_at": "2026-11-21T09:01:00Z",
        }
    )

    file_id: UUID
    purpose: Literal["candidate_cv"]
    file_name: str | None
    content_type: str = Field(description="by its content, once it was received")
    size_bytes: int | None
    status: UploadStatus
    reason: str | None = Field(
        description="why it went no further: the code of a refusal, or a word such as `never_arrived`"
    )
    created_at: datetime
    uploaded_at: datetime | None


class CvUploaded(Contract):
    """Taken in; it is read in the background."""

    model_config = example(
        {"file_id": FILE_ID, "url": LINK, "expires_at": "2026-11-21T09:15:00Z", "status": "received"}
    )

    file_id: UUID
    url: str = Field(description="saves the file; for a short while")
    expires_at: datetime
    status: UploadStatus


class CvChosen(Body):
    model_config = example({"file_id": FILE_ID})

    file_id: UUID = Field(description="of a file that you have sent to its upload link")


class Cv(Contract):
    """Your CV."""

    model_config = example(
        {
            "file_id": FILE_ID,
            "file_name": "Kim Lee.pdf",
            "content_type": "application/pdf",
            "size_bytes": 48213,
            "uploaded_at": "2026-11-21T09:01:00Z",
            "status": "reading",
            "reason": None,
            "url": LINK,
            "expires_at": "2026-11-21T09:15:00Z",
        }
    )

    file_id: UUID
    file_name: str | None
    content_type: str
    size_bytes: int | None
    uploaded_at: datetime | None
    status: UploadStatus
    reason: str | None = Field(description="why it went no further, as `GET /api/v1/files/{file_id}` says it")
    url: str = Field(description="saves the file; for a short while")
    expires_at: datetime


class ParsedExperience(Contract):
    title: str | None
    company: str | None
    duration: str | None = Field(description="as far as it is told", examples=["2019-03 - 2021"])
    description: str | None


class ParsedEducation(Contract):
    degree: str | None
    institution: str | None
    year: int | None = Field(description="of its end")


class ParsedWarning(Contract):
    """Something for a person to look at."""

    code: str = Field(
        description="what was found, such as an order to whoever reads, or text that nobody sees"
    )
    count: int


class ParsedResume(Contract):
    """What the file says, as far as it is proven by its text. None of it is kept."""

    model_config = example(
        {
            "name": "Kim Lee",
            "email": "kim@example.org",
            "phone": "+61 400 000 000",
            "skills": ["Python", "PostgreSQL"],
            "experience": [
                {
                    "title": "Engineer",
                    "company": "Acme",
                    "duration": "2019-03 - 2021-06",
                    "description": "Cut the time of a build by half.",
                }
            ],
            "education": [{"degree": "BSc", "institution": "UNSW", "year": 2018}],
            "summary": None,
            "confidence": 0.91,
            "warnings": [{"code": "hidden_text", "count": 1}],
        }
    )

    name: str | None
    email: str | None
    phone: str | None
    skills: list[str]
    experience: list[ParsedExperience]
    education: list[ParsedEducation]
    summary: str | None
    confidence: float = Field(ge=0, le=1)
    warnings: list[ParsedWarning]
