"""Payer and payee of each payment as pages show them, with what FATF R.16 asks for and nobody has named."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext_lazy as _

from tidewaiter.response.models import Leg
from tidewaiter.response.written import lacking_of

FIELDS = {
    "name": _("Name"),
    "address": _("Address"),
    "town": _("Town"),
    "home": _("Country of the address"),
    "born": _("Day or year of birth"),
    "number": _("Number of a document or register"),
    "lei": _("LEI of a firm"),
}
LACKS = {
    "name": _("name"),
    "address": _("address: town and country at least"),
    "born": _("birth of a person, or identifier of a firm"),
}
SIDES = (("from", _("Payer")), ("to", _("Payee")))


def parties_shown(legs: Sequence[Leg], typed: Mapping[str, str]) -> list[dict[str, Any]]:
    """Each payment with both sides; what was typed and could not be kept stands there again."""
    return [_shown(leg, typed if typed.get("leg") == str(leg.number) else {}) for leg in legs[:40]]


def _shown(leg: Leg, typed: Mapping[str, str]) -> dict[str, Any]:
    again = {name: value for name, value in typed.items() if name.partition("_")[2] in FIELDS}
    sides, lacks = [], 0
    for which, word in SIDES:
        party: Mapping[str, str] = leg.from_party if which == "from" else leg.to_party
        missing = lacking_of(party)
        lacks += len(missing)
        fields = [
            {
                "id": f"party-{leg.number}-{which}-{name}",
                "name": f"{which}_{name}",
                "word": label,
                "value": again.get(f"{which}_{name}", party.get("country" if name == "home" else name, "")),
            }
            for name, label in FIELDS.items()
        ]
        sides.append({"word": word, "fields": fields, "lacks": "; ".join(str(LACKS[one]) for one in missing)})
    return {"leg": leg, "sides": sides, "lacks": lacks, "typed": bool(again)}
