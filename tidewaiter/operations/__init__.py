"""Secure rooms for a joint operation: messages by template, around the clock, gone when it ends."""
