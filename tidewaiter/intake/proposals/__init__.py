"""What a foreign table is told to be: its heads, its columns, their targets, units, days and lines."""
