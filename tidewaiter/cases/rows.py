"""A checked case as rows of the tables, and back as the record."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

import msgspec
from django.db import connection

from tidewaiter.cases.findings.match_keys import blocks_of
from tidewaiter.cases.models import Case, CaseFinding, CasePhoto, Line
from tidewaiter.cases.policy import NARROW_MARKS
from tidewaiter.checks.findings import NOTE, STOP, WARN, Finding
from tidewaiter.forms.judgements import Found
from tidewaiter.foundation.bulk import allocate_keys, insert_rows
from tidewaiter.foundation.canonical import digest
from tidewaiter.foundation.readings.numbers import significant

SIGNIFICANT = 12
"""Digits by which numbers are held to be the same."""
GRAVITY = {STOP: 3, WARN: 2, NOTE: 1}
UNNAMED = "AUTO-"
"""How the reference begins that is made of a record's content where its administration gave none."""
_of_receipt = re.compile(r"RC-[0-9A-Z]{26}-\d+")
"""What keeps the lines of a case together that came back from a receipt to be mended."""


def is_unnamed(national_ref: str) -> bool:
    """Whether a reference was made by the node, for itself and no eyes."""
    return national_ref.startswith(UNNAMED) or _of_receipt.fullmatch(national_ref) is not None


@dataclass(slots=True)
class CaseIn:
    """A case whose values are clean: what the deeds take."""

    header: dict[str, Any]
    lines: list[dict[str, Any]]
    findings: list[Finding] = field(default_factory=list)
    block: int | None = None
    found: list[Found] = field(default_factory=list)
    """What was found in its texts that may name somebody, where it was just read from what a person typed."""
    blocks: tuple[int, ...] | None = None
    """Where probable doubles may lie (`findings.match_keys`), once it has been asked."""
    _digest: str = ""

    @property
    def national_ref(self) -> str:
        """The administration's own reference; made from the content where there is none."""
        return str(self.header.get("national_ref") or f"{UNNAMED}{self.digest()[:20].upper()}")

    def digest(self) -> str:
        """Digest of the content, whatever the version of the form: numbers of a line to twelve significant digits, so
        that a later release that restates one in its fifteenth digit is the same.
        """
        if self._digest:
            return self._digest
        header = {name: value for name, value in self.header.items() if name not in ("form_version", "national_ref")}
        return digest([header, [_to_twelve_digits(line) for line in self.lines]])

    def prepare(self) -> None:
        """Computes digest and blocks ahead; call when header and lines are as they will stay."""
        self._digest = self.digest()
        self.blocks = blocks_of(self.header, self.lines)


def _to_twelve_digits(line: dict[str, Any]) -> dict[str, Any]:
    """A line whose quantity and value are held to twelve significant digits; the line itself where they are shorter."""
    long = {name: text for name in ("quantity", "value") if len(text := str(line.get(name, ""))) > SIGNIFICANT}
    return {**line, **{name: significant(text, SIGNIFICANT) for name, text in long.items()}} if long else line


@dataclass(slots=True)
class Placing:
    """Where a case row stands: identity, state and who put it there."""

    ref: str
    version: int
    administration: str
    region: str
    status: str
    channel: str
    by: str
    at: datetime
    made_by: str = ""
    made_at: datetime | None = None
    counted: bool = False
    reason: str = ""
    digest: str = ""
    given_ref: str = ""
    node: str = ""
    """The node whose case it is, where that is another: who writes a version here does not make it this node's."""


_CASE = (
    "pk",
    "ref",
    "version",
    "node",
    "administration",
    "region",
    "national_ref",
    "given_ref",
    "form",
    "form_version",
    "kind",
    "status",
    "latest",
    "counted",
    "pending",
    "wide",
    "date",
    "date_precision",
    "year",
    "country",
    "place",
    "location_type",
    "direction",
    "mode",
    "departure",
    "destination",
    "channel",
    "worst",
    "findings_count",
    "lines_count",
    "main_subtype",
    "main_quantity",
    "main_unit",
    "block",
    "header",
    "digest",
    "made_by",
    "made_at",
    "changed_by",
    "changed_at",
    "opened_by",
    "opened_at",
    "reason",
)
_LINE = ("case_id", "number", "subtype", "hs", "quantity", "unit", "value", "currency", "origin", "document")
_encode = msgspec.json.Encoder().encode
_PHOTO = ("case_id", "number", "digest", "blurred", "caption", "shows", "tags")
_FINDING = ("case_id", "code", "severity", "path", "says")


def gravest(findings: Iterable[Finding]) -> tuple[str, int]:
    """The gravest of the findings that speak of the case alone, and how many these are: what everybody
    who sees the case is told, in lists, facets and orders. That it may repeat another one is for those
    who see both (`queries.add_duplicate_findings`).
    """
    alone = [finding.severity for finding in findings if "other" not in finding.says]
    return max(alone, key=GRAVITY.__getitem__, default=""), len(alone)


def insert_cases(placed: Sequence[tuple[CaseIn, Placing]], node: str) -> None:
    """Writes cases, lines and findings: three statements, whatever their number."""
    if not placed:
        return
    first = allocate_keys(Case, len(placed))
    moment = lru_cache(maxsize=16)(connection.ops.adapt_datetimefield_value)  # a batch has one moment, or few
    insert_rows(Case, _CASE, (_case_row(first + at, *one, node, moment) for at, one in enumerate(placed)))
    insert_rows(Line, _LINE, _line_rows(first, [case for case, _ in placed]))
    insert_rows(CaseFinding, _FINDING, _finding_rows(first, [case for case, _ in placed]))
    insert_rows(CasePhoto, _PHOTO, photo_rows((first + at, case.header) for at, (case, _) in enumerate(placed)))


def _case_row(key: int, case: CaseIn, place: Placing, node: str, moment: Callable[[datetime], Any]) -> tuple[Any, ...]:
    header = case.header
    route = {leg["role"]: leg.get("country", "") for leg in header.get("route", ()) if leg.get("country")}
    main = case.lines[0] if case.lines else {}
    worst, number = gravest(case.findings)
    return (
        key,
        place.ref,
        place.version,
        place.node or node,
        place.administration,
        place.region,
        case.national_ref,
        place.given_ref,
        header["form"],
        header["form_version"],
        header.get("kind", "seizure"),
        place.status,
        True,
        place.counted,
        "",
        header.get("handling", "") not in NARROW_MARKS,
        header["date"],
        header.get("date_precision", "day"),
        int(header["date"][:4]),
        header["country"],
        header.get("place", ""),
        header.get("location_type", ""),
        header.get("direction", ""),
        header.get("conveyance", {}).get("mode", ""),
        route.get("departure", ""),
        route.get("destination", ""),
        place.channel,
        worst,
        number,
        len(case.lines),
        main.get("subtype", ""),
        _decimal(main.get("quantity")),
        main.get("unit", ""),
        case.block,
        _json(header),
        place.digest or case.digest(),
        place.made_by or place.by,
        moment(place.made_at or place.at),
        place.by,
        moment(place.at),
        "",
        None,
        place.reason,
    )


def _line_rows(first: int, cases: list[CaseIn]) -> Iterable[tuple[Any, ...]]:
    for at, case in enumerate(cases):
        for number, line in enumerate(case.lines, 1):
            yield (
                first + at,
                number,
                line.get("subtype", ""),
                line.get("hs", ""),
                _decimal(line.get("quantity")),
                line.get("unit", ""),
                _decimal(line.get("value")),
                line.get("currency", ""),
                line.get("origin", ""),
                _json(line),
            )


def _finding_rows(first: int, cases: list[CaseIn]) -> Iterable[tuple[Any, ...]]:
    for at, case in enumerate(cases):
        for finding in case.findings:
            yield (first + at, finding.code, finding.severity, finding.path, finding.says_text())


def photo_rows(headers: Iterable[tuple[int, dict[str, Any]]]) -> Iterator[tuple[Any, ...]]:
    """The rows of the photos that headers list, by the key of their version."""
    for key, header in headers:
        for number, photo in enumerate(header.get("photos", ()), 1):
            said = [str(photo.get(name) or "") for name in ("file", "blurred", "caption", "shows", "tags")]
            yield (key, number, *(text[:most] for text, most in zip(said, (64, 64, 200, 16, 200), strict=True)))


def _json(value: Any) -> str:
    return _encode(value).decode()


def _decimal(text: str | None) -> str | None:
    """A cleaned number as the database takes it: its plain digits."""
    return text or None


def header_with(case: Case, links: Sequence[str]) -> dict[str, Any]:
    """The header of a record that leaves, naming of other cases those alone that
    its reader sees (`queries.links_for`).
    """
    header = {name: value for name, value in case.header.items() if name != "links"}
    return header | ({"links": list(links)} if links else {})


def record_of(
    case: Case, lines: Iterable[Line], findings: Iterable[CaseFinding], links: Sequence[str]
) -> dict[str, Any]:
    """The case record of CONTRACT.md with what the node adds; `findings` and `links`
    are those that its reader may be told.
    """
    return {
        **header_with(case, links),
        "national_ref": case.national_ref,
        "ref": case.ref,
        "status": case.status,
        "version": case.version,
        "channel": case.channel,
        "lines": [line.document for line in lines],
        "findings": [{"code": f.code, "severity": f.severity, "path": f.path, "says": f.says} for f in findings],
        "made_by": case.made_by,
        "made_at": case.made_at.isoformat(),
        "changed_by": case.changed_by,
        "changed_at": case.changed_at.isoformat(),
    }
