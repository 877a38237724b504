"""What tools/guide_pictures.py brings to its node beside the demo: invented cases with routes, a file of cases with
slips in it, a file of declarations. The same every time.
"""

from __future__ import annotations

import csv
import io
import random
from typing import Any

_ROUTES = {
    "KE": (("CO", "PA", "KE"), ("CN", "MY", "KE"), ("UG", "KE", "VN"), ("TR", "KE", "UG"), ("IN", "AE", "KE")),
    "CL": (("CL", "NL"), ("BO", "CL", "ES"), ("CN", "CL"), ("CL", "PA", "US"), ("CO", "CL", "AU")),
}
_PLACES = {"KE": "KEMBA", "CL": "CLSAI"}
_GOODS = (
    ("DRG", "cocaine", "KGM", "intelligence", "rip_on"),
    ("WPN", "slide_barrel", "H87", "risk_profile", "hidden_in_goods"),
    ("WPN", "ammunition", "H87", "routine", "false_compartment"),
    ("DRG", "heroin", "KGM", "risk_profile", "ingested"),
)


def cases(country: str) -> list[dict[str, Any]]:
    """Thirty-six cases of a country, from January to October 2026."""
    chance = random.Random(country)
    return [_case(country, at, chance) for at in range(36)]


def _case(country: str, at: int, chance: random.Random) -> dict[str, Any]:
    form, subtype, unit, method, hidden = _GOODS[chance.choice((0, 0, 1, 2, 3))]
    stops = _ROUTES[country][min(chance.randrange(6), chance.randrange(5))]
    roles = ["departure", *["transit"] * (len(stops) - 2), "destination"]
    route: list[dict[str, str]] = [
        {"role": role, "country": stop, "certainty": "declared"} for role, stop in zip(roles, stops, strict=True)
    ]
    for stop in route:
        if stop["country"] == country:
            stop["place"] = _PLACES[country]
    return {
        "form": form,
        "national_ref": f"{country}-2026-{100 + at:04d}",
        "kind": "seizure",
        "date": f"2026-{1 + at % 10:02d}-{chance.randint(1, 28):02d}",
        "country": country,
        "location_type": "seaport",
        "place": _PLACES[country],
        "direction": "export" if stops[0] == country else "import" if stops[-1] == country else "transit",
        "lines": [{"subtype": subtype, "quantity": str(chance.randint(3, 40)), "unit": unit}],
        "conveyance": {"mode": "1", "type": "container_ship"},
        "route": route,
        "detection": {"method": method, "techniques": ["xray", "physical_search"]},
        "concealment": {"place": "container", "method": hidden},
    }


_HEADS = (
    *("form", "national_ref", "date", "country", "location_type", "place", "direction", "detection.method"),
    *("conveyance.mode", "subtype", "quantity", "unit"),
)
_SLIPS = (
    (7, "place", "Valparaiso puerto"),
    (11, "subtype", "pistoll"),
    (12, "subtype", "riffle"),
    (19, "unit", "cajas"),
    (33, "date", "2026-11-31"),
    (41, "quantity", "1.25,5"),
    (52, "place", "Valparaizo"),
)
"""Row, column and what somebody wrote there."""


def sheet_with_slips() -> str:
    """A table of sixty rows of Chile with seven wrong cells, with the heads of the form."""
    what = ("CL", "seaport", "CLSAI", "import", "routine", "1", "pistol")
    rows = [
        ["WPN", f"CL-2026-{2000 + n}", f"2026-11-{1 + n % 28:02d}", *what, str(1 + n % 7), "H87"] for n in range(60)
    ]
    for at, column, written in _SLIPS:
        rows[at][_HEADS.index(column)] = written
    out = io.StringIO()
    csv.writer(out).writerows([_HEADS, *rows])
    return out.getvalue()


def declarations() -> str:
    """Declarations of a year: shoes of two origins, some far too dear or too cheap."""
    chance = random.Random(8)
    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(("declaration id", "date", "office", "hs", "origin", "net weight", "value", "declarant"))
    for at in range(3000):
        weight = chance.randint(1, 400)
        price = 9 * chance.uniform(0.8, 1.25) * (30 if at % 97 == 3 else 0.1 if at % 131 == 5 else 1)
        day = f"2025-{1 + at // 250:02d}-{1 + at % 28:02d}"
        table.writerow(
            (f"D{at}", day, f"O{at % 3}", "640411", ("CN", "VN")[at % 2], weight, round(weight * price, 2), "A1")
        )
    return out.getvalue()
