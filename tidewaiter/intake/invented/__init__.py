"""Invented cases of the demo: drawn from demo/world_countries.toml and world_goods.toml, the same for the same day."""
