"""Messages in the reader's language: codes by their names, the sentence of a card, its cells; text stays as written."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal, InvalidOperation
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from tidewaiter.codelists.queries import code_view
from tidewaiter.forms.queries import form_named
from tidewaiter.foundation.refusals import Missing
from tidewaiter.foundation.text import fold
from tidewaiter.operations import policy
from tidewaiter.operations.content import VICTIM, Content, numbered
from tidewaiter.operations.definitions import MessageField, Template, in_language, word
from tidewaiter.operations.models import Membership
from tidewaiter.operations.opened import Told
from tidewaiter.operations.queries import place_word
from tidewaiter.people.called import office_called

RIGHT_TO_LEFT = ("ar", "he", "fa", "ur")
LONGEST_TITLE, MOST_CELLS = 140, 8
_PIECES = "H87"


@dataclass(slots=True)
class Cell:
    """A value of a card under its label."""

    name: str
    label: str
    value: str
    was: str = ""
    strong: bool = False
    free: bool = False
    """Whether a person typed it: it stays as written."""


@dataclass(slots=True)
class Card:
    """A message as its card shows it."""

    told: Told
    kind: str
    icon: str
    css: str
    sender: str
    to: str
    title: str
    cells: list[Cell]
    text: str
    lang: str
    direction: str
    language: str
    """The language's own name, where it is not the reader's."""
    names: int
    annex: list[list[Cell]]
    before: list[tuple[Any, str]] = field(default_factory=list)


def label_of(list_name: str, code: str, lang: str) -> str:
    """The name of a code."""
    view = code_view(list_name, code)
    return view.label(lang) if view else code


def in_words(one: MessageField, value: Any, lang: str) -> str:
    """A value of a message as its reader reads it."""
    if value in (None, "", []):
        return ""
    if one.type == "boolean":
        return _("yes") if value else _("no")
    if one.type == "place":
        return label_of("unlocode", str(value), lang)
    if one.type in ("code", "codes"):
        codes = value if isinstance(value, list) else [value]
        return ", ".join(label_of(one.list, str(code), lang) for code in codes)
    if one.type in ("integer", "decimal"):
        return amount(str(value))
    return str(value)


def amount(said: str) -> str:
    """A number as the reader writes it."""
    try:
        plain = Decimal(said).normalize()
    except InvalidOperation:
        return said
    return str(number_format(plain, decimal_pos=max(0, -int(plain.as_tuple().exponent)), force_grouping=True))


def title_of(told: Told, lang: str, *, whole: bool, words: bool = True) -> str:
    """The sentence of a card: of a seizure its goods and place, else the template's own fields, else its text. Without
    `words` nothing of it was typed freely: what leaves the room says codes and numbers alone.

    It is made of values alone, for between the names of codes no language needs words of ours.
    """
    content, template = told.content, told.template
    if template.record and "record" in content.data:
        return record_title(content.data["record"], lang)
    parts: list[str] = []
    ends = [name for name in ("from_place", "to_place") if name in template.title and content.data.get(name)]
    for name in template.title:
        one = template.field(name)
        if name == "text" or one is None or (one.nominal and not whole) or name in ends[1:]:
            continue
        if not words and one.type in ("text", "long_text"):
            continue
        if ends and name == ends[0]:
            parts.append(" → ".join(label_of("unlocode", str(content.data[end]), lang) for end in ends))
        elif said := in_words(one, content.data.get(name), lang):
            parts.append(said if one.type in ("text", "code", "codes", "place") else f"{label(one, lang)}: {said}")
    if not parts and content.text and words:
        parts.append(content.text)
    said = " · ".join(parts) or template.named(lang)
    return said if len(said) <= LONGEST_TITLE else f"{said[: LONGEST_TITLE - 1]}…"


def label(one: MessageField, lang: str) -> str:
    """What a field is called."""
    return in_language(one.label, lang) or one.name


def record_title(record: dict[str, Any], lang: str) -> str:
    """The goods of a seizure with their quantities, and where it was."""
    goods = [" ".join(filter(None, line_words(record, line, lang))) for line in record.get("lines", [])[:3]]
    place = label_of("unlocode", record["place"], lang) if record.get("place") else ""
    where = place or label_of("country", str(record.get("country", "")), lang)
    return ", ".join(filter(None, [*goods, where]))


def line_words(record: dict[str, Any], line: dict[str, Any], lang: str) -> tuple[str, str, str]:
    """Quantity, unit and name of one line of goods."""
    view = code_view("unit", str(line.get("unit", ""))) if line.get("unit") not in (None, "", _PIECES) else None
    unit = str(view.data.get("symbol") or view.label(lang)) if view else ""
    try:
        name = label_of(form_named(record["form"]).definition.list_of_subtypes, str(line.get("subtype", "")), lang)
    except Missing:
        name = str(line.get("subtype", ""))
    return amount(str(line["quantity"])) if line.get("quantity") else "", unit, name


def cells_of(
    template: Template, content: Content, lang: str, *, whole: bool, before: Content | None = None
) -> list[Cell]:
    """The values of a message, each under its label; `before`: what it said first, where it was corrected."""
    cells: list[Cell] = []
    for one in template.fields:
        value = content.data.get(one.name)
        old = before.data.get(one.name) if before else None
        if (value in (None, "", []) and old in (None, "", [])) or (one.nominal and not whole):
            continue
        said, was = in_words(one, value, lang), in_words(one, old, lang) if before and old != value else ""
        free = one.type in ("text", "long_text")
        cells.append(Cell(one.name, label(one, lang), said, was, strong=one.name == "asked", free=free))
    record = content.data.get("record")
    if record:
        cells = [*_record_cells(record, lang, before.data.get("record") if before else None), *cells]
    return cells


def _record_cells(record: dict[str, Any], lang: str, before: dict[str, Any] | None) -> list[Cell]:
    def goods(one: dict[str, Any]) -> str:
        return ", ".join(" ".join(filter(None, line_words(one, line, lang))) for line in one.get("lines", []))

    def route(one: dict[str, Any]) -> str:
        return " → ".join(
            label_of("unlocode", leg["place"], lang)
            if leg.get("place")
            else label_of("country", str(leg.get("country", "")), lang)
            for leg in one.get("route", [])
        )

    found = []
    old = before or {}
    for name, title, said, was in (
        ("goods", word("goods", lang), goods(record), goods(old) if before else ""),
        ("date", word("day", lang), str(record.get("date", "")), str(old.get("date", ""))),
        ("route", f"{word('from_place', lang)} → {word('to_place', lang)}", route(record), route(old)),
        (
            "mode",
            word("mode", lang),
            label_of("mode", str(record.get("conveyance", {}).get("mode", "")), lang),
            "",
        ),
    ):
        if said or was:
            found.append(Cell(name, title, said, was if before and was != said else ""))
    return found


def annex_of(content: Content, lang: str) -> list[list[Cell]]:
    """Whom a message names, for those who read names: of a victim a number alone."""
    return [person_cells(person, lang) for person in numbered(content.annex)]


def person_cells(person: dict[str, str], lang: str) -> list[Cell]:
    """What is said of a person, each under its label."""
    lists = {"role": "person_role", "nationality": "country"}

    def said(name: str, value: str) -> str:
        if name == "role" and value == VICTIM:
            return word(VICTIM, lang)
        return label_of(lists[name], value, lang) if name in lists else value

    return [Cell(name, word(name, lang), said(name, value), free=name not in lists) for name, value in person.items()]


def card_of(told: Told, member: Membership, lang: str) -> Card:
    """A message as this member sees it, in their language."""
    whole = policy.reads_names(member)
    first = told.history[0].content if told.history else None
    text_lang = told.content.lang
    ours = text_lang.split("-")[0] == lang.split("-")[0]
    css = "urgent" if told.urgent and told.withdrawn_at is None else told.template.code
    return Card(
        told=told,
        kind=told.template.named(lang),
        icon=told.template.icon,
        css=f"{css} withdrawn" if told.withdrawn_at else css,
        sender=office_called(told.administration),
        to=", ".join(place_word(one) for one in told.to),
        title=title_of(told, lang, whole=whole),
        cells=cells_of(told.template, told.content, lang, whole=whole, before=first),
        text=told.content.text,
        lang=text_lang,
        direction="rtl" if text_lang.split("-")[0] in RIGHT_TO_LEFT else "ltr",
        language="" if ours or not told.content.text else language_name(text_lang),
        names=len(told.content.annex) if whole else 0,
        annex=annex_of(told.content, lang) if whole else [],
        before=[
            (version, title_of_content(told.template, version.content, lang, whole=whole)) for version in told.history
        ],
    )


def title_of_content(template: Template, content: Content, lang: str, *, whole: bool) -> str:
    """What a former version said, in one line."""
    cells = cells_of(template, content, lang, whole=whole)
    parts = [f"{cell.label}: {cell.value}" for cell in cells[:MOST_CELLS]] + ([content.text] if content.text else [])
    return " · ".join(parts)


def language_name(code: str) -> str:
    """A language's own name."""
    known = dict(settings.LANGUAGES)
    return known.get(code) or next((name for key, name in known.items() if key.split("-")[0] == code), code)


@lru_cache(maxsize=50_000)
def _label_folded(list_name: str, code: str, lang: str) -> str:
    """A label in comparable form, kept while the process runs: search asks for thousands."""
    return fold(label_of(list_name, code, lang))


def labels_folded(told: Told, lang: str) -> str:
    """Names of the codes of a message in a language, in comparable form: by them it is found too."""
    if lang not in told.labels:
        words = [fold(told.template.named(lang)), _label_folded("country", told.administration, lang)]
        for one in told.template.fields:
            value = told.content.data.get(one.name)
            if value and not one.nominal and one.type in ("code", "codes", "place"):
                codes = value if isinstance(value, list) else [value]
                list_name = "unlocode" if one.type == "place" else one.list
                words += [_label_folded(list_name, str(code), lang) for code in codes]
        if record := told.content.data.get("record"):
            words.append(fold(record_title(record, lang)))
        told.labels[lang] = " ".join(words)
    return told.labels[lang]


@dataclass(frozen=True, slots=True)
class Clock:
    """A reply-by clock: how full its ring is (0 to 10), how it stands, and its words."""

    left: int
    css: str
    words: str
    by: datetime


def clock_of(
    asked_at: datetime, due_at: datetime, met_at: datetime | None, moment: datetime, *, ack: bool = False
) -> Clock:
    """The clock of an answer that is owed, or (`ack`) of an acknowledgement."""
    if met_at is not None:
        return Clock(0, "met", _met_words(met_at - asked_at, late=met_at > due_at, ack=ack), due_at)
    rest, all_ = (due_at - moment).total_seconds(), (due_at - asked_at).total_seconds()
    if rest < 0:
        words = _("%(t)s over to acknowledge") if ack else _("%(t)s over")
        return Clock(0, "over", words % {"t": span(-rest)}, due_at)
    near = rest < max(all_ / 4, 0) or rest < 30 * 60
    words = _("%(t)s left to acknowledge") if ack else _("%(t)s left")
    return Clock(round(10 * rest / all_) if all_ else 0, "near" if near else "", words % {"t": span(rest)}, due_at)


def _met_words(took: timedelta, *, late: bool, ack: bool) -> str:
    if ack:
        words = _("acknowledged late, after %(t)s") if late else _("acknowledged after %(t)s")
    else:
        words = _("answered late, after %(t)s") if late else _("answered after %(t)s")
    return words % {"t": span(took.total_seconds())}


def span(seconds: float) -> str:
    """A length of time in words: 35 min, 3 h 10, 2 d 4 h."""
    minutes = int(seconds // 60)
    if minutes < 60:
        return _("%(n)s min") % {"n": minutes}
    hours, minutes = divmod(minutes, 60)
    if hours < 48:
        return _("%(h)s h %(m)02d") % {"h": hours, "m": minutes}
    days, hours = divmod(hours, 24)
    return _("%(d)s d %(h)s h") % {"d": days, "h": hours}
