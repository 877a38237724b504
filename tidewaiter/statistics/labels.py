"""Words for dimensions and their values."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from tidewaiter.cases.presenters import word
from tidewaiter.codelists.queries import code_view, list_view
from tidewaiter.forms.queries import forms_in_use

LISTS = {
    "commodity": "commodity",
    "country": "country",
    "administration": "country",
    "region": "rilo_region",
    "mode": "mode",
    "detection": "detection_method",
    "direction": "direction",
    "location_type": "location_type",
    "concealment": "concealment_method",
    "departure": "country",
    "origin": "country",
    "destination": "country",
    "place": "unlocode",
    "kind": "kind",
    "hs": "hs",
}
TITLES = {
    "commodity": _("Commodity"),
    "subtype": _("Goods"),
    "year": _("Year"),
    "month": _("Month"),
    "country": _("Country"),
    "administration": _("Administration"),
    "region": _("Region"),
    "mode": _("Mode of transport"),
    "detection": _("Why selected"),
    "direction": _("Direction"),
    "location_type": _("Type of location"),
    "concealment": _("How concealed"),
    "departure": _("Departure"),
    "origin": _("Origin"),
    "destination": _("Destination"),
    "status": _("State"),
    "channel": _("Way of reporting"),
    "kind": _("Seizure or offence"),
    "place": _("Place"),
    "unit": _("Unit"),
    "hs": _("HS code"),
    "currency": _("Currency"),
}
MEASURES = {"cases": _("Cases"), "seizures": _("Seizures"), "quantity": _("Quantity"), "value": _("Value")}
CHANNELS = {
    "page": _("Page"),
    "xlsx": _("Excel"),
    "xml": _("XML"),
    "csv": _("CSV"),
    "json": _("JSON"),
    "ndjson": _("JSON Lines"),
    "api": _("Program"),
    "national": _("National node"),
    "operation": _("Operation"),
    "offline": _("Without a line"),
}


def words_of_goods(lang: str) -> dict[str, str]:
    """Words for the subtypes of every form in use."""
    return {
        code: view.label(lang)
        for form in forms_in_use()
        for code, view in list_view(form.definition.list_of_subtypes).codes.items()
    }


def value_word(name: str, value: Any, lang: str, goods: dict[str, str] | None = None) -> str:
    """The word for a value of a dimension; «not reported» where there is none."""
    if value in (None, "", "-"):
        return str(_("not reported"))
    if name == "subtype":
        return (words_of_goods(lang) if goods is None else goods).get(str(value), str(value))
    if name == "status":
        return word("status", str(value), lang)
    if name == "unit":
        return unit_word(str(value), lang)
    if name == "channel":
        return str(CHANNELS.get(str(value), value))
    view = code_view(LISTS[name], str(value)) if name in LISTS else None
    return view.label(lang) if view else str(value)


def unit_word(code: str, lang: str) -> str:
    """The symbol of a unit, else its name; pieces are said short."""
    if code == "H87":
        return gettext("pcs")
    view = code_view("unit", code.upper())
    return str(view.data.get("symbol") or view.label(lang)) if view else code
