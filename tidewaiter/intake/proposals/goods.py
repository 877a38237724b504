"""Goods across columns («Cocaine_Kg», «Heroin_Kg»), years across columns, units and currencies that heads
say, and which form the goods belong to.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache

from django.utils.translation import gettext

from tidewaiter.codelists.names import without_note
from tidewaiter.codelists.queries import list_view
from tidewaiter.forms.engine import Form
from tidewaiter.foundation.text import fold
from tidewaiter.intake.proposals.contents import Contents, codes_in
from tidewaiter.intake.proposals.found import Found, of_path
from tidewaiter.intake.proposals.pairing import Paired
from tidewaiter.intake.proposals.vocabulary import Vocabulary, variants
from tidewaiter.intake.proposals.words import shipped_words, words_of_head

_LEAST = 0.45
"""How much of a column must be a form's goods, of 1, before it is proposed."""
_year = re.compile(r"(?:.*\D)?((?:19|20)\d{2})(?:\.0)?")


def tell_goods(found: Found, form: Form, paired: list[Paired]) -> None:
    """Puts lines, the unit and the currency into what is found."""
    _lines_of_goods(found, form, paired) or _lines_of_years(found, paired)
    _unit(found, form, paired)
    _currency(found, paired)


def goods_in(form: Form, head: str) -> tuple[str, str]:
    """(sub-type, measure) that a head names: «Cocaine_Kg» is cocaine in kilograms; nothing where it names none."""
    view = list_view(form.definition.list_of_subtypes)
    for text, measure, _ in variants(head):
        for said in (text, _without_quantity(text)):
            codes = (codes_in(view, said) or _bare_names(view.name).get(fold(said), ())) if said else ()
            if len(codes) == 1 and not said.isdigit():
                return codes[0], measure
    return "", ""


@lru_cache(maxsize=32)
def _bare_names(name: str) -> dict[str, tuple[str, ...]]:
    """Codes by a label without what stands in brackets: «Cannabis herb (marijuana)»."""
    found: dict[str, tuple[str, ...]] = {}
    for code, view in list_view(name).codes.items():
        for label in view.labels.values():
            if bare := fold(without_note(label)) if without_note(label) else "":
                found[bare] = tuple(dict.fromkeys((*found.get(bare, ()), code)))
    return found


def _without_quantity(text: str) -> str:
    """A head without the words for quantities: «Cocaine seized» is cocaine, «Peso Cocaína» too."""
    return " ".join(word for word in re.split(r"[\s_]+", text) if not set(words_of_head(word)) <= _amounts())


@lru_cache(maxsize=1)
def _amounts() -> frozenset[str]:
    return frozenset(word for phrase in shipped_words()["line"]["quantity"] for word in words_of_head(phrase))


def _lines_of_goods(found: Found, form: Form, paired: list[Paired]) -> bool:
    named: list[tuple[Paired, str, str]] = []
    for one in paired:
        if one.path in ("", "quantity", "-") and one.contents.numbers >= 0.8:
            code, measure = goods_in(form, one.contents.head)
            if code:
                named.append((one, code, measure))
    said = {code for _, code, measure in named if measure.startswith("unit ")}
    named = [(one, code, measure) for one, code, measure in named if code not in said or measure.startswith("unit ")]
    alone = of_path(paired, "subtype") is None and of_path(paired, "quantity") in (None, *(one for one, *_ in named))
    if len(named) < 2 and not (named and alone):
        return False
    own = form.definition.units.allowed
    if len(own) > 1 and any(not measure.startswith("unit ") for *_, measure in named):
        found.ask("unit", gettext("The columns of goods do not all say a unit: add it to their lines."))
    for one, code, measure in named:
        one.path, one.sure, one.measure = "lines", 0.9, measure
        line = {"subtype": code, "quantity": f"{{{one.contents.head}}}"}
        unit = measure.removeprefix("unit ") if measure.startswith("unit ") else ""
        unit = unit or (own[0] if len(own) == 1 else "")
        found.lines.append(line | ({"unit": unit} if unit else {}))
    subtype = of_path(paired, "subtype")
    if subtype is not None:
        subtype.path = ""
    for one in paired:
        one.path = "" if one.path == "quantity" else one.path
    return True


def _lines_of_years(found: Found, paired: list[Paired]) -> bool:
    years: dict[str, Paired] = {}
    for one in paired:
        match = _year.fullmatch(one.contents.head)
        if match and one.path in ("", "quantity", "-") and (one.contents.numbers >= 0.8 or not one.contents.filled):
            years.setdefault(match[1], one)
    if len(years) < 2:
        return False
    for year, one in years.items():
        one.path, one.sure = "lines", 0.9
        found.lines.append({"date": year, "quantity": f"{{{one.contents.head}}}"})
    for one in paired:
        if one.path in ("quantity", "date", "year", "fiscal_year", "month", "day"):
            one.path = ""
    return True


def _unit(found: Found, form: Form, paired: list[Paired]) -> None:
    """The unit of all rows, where no column says it: of the quantity's head, or the only one that the form takes."""
    quantity, unit = of_path(paired, "quantity"), of_path(paired, "unit")
    if any("unit" in line or "subtype" in line for line in found.lines):
        if unit is not None:
            unit.path = ""
        return
    if unit is not None or (quantity is None and not found.lines):
        return
    if quantity is not None and quantity.contents.with_units > 0.6:
        found.columns["unit"] = quantity.contents.head
    elif quantity is not None and quantity.measure.startswith("unit "):
        found.constants["unit"] = quantity.measure.removeprefix("unit ")
    elif len(form.definition.units.allowed) == 1:
        found.constants["unit"] = form.definition.units.allowed[0]
    else:
        found.ask("unit", gettext("No column and no head says the unit of the quantities."), *form.every_unit[:8])


def _currency(found: Found, paired: list[Paired]) -> None:
    value, currency = of_path(paired, "value"), of_path(paired, "currency")
    if value is None:
        return
    head = {"head": value.contents.head}
    if value.measure.startswith("times "):
        value.path = ""
        found.left_out[value.contents.head] = (
            gettext("«%(head)s» counts in multiples («%(word)s»), which no field takes: write whole amounts.")
        ) % (head | {"word": value.measure.removeprefix("times ")})
    elif currency is None and value.measure.startswith("currency "):
        found.constants["currency"] = value.measure.removeprefix("currency ")
    elif currency is None:
        found.ask("currency", gettext("In which currency is «%(head)s»?") % head)


def form_of(forms: Sequence[Form], vocabulary: Vocabulary, columns: Sequence[Contents]) -> list[str]:
    """The codes of the forms that the goods may belong to, the likeliest alone where one is likelier than all others.

    Told by the share of a column's values that a form's list knows, by species, and by goods in heads.
    `vocabulary`: of any form, for the word «goods».
    """
    goods = [(one, _goods(vocabulary, one)) for one in columns if one.filled]
    scores = {form.code: _score(form, goods) for form in forms}
    if not any(_says_rights(one.head) for one, _ in goods):
        scores["IPR"] = min(scores.get("IPR", 0.0), 0.25)  # «clothing» is no counterfeit where nothing says so
    best = max(scores.values(), default=0.0)
    if best < _LEAST:
        return []
    return [code for code, score in scores.items() if score >= _LEAST and score > best - 0.1]


def _goods(vocabulary: Vocabulary, one: Contents) -> float:
    meanings = vocabulary.meanings(one.head)
    return meanings["subtype"].sure if "subtype" in meanings else 0.0


def _says_rights(head: str) -> bool:
    words = set(words_of_head(head))
    return any(set(words_of_head(said)) <= words for said in shipped_words()["forms"]["IPR"])


def _score(form: Form, columns: Sequence[tuple[Contents, float]]) -> float:
    name = form.definition.list_of_subtypes
    own = form.by_path.get("species")
    best = 0.0
    for one, goods in columns:
        if one.numbers > 0.8:
            best = max(best, 0.6 if goods_in(form, one.head)[0] else 0.0)
            continue
        best = max(best, one.known(name) * (0.6 + 0.4 * goods))
        if own is not None and one.known(own.list) > 0.5:
            best = max(best, 0.95)
    return best
