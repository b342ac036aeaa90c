"""A stand-in for a language model: works from the request alone, and answers the same request the same."""
