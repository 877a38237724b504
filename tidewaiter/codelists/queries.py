"""Reading lists: names of codes, resolution of what people write, type-ahead."""

from __future__ import annotations

import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any

from rapidfuzz import process
from rapidfuzz.distance import OSA

from tidewaiter.codelists.country_codes import COMEXT, COMTRADE, WITS, digits_of
from tidewaiter.codelists.models import Code, CodeList, Label
from tidewaiter.codelists.names import (
    country_key,
    has_han,
    is_sign,
    parts_of_names,
    plain_sign,
    same_signs,
    sign_key,
    without_doubt,
    without_note,
)
from tidewaiter.foundation.bulk import in_batches
from tidewaiter.foundation.isolation import spoken
from tidewaiter.foundation.stamped_cache import StampedCache
from tidewaiter.foundation.text import fold

BIG = frozenset({"unlocode"})
"""Lists that are asked code by code in the database, not held in memory."""
_FRESH_SECONDS = 5.0


@dataclass(slots=True)
class CodeView:
    """A code as readers need it."""

    code: str
    parent: str
    valid_from: date | None
    valid_to: date | None
    data: dict[str, Any]
    labels: dict[str, str] = field(default_factory=dict)

    def label(self, lang: str) -> str:
        """The name in `lang`, else in English, else the code."""
        return self.labels.get(lang) or self.labels.get(lang.split("-")[0]) or self.labels.get("en") or self.code

    def spoken(self, lang: str) -> str:
        """The name on a page in `lang`: one in English stands isolated where the page is in another language."""
        return spoken(self.labels, lang) or self.code

    def valid_on(self, day: date | None) -> bool:
        """Whether the code was in force on `day`; without a day, whether it is not retired."""
        if day is None:
            return self.valid_to is None
        return (self.valid_from is None or self.valid_from <= day) and (self.valid_to is None or day <= self.valid_to)


@dataclass(slots=True)
class Resolution:
    """What a text means in a list: a code, or the nearest codes where it is unknown or ambiguous."""

    code: str | None
    proposals: list[tuple[str, str]] = field(default_factory=list)
    several: bool = False
    """The proposals are not guesses: the text names each of them."""
    listed: bool = False
    """The text lists several names, where one is asked for: «Vietnam, China»."""
    doubted: bool = False
    """The writer doubts it, «Mexico?»: what it would be is proposed, never taken."""


LIKE = 0.72
"""How like a code or a name a text must be, of 1, to be proposed: below it, a proposal misleads more than it helps."""
_SHORTEST_LIKE = 3
MOST_SEVERAL = 8


class ListView:
    """A list held in memory: codes by code, and codes by folded name."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.codes: dict[str, CodeView] = {}
        self.by_upper: dict[str, str] = {}
        self.by_label: dict[str, list[str]] = {}
        self.by_sign: dict[str, list[str]] = {}
        """Codes by a name as it is written, which tells what folding makes alike: «R$», «مصر»."""
        self._by_sound: dict[str, list[tuple[str, str]]] = {}
        """Chinese names and their codes by their sound."""
        self.by_words: dict[str, list[str]] = {}
        """Of countries, codes by the words of a name, whatever their order and length."""
        keys: dict[int, str] = {}
        rows = (
            Code.objects.filter(list_id=name)
            .order_by("rank")
            .values_list("pk", "code", "parent", "valid_from", "valid_to", "data")
        )
        for pk, code, *rest in rows:
            keys[pk] = code
            self.codes[code] = CodeView(code, *rest)
            self.by_upper[code.upper()] = code
        for pk, lang, preferred, text, folded in Label.objects.filter(list_id=name).values_list(
            "code_id", "lang", "preferred", "text", "folded"
        ):
            code = keys[pk]
            if preferred:
                self.codes[code].labels[lang] = text
            _put(self.by_sign, self._sign(text), code)
            if not is_sign(text):
                _put(self.by_label, folded, code)
            if has_han(text):
                self._by_sound.setdefault(folded, []).append((text, code))
            if name == "country" and (key := country_key(text)):
                _put(self.by_words, key, code)
        if name == "country":
            self._add_standard_codes()

    def _add_standard_codes(self) -> None:
        """Every standard code of a country beside alpha-2: alpha-3, M49,
        Comtrade's, WITS's, Comext's. They beat labels.
        """
        for code, view in self.codes.items():
            for said in (view.data.get("alpha3"), view.data.get("numeric")):
                if said and (view.valid_to is None or str(said) not in self.by_upper):
                    self.by_upper[str(said)] = code
        for said, code in (COMTRADE | WITS | COMEXT).items():
            held = self.codes.get(self.by_upper.get(said, ""))
            if code in self.codes and (held is None or held.valid_to is not None):
                self.by_upper[said] = code

    @cached_property
    def dated(self) -> dict[str, CodeView]:
        """The codes that were not always in force, or are no longer."""
        return {code: view for code, view in self.codes.items() if view.valid_from or view.valid_to}

    def resolve(self, text: str, day: date | None = None) -> Resolution:
        """The code that `text` is, or names in any language; case, accents and script aside. What its
        writer doubts, «Mexico?», is proposed.
        """
        said = text.strip()
        if (bare := without_doubt(said)) and self._sign(said) not in self.by_sign:
            meant = self._resolved(bare, day)
            if meant.code or meant.several:
                codes = self._labelled([meant.code]) if meant.code else meant.proposals
                return Resolution(None, codes, several=meant.several, doubted=True)
        return self._resolved(said, day)

    def _resolved(self, said: str, day: date | None) -> Resolution:
        exact = said if said in self.codes else self.by_upper.get(said.upper())
        if exact is None and self.name == "country":
            exact = self.by_upper.get(digits_of(said))
        if exact is not None:
            return Resolution(exact)
        first, _, rest = said.partition(" ")
        if rest and first in self.codes and fold(rest) in (fold(text) for text in self.codes[first].labels.values()):
            return Resolution(first)  # «H87 piece», as the drop-downs of our own templates write it
        found = self.named(said, day)
        if len(found) == 1:
            return Resolution(found[0])
        if found:
            return Resolution(None, self._labelled(found[:MOST_SEVERAL]), several=True)
        listed = self._listed(said, day) if self.name == "country" else []
        if listed:
            return Resolution(None, self._labelled(listed), several=True, listed=True)
        return Resolution(None, self._labelled(self.nearest(said)))

    def named(self, text: str, day: date | None = None) -> list[str]:
        """Every code that a text names: as it is written; else folded; of countries, else by its words."""
        found = self._called(text)
        if not found and self.name == "country" and (bare := without_note(text)):
            found = self._called(bare)
        if len(found) > 1:
            found = [code for code in found if self.codes[code].valid_on(day)] or found
        return found

    def _called(self, text: str) -> list[str]:
        found = self.by_sign.get(self._sign(text)) or self.folded(text)
        return found or (self.by_words.get(country_key(text), []) if self.name == "country" else [])

    def _sign(self, text: str) -> str:
        return plain_sign(text) if self.name == "country" else sign_key(text)

    def folded(self, text: str) -> list[str]:
        """Codes by a name, whatever its case and accents; by a Chinese one where the sound is not all they share."""
        if is_sign(text):
            return []
        if not has_han(text):
            return self.by_label.get(fold(text), [])
        sounding = self._by_sound.get(fold(text), ())
        return list(dict.fromkeys(code for label, code in sounding if same_signs(text, label)))

    def _listed(self, text: str, day: date | None) -> list[str]:
        """The countries that a text lists, if each of its parts is one."""
        found: dict[str, None] = {}
        for part in parts_of_names(text):
            exact = self.by_upper.get(part.upper())
            codes = [exact] if exact else self.named(part, day)
            if len(codes) != 1:
                return []
            found[codes[0]] = None
        return list(found) if len(found) > 1 else []

    def _labelled(self, codes: Iterable[str]) -> list[tuple[str, str]]:
        return [(code, self.codes[code].label("en")) for code in codes]

    def nearest(self, text: str, limit: int = 3, among: Iterable[str] | None = None) -> list[str]:
        """Codes whose code or name is most like `text`, best first; none that is hardly like it.

        `among`: the codes that may be proposed, where a field takes only some.
        """
        if has_han(text):
            return []  # Chinese signs are alike by their sound, which is no likeness: 斤 (jin) is no 件 (jian)
        said = fold(text)
        if len(said) < _SHORTEST_LIKE:
            return []
        allowed = None if among is None else set(among)
        choices = {**dict.fromkeys(self.by_label), **{fold(code): None for code in self.codes}}
        if allowed is not None:
            choices = {
                folded: None
                for folded in choices
                if allowed.intersection(self.by_label.get(folded) or [self.by_upper.get(folded.upper(), "")])
            }
        hits = process.extract(
            said, list(choices), scorer=OSA.normalized_similarity, score_cutoff=LIKE, limit=limit * 3
        )
        codes: dict[str, None] = {}
        for folded, _, _ in hits:
            for code in self.by_label.get(folded) or [self.by_upper.get(folded.upper().replace(" ", "_"), "")]:
                if code and self.codes[code].valid_to is None and (allowed is None or code in allowed):
                    codes[code] = None
        return list(codes)[:limit]

    def children(self, parent: str) -> list[CodeView]:
        """The codes right under `parent`, in the list's order."""
        return [view for view in self.codes.values() if view.parent == parent]

    def current(self) -> list[CodeView]:
        """The codes that are not retired, in the list's order."""
        return [view for view in self.codes.values() if view.valid_to is None]


def _put(names: dict[str, list[str]], key: str, code: str) -> None:
    found = names.setdefault(key, [])
    if code not in found:
        found.append(code)


_views: StampedCache[ListView] = StampedCache(1000)
_stamps: tuple[float, dict[str, Any]] = (0.0, {})


def look_again() -> None:
    """Asks the database at the next look whether a list was loaded anew (after loading one in the same process)."""
    global _stamps
    _stamps = (0.0, {})


def list_view(name: str) -> ListView:
    """The list in memory, as it now is; looked after at most every five seconds. Unknown names give an empty list."""
    return _views.of(name, list_stamp(name), lambda: ListView(name))


def list_stamp(name: str) -> Any:
    """When the list was last loaded, looked after at most every five seconds."""
    global _stamps
    if time.monotonic() - _stamps[0] > _FRESH_SECONDS or name not in _stamps[1]:
        _stamps = (time.monotonic(), dict(CodeList.objects.values_list("name", "loaded_at")))
    return _stamps[1].get(name)


_MOST_HELD = 20_000
_held: StampedCache[dict[str, CodeView]] = StampedCache(1)


def _places_held() -> dict[str, CodeView]:
    """Places that were asked for lately, of the edition that is loaded now."""
    return _held.of("unlocode", list_stamp("unlocode"), dict)


def code_view(name: str, code: str) -> CodeView | None:
    """One code of any list, big ones too."""
    if name != "unlocode":
        return list_view(name).codes.get(code)
    return code_views(name, [code]).get(code)


def code_views(name: str, codes: Iterable[str]) -> dict[str, CodeView]:
    """Several codes of a list, with their names, in two queries for each 500."""
    wanted = list(dict.fromkeys(codes))
    if name != "unlocode":
        view = list_view(name)
        return {code: view.codes[code] for code in wanted if code in view.codes}
    held = _places_held()
    found = {code: held[code] for code in wanted if code in held}
    for batch in in_batches([code for code in wanted if code not in found], 500):
        keys: dict[int, CodeView] = {}
        for pk, *values in Code.objects.filter(list_id=name, code__in=batch).values_list(
            "pk", "code", "parent", "valid_from", "valid_to", "data"
        ):
            keys[pk] = found[values[0]] = CodeView(*values)
        for pk, lang, text in Label.objects.filter(code_id__in=list(keys), preferred=True).values_list(
            "code_id", "lang", "text"
        ):
            keys[pk].labels[lang] = text
    if len(held) > _MOST_HELD:
        held.clear()
    held.update(found)
    return found


class _Names:
    """The folded names of a list, for finding misspelt ones."""

    def __init__(self, name: str) -> None:
        rows = list(Label.objects.filter(list_id=name, code__valid_to=None).values_list("folded", "code__code"))
        self.folded = [row[0] for row in rows]
        self.codes = [row[1] for row in rows]
        self._begun: dict[int, dict[str, list[int]]] = {}

    def begun(self, length: int) -> dict[str, list[int]]:
        """The names cut to `length` signs: each beginning once, with where it stands; kept, for lengths to 16."""
        if length not in self._begun:
            found: dict[str, list[int]] = {}
            for at, folded in enumerate(self.folded):
                found.setdefault(folded[:length], []).append(at)
            self._begun[length] = found
        return self._begun[length]


_names: StampedCache[_Names] = StampedCache(100)


def suggest(name: str, text: str, *, lang: str = "en", within: str = "", limit: int = 10) -> list[dict[str, str]]:
    """Type-ahead: codes whose code or any name begins with `text`, then those that are nearly so.

    `within` keeps to codes that begin with it (a country, for places). Gives `[{"code", "label"}]`, best first.
    """
    said = fold(text)[:200]
    if not said:
        return []
    labels = Label.objects.filter(list_id=name, code__valid_to=None)
    codes = Code.objects.filter(list_id=name, valid_to=None)
    if within:
        labels, codes = labels.filter(code__code__startswith=within), codes.filter(code__startswith=within)
    found: dict[str, None] = dict.fromkeys(
        codes.filter(code__in=(text.strip(), text.strip().upper())).values_list("code", flat=True)[:limit]
    )
    found |= dict.fromkeys(labels.filter(folded=said).values_list("code__code", flat=True)[:limit])
    if len(found) < limit:
        begun = (
            labels.filter(folded__gte=said, folded__lt=said + "\U0010ffff")
            .order_by("folded")
            .values_list("code__code", flat=True)
        )
        found |= dict.fromkeys(list(begun[: limit * 2]))
    if len(found) < limit:
        found |= dict.fromkeys(_nearly(name, said, within, limit))
    views = code_views(name, list(found)[:limit])
    return [{"code": code, "label": views[code].label(lang)} for code in list(found)[:limit] if code in views]


def _nearly(name: str, said: str, within: str, limit: int) -> list[str]:
    stamp = CodeList.objects.filter(name=name).values_list("loaded_at", flat=True).first()
    names = _names.of(name, stamp, lambda: _Names(name))
    begun = names.begun(min(len(said) + 1, 16))
    hits = process.extract(said[:16], begun.keys(), scorer=OSA.normalized_similarity, score_cutoff=0.6, limit=limit * 4)
    found = [names.codes[at] for beginning, _, _ in hits for at in begun[beginning]]
    return [code for code in found if code.startswith(within)][:limit]
