"""Early warnings of crime in electronic systems, their sightings, and the TAXII 2.1 door (DESIGN.md §3)."""
