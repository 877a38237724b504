"""Pages of people, one file a noun."""
