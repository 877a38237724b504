"""What a case is called at the head of its page: as an officer would say it («14 pistols and 62 magazines in pump
housings, Mombasa»).
"""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from tidewaiter.cases.models import Case
from tidewaiter.codelists.queries import CodeView, code_view
from tidewaiter.forms.engine import Form

_NAMED = 3
"""Goods that a title names."""
_PIECES = "H87"
_HIDDEN = {
    "hidden_in_goods": gettext_noop("%(goods)s in %(load)s"),
    "hidden_among_goods": gettext_noop("%(goods)s among %(load)s"),
    "misdeclared": gettext_noop("%(goods)s declared as %(load)s"),
}


def title_of(case: Case, lines: Sequence[dict[str, Any]], form: Form, lang: str) -> str:
    """Goods with their quantities, what hid them, where; `lines` are the documents of the lines in their order."""
    said = _goods(lines, form, lang) if lines else _("Offence without a seizure")
    said = _hidden(said, case.header)
    place = code_view("unlocode", case.place) if case.place else None
    return f"{said}, {place.label(lang)}" if place else said


def _goods(lines: Sequence[dict[str, Any]], form: Form, lang: str) -> str:
    kinds = _together(lines)
    words = list(dict.fromkeys(_line(line, form, lang) for line in kinds[:_NAMED]))
    if len(kinds) > _NAMED:
        return _("%(goods)s and %(n)s more") % {"goods": ", ".join(words), "n": len(kinds) - len(words)}
    if len(words) == 1:
        return words[0]
    return _("%(goods)s and %(last)s") % {"goods": ", ".join(words[:-1]), "last": words[-1]}


def _together(lines: Sequence[dict[str, Any]]) -> list[dict[str, Any]]:
    """Lines of the same goods in the same unit as one, in the order of the first: «76 barrels», not «14 and 62»."""
    found: dict[tuple[str, str, str], dict[str, Any]] = {}
    for line in lines:
        key = (str(line.get("subtype", "")), str(line.get("unit", "")), str(line.get("fields", {}).get("species", "")))
        held = found.get(key)
        if held is None:
            found[key] = line
        elif held.get("quantity") and line.get("quantity"):
            found[key] = held | {"quantity": str(Decimal(held["quantity"]) + Decimal(line["quantity"]))}
    return list(found.values())


def _line(line: dict[str, Any], form: Form, lang: str) -> str:
    quantity = Decimal(line["quantity"]) if line.get("quantity") else None
    unit = str(line.get("unit", ""))
    view = code_view(form.definition.list_of_subtypes, str(line.get("subtype", "")))
    goods = _called(view, lang, many=unit == _PIECES and quantity not in (None, 1)) if view else ""
    parts = [_amount(quantity), _symbol(unit, lang), goods] if quantity is not None else [goods]
    said = " ".join(part for part in parts if part)
    kind = line.get("fields", {}).get("species", "")
    species = code_view("species", kind) if kind else None
    return f"{said} ({species.label(lang)})" if species else said


def _called(view: CodeView, lang: str, *, many: bool) -> str:
    """The name of goods within a sentence; of several, where the list has a word for several."""
    word = view.label(lang)
    if many:
        own = view.data.get(f"many_{lang}", "") if lang in view.labels else view.data.get("many_en", "")
        word = str(own or word)
    return word[:1].lower() + word[1:] if word[1:2].islower() else word


def _amount(quantity: Decimal | None) -> str:
    if quantity is None:
        return ""
    plain = quantity.normalize()
    return number_format(plain, decimal_pos=max(0, -int(plain.as_tuple().exponent)), force_grouping=True)


def _symbol(unit: str, lang: str) -> str:
    view = code_view("unit", unit) if unit and unit != _PIECES else None
    return str(view.data.get("symbol") or view.label(lang)) if view else ""


def _hidden(goods: str, header: dict[str, Any]) -> str:
    load = str(header.get("cover_load", {}).get("description", "")).strip()
    method = header.get("concealment", {}).get("method", "")
    how = _HIDDEN.get(method[0] if isinstance(method, list) and method else str(method))
    if not load or how is None or len(load) > 60:
        return goods
    return _(how) % {"goods": goods, "load": load[:1].lower() + load[1:] if load[1:2].islower() else load}
