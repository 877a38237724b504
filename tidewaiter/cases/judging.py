"""Judgements of people on the texts of cases: which fields hold words that look like a name and were said to be none.

The words stand with the case (`forms.judgements`); the ledger is told the fields and how many, never the words.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from tidewaiter.cases.models import Case, Line
from tidewaiter.cases.rows import CaseIn, Placing
from tidewaiter.forms.judgements import JUDGED
from tidewaiter.foundation.bulk import among
from tidewaiter.foundation.canonical import canonical
from tidewaiter.foundation.decoding import read_json
from tidewaiter.privacy.masking import MASK

NOTHING: frozenset[str] = frozenset()


def judged_in(header: Mapping[str, Any], lines: Sequence[Mapping[str, Any]]) -> frozenset[str]:
    """All that is judged of a case, as `field=words`."""
    if JUDGED not in header and not any(JUDGED in line for line in lines):
        return NOTHING
    return frozenset(words for part in (header, *lines) for words in part.get(JUDGED, ()))


def holds_a_bar(case: CaseIn) -> bool:
    """Whether something is hidden in a case's texts."""
    return any(MASK in text for part in (case.header, *case.lines) for text in _texts_in(part))


def _texts_in(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for part in value.values():
            yield from _texts_in(part)
    elif isinstance(value, list):
        for part in value:
            yield from _texts_in(part)


def judged_before(cases: Sequence[CaseIn], keys: Mapping[str, int]) -> dict[str, frozenset[str]]:
    """What was judged of the versions that cases are written over, by ref; `keys` has the key of each by its ref.

    Asks nothing where nothing is judged of the cases that come.
    """
    if not keys or not any(judged_in(case.header, case.lines) for case in cases):
        return {}
    refs = {key: ref for ref, key in keys.items()}
    said: dict[int, list[Mapping[str, Any]]] = {}
    for key, header in Case.objects.filter(pk__in=among(list(refs))).values_list("pk", "header"):
        said.setdefault(key, []).append(header)
    for key, document in Line.objects.filter(case_id__in=among(list(refs))).values_list("case_id", "document"):
        said.setdefault(key, []).append(document)
    return {refs[key]: judged_in({}, parts) for key, parts in said.items()}


def judged_anew(
    placed: Sequence[tuple[CaseIn, Placing]], before: Mapping[str, frozenset[str]]
) -> list[tuple[dict[str, Any], list[tuple[str, int]]]]:
    """What was judged to be nobody with the versions that are kept now, for the ledger: how many words in which fields,
    and the (ref, version) of which it is so.
    """
    things: dict[bytes, list[tuple[str, int]]] = {}
    for case, place in placed:
        judged = judged_in(case.header, case.lines)
        if judged and (fresh := judged - before.get(place.ref, NOTHING)):
            fields = Counter(words.partition("=")[0] for words in fresh)
            things.setdefault(canonical({"kept": dict(sorted(fields.items()))}), []).append((place.ref, place.version))
    return [(read_json(detail), some) for detail, some in things.items()]
