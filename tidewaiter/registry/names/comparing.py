"""Two names with what else is known: a score, how much could have disagreed, and why, in words.

The *score* says how alike the two are; the *evidence* how much could have disagreed and was compared: a full score on
a name alone tells little (PEERS.md §1, 4). Both lie between 0 and 1.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import lru_cache

from django.utils.translation import get_language, gettext
from django.utils.translation import gettext_noop as _

from tidewaiter.foundation.readings.dates import Day, read_date
from tidewaiter.registry.names.companies import compare_firms, looks_like_a_firm, read_vessel
from tidewaiter.registry.names.persons import Agreement, compare_persons

NAME_MOST, WORD, BIRTH, BIRTH_YEAR, COUNTRY, NUMBER, OTHER = 0.45, 0.15, 0.35, 0.25, 0.15, 0.4, 0.1
"""What of the evidence each can give: the name by its words, a birth, its year alone, a country, a document or a
registration number, any other value."""
LIFTED_FROM = 0.6
"""From this score on of the names, a birth and a country in common speak for one person."""
SAME_FROM = 0.8
"""From this score on two names are said to be the same."""


IMO_LENGTH = 10
"""Of an IMO number with its word: IMO and seven figures."""
type Reason = tuple[str, dict[str, object]]
"""A sentence that is marked for translation, and the words that go into it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of one side. Texts as they were said; `numbers` are documents and registrations."""

    name: str
    kind: str = ""
    birth: str = ""
    countries: frozenset[str] = frozenset()
    numbers: frozenset[str] = frozenset()


@dataclass(slots=True)
class Compared:
    """What comparing has found."""

    score: float
    evidence: float
    why: list[str] = field(default_factory=list)
    contradicts: bool = False


def compare(left: Known, right: Known, *, least: float = 0.0) -> Compared:
    """Compares two sides; a kind that only one says holds for both, and where none does a legal form
    tells. Two kinds are never one thing.

    `least`: what cannot reach this score is answered without evidence and reasons, in a part of the time.
    """
    kind = left.kind or right.kind
    if not kind:
        kind = "company" if looks_like_a_firm(left.name) or looks_like_a_firm(right.name) else "person"
    if left.kind and right.kind and left.kind != right.kind:
        return Compared(0.0, 1.0, said([(_("They are not of one kind."), {})]), contradicts=True)
    if not left.name.strip() or not right.name.strip():
        return Compared(0.0, 0.0, said([(_("One side has no name."), {})]))
    if kind == "person":
        found = compare_persons(left.name, right.name)
    elif kind == "company":
        found = compare_firms(left.name, right.name)
    else:
        found = compare_firms(read_vessel(left.name), read_vessel(right.name))
    if least and best_possible(found.score, left, right) < least:
        return Compared(round(max(0.0, found.score), 3), 0.0)
    made, why = Compared(found.score, min(NAME_MOST, WORD * found.words)), _of_name(found)
    alone = made.evidence
    _births(made, why, left.birth, right.birth)
    _countries(made, why, kind, left.countries, right.countries)
    _numbers(made, why, left.numbers, right.numbers)
    if made.evidence == alone and made.score >= SAME_FROM:
        why.append((_("Same name, nothing to disagree."), {}))
    made.why = said(why)
    made.score, made.evidence = (round(max(0.0, min(1.0, one)), 3) for one in (made.score, made.evidence))
    return made


def said(reasons: list[Reason]) -> list[str]:
    """Reasons as sentences in the reader's language, which is asked for once: a run says tens of thousands."""
    language = get_language()
    return [_sentence(language, text) % words if words else _sentence(language, text) for text, words in reasons]


@lru_cache(maxsize=1_000)
def _sentence(_language: str | None, text: str) -> str:
    """What a sentence is in the language that is active."""
    return gettext(text)


def best_possible(name: float, left: Known, right: Known) -> float:
    """The most that a score can become whose names alone have this one: what births, countries and numbers may add.

    A document in common lifts any score; a birth and a country in common lift one above .6 (`_births`, `_countries`).
    """
    if left.numbers and right.numbers and not _bare(left.numbers).isdisjoint(_bare(right.numbers)):
        return 1.0
    return name if name <= LIFTED_FROM else 1.0 - (1.0 - name) * 0.65 * 0.9 + 0.0005


def _of_name(found: Agreement) -> list[Reason]:
    why: list[Reason] = [(_HOWS[how], {"one": one, "other": other}) for how, one, other in found.hows[:4]]
    if found.score >= SAME_FROM and not why:
        why.append((_("Same name."), {}))
    if found.turned:
        why.append((_("The words stand in another order."), {}))
    if found.left_out:
        why.append((_("On one side only: %(words)s."), {"words": ", ".join(found.left_out[:4])}))
    why += [(_("«%(one)s» is not «%(other)s»."), {"one": one, "other": other}) for one, other in found.against[:3]]
    if not found.words and not why:
        why.append((_("Nothing of the names could be compared."), {}))
    return why


_HOWS = {
    "spelled": _("«%(one)s» and «%(other)s» are spellings of one name."),
    "script": _("«%(one)s» is «%(other)s» in another script."),
    "short": _("«%(one)s» and «%(other)s»: a short form."),
    "initial": _("«%(one)s» and «%(other)s»: an initial."),
    "typed": _("«%(one)s» and «%(other)s» are almost alike."),
    "ending": _("«%(one)s» and «%(other)s» differ by their ending."),
    "stuck": _("«%(one)s» and «%(other)s»: a particle is written with the name."),
    "form": _("«%(one)s» and «%(other)s» are legal forms of one kind."),
    "initials": _("«%(one)s» and «%(other)s»: one is made of the initials of the other."),
}


@lru_cache(maxsize=20_000)
def read_birth(said: str) -> Day | None:
    """A birth as the house reads dates; nothing where it is none, or could be several."""
    found = read_date(said.strip()) if said.strip() else None
    return found.value if found is not None else None


def _births(made: Compared, why: list[Reason], left: str, right: str) -> None:
    one, other = read_birth(left), read_birth(right)
    if one is None or other is None:
        return
    made.evidence += BIRTH if one.precision == other.precision == "day" else BIRTH_YEAR
    first, second = date.fromisoformat(one.iso), date.fromisoformat(other.iso)
    if first.year != second.year:
        _other_year(made, why, first, second, full=one.precision == other.precision == "day")
        return
    both = {one.precision, other.precision}
    if "year" in both or ("month" in both and first.month == second.month) or first == second:
        why.append((_("Born on the same day.") if both == {"day"} else _("Born in the same year."), {}))
        made.score += (1 - made.score) * (0.35 if both == {"day"} else 0.1) if made.score > LIFTED_FROM else 0.0
        return
    if (first.month, first.day) == (second.day, second.month):
        why.append((_("Day and month of birth are exchanged."), {}))
        made.score -= 0.04
    elif (first.month == second.month) != (first.day == second.day):
        why.append((_("The births differ in day or month."), {}))
        made.score -= 0.12
    else:
        why.append((_("Born in the same year on another day."), {}))
        made.score -= 0.35
        made.contradicts = True


def _other_year(made: Compared, why: list[Reason], first: date, second: date, *, full: bool) -> None:
    apart = abs(first.year - second.year)
    same_day = full and (first.month, first.day) == (second.month, second.day)
    made.contradicts = True
    why.append((_("Born in another year: %(one)s, %(other)s."), {"one": first.year, "other": second.year}))
    if same_day and (apart in (1, 10) or sorted(str(first.year)) == sorted(str(second.year))):
        made.score -= 0.12
    elif apart == 1:
        made.score -= 0.15 if not full else 0.3
    elif apart == 2 and not full:
        made.score -= 0.3
    else:
        made.score *= 0.45


def _countries(made: Compared, why: list[Reason], kind: str, left: frozenset[str], right: frozenset[str]) -> None:
    if not left or not right:
        return
    made.evidence += COUNTRY
    if left & right:
        why.append((_("Same country."), {}))
        made.score += (1 - made.score) * 0.1 if made.score > LIFTED_FROM else 0.0
        return
    made.contradicts = True
    apart: dict[str, object] = {"one": ", ".join(sorted(left)), "other": ", ".join(sorted(right))}
    why.append((_("Other country: %(one)s, %(other)s."), apart))
    made.score -= 0.08 if kind == "person" else 0.22 if kind == "company" else 0.1


def _numbers(made: Compared, why: list[Reason], left: frozenset[str], right: frozenset[str]) -> None:
    if not left or not right:
        return
    made.evidence += NUMBER
    if _bare(left) & _bare(right):
        why.append((_("Same number of a document or register."), {}))
        made.score = max(made.score, 0.5) + (1 - max(made.score, 0.5)) * 0.7
    else:
        why.append((_("Other numbers of documents or registers."), {}))
        made.score -= 0.06


def _bare(numbers: frozenset[str]) -> set[str]:
    """Numbers without what one writes between their signs («AK-055 2184»), and without the word before an IMO's."""
    bare = ("".join(sign for sign in number.upper() if sign.isalnum()) for number in numbers)
    return {one[3:] if one.startswith("IMO") and len(one) == IMO_LENGTH else one for one in bare}
