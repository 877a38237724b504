"""Given names made small, as Portuguese and Spanish do: «Pedrinho», «Juanito»."""

from __future__ import annotations

import re

from tidewaiter.privacy.words import Is, lexicon

_pet = re.compile(r"([a-z]{3,})(?:z?inh|z?it|cit)[oa]$")


def is_a_pet_name(folded: str) -> bool:
    """Whether a word is a given name made small: «Pedrinho», «Juanito»."""
    hit = _pet.search(folded)
    if hit is None:
        return False
    known = lexicon().flags
    return any(known.get(hit[1] + ending, 0) & Is.GIVEN for ending in ("o", "a", "e", "", "s"))
