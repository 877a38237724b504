"""Telling a person something, in their language, on the page or as a digest."""
