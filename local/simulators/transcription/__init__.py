"""Fast transcription: a whole recording in, its phrases out."""
