"""Who has part in a case, as typed on the case's own page of entry: rows of fields, and what others get of each.

Fields are called `named.1.name`. What is typed here never reaches the case: of a person the case gets the part, the
nationality, the sex and a band of ages, where these were left empty there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from tidewaiter.codelists.queries import list_view
from tidewaiter.foundation.parameters import whole
from tidewaiter.foundation.readings.dates import read_date
from tidewaiter.registry.reading.said import SaidThing
from tidewaiter.registry.reading.tables import PROPERTY
from tidewaiter.registry.vocabulary import CONVEYANCES, KIND_WORDS, PART_WORDS, type_of

BEGINS = "named."
MOST_ROWS = 20
FIELDS: dict[str, tuple[tuple[str, Promise, int], ...]] = {
    "person": (
        ("alias", _("Name in another script"), 600),
        ("birth_date", _("Born"), 40),
        ("gender", _("Sex"), 20),
        ("nationality", _("Nationality"), 100),
        ("document", _("Document"), 100),
        ("phone", _("Telephone"), 100),
        ("address", _("Address"), 600),
        ("note", _("Note"), 2000),
    ),
    "company": (
        ("alias", _("Also called"), 600),
        ("country", _("Country"), 100),
        ("registration_number", _("Registration number"), 100),
        ("phone", _("Telephone"), 100),
        ("address", _("Address"), 600),
        ("note", _("Note"), 2000),
    ),
    "conveyance": (
        ("country", _("Country"), 100),
        ("registration_number", _("Registration number"), 100),
        ("imo", _("IMO number"), 20),
        ("note", _("Note"), 2000),
    ),
}
"""What is asked of each, beside its name and its part: field, word, longest."""
SCREENED = ("name", "birth_date", "nationality", "country", "document")
ROLES = {"declarant": "agent", "carrier": "other", "owner": "other", "suspect": "other", "conveyance": "other"}
"""Parts that the case calls otherwise; all others have the same code there."""
BANDS = ((18, "0-17"), (25, "18-24"), (35, "25-34"), (45, "35-44"), (55, "45-54"), (65, "55-64"), (200, "65+"))


@dataclass(slots=True)
class Row:
    """One that was typed: its number on the page, its kind, its fields."""

    number: int
    kind: str
    texts: dict[str, str] = field(default_factory=dict)
    of_kind: int = 1
    """Its number among those of its kind."""

    @property
    def asked(self) -> str:
        """Which fields are asked: of a person, a firm, a conveyance."""
        return self.kind if self.kind in FIELDS else "conveyance"

    @property
    def is_empty(self) -> bool:
        """Whether nothing is said but the kind and the part."""
        return not any(text for name, text in self.texts.items() if name != "role")

    def said(self) -> SaidThing:
        """The row as a deed takes it."""
        values = [
            (PROPERTY[name], part.strip())
            for name, text in self.texts.items()
            if name in PROPERTY and type_of(self.kind, PROPERTY[name])
            for part in (text.split(";") if name != "note" else [text])
            if part.strip()
        ]
        return SaidThing(key="", kind=self.kind, values=values)


def read_rows(posted: Mapping[str, str], *, deed: bool = False) -> list[Row]:
    """The rows that were posted, in their order; `deed`: after what a button of them asks (one more, one less)."""
    numbers = {
        whole(name.split(".")[1], least=1) for name in posted if name.startswith(BEGINS) and name.count(".") == 2
    }
    rows = [_row(posted, number) for number in sorted(one for one in numbers if one)[:MOST_ROWS]]
    asked = posted.get("deed", "").removeprefix(BEGINS) if deed else ""
    name, _colon, said = asked.partition(":")
    if name == "add" and said in (*KIND_WORDS, "conveyance") and len(rows) < MOST_ROWS:
        kind = "vehicle" if said == "conveyance" else said
        rows.append(Row(0, kind, {"role": "conveyance" if kind in CONVEYANCES else ""}))
    if name == "out":
        rows = [row for row in rows if str(row.number) != said]
    seen: dict[str, int] = {}
    for number, row in enumerate(rows, 1):
        seen[row.asked] = seen.get(row.asked, 0) + 1
        row.number, row.of_kind = number, seen[row.asked]
    return rows


def _row(posted: Mapping[str, str], number: int) -> Row:
    kind = posted.get(f"{BEGINS}{number}.kind", "person")
    row = Row(number, kind if kind in KIND_WORDS else "person")
    longest = {"name": 300, "role": 40} | {name: most for name, _word, most in FIELDS[row.asked]}
    for name, most in longest.items():
        row.texts[name] = " ".join(str(posted.get(f"{BEGINS}{number}.{name}", "")).split())[:most]
    return row


def fill_persons(rows: list[Row], header: dict[str, str], before: int) -> None:
    """Puts into the case's empty fields what others get of each person; `before`: how many are named already."""
    persons = [row for row in rows if row.kind == "person" and not row.is_empty]
    for number, row in enumerate(persons, before + 1):
        for part, text in as_others_see(row, header.get("date", "")).items():
            path = f"persons.{number}.{part}"
            if text and not header.get(path, "").strip():
                header[path] = text


def as_others_see(row: Row, day: str) -> dict[str, str]:
    """What others get of a person: part, nationality, sex, band of ages; empty where it cannot be told."""
    role = row.texts.get("role", "")
    sex = list_view("sex").resolve(row.texts.get("gender", "")).code if row.texts.get("gender") else ""
    country = list_view("country").resolve(row.texts["nationality"]).code if row.texts.get("nationality") else ""
    return {
        "role": ROLES.get(role, role),
        "nationality": country or "",
        "sex": sex or "",
        "age_band": age_band(row.texts.get("birth_date", ""), day),
    }


def age_band(birth: str, day: str) -> str:
    """The band of ages of somebody born then, on a day; nothing where a year alone leaves two bands possible."""
    born, on = read_date(birth).value, read_date(day).value
    if born is None or on is None:
        return ""
    parts = int(on.iso[:4]) - int(born.iso[:4])
    if born.precision == "day" and on.precision == "day":
        possible = {parts - (on.iso[5:] < born.iso[5:])}
    else:
        possible = {parts - 1, parts}
    bands = {next((band for most, band in BANDS if age < most), "") for age in possible if age >= 0}
    return bands.pop() if len(bands) == 1 else ""


def wrong_in(rows: list[Row]) -> list[tuple[str, Promise]]:
    """(the id of a field, its word) of what is missing: a name, a part."""
    found: list[tuple[str, Promise]] = []
    for row in rows:
        if row.is_empty:
            continue
        if not row.texts["name"]:
            found.append((f"{BEGINS}{row.number}.name", _("Name, registration or plate")))
        if row.texts["role"] not in PART_WORDS:
            found.append((f"{BEGINS}{row.number}.role", _("Role")))
    return found
