"""Cases like a given one, with the reasons.

The measure: the cosine of two cases' weighted features. A feature is something both can share: the goods, a
species, a brand, a substance, the HS heading, legs of the route, the place, mode and carrier, where and how it was
hidden, the cover load, and the words of the texts. Each class of features has a weight (`WEIGHTS`); within it, what
few of the compared cases have weighs more (inverse document frequency, Spärck Jones 1972). Compared are the latest
cases of the same goods and origin or place, of the same route, and those that share a rarer feature; a case without
any of that in common is never looked at.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import log, sqrt
from typing import Any

from django.utils.translation import gettext as _

from tidewaiter.cases.models import Case, Line
from tidewaiter.cases.queries import visible_cases
from tidewaiter.cases.search_index import code_word, keys_with
from tidewaiter.codelists.queries import code_view
from tidewaiter.forms.engine import Form
from tidewaiter.forms.queries import form_named
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.bulk import among
from tidewaiter.foundation.text import fold

WEIGHTS = {
    "goods": 2.0,
    "own": 2.5,
    "heading": 1.0,
    "departure": 1.5,
    "transit": 1.5,
    "destination": 1.0,
    "origin": 1.0,
    "place": 1.2,
    "mode": 0.4,
    "carrier": 1.2,
    "conveyance": 0.6,
    "hidden_in": 1.2,
    "method": 1.5,
    "cover": 1.5,
    "detection": 0.3,
    "word": 0.7,
}
EACH = 80
"""Latest cases that are taken of each way of looking."""
TERMS = 5
"""Rarer features by which cases are looked for one by one."""
SHOWN = 10
LOWEST = 0.25
"""Likeness below which two cases have nothing to tell each other."""
_WORDS = 40
_LISTS = {
    "departure": "country",
    "transit": "country",
    "destination": "country",
    "origin": "country",
    "place": "unlocode",
    "mode": "mode",
    "hidden_in": "concealment_place",
    "method": "concealment_method",
    "conveyance": "conveyance_type",
    "detection": "detection_method",
    "carrier": "airline",
}
_COMMON = frozenset(
    [
        "with",
        "from",
        "that",
        "this",
        "were",
        "was",
        "the",
        "and",
        "for",
        "into",
        "under",
        "near",
        "after",
        "before",
        "which",
        "their",
        "they",
        "have",
        "been",
        "found",
        "between",
        "inside",
        "dans",
        "avec",
        "pour",
        "sous",
        "entre",
        "les",
        "des",
        "une",
        "sur",
        "par",
        "aux",
        "est",
        "ont",
        "con",
        "para",
        "por",
        "los",
        "las",
        "una",
        "del",
        "que",
        "entre",
        "bajo",
        "sobre",
    ]
)


@dataclass(frozen=True, slots=True)
class Alike:
    """A case, how like it is (0 to 1), and what both share, the weightiest first: (class, value in words)."""

    case: Case
    score: float
    shared: list[tuple[str, str]]


type Feature = tuple[str, str, str]
"""Class, list of codes (or nothing), value."""


def features_of(form: Form, header: dict[str, Any], lines: Iterable[dict[str, Any]]) -> set[Feature]:
    """What a case could share with another."""
    found: set[Feature] = set()
    subtypes = form.definition.list_of_subtypes
    for line in lines:
        found |= {("goods", subtypes, str(line["subtype"]))} if line.get("subtype") else set()
        found |= {("heading", "hs", str(line["hs"])[:4])} if line.get("hs") else set()
        found |= {("origin", "country", str(line["origin"]))} if line.get("origin") else set()
        for name, value in line.get("fields", {}).items():
            column = form.line_columns.get(name)
            if column is not None and not column.nominal and column.type in ("code", "text", "codes") and value:
                for one in value if isinstance(value, list) else [value]:
                    found.add(("own", column.list, str(one) if column.list else fold(str(one))))
    found |= {
        (leg["role"], "country", str(leg["country"]))
        for leg in header.get("route", ())
        if leg.get("country") and leg.get("role") in WEIGHTS
    }
    conveyance, concealment, cover = (header.get(name, {}) for name in ("conveyance", "concealment", "cover_load"))
    said = {
        "place": header.get("place"),
        "mode": conveyance.get("mode"),
        "carrier": conveyance.get("carrier"),
        "conveyance": conveyance.get("type"),
        "hidden_in": concealment.get("place"),
        "method": concealment.get("method"),
        "detection": header.get("detection", {}).get("method"),
    }
    found |= {(name, _LISTS[name], str(value)) for name, value in said.items() if value and value != "none"}
    if cover.get("hs"):
        found.add(("cover", "hs", str(cover["hs"])[:4]))
    texts = (cover.get("description"), concealment.get("note"), header.get("narrative"))
    words = dict.fromkeys(word for text in texts if text for word in fold(str(text)).split())
    kept = [word for word in words if len(word) > 3 and word not in _COMMON and not word.isdigit()]
    return found | {("word", "", word) for word in kept[:_WORDS]}


def similar_to(case: Case, actor: Actor, number: int = SHOWN) -> list[Alike]:
    """The cases a person may see that are most like one they see, the most alike first."""
    own = features_of(
        form_named(case.form, case.form_version), case.header, [line.document for line in case.lines.all()]
    )
    keys = _candidates(case, own, actor)
    found = (
        list(visible_cases(actor).filter(pk__in=among(keys)).exclude(ref=case.ref).defer("reason", "digest"))
        if keys
        else []
    )
    documents: dict[int, list[dict[str, Any]]] = {}
    for key, document in Line.objects.filter(case_id__in=among([one.pk for one in found])).values_list(
        "case_id", "document"
    ):
        documents.setdefault(key, []).append(document)
    sets = [features_of(form_named(one.form, one.form_version), one.header, documents.get(one.pk, ())) for one in found]
    scored = _scored(own, sets)
    best = sorted(range(len(found)), key=lambda n: (-scored[n][0], -found[n].pk))[:number]
    return [Alike(found[n], round(scored[n][0], 3), scored[n][1]) for n in best if scored[n][0] >= LOWEST]


def _scored(own: set[Feature], others: Sequence[set[Feature]]) -> list[tuple[float, list[tuple[str, str]]]]:
    """Likeness and shared features of each of `others`."""
    number = len(others) + 1
    frequency = Counter(feature for features in (own, *others) for feature in features)
    weight = {
        feature: WEIGHTS[feature[0]] * max(0.2, log((number + 1) / (times + 0.5)))
        for feature, times in frequency.items()
    }
    mine = sum(weight[feature] for feature in own)
    answer = []
    for features in others:
        shared = own & features
        theirs = sum(weight[feature] for feature in features)
        score = sum(weight[feature] for feature in shared) / sqrt(mine * theirs) if mine and theirs else 0.0
        said = sorted(shared, key=lambda one: -weight[one])[:6]
        answer.append((score, [(name, f"{list_name}|{value}") for name, list_name, value in said]))
    return answer


def _candidates(case: Case, own: set[Feature], actor: Actor) -> list[int]:
    """Keys of the latest cases that a person sees and that may be like one: of the same goods from the same country or
    at the same place, on the same route, or with one of its rarer features (`TERMS`).
    """
    pairs = [
        {"main_subtype": case.main_subtype, "departure": case.departure},
        {"departure": case.departure, "destination": case.destination},
        {"place": case.place, "main_subtype": case.main_subtype},
    ]
    seen = visible_cases(actor)
    keys: dict[int, None] = {}
    for pair in pairs:
        if all(pair.values()):
            keys |= dict.fromkeys(seen.filter(**pair).order_by("-pk").values_list("pk", flat=True)[:EACH])
    for term in _rare_terms(own):
        keys |= dict.fromkeys(keys_with([term], actor, EACH))
    keys.pop(case.pk, None)
    return list(keys)


def _rare_terms(own: set[Feature]) -> list[str]:
    """The index's words for the features that few cases have: what the form itself
    asks, the cover load, the longest words.
    """
    said = sorted(
        (name, value, _term(name, list_name, value)) for name, list_name, value in own if name in ("own", "cover")
    )
    words = sorted((value for name, _list, value in own if name == "word"), key=lambda word: (-len(word), word))
    terms = [term for _name, _value, term in said if term][: TERMS // 2]
    return terms + [word for word in words if word.isascii()][: TERMS - len(terms)]


def _term(name: str, list_name: str, value: str) -> str:
    """The index's word for a feature; nothing for one that it holds in another way."""
    if name in ("heading", "cover"):
        return code_word("hs", value)
    if list_name:
        return code_word(list_name, value)
    words = value.split()
    return words[0] if words and words[0].isascii() and len(words[0]) > 2 else ""


def reasons(alike: Alike, lang: str) -> list[str]:
    """What two cases share, in words: «Departure: Chile»."""
    titles = {
        "goods": _("Goods"),
        "own": "",
        "heading": _("HS heading"),
        "departure": _("Departure"),
        "transit": _("Transit"),
        "destination": _("Destination"),
        "origin": _("Origin"),
        "place": _("Place"),
        "mode": _("Mode of transport"),
        "carrier": _("Carrier"),
        "conveyance": _("Conveyance"),
        "hidden_in": _("Hidden in"),
        "method": _("How concealed"),
        "cover": _("Cover load"),
        "detection": _("Why selected"),
        "word": _("Word"),
    }
    said = []
    for name, what in alike.shared:
        list_name, _bar, value = what.partition("|")
        view = code_view(list_name, value) if list_name else None
        text = view.label(lang) if view else value
        said.append(f"{titles[name]}: {text}" if titles[name] else text)
    return said
