"""Given names made small, as Portuguese and Spanish do: «Pedrinho», «Juanito»."""

from __future__ import annotations

import re

from tidewaiter.privacy.words import Is, Word, lexicon

_pet = re.compile(r"([a-z]{3,})(?:z?inh|z?it|cit)[oa]$")


def is_a_pet_name(folded: str) -> bool:
    """Whether a word is a given name made small: «Pedrinho», «Juanito»."""
    hit = _pet.search(folded)
    if hit is None:
        return False
    known = lexicon().flags
    stems = {hit[1], hit[1].removesuffix("c"), hit[1].removesuffix("z")}
    return any(known.get(stem + ending, 0) & Is.GIVEN for stem in stems for ending in ("o", "a", "e", "", "s"))


_made_small = re.compile(r"[a-z]{2}(?:z?inh|[cs]it|[lnrt]it)[oa]$")


def is_made_small(word: Word) -> bool:
    """Whether a word of which nothing is known ends as Spanish and Portuguese make names small, whatever the name was:
    «Jhoncito», «Naldinho».
    """
    return not word.flags and _made_small.search(word.folded) is not None
