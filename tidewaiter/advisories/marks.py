"""TLP 2.0 and PAP: their order, their definitions in STIX 2.1, and what a reader may do (FIRST, TLP 2.0; MISP, PAP).

The narrower of two marks always wins; nothing here makes a mark wider.
"""

from __future__ import annotations

from collections.abc import Iterable

CLEAR, GREEN, AMBER, STRICT, RED = "CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED"
TLP = (CLEAR, GREEN, AMBER, STRICT, RED)
"""From the widest to the narrowest: the place in this row is the rank that stands in tables."""
PAP = ("CLEAR", "GREEN", "AMBER", "RED")
DEFAULT = AMBER
"""What holds where a source says nothing."""

TLP2_IDS = {
    CLEAR: "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487",
    GREEN: "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb",
    AMBER: "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421",
    STRICT: "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003",
    RED: "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1",
}
"""As OASIS published them (cti-stix-common-objects)."""
TLP1_IDS = {
    "marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9": CLEAR,
    "marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da": GREEN,
    "marking-definition--f88d31f6-486f-44da-b317-01333bde0b82": AMBER,
    "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed": RED,
}
"""The four of TLP 1.0 that STIX 2.1 itself defines: WHITE is CLEAR; the others keep their names."""
OF_ID = {**{one: mark for mark, one in TLP2_IDS.items()}, **TLP1_IDS}
_SPOKEN = {"WHITE": CLEAR, "AMBER-STRICT": STRICT, "AMBER STRICT": STRICT, "AMBER_STRICT": STRICT}


def rank(mark: str) -> int:
    """The place of a mark from the widest (0) to the narrowest (4)."""
    return TLP.index(mark)


def narrowest(marks: Iterable[str], otherwise: str = DEFAULT) -> str:
    """The narrowest of several; `otherwise` where there is none."""
    found = list(marks)
    return max(found, key=rank) if found else otherwise


def read_tlp(said: str) -> str | None:
    """A mark as people and tools write it (`tlp:amber+strict`, `TLP:WHITE`), or nothing."""
    text = said.strip().upper().removeprefix("TLP:").strip()
    text = _SPOKEN.get(text, text)
    return text if text in TLP else None


def read_pap(said: str) -> str | None:
    """The same of PAP."""
    text = said.strip().upper().removeprefix("PAP:").strip()
    text = "CLEAR" if text == "WHITE" else text
    return text if text in PAP else None
