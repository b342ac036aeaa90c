"""What the services of Communication Services have in common: admission, repeats, identifiers, events."""
