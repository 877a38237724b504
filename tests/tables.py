"""Truth tables in plain words: people as rules ask of them, and tables as they are written in a test."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any


def person(country: str, *roles: str, regions: str = "", username: str = "somebody", **more: Any) -> Any:
    """Somebody with these roles, of East and Southern Africa unless `region_code` says another; `regions`: what they
    review.
    """
    about = {"region_code": "" if country == "INT" else "ESA", "door": "page"}
    return SimpleNamespace(
        username=username,
        display_name=username,
        administration_code=country,
        role_codes=frozenset(roles),
        reviewed_regions=frozenset(regions.split()),
        **about | more,
    )


def rows(table: str, columns: int) -> dict[str, list[str]]:
    """A table as it is written: of what, then a word a column; «-» is an empty cell."""
    lines = [line.split() for line in table.strip().splitlines()]
    return {" ".join(words[:-columns]): [word.strip("-") for word in words[-columns:]] for words in lines}
