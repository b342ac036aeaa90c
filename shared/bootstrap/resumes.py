"""CVs: taken in, read, offered to profiles."""

from __future__ import annotations

from typing import TYPE_CHECKING

from shared.adapters.documents.screening import NoScreening
from shared.adapters.supabase.functions import RestFunctions
from shared.adapters.supabase.uploads import SupabaseUploads
from shared.use_cases.resumes.inspect_file import InspectFile
from shared.use_cases.resumes.structure_resume import StructureResume
from shared.use_cases.resumes.verbs import Reading, ResumeVerbs

if TYPE_CHECKING:
    from shared.bootstrap import Services
    from shared.ports.file_screening import FileScreening
    from shared.ports.uploads import Uploads


class Resumes:
    def __init__(self, services: Services) -> None:
        self._services = services

    def uploads(self) -> Uploads:
        return SupabaseUploads(RestFunctions(self._services.rest))

    def screening(self) -> FileScreening:
        return NoScreening()

    def structure_resume(self) -> StructureResume:
        return StructureResume(self._services.language_model, self._services.prompts)

    def resumes(self) -> ResumeVerbs:
        services = self._services
        return ResumeVerbs.over(
            services.uploads,
            services.files,
            Reading(
                InspectFile(services.embedded_documents, services.screening),
                services.documents,
                self.structure_resume(),
            ),
            services.authorise,
            services.record_audit,
            services.clock,
        )
