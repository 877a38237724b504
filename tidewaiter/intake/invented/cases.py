"""Draws the invented cases of a country, as `import_cases` takes them (CONTRACT.md, Case record)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from math import floor, log10
from random import Random
from typing import Any

from tidewaiter.intake.invented.world import Country, Trip, World

TOTAL = 400
"""How many cases the whole world has, but for what rises lately."""
DAYS, LATELY = 1095, 80
PICTURED = (1, 3, 6)
"""Which of a country's newest cases have pictures: of those that wait, that went back, that are validated."""
_WHY = ("risk_profile", "risk_profile", "risk_profile", "routine", "intelligence", "random", "other_agency")
_SIGNS = (
    "new_consignee",
    "weight_differs",
    "unusual_route",
    "value_implausible",
    "vague_description",
    "seal_irregular",
)
_AGES = ("18-24", "25-34", "25-34", "35-44", "45-54")
_KINDS = {"seaport": "port", "airport": "airport", "mail_centre": "mail centre", "express_hub": "express hub"}
_OWNERS = ("MSCU", "TCLU", "HLXU", "SEGU", "TRLU")
_LETTERS = dict(zip("ABCDEFGHIJKLMNOPQRSTUVWXYZ", range(10, 36), strict=True))


@dataclass(frozen=True, slots=True)
class Invented:
    """A case, and what is to be drawn for it, by the name of the file (`drawings.drawn`)."""

    record: dict[str, Any]
    pictures: dict[str, str]


def cases_of(world: World, country: Country, until: date) -> list[Invented]:
    """The country's cases of three years up to that day, oldest first; the same for the same day. Some of the
    newest have pictures.
    """
    chance = Random(f"tidewaiter {country.code}")
    drawn = sorted(_trips(world, country, chance), key=lambda one: -one[0])
    made: list[Invented] = []
    numbers: dict[int, int] = {}
    for left, (ago, trip) in zip(range(len(drawn), 0, -1), drawn, strict=True):
        day = until - timedelta(days=ago)
        numbers[day.year] = numbers.get(day.year, 0) + chance.randint(3, 17)
        record = _case(world, country, trip, day, numbers[day.year], chance)
        shapes = trip.scene["picture"] if left in PICTURED else []
        made.append(with_pictures(record, shapes[:1] + shapes[1:][-1:]))
    return made


def with_pictures(record: dict[str, Any], shapes: Sequence[str]) -> Invented:
    """A case with a picture of each shape."""
    pictures = {f"{record['national_ref'].lower()}-{at}.jpg": shape for at, shape in enumerate(shapes, 1)}
    record["photos"] = [
        {"file": file, "shows": "scan", "caption": "As the scanner showed it"}
        if shape.startswith("scan:")
        else {"file": file, "shows": "goods", "caption": "The goods, laid out"}
        for file, shape in pictures.items()
    ]
    return Invented(record, pictures)


def _trips(world: World, country: Country, chance: Random) -> Iterator[tuple[int, Trip]]:
    """(days ago, what was seized)."""
    trips = world.trips(country.code)
    by_scene: dict[int, list[Trip]] = {}
    for trip in trips:
        by_scene.setdefault(id(trip.scene), []).append(trip)
    scenes = list(by_scene.values())
    shares = [ways[0].scene["share"] for ways in scenes]
    for _ in range(round(TOTAL * country.share / 100)):
        yield int(DAYS * chance.random() ** 1.1), chance.choice(chance.choices(scenes, shares)[0])
    for ways in scenes:
        for _ in range(ways[0].scene.get("rise", {}).get(country.code, 0)):
            yield chance.randrange(LATELY), chance.choice(ways)


def _case(world: World, country: Country, trip: Trip, day: date, number: int, chance: Random) -> dict[str, Any]:
    scene, way = trip.scene, trip.way
    place, name = country.places[way["hops"]]
    hidden_in, how = chance.choice(way["hidden"])
    lines = list(_lines(scene, country, trip, chance))
    cover = chance.choice(scene["cover"]) if scene.get("cover") else None
    said: dict[str, Any] = {
        "form": scene["form"],
        "national_ref": f"{country.code}-{day.year}-{number:04d}",
        "kind": "seizure",
        "long": True,
        "date": day.isoformat(),
        "country": country.code,
        "office": " ".join(filter(None, (name, _KINDS.get(way["location"], "border post")))),
        "location_type": way["location"],
        "place": place,
        "direction": _direction(country.code, trip),
        "lines": lines,
        "detection": _detection(way, chance),
        "conveyance": _conveyance(world, trip, chance),
        "concealment": {"place": hidden_in, "method": how},
        "route": list(_route(world, country.code, trip)),
        "narrative": _told(scene, lines, cover, chance),
    }
    if cover and hidden_in in ("container", "cargo", "mail"):
        said["cover_load"] = {"description": cover[0], "hs": cover[1]}
    if "person" in way:
        said["persons"] = [_person(way, trip, country.code, chance)]
    return said


def _lines(scene: dict[str, Any], country: Country, trip: Trip, chance: Random) -> Iterator[dict[str, Any]]:
    for goods in scene["lines"]:
        line: dict[str, Any] = {"subtype": _one(goods["subtype"], chance), "origin": trip.stops[0]}
        if "hs" in goods:
            line["hs"] = goods["hs"]
        currency, rate = country.currency
        if "value" in goods:
            least, most = goods["value"]
            worth = _spread(least, most, chance)
            line |= {"value": f"{_rounded(worth * rate, 3):.0f}", "currency": currency, "value_basis": "customs"}
        else:
            amount = _quantity(goods, chance)
            line |= {"quantity": f"{amount:g}" if amount < 1e6 else f"{amount:.0f}", "unit": goods["unit"]}
            if "dollars" in goods and chance.random() < 0.7:
                worth = amount * goods["dollars"] * rate * chance.uniform(0.7, 1.3)
                line |= {"value": f"{_rounded(worth, 3):.0f}", "currency": currency, "value_basis": "street"}
        if "fields" in goods:
            line["fields"] = {name: _one(value, chance) for name, value in goods["fields"].items()}
        yield line


def _one(said: Any, chance: Random) -> Any:
    return chance.choice(said) if isinstance(said, list) else said


def _spread(least: float, most: float, chance: Random) -> float:
    """Any between the two, as often by ones as by thousands."""
    return float(least * (most / least) ** chance.random())


def _rounded(number: float, digits: int) -> float:
    return round(number, digits - 1 - floor(log10(number)))


def _quantity(goods: dict[str, Any], chance: Random) -> float:
    amount = _rounded(_spread(goods["from"], goods["to"], chance), 3)
    return amount if goods["unit"] in ("KGM", "LTR", "MTQ", "TNE") and amount < 1000 else max(1.0, round(amount))


def _direction(country: str, trip: Trip) -> str:
    if country == trip.stops[0]:
        return "export"
    if country == trip.stops[-1]:
        return "import"
    return "transhipment" if trip.way["hops"] == "sea" else "transit"


def _detection(way: dict[str, Any], chance: Random) -> dict[str, Any]:
    said = {"method": chance.choice(_WHY), "techniques": chance.choice(way["techniques"])}
    if said["method"] == "risk_profile":
        said["risk_indicators"] = sorted(chance.sample(_SIGNS, 2))
    return said


def _conveyance(world: World, trip: Trip, chance: Random) -> dict[str, Any]:
    said: dict[str, Any] = {name: trip.way[name] for name in ("mode", "type") if name in trip.way}
    if said["mode"] == "1":
        said["container"] = container_number(chance.choice(_OWNERS), chance.randrange(1_000_000))
    elif said["mode"] == "4":
        airline = next(filter(None, (world.countries[stop].airline for stop in trip.stops)), "")
        if airline:
            said |= {"carrier": airline, "number": f"{airline}{chance.randint(101, 989)}"}
    return said


def container_number(owner: str, serial: int) -> str:
    """A container's number with its check digit (ISO 6346: letters by 10 to 38 without multiples of 11, weights of
    two's powers, modulo 11).
    """
    signs = f"{owner}{serial:06d}"
    values = [_value(sign) for sign in signs]
    return f"{signs}{sum(value << at for at, value in enumerate(values)) % 11 % 10}"


def _value(sign: str) -> int:
    if sign.isdigit():
        return int(sign)
    plain = _LETTERS[sign]
    return plain + (plain - 1) // 10  # 11, 22 and 33 are left out


def _route(world: World, country: str, trip: Trip) -> Iterator[dict[str, str]]:
    last = len(trip.stops) - 1
    for at, stop in enumerate(trip.stops):
        role = "departure" if at == 0 else "destination" if at == last else "transit"
        leg = {"role": role, "country": stop, "certainty": "known" if stop == country else "declared"}
        kind = trip.way["hops"]
        if kind in world.countries[stop].places and (kind != "land" or stop == country):
            leg["place"] = world.countries[stop].places[kind][0]
        yield leg


def _person(way: dict[str, Any], trip: Trip, country: str, chance: Random) -> dict[str, Any]:
    return {
        "role": chance.choice(way["person"]),
        "nationality": chance.choice((trip.stops[0], trip.stops[-1], country)),
        "sex": chance.choice(("male", "male", "female")),
        "age_band": chance.choice(_AGES),
        "arrested": chance.random() < 0.6,
    }


_UNITS = {"KGM": "kg", "LTR": "litres", "TNE": "tonnes", "GRM": "g", "MTQ": "cubic metres", "STC": "cigarettes"}


def _told(scene: dict[str, Any], lines: Sequence[dict[str, Any]], cover: Sequence[str] | None, chance: Random) -> str:
    first = lines[0]
    unit = _UNITS.get(first.get("unit", ""), "pieces")
    amount = float(first.get("quantity", 0))
    much = f"{amount:,.0f} {unit}" if amount >= 100 else f"{amount:g} {unit}"
    told = [one for one in scene["told"] if cover or "{what}" not in one] or ["Found in the control."]
    text = str(chance.choice(told).format(what=cover[0].lower() if cover else "", much=much))
    return text[0].upper() + text[1:]
