"""A list that is screened: what a row asks for, and the lines that answer it."""

from __future__ import annotations

from tidewaiter.registry.names.comparing import Known
from tidewaiter.registry.reading.pairs import cells_by, countries_of, kind_of
from tidewaiter.registry.screening import Screened

FOUND_HEADS = ("match", "ref", "caption", "score", "evidence", "why")


def known_of(heads: list[str], cells: list[str]) -> tuple[Known, str]:
    """(what is known of a row, its document)."""
    said = cells_by(heads, cells)
    document = said.get("document", "") or said.get("passport", "")
    return (
        Known(
            name=said.get("name", ""),
            kind=kind_of(said.get("kind", "")),
            birth=said.get("birth_date", "") or said.get("birth", ""),
            countries=countries_of(said.get("country", "") or said.get("nationality", "")),
            numbers=frozenset({"".join(document.upper().split())} - {""}),
        ),
        document,
    )


def found_rows(found: Screened | None) -> list[list[str]]:
    """A line for each hit, or one that says why there is none: `none`, `too_common`, `no_name`."""
    if found is None:
        return [["no_name", "", "", "", "", ""]]
    if not found.hits:
        return [[found.state, "", "", "", "", ""]]
    return [
        ["hit", hit.ref, hit.caption, f"{hit.found.score:.3f}", f"{hit.found.evidence:.3f}", " ".join(hit.found.why)]
        for hit in found.hits
    ]
