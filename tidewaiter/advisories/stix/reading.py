"""Warnings out of STIX 2.1: each report with what it names; what a page has no place for is named as lost."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from tidewaiter.advisories.indicators import Read, read_indicator, values_in
from tidewaiter.advisories.marks import read_pap
from tidewaiter.advisories.stix.fixed import OURS, PAP_IDS, Stix
from tidewaiter.advisories.stix.writing import REPORT_TYPES, Written, moment_of
from tidewaiter.advisories.words import FRAUDS, KINDS, SYSTEMS
from tidewaiter.advisories.written import LONGEST_TEXT, LONGEST_TITLE, MOST_CODES, MOST_COUNTRIES, MOST_MEASURES
from tidewaiter.codelists.queries import list_view
from tidewaiter.foundation.limits import most
from tidewaiter.foundation.refusals import BadInput

_KIND_OF = {kind: name for name, kind in REPORT_TYPES.items()}
_cve = re.compile(r"CVE-\d{4}-\d{4,7}")
_attack = re.compile(r"T\d{4}(?:\.\d{3})?")
_SILENT = frozenset({"identity", "marking-definition", "extension-definition", "relationship", "sighting", "report"})
"""Kinds whose absence from the page is no loss: it says the same in other words."""


@dataclass(slots=True)
class Warned:
    """A warning as a report tells it."""

    report_id: str
    modified: datetime
    revoked: bool
    rank: int
    """The narrowest mark of the report and of all it names."""
    fields: dict[str, Any]
    indicators: list[tuple[Read, str, str]] = field(default_factory=list)
    """What, how sure, and the id of its object."""


def warnings_in(taken: Sequence[tuple[Stix, Written]], lost: Counter[str]) -> list[Warned]:
    """The warnings that reports among these objects tell of."""
    by_id = {one["id"]: (one, row) for one, row in taken}
    return [_warned(one, row, by_id, lost) for one, row in taken if one["type"] == "report"]


def _warned(report: Stix, row: Written, by_id: Mapping[str, tuple[Stix, Written]], lost: Counter[str]) -> Warned:
    refs = report.get("object_refs")
    named = [by_id[ref] for ref in refs if isinstance(ref, str) and ref in by_id] if isinstance(refs, list) else []
    beside = _beside(report)
    made = Warned(
        report["id"],
        row.version,
        report.get("revoked") is True,
        max([row.rank, *[inner.rank for one, inner in named if _marked(one)]]),
        {
            "title": _text(report.get("name"), LONGEST_TITLE) or report["id"],
            "summary": _text(report.get("description"), LONGEST_TEXT) or _text(report.get("name"), LONGEST_TEXT) or "–",
            "kind": _kind(report, beside),
            "fraud": beside.get("fraud") if beside.get("fraud") in FRAUDS else "",
            "language": _language(report.get("lang")),
            "countries": [],
            "likely": _codes(beside.get("likely_next"))[:MOST_COUNTRIES],
            "systems": [code for code in texts(beside.get("systems")) if code in SYSTEMS],
            "systems_note": _text(beside.get("systems_note"), 300),
            "techniques": [],
            "vulnerabilities": [],
            "countermeasures": [],
            "pap": _pap(report, beside),
            "confidence": confidence_of(report.get("confidence")),
            "valid_until": _day(beside.get("valid_until")),
            "urgent": beside.get("urgent") is True,
        },
    )
    for one, _inner in named:
        reader = _READERS.get(one["type"])
        if reader is not None:
            reader(one, made, lost)
        elif one["type"] not in _SILENT:
            lost[f"{one['type']}: kept as STIX, not shown on the page"] += 1
    for name, bound in (("countries", MOST_COUNTRIES), ("techniques", MOST_CODES), ("vulnerabilities", MOST_CODES)):
        made.fields[name] = list(dict.fromkeys(made.fields[name]))[:bound]
    made.fields["countermeasures"] = made.fields["countermeasures"][:MOST_MEASURES]
    return made


def _marked(one: Stix) -> bool:
    """Whether an object's mark counts for the warning: one that is said, and that of each indicator. What says none
    and is a place or a technique tells nothing that must not be told.
    """
    return one["type"] == "indicator" or bool(one.get("object_marking_refs") or one.get("granular_markings"))


def _beside(report: Stix) -> Mapping[str, Any]:
    extensions = report.get("extensions")
    ours = extensions.get(OURS) if isinstance(extensions, Mapping) else None
    return ours if isinstance(ours, Mapping) else {}


def _text(said: Any, longest: int) -> str:
    text = said.strip() if isinstance(said, str) else ""
    return text if len(text) <= longest else f"{text[: longest - 1]}…"


def texts(said: Any) -> list[str]:
    """The texts of what should be a list of texts."""
    return [one for one in said if isinstance(one, str)] if isinstance(said, list) else []


def _codes(said: Any) -> list[str]:
    return [code for code in texts(said) if code in list_view("country").codes]


def _language(said: Any) -> str:
    return said if isinstance(said, str) and re.fullmatch(r"[a-z]{2,3}(?:-[A-Za-z]{2,4})?", said) else "en"


def _kind(report: Stix, beside: Mapping[str, Any]) -> str:
    if beside.get("kind") in KINDS:
        return str(beside["kind"])
    return next((_KIND_OF[one] for one in texts(report.get("report_types")) if one in _KIND_OF), "modus_operandi")


def _pap(report: Stix, beside: Mapping[str, Any]) -> str:
    found = [PAP_IDS[ref] for ref in texts(report.get("object_marking_refs")) if ref in PAP_IDS]
    said = read_pap(str(beside.get("pap") or ""))
    return found[0] if found else said or "AMBER"


def confidence_of(said: Any) -> str:
    """One of three from STIX's hundred (appendix A: Low to 29, Med to 69, High above)."""
    if not isinstance(said, int) or isinstance(said, bool):
        return "medium"
    return "low" if said < 30 else "medium" if said < 70 else "high"


def _day(said: Any) -> date | None:
    try:
        return date.fromisoformat(str(said)) if said else None
    except ValueError:
        return None


def _indicator(one: Stix, made: Warned, lost: Counter[str]) -> None:
    pattern = one.get("pattern")
    if one.get("pattern_type", "stix") != "stix" or not isinstance(pattern, str):
        lost[f"indicator pattern of type {_text(one.get('pattern_type'), 20)}: kept as STIX, not shown"] += 1
        return
    known, unknown = values_in(pattern)
    for path in unknown:
        lost[f"pattern on {path[:60]}: kept as STIX, not shown"] += 1
    if not known and not unknown:
        lost["indicator pattern that is no comparison: kept as STIX, not shown"] += 1
    if len(known) > 1:
        lost["pattern of several comparisons: shown one by one"] += 1
    if one.get("revoked") is True:
        return
    for kind, value in known:
        if len(made.indicators) >= most("warning_indicators"):
            lost["indicator beyond what a page shows: kept as STIX"] += 1
            return
        try:
            read = read_indicator(value, kind)
        except BadInput:
            lost[f"indicator of kind {kind} that is not well formed: kept as STIX, not shown"] += 1
            continue
        made.indicators.append((read, confidence_of(one.get("confidence")), one["id"]))


def _location(one: Stix, made: Warned, lost: Counter[str]) -> None:
    code = one.get("country")
    if isinstance(code, str) and code.upper() in list_view("country").codes:
        made.fields["countries"].append(code.upper())
    else:
        lost["location that is no country: kept as STIX, not shown"] += 1


def _technique(one: Stix, made: Warned, lost: Counter[str]) -> None:
    references = one.get("external_references")
    for reference in references if isinstance(references, list) else []:
        code = reference.get("external_id") if isinstance(reference, Mapping) else None
        if isinstance(code, str) and (_attack.fullmatch(code) or code in list_view("attck4fraud").codes):
            made.fields["techniques"].append(code)
            return
    found = list_view("attck4fraud").resolve(_text(one.get("name"), 100)).code
    if found is not None:
        made.fields["techniques"].append(found)
    else:
        lost["attack-pattern without a number of ATT&CK: kept as STIX, not shown"] += 1


def _vulnerability(one: Stix, made: Warned, lost: Counter[str]) -> None:
    found = _cve.search(f"{one.get('name', '')} {one.get('external_references', '')}")
    if found is not None:
        made.fields["vulnerabilities"].append(found.group())
    else:
        lost["vulnerability without a CVE number: kept as STIX, not shown"] += 1


def _measure(one: Stix, made: Warned, _lost: Counter[str]) -> None:
    text = _text(one.get("description"), 1000) or _text(one.get("name"), 1000)
    if text and text not in made.fields["countermeasures"]:
        made.fields["countermeasures"].append(text)


_READERS = {
    "indicator": _indicator,
    "location": _location,
    "attack-pattern": _technique,
    "vulnerability": _vulnerability,
    "course-of-action": _measure,
}


@dataclass(frozen=True, slots=True)
class Sighted:
    """A sighting as an object tells it."""

    stix_id: str
    of: str
    times: int
    since: datetime
    until: datetime
    note: str
    revoked: bool
    countries: tuple[str, ...]


def sightings_in(taken: Sequence[tuple[Stix, Written]], lost: Counter[str]) -> list[Sighted]:
    """The sightings among these objects."""
    places = {one["id"]: one.get("country") for one, _row in taken if one["type"] == "location"}
    made = []
    for one, row in taken:
        if one["type"] != "sighting":
            continue
        if not isinstance(one.get("sighting_of_ref"), str):
            lost["sighting of nothing: kept as STIX, not shown"] += 1
            continue
        since, until = _moment(one.get("first_seen"), row.version), _moment(one.get("last_seen"), row.version)
        count = one.get("count")
        where = [places.get(ref) for ref in texts(one.get("where_sighted_refs"))]
        made.append(
            Sighted(
                one["id"],
                one["sighting_of_ref"],
                max(1, min(count, 10**9)) if isinstance(count, int) else 1,
                min(since, until),
                max(since, until),
                _text(one.get("description"), 300),
                one.get("revoked") is True,
                tuple(code for code in where if isinstance(code, str)),
            )
        )
    return made


def _moment(said: Any, otherwise: datetime) -> datetime:
    try:
        return moment_of(said) if isinstance(said, str) else otherwise
    except ValueError:
        return otherwise
