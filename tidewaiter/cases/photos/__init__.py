"""Photos of cases."""
