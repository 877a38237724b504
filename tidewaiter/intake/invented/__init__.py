"""Invented cases of the demo: drawn from words and routes in `demo/world/`, the same for the same day."""
