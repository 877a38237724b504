"""The legs and persons of an entry as rows: added, taken out, and put in another order.

A row is there when its texts are, empty ones too. The places on a route keep their roles when rows change order: the
first is where it left, the last where it goes; what was typed of them moves.
"""

from __future__ import annotations

from collections.abc import Iterable

from tidewaiter.codelists.queries import list_view
from tidewaiter.forms.columns import normal_path
from tidewaiter.foundation.parameters import whole

LEG = ("place", "country", "date", "certainty")
"""Parts of a leg; the page types place or country into one box, called as the place."""
PERSON = ("role", "nationality", "sex", "age_band", "arrested")
MOST = 20
"""Transits of a route, and persons of a case, that the page takes."""
_ALWAYS = ("route.departure", "route.destination")

type Texts = dict[str, str]


def is_row(path: str) -> bool:
    """Whether a path is of a leg or of a person that the page takes."""
    if not path.startswith(("route.", "persons.")):
        return False
    number = next((part for part in path.split(".") if part.isdigit()), "1")
    return normal_path(path)[0] == path and 1 <= int(number) <= MOST


def stops(texts: Iterable[str]) -> list[str]:
    """The legs that are there, in the order of the way: `route.departure`, `route.transit.1`, …"""
    here = {path.rsplit(".", 1)[0] for path in texts if path.startswith("route.")} | set(_ALWAYS)
    transits = sorted((one for one in here if one.startswith("route.transit.")), key=_number)
    order = ["route.origin", "route.departure", *transits, "route.seizure", "route.destination"]
    return [one for one in order if one in here]


def people(texts: Iterable[str]) -> list[str]:
    """The persons that are there: `persons.1`, …"""
    return sorted({path.rsplit(".", 1)[0] for path in texts if path.startswith("persons.")}, key=_number)


def _number(row: str) -> int:
    return whole(row.rsplit(".", 1)[-1], least=0) or 0


def _parts(row: str) -> tuple[str, ...]:
    return LEG if row.startswith("route.") else PERSON


def box(path: str) -> str:
    """The field of the page in which a path is typed: the country of a leg in the box of its place."""
    if path.startswith("route.") and path.endswith(".country"):
        return f"{path.removesuffix('country')}place"
    return "route.departure.place" if path == "route" else path


def in_boxes(texts: Texts) -> None:
    """Puts the country of a leg that names no place into the one box of both."""
    for stop in stops(texts):
        country = texts.pop(f"{stop}.country", "")
        texts[f"{stop}.place"] = texts.get(f"{stop}.place", "").strip() or country


def out_of_boxes(texts: Texts) -> Texts:
    """The same texts with each box read as the country that it names, else as a place."""
    read = dict(texts)
    for stop in stops(texts):
        said = read.get(f"{stop}.place", "").strip()
        if said and country_named(said):
            read[f"{stop}.country"] = said
            del read[f"{stop}.place"]
    return read


def country_named(said: str) -> str:
    """The country that a text is or names; nothing where it names none."""
    return list_view("country").resolve(said[:200]).code or ""


def change(texts: Texts, deed: str) -> str | None:
    """Does what a button of the rows asks, and gives the field to go to; nothing where it is none of these."""
    name, _, at = deed.partition(":")
    asked = {"leg": _added, "row-out": _taken_out, "row-move": _moved}.get(name)
    return asked(texts, at) if asked else None


def _added(texts: Texts, kind: str) -> str:
    """One row more: `transit`, `origin`, `person`."""
    if kind == "person":
        row = f"persons.{len(people(texts)) + 1}"
        first = PERSON[0]
    else:
        transits = sum(one.startswith("route.transit.") for one in stops(texts))
        row, first = ("route.origin", "place") if kind == "origin" else (f"route.transit.{transits + 1}", "place")
    if is_row(f"{row}.{first}"):
        texts.setdefault(f"{row}.{first}", "")
        return f"{row}.{first}"
    return ""


def _taken_out(texts: Texts, row: str) -> str:
    """Without a row; those after it move up. Of where it left and where it goes the texts alone go."""
    own = stops(texts) if row.startswith("route.") else people(texts)
    if row not in own:
        return ""
    numbered = [one for one in own if one.rsplit(".", 1)[0] == row.rsplit(".", 1)[0] and one[-1].isdigit()]
    if row not in numbered:
        _put(texts, row, {})
        return f"{row}.place" if row in _ALWAYS else f"{own[max(own.index(row) - 1, 0)]}.place"
    at = numbered.index(row)
    held = [_held(texts, one) for one in numbered[at + 1 :]]
    for one, values in zip(numbered[at:], [*held, {}], strict=True):
        _put(texts, one, values)
    before = own[max(own.index(row) - 1, 0)]
    return f"{before}.{_parts(row)[0]}" if before != row or held else ""


def _moved(texts: Texts, said: str) -> str:
    """What stands at one place of the route goes to another; what lies between moves by one."""
    own = stops(texts)
    numbers = [whole(part, least=1) for part in said.split(":")]
    if len(numbers) != 2 or any(one is None or one > len(own) for one in numbers):
        return ""
    start, end = (number - 1 for number in numbers if number is not None)
    held = [_held(texts, one) for one in own]
    held.insert(end, held.pop(start))
    for one, values in zip(own, held, strict=True):
        _put(texts, one, values)
        texts.setdefault(f"{one}.place", "")
    return f"{own[end]}.place"


def _held(texts: Texts, row: str) -> Texts:
    return {part: texts[f"{row}.{part}"] for part in _parts(row) if f"{row}.{part}" in texts}


def _put(texts: Texts, row: str, values: Texts) -> None:
    for part in _parts(row):
        texts.pop(f"{row}.{part}", None)
    texts.update({f"{row}.{part}": text for part, text in values.items()})
