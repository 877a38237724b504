"""Which words of a text are the name of somebody the registry holds: so that none leaves for a node without names.

A name is found whole: the words of a person in either order, of a firm with or without its legal form. A word by
itself counts where it is written as a name is, with a capital, or in letters that have none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from tidewaiter.registry.indexing import key_of
from tidewaiter.registry.models import Key, Statement
from tidewaiter.registry.names.companies import read_firm
from tidewaiter.registry.names.persons import read_person
from tidewaiter.registry.names.word import Word
from tidewaiter.registry.vocabulary import NAMES

LONGEST, SHORTEST_PART = 5, 3
MOST_RUNS = 2_000
"""Words that a name has at most; letters of a part that is looked for by itself; runs of words of one record."""
_word = re.compile(r"[^\W\d_][\w'’\-]*\.?|\d+")
_ends = re.compile(r"[;:!?()\n]|\.\s")


def names_in(texts: Sequence[str]) -> list[str]:
    """Of texts, the runs of words that are names of persons and firms here, as they are written there."""
    runs = list(dict.fromkeys(run for text in texts for run in _runs(text)))[:MOST_RUNS]
    by_key: dict[int, list[tuple[str, str]]] = {}
    for run in runs:
        for kind, key in _keys(run):
            by_key.setdefault(key, []).append((kind, run))
    held = Key.objects.filter(key__in=by_key, entity__kind__in=("person", "company"))
    hits = list(held.values_list("key", "entity_id", "entity__kind"))
    firms = {ref for _key, ref, kind in hits if kind == "company"}
    said: dict[str, list[str]] = {}
    for ref, value in Statement.objects.filter(entity__in=firms, prop__in=NAMES).values_list("entity_id", "value"):
        said.setdefault(ref, []).append(value)
    found: dict[str, None] = {}
    for key, ref, kind in hits:
        for of, run in by_key[key]:
            if of == kind and (kind == "person" or any(_same_firm(run, name) for name in said.get(ref, ()))):
                found[run] = None
                if kind == "person":
                    found |= dict.fromkeys(one for one in run.split() if len(one) >= SHORTEST_PART)
    return [run for run in found if not any(one != run and f" {one} " in f" {run} " for one in found if " " in one)]


def _runs(text: str) -> Iterator[str]:
    """Runs of up to so many words that could be a name."""
    for part in _ends.split(text):
        words = list(_word.finditer(part))
        for first in range(len(words)):
            for last in range(first, min(first + LONGEST, len(words))):
                if _is_written_as_a_name(words[first].group()) or _is_written_as_a_name(words[last].group()):
                    yield part[words[first].start() : words[last].end()].strip(" .,")


def _is_written_as_a_name(word: str) -> bool:
    first = word[0]
    has_none = first.isalpha() and first.lower() == first.upper()
    return has_none or (len(word) > 1 and first != first.lower())


def _keys(run: str) -> Iterator[tuple[str, int]]:
    for words in read_person(run):
        yield from (("person", key) for key in _joined(words))
    yield from (("company", key) for key in _joined(read_firm(run).words))


def _joined(words: tuple[Word, ...]) -> set[int]:
    """The key of all the words together, and of the last one first, the first one last."""
    ways = (words, words[1:] + words[:1], words[-1:] + words[:-1])
    joined = {"".join(word.latin for word in way) for way in ways}
    return {key_of("j", one) for one in joined if 2 < len(one) <= 60}


def _same_firm(run: str, name: str) -> bool:
    """Whether the run is the name but for the legal form."""
    one, other = read_firm(run), read_firm(name)
    own, theirs = ("".join(word.latin for word in firm.words) for firm in (one, other))
    return own == theirs and one.trades == other.trades
