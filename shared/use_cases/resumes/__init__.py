"""Reading résumés: uploads, structure, requirements, match."""
