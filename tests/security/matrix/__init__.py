"""The rules of the permission matrix: one module for each family of operations."""
