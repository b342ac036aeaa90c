"""Call Automation: calls, what is said and heard on them, recordings, and the events of it all."""
