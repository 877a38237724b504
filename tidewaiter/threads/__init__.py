"""A conversation under any ref."""
