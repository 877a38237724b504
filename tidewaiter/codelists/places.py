"""Places as people write them: UN/LOCODE codes and names, the own country first, ports and airports before villages.

`resolve_places(pairs)` reads many at once: codes with and without a space, names and other names («Kilindini»), with
«Port of …» or «Airport» about them, with their country behind a comma, an airport's three letters, an airport's name.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import Q
from rapidfuzz.distance import OSA

from tidewaiter.codelists.models import Code, Label
from tidewaiter.codelists.names import without_doubt
from tidewaiter.codelists.queries import LIKE, Resolution, code_views, list_view, suggest
from tidewaiter.foundation.bulk import in_batches
from tidewaiter.foundation.text import fold

_KINDS = re.compile(
    r"\b(?:sea|air)?ports?\b|\bpuertos?\b|\bportos?\b|\bhafen\b|\bpelabuhan\b|\bbandari"
    r" ya\b|\bbandari\b|\bharbou?r\b|порт\b|\bميناء\b|"
    r"\bairports?\b|\baéroports?\b|\baeropuertos?\b|\baeroportos?\b|\bflughafen\b|\bbandara\b|\bbandar"
    r" udara\b|аэропорт\b|\bمطار\b|"
    r"\bintl\b\.?|\binternational\b|\binternacional\b|\binternationale?\b|\bterminal\b|"
    r"港口|港|国际机场|机场|\bcustoms\b|\bdouanes?\b|\baduanas?\b",
    re.IGNORECASE,
)
_joints = re.compile(r"^\s*(?:of|de|du|do|da|del|di|d['’]|la|le|the)\s+|\s+(?:of|de|du|do|da|del)\s*$", re.IGNORECASE)
_behind = re.compile(r"(?P<name>.+?)\s*(?:,|\(|\s-\s|/)\s*(?P<country>[^,()]+?)\)?\s*")
_AIRPORT = re.compile(r"air|aéro|aero|flughafen|bandara|аэро|مطار|机场|intl|international|internacional", re.IGNORECASE)


@dataclass(slots=True)
class _Asked:
    """What a text may be: codes, and names with the country they are sought in."""

    codes: list[str]
    names: list[str]
    country: str


def _asked(text: str, country: str) -> _Asked:
    said = text.strip()
    codes = [said.replace(" ", "").upper()]
    match = _behind.fullmatch(said)
    names = [said]
    if match is not None:
        behind = list_view("country").resolve(match["country"]).code
        if behind and (not country or behind == country):
            country = behind
            names.append(match["name"])
    bare = [_joints.sub("", _joints.sub("", _KINDS.sub(" ", name).strip())).strip(" ,-") for name in names]
    names = [name for name in dict.fromkeys([*names, *bare]) if name]
    codes += [f"{country}{name.upper()}" for name in names if country and re.fullmatch(r"[A-Za-z]{3}", name)]
    if _AIRPORT.search(said):
        codes += _airports(names, country)
    return _Asked(codes, [fold(name)[:200] for name in names], country)


def _airports(names: Iterable[str], country: str) -> list[str]:
    """Codes of the places that airports of this name belong to."""
    view = list_view("airport")
    found = []
    for name in names:
        for iata in view.by_label.get(fold(name), ()):
            home = str(view.codes[iata].data.get("country", ""))
            if not country or home == country:
                found.append(f"{home}{iata}")
    return found


def suggest_places(
    text: str, *, near: str = "", only: bool = False, use: str = "", lang: str = "en", limit: int = 12
) -> list[dict[str, str]]:
    """Type-ahead among places: those of the country `near` first (alone, where it is `only` asked), what has the `use`
    (UN/LOCODE's function: `1` port, `4` airport) before what has not, known ports and airports elsewhere before
    villages. Gives `[{"code", "label"}]`, the label with its country.
    """
    said = fold(text)[:200]
    if not said:
        return []
    begun = Label.objects.filter(
        list_id="unlocode", code__valid_to=None, folded__gte=said, folded__lt=said + "\U0010ffff"
    )
    own = begun.filter(code__code__startswith=near) if near else begun.none()
    codes = dict.fromkeys(own.order_by("folded").values_list("code__code", flat=True)[: limit * 5])
    if not only:
        busy = begun.filter(Q(code__data__function__icontains="1") | Q(code__data__function__icontains="4"))
        codes |= dict.fromkeys(busy.order_by("folded").values_list("code__code", flat=True)[: limit * 3])
    if len(codes) < limit:
        within = near if only else ""
        codes |= dict.fromkeys(hit["code"] for hit in suggest("unlocode", text, lang=lang, within=within, limit=limit))
    views = code_views("unlocode", codes)
    kinds = (use,) if use else ("1", "4")

    def rank(code: str) -> tuple[bool, bool, bool]:
        function = str(views[code].data.get("function", ""))
        named = any(fold(label) == said for label in views[code].labels.values())
        return not (near and code.startswith(near)), not any(kind in function for kind in kinds), not named

    countries = list_view("country").codes
    found = []
    for code in sorted((code for code in codes if code in views), key=rank)[:limit]:
        country = countries.get(code[:2])
        name = views[code].label(lang)
        found.append({"code": code, "label": f"{name}, {country.label(lang)}" if country else name})
    return found


def resolve_places(said: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Resolution]:
    """What (text, country) mean as UN/LOCODE places: a code, or a name within the country (anywhere if it is empty).

    Several places of the name in the country are several, ports and airports first; a place that is
    elsewhere alone is proposed, never taken.
    """
    asked = {(text, country): _asked(text, country) for text, country in dict.fromkeys(said)}
    known: set[str] = set()
    for batch in in_batches({code for one in asked.values() for code in one.codes}, 500):
        known.update(Code.objects.filter(list_id="unlocode", code__in=batch).values_list("code", flat=True))
    names: dict[str, list[str]] = {}
    for batch in in_batches({name for one in asked.values() for name in one.names}, 500):
        labels = Label.objects.filter(list_id="unlocode", folded__in=batch, code__valid_to=None)
        for folded, code in labels.values_list("folded", "code__code"):
            names.setdefault(folded, []).append(code)
    return {pair: _resolved(pair[0], one, known, names) for pair, one in asked.items()}


def _resolved(text: str, one: _Asked, known: set[str], names: dict[str, list[str]]) -> Resolution:
    meant = _meant(text, one, known, names)
    if meant.code is not None and without_doubt(text):
        return Resolution(None, _ports_first([meant.code]), doubted=True)
    return meant


def _meant(text: str, one: _Asked, known: set[str], names: dict[str, list[str]]) -> Resolution:
    codes = [code for code in one.codes if code in known]
    named: list[str] = []
    for name in one.names:
        named = [code for code in dict.fromkeys(names.get(name, [])) if code.startswith(one.country)]
        if named:
            break
    if codes and (codes[0].startswith(one.country) or not named):
        if one.country or not named or codes[0] in named or text.strip().isupper():
            return Resolution(codes[0])
        named = [codes[0], *named]
    if len(named) == 1:
        return Resolution(named[0])
    if named:
        return Resolution(None, _ports_first(named), several=True)
    elsewhere = [code for name in one.names for code in names.get(name, [])]
    return Resolution(None, _nearest(one, elsewhere))


def _ports_first(codes: Iterable[str], most: int = 6) -> list[tuple[str, str]]:
    """Codes with their names: what has a port, then an airport, then what has neither."""
    views = code_views("unlocode", codes)

    def rank(code: str) -> tuple[int, str]:
        function = str(views[code].data.get("function", ""))
        return (0 if "1" in function else 1 if "4" in function else 2), code

    return [(code, views[code].label("en")) for code in sorted(views, key=rank)[:most]]


def _nearest(one: _Asked, elsewhere: list[str]) -> list[tuple[str, str]]:
    """Up to three places that may be meant: of this name elsewhere, else like the
    whole name, else like its first word.
    """
    if elsewhere:
        return _ports_first(dict.fromkeys(elsewhere[:200]), 3)
    name = one.names[-1] if one.names else ""
    hits = suggest("unlocode", name, within=one.country, limit=8)
    if not hits and " " in name:
        hits = suggest("unlocode", name.split()[0], within=one.country, limit=8)
    said = fold(name)
    like = [
        hit["code"]
        for hit in hits
        if (label := fold(hit["label"])).startswith(said[:4]) or OSA.normalized_similarity(label, said) >= LIKE
    ]
    return _ports_first(like, 3)
