"""The report on an interview as people take it away: a page to read and print, and a table."""
