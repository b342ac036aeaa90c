"""The description of the API: held against its golden document, complete, and never broken unseen."""
