"""Words that the pages of all analyses share: why rows were left out, countries, products, summaries."""

from __future__ import annotations

from django.utils.translation import gettext_lazy

from tidewaiter.codelists.queries import code_view
from tidewaiter.foundation.json_types import JsonMapping, JsonObject
from tidewaiter.trade.models import TradeRun
from tidewaiter.trade.results import summaries_of

ROWS = 100
"""Rows of a result that its page lists."""
DROPPED = {
    "no_product": gettext_lazy("without a product"),
    "no_quantity": gettext_lazy("without a quantity"),
    "quantity_not_positive": gettext_lazy("quantity zero or negative"),
    "unknown_currency": gettext_lazy("currency that the table of rates lacks"),
    "no_value": gettext_lazy("without a value"),
    "value_not_positive": gettext_lazy("value zero or negative"),
    "world": gettext_lazy("totals of the world"),
    "no_country": gettext_lazy("areas that are no country"),
    "unknown_country": gettext_lazy("countries that are not recognised"),
    "itself": gettext_lazy("a country with itself"),
    "re_import": gettext_lazy("re-imports"),
    "another_flow": gettext_lazy("flows that lie in others"),
    "breakdown": gettext_lazy("parts of other rows"),
    "another_level": gettext_lazy("coarser products"),
    "negative_value": gettext_lazy("negative values"),
    "unknown_flow": gettext_lazy("flows that are not recognised"),
    "another_edition": gettext_lazy("another edition of the HS beside the one used"),
    "another_period": gettext_lazy("months beside their year"),
    "another_currency": gettext_lazy("another currency than most"),
    "repeated": gettext_lazy("rows that repeat another, counted once"),
    "several_values": gettext_lazy("rows of one key with several values"),
    "unknown_period": gettext_lazy("times that are not recognised"),
}
"""Why rows were left out, in words."""
SLIPS = {
    "power_of_ten": gettext_lazy("likely a slip by a power of ten"),
    "pound_kilogram": gettext_lazy("likely pounds for kilograms"),
    "dozen_piece": gettext_lazy("likely dozens for pieces"),
    "ounce_kilogram": gettext_lazy("likely ounces for kilograms"),
}
KINDS = {
    "value": gettext_lazy("values differ, weights agree"),
    "quantity": gettext_lazy("weights differ"),
    "unweighed": gettext_lazy("no weight on one side"),
}
COLUMNS = {
    "importer": gettext_lazy("Importer"),
    "partner": gettext_lazy("Partner"),
    "product": gettext_lazy("Product"),
    "month": gettext_lazy("Month"),
    "pair": gettext_lazy("Pair"),
    "year": gettext_lazy("Year"),
}


def country_word(code: str, lang: str) -> str:
    """A country's name; its code where it has none, a dash for nothing."""
    view = code_view("country", code) if code else None
    return view.label(lang) if view else code or "–"


def product_words(code: str, lang: str) -> str:
    """The words of the HS for a product, of the finest level that is known; else nothing."""
    for length in (6, 4, 2):
        view = code_view("hs", code[:length]) if len(code) >= length else None
        if view:
            return view.label(lang)
    return ""


def dropped_in_words(answer: JsonMapping) -> list[tuple[str, int]]:
    """[(why rows were left out, how many)]."""
    return [(str(DROPPED.get(why, why)), number) for why, number in answer["dropped"].items()]


def understanding(answer: JsonMapping) -> JsonObject:
    """What was not understood, with its shares in per cent, and what is warned of."""
    unread = [one | {"percent": 100 * one["share_of_value"]} for one in answer.get("not_understood", [])]
    return {"not_understood": unread, "warnings": answer.get("warnings", [])}


def summaries_shown(run: TradeRun, lang: str, most: int = 12) -> list[JsonObject]:
    """The summaries of a run that have a title, the first `most` lines of each with their keys in words."""
    found = []
    for name, lines in summaries_of(run).items():
        if name not in COLUMNS or not lines:
            continue
        rows = [(" ".join(filter(None, (_key(name, line, lang), line.get("currency")))), line) for line in lines[:most]]
        if any(word for word, _line in rows):
            found.append({"name": name, "title": COLUMNS[name], "rows": rows})
    return found


def _key(name: str, line: JsonMapping, lang: str) -> str:
    if name == "pair":
        return f"{country_word(line['exporter'], lang)} → {country_word(line['importer'], lang)}"
    if name == "partner":
        return country_word(str(line["partner"]), lang) if line["partner"] else ""
    if name == "month":
        return (
            f"{line['year']:.0f}-{line['month']:02.0f}"
            if line["month"] == line["month"] and line["month"] is not None and line["year"] is not None
            else ""
        )
    if name == "product":
        code = str(line.get("product") or line.get("hs6") or "")
        return f"{code} {product_words(code, lang)}".strip()
    return str(line[name] if line[name] is not None else "")
