"""What a person typed of a warning, read: each field understood, or said why not."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _

from tidewaiter.advisories.indicators import Read, read_indicator
from tidewaiter.advisories.marks import PAP, TLP, rank, read_pap, read_tlp
from tidewaiter.advisories.words import CONFIDENCES, FRAUDS, KINDS, SYSTEMS
from tidewaiter.codelists.countries import Countries
from tidewaiter.codelists.queries import list_view
from tidewaiter.foundation.budgets import over
from tidewaiter.foundation.limits import most
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.foundation.typed_fields import TypedFields, WrongFields

LONGEST_TITLE, LONGEST_TEXT, LONGEST_LINE = 200, 20_000, 300
MOST_COUNTRIES, MOST_MEASURES, MOST_CODES = 250, 50, 50
FRAUD_LIST = "attck4fraud"
_cve = re.compile(r"CVE-\d{4}-\d{4,7}")
_attack = re.compile(r"T\d{4}(?:\.\d{3})?")
FIELDS = (
    *("title", "summary", "kind", "fraud", "language", "countries", "likely", "systems", "systems_note"),
    *("techniques", "vulnerabilities", "countermeasures", "tlp", "rank", "pap", "confidence"),
    *("valid_until", "answer_by", "urgent"),
)
"""Columns of a warning that somebody types."""


class _Reader(TypedFields):
    """The fields of a warning, some of which are lists."""

    def list[T](self, name: str, read: Callable[[str], T]) -> list[T]:
        """A list, or a text with commas, semicolons or lines between."""
        made: list[T] = []
        for one in items_of(self.said.get(name)):
            try:
                found = read(one)
            except BadInput as wrong:
                self.wrong.setdefault(name, wrong.sentence)
                continue
            if found not in made:
                made.append(found)
        return made


def items_of(value: Any, between: str = r"[,;\n]") -> list[str]:
    """The entries of what was typed or sent as a list."""
    if value is None:
        return []
    parts: Iterable[Any] = value if isinstance(value, list | tuple) else re.split(between, str(value))
    return [text for one in parts if (text := str(one).strip())]


def read_warning(said: Mapping[str, Any]) -> dict[str, Any]:
    """The columns of a warning. Raises `WrongFields`."""
    reader = _Reader(said)
    for name, sentence in (
        ("title", _("Give it a title that says what happens.")),
        ("summary", _("Say in a few lines what happens.")),
    ):
        if not reader.text(name):
            reader.wrong[name] = sentence
    tlp = reader.read("tlp", _mark(read_tlp, TLP), "AMBER")
    made = {
        "title": reader.read("title", _bounded(LONGEST_TITLE), ""),
        "summary": reader.read("summary", _bounded(LONGEST_TEXT), ""),
        "kind": reader.read("kind", _one_of(KINDS), "modus_operandi"),
        "fraud": reader.read("fraud", _one_of(FRAUDS), ""),
        "language": reader.read("language", _language, "en"),
        "countries": reader.list("countries", _country)[:MOST_COUNTRIES],
        "likely": reader.list("likely", _country)[:MOST_COUNTRIES],
        "systems": reader.list("systems", _one_of(SYSTEMS)),
        "systems_note": reader.read("systems_note", _bounded(LONGEST_LINE), ""),
        "techniques": reader.list("techniques", _technique)[:MOST_CODES],
        "vulnerabilities": reader.list("vulnerabilities", _vulnerability)[:MOST_CODES],
        "countermeasures": _measures(reader),
        "tlp": tlp,
        "rank": rank(tlp),
        "pap": reader.read("pap", _mark(read_pap, PAP), "AMBER"),
        "confidence": reader.read("confidence", _one_of(CONFIDENCES), "medium"),
        "valid_until": reader.read("valid_until", _day, None),
        "answer_by": reader.read("answer_by", _moment, None),
        "urgent": str(said.get("urgent", "")).strip().lower() in ("1", "true", "on", "yes"),
    }
    if reader.wrong:
        raise WrongFields(reader.wrong)
    return made


def read_indicators(said: Any) -> list[tuple[Read, str]]:
    """Indicators with their confidence: lines `value` or `kind value`, or `{"kind", "value", "confidence"}` each.
    Raises `WrongFields`.
    """
    made: dict[tuple[str, str], tuple[Read, str]] = {}
    wrong: list[str] = []
    rows = said if isinstance(said, list | tuple) else str(said or "").splitlines()
    if len(rows) > most("warning_indicators"):
        raise over("warning_indicators")
    for row in rows:
        kind, value, confidence = _row(row)
        if not value:
            continue
        try:
            if confidence not in CONFIDENCES:
                raise BadInput("confidence", _("Confidence is high, medium or low."))
            read = read_indicator(value, kind)
        except BadInput as error:
            wrong.append(error.sentence)
            continue
        made.setdefault((read.kind, read.value), (read, confidence))
    if wrong:
        raise WrongFields({"indicators": " ".join(dict.fromkeys(wrong[:10]))})
    return list(made.values())


def _row(row: Any) -> tuple[str, str, str]:
    if isinstance(row, Mapping):
        return (
            str(row.get("kind") or "").strip(),
            str(row.get("value") or "").strip(),
            str(row.get("confidence") or "medium").strip(),
        )
    words = str(row).strip().split()
    confidence = words.pop() if len(words) > 1 and words[-1] in CONFIDENCES else "medium"
    return "", " ".join(words), confidence


def _bounded(longest: int) -> Callable[[str], str]:
    def read(text: str) -> str:
        if len(text) > longest:
            raise BadInput("text", _("This may have %(n)s signs.") % {"n": longest})
        return text

    return read


def _one_of(codes: Mapping[str, Any]) -> Callable[[str], str]:
    def read(text: str) -> str:
        if text not in codes:
            raise BadInput("code", _("«%(text)s» is none of: %(all)s.") % {"text": text[:40], "all": ", ".join(codes)})
        return text

    return read


def _mark(read: Callable[[str], str | None], marks: tuple[str, ...]) -> Callable[[str], str]:
    def of(text: str) -> str:
        found = read(text)
        if found is None:
            raise BadInput("mark", _("«%(text)s» is none of: %(all)s.") % {"text": text[:40], "all": ", ".join(marks)})
        return found

    return of


def _country(text: str) -> str:
    code = Countries().read(text)
    if not code:
        raise BadInput("countries", _("«%(text)s» is no country that is known here.") % {"text": text[:40]})
    return code


def _language(text: str) -> str:
    if re.fullmatch(r"[a-z]{2,3}(?:-[A-Za-z]{2,4})?", text) is None:
        raise BadInput("language", _("A language is written en, fr, pt-BR."))
    return text


def _technique(text: str) -> str:
    if _attack.fullmatch(text.upper()):
        return text.upper()
    found = list_view(FRAUD_LIST).resolve(text)
    if found.code is not None:
        return found.code
    raise BadInput(
        "techniques",
        _("«%(text)s» is no technique of ATT&CK (T1566.002) or attck4fraud (smishing).") % {"text": text[:20]},
    )


def _vulnerability(text: str) -> str:
    code = text.upper()
    if _cve.fullmatch(code) is None:
        raise BadInput("vulnerabilities", _("«%(text)s» is no CVE number (CVE-2026-12345).") % {"text": text[:20]})
    return code


def _measures(reader: _Reader) -> list[str]:
    found = []
    value = reader.said.get("countermeasures")
    rows = value if isinstance(value, list | tuple) else items_of(value, r"\n")
    for row in rows[:MOST_MEASURES]:
        text = str(row).strip()
        if len(text) > 1000:
            reader.wrong.setdefault("countermeasures", _("A countermeasure has 1,000 signs at most."))
        elif text:
            found.append(text)
    return found


def _day(text: str) -> date:
    try:
        found = date.fromisoformat(text)
    except ValueError as error:
        raise BadInput("valid_until", _("«%(text)s» is no day (YYYY-MM-DD).") % {"text": text[:20]}) from error
    if not now().date() - timedelta(days=3650) <= found <= now().date() + timedelta(days=3650):
        raise BadInput("valid_until", _("This day is too far away."))
    return found


def _moment(text: str) -> datetime:
    try:
        found = parse_datetime(text)
    except ValueError:
        found = None
    if found is None or not 2000 <= found.year <= 2200:
        raise BadInput("at", _("«%(text)s» is no moment (2026-11-27T12:00Z).") % {"text": text[:40]})
    return found if found.tzinfo else found.replace(tzinfo=now().tzinfo)


def read_moment(text: str) -> datetime | None:
    """A moment that may be left out. Raises `BadInput`."""
    return _moment(text.strip()) if text.strip() else None


def read_times(text: str) -> int:
    """How often something was seen; once where nothing is said. Raises `BadInput`."""
    said = text.strip().replace(" ", "").replace(",", "")
    if not said:
        return 1
    if not (said.isascii() and said.isdigit() and len(said) <= 10):
        raise BadInput("times", _("How often is a whole number."))
    return int(said)


def read_draft(text: str) -> int | None:
    """The number of the draft that a decision names, or of an indicator; nothing where none is named."""
    said = text.strip()
    return int(said) if said.isascii() and said.isdigit() and len(said) < 9 else None


def shortened(text: str, longest: int) -> str:
    """A note as it is kept: without space around it, no longer than its column."""
    said = text.strip()
    return said[:longest]
