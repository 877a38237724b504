"""Early warnings, sightings, the TAXII door."""
