"""Azure OpenAI: chat completions, responses and embeddings."""
