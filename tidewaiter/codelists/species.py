"""Scientific names of taxa: which names are one taxon, and which taxon holds which, by the species list."""

from __future__ import annotations

from dataclasses import dataclass

from tidewaiter.codelists.queries import ListView, list_view
from tidewaiter.foundation.text import fold

_RANK_WORDS = frozenset({"spp", "sp", "subsp", "ssp", "var", "hybrid"})


def name_of_taxon(text: str) -> str:
    """A scientific name as two are compared: folded, without author, «spp.» and subspecies' rank words."""
    words = [word for word in fold(text).split() if word not in _RANK_WORDS]
    return " ".join(words[:2])


def written(name: str) -> str:
    """A name that `name_of_taxon` gave, as people write it: «Smutsia gigantea», «Manis spp.»."""
    return name.capitalize() if " " in name or not name else f"{name.capitalize()} spp."


@dataclass(frozen=True, slots=True)
class Taxon:
    """A taxon under its accepted name (as `name_of_taxon` gives it), and the genera it stands in or once stood in."""

    name: str
    genera: frozenset[str]


class Taxa:
    """The species list as it is now. Names that it does not have stand for themselves, and for their genus.

    A synonym is a former scientific name, of the column `synonyms`; common names are none («boa» is a family's).
    """

    def __init__(self) -> None:
        self._listed: dict[str, Taxon] = {}
        species = list_view("species")
        former: list[tuple[str, Taxon]] = []
        for view in species.codes.values():
            name = name_of_taxon(view.label("en"))
            synonyms = [name_of_taxon(text) for text in str(view.data.get("synonyms", "")).split("|") if text]
            genera = {one.split()[0] for one in (name, *synonyms) if " " in one} | _genus_above(species, view.parent)
            self._listed[name] = Taxon(name, frozenset(genera))
            former += [(synonym, self._listed[name]) for synonym in synonyms]
        for synonym, taxon in former:
            self._listed.setdefault(synonym, taxon)

    def read(self, text: str) -> Taxon:
        """The taxon that a scientific name means."""
        name = name_of_taxon(text)
        return self._listed.get(name) or Taxon(name, frozenset({name.split()[0]} if " " in name else ()))


def _genus_above(species: ListView, parent: str) -> set[str]:
    above = species.codes.get(parent)
    return {name_of_taxon(above.label("en"))} if above is not None and above.data.get("rank") == "genus" else set()
