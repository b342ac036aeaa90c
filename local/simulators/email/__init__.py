"""Email of Communication Services, and the mailbox in which all letters end."""
