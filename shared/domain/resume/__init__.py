"""A résumé: what a person sees of it, what is read from that, and how it meets a role."""
