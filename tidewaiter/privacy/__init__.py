"""What looks like a person, a plate, a document or an account in a text: found, and masked by field and context."""
