"""TAXII 2.1: the door at /taxii2/, and fetching from the doors of others."""
