"""Kinds, properties and links in the words of FollowTheMoney (codes/ftm_schema.json), and how values are cleaned."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from stdnum import imo, lei
from stdnum.exceptions import ValidationError

from tidewaiter.codelists.countries import Countries
from tidewaiter.codelists.queries import ListView, list_view
from tidewaiter.foundation.decoding import read_json
from tidewaiter.foundation.readings.dates import read_date

SCHEMA_OF = {
    "person": "Person",
    "company": "Company",
    "vessel": "Vessel",
    "vehicle": "Vehicle",
    "aircraft": "Airplane",
    "container": "Vehicle",
}
"""A container goes out as a vehicle of type `container`: FollowTheMoney has none of its own."""
KINDS = tuple(SCHEMA_OF)
CONVEYANCES = ("vessel", "vehicle", "aircraft", "container")
KIND_OF = {
    "Person": "person",
    "Company": "company",
    "Organization": "company",
    "LegalEntity": "company",
    "PublicBody": "company",
    "Vessel": "vessel",
    "Vehicle": "vehicle",
    "Airplane": "aircraft",
}
LINKS = (
    "Ownership",
    "Directorship",
    "Employment",
    "Family",
    "Associate",
    "Membership",
    "Representation",
    "UnknownLink",
)
KIND_WORDS: dict[str, Promise] = {
    "person": _("Person"),
    "company": _("Company"),
    "vessel": _("Vessel"),
    "vehicle": _("Vehicle"),
    "aircraft": _("Aircraft"),
    "container": _("Container"),
}
LINK_WORDS: dict[str, Promise] = {
    "Ownership": _("owns"),
    "Directorship": _("directs"),
    "Employment": _("works for"),
    "Family": _("is of the family of"),
    "Associate": _("is an associate of"),
    "Membership": _("is a member of"),
    "Representation": _("acts for"),
    "UnknownLink": _("has to do with"),
}
MOVE_WORDS: dict[str, Promise] = {
    "assess": _("Assess"),
    "watch": _("Watch"),
    "investigate": _("Investigate"),
    "hand_over": _("Hand over"),
    "close": _("Close"),
    "reopen": _("Signal anew"),
    "review": _("Review and keep"),
}
"""What may be decided of a suspect."""
PART_WORDS: dict[str, Promise] = {
    "courier": _("courier"),
    "passenger": _("passenger"),
    "driver": _("driver"),
    "consignor": _("consignor"),
    "consignee": _("consignee"),
    "carrier": _("carrier"),
    "declarant": _("declarant"),
    "owner": _("owner"),
    "suspect": _("suspect"),
    "conveyance": _("conveyance"),
    "other": _("another part"),
}
"""What part somebody or something has in a case."""
WORDS: dict[str, Promise] = {
    "name": _("Name"),
    "alias": _("Also called"),
    "weakAlias": _("Also called (weak)"),
    "previousName": _("Earlier name"),
    "birthDate": _("Born"),
    "birthPlace": _("Place of birth"),
    "nationality": _("Nationality"),
    "country": _("Country"),
    "gender": _("Sex"),
    "idNumber": _("Document"),
    "passportNumber": _("Passport"),
    "registrationNumber": _("Registration number"),
    "leiCode": _("LEI"),
    "imoNumber": _("IMO number"),
    "mmsi": _("MMSI"),
    "flag": _("Flag"),
    "address": _("Address"),
    "phone": _("Telephone"),
    "email": _("Mail"),
    "position": _("Position"),
    "program": _("Programme"),
    "notes": _("Note"),
    "topics": _("Topic"),
    "type": _("Type"),
    "legalForm": _("Legal form"),
    "incorporationDate": _("Founded"),
}
NAMES = ("name", "alias", "weakAlias", "previousName")
BIRTHS = ("birthDate", "incorporationDate")
COUNTRIES = ("nationality", "country", "citizenship", "jurisdiction", "flag")
NUMBERS = (
    "idNumber",
    "passportNumber",
    "registrationNumber",
    "leiCode",
    "imoNumber",
    "mmsi",
    "taxNumber",
    "innCode",
    "ogrnCode",
    "vatCode",
    "callSign",
    "serialNumber",
    "swiftBic",
)
ONE_SIDE = ("name", "birthDate", "nationality", "country")
"""Properties of which two values contradict each other."""
LONGEST = 2000
_email = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_phone = re.compile(r"[^\d+]+")


@dataclass(frozen=True, slots=True)
class Value:
    """A value as it is kept; `original` where it was said otherwise, `doubt` where it does not hold."""

    prop: str
    value: str
    original: str = ""
    doubt: str = ""


@cache
def schemata() -> dict[str, dict[str, Any]]:
    """FollowTheMoney's schemata that the registry uses, flat."""
    path = settings.CODES_FOLDER / "ftm_schema.json"
    made: dict[str, dict[str, Any]] = read_json(path.read_text(encoding="utf-8"))
    return made


def type_of(kind: str, prop: str) -> str:
    """FollowTheMoney's type of a kind's property; empty where the kind has none of this name."""
    found = schemata()[SCHEMA_OF[kind]]["properties"].get(prop, "")
    return str(found)


def cleaned(kind: str, prop: str, said: str) -> Value | None:
    """A value as it is kept; nothing for an empty one or a property that the kind does not have."""
    text = unicodedata.normalize("NFC", " ".join(said.replace("\x00", "").split()))[:LONGEST]
    what = type_of(kind, prop)
    if not text or what in ("", "entity"):
        return None
    kept, doubt = text, ""
    if what == "date":
        kept, doubt = _date(text)
    elif what == "country":
        kept, doubt = _country(text)
    elif what == "phone":
        kept = _phone.sub("", text) or text
        doubt = "" if 6 <= len(kept.lstrip("+")) <= 15 else "unread"
    elif what == "email":
        kept = text.lower()
        doubt = "" if _email.fullmatch(kept) else "unread"
    elif what == "gender":
        kept = {"m": "male", "f": "female"}.get(text.lower()[:1], "other") if text else ""
    elif prop in NUMBERS:
        kept, doubt = _number(prop, text)
    same = text == kept or (what == "country" and text.upper() == kept)
    return Value(prop, kept, "" if same else text, doubt)


def _date(text: str) -> tuple[str, str]:
    found = read_date(text).value
    if found is None:
        return text, "unread"
    return found.iso[: {"day": 10, "month": 7, "year": 4}[found.precision]], ""


@lru_cache(maxsize=1)
def _countries(_of: ListView) -> Countries:
    """The reader of the list that stands: a list loaded anew is another view."""
    return Countries()


def _country(text: str) -> tuple[str, str]:
    found = _countries(list_view("country")).read(text)
    return (found, "") if found else (text, "unread")


def _number(prop: str, text: str) -> tuple[str, str]:
    bare = "".join(text.upper().split())
    try:
        if prop == "imoNumber":
            return f"IMO{imo.validate(bare.removeprefix('IMO'))}", ""
        if prop == "leiCode":
            return str(lei.validate(bare)), ""
    except ValidationError:
        return bare, "check_digit"
    return bare, ""
