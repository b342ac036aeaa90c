"""Document Intelligence: a document in, an operation to ask for, its text and layout out."""
