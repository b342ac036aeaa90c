"""Plays one whole interview on this machine, through the API, as a recruiter and a candidate would."""
