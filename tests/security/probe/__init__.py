"""The API held against its own description: what asks, as whom, and what may come back."""
