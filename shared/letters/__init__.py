"""What our letters say: one module and two templates each, in HTML and in plain text."""
