"""A case in words: what its page and the list show."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from tidewaiter.cases import states
from tidewaiter.cases.findings.finding_outcomes import dismissed_of
from tidewaiter.cases.models import Case, Line
from tidewaiter.cases.photos.case_photos import photos_shown
from tidewaiter.cases.policy import allowed, is_close
from tidewaiter.cases.queries import findings_for
from tidewaiter.cases.returning import reasons_shown
from tidewaiter.cases.route_maps import drawn_route, legs_of
from tidewaiter.cases.titles import title_of
from tidewaiter.cases.values import state_in_words, value_in_words
from tidewaiter.checks.findings import Finding
from tidewaiter.codelists.queries import code_view, list_view
from tidewaiter.forms.engine import Form
from tidewaiter.forms.labels import block_title
from tidewaiter.forms.queries import form_named
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.room_cards import rooms_of_node
from tidewaiter.ledger.models import Entry
from tidewaiter.ledger.queries import history
from tidewaiter.people.called import person_called
from tidewaiter.threads.queries import thread_of

_LISTS = {
    "form": "commodity",
    "country": "country",
    "mode": "mode",
    "place": "unlocode",
    "administration": "country",
    "direction": "direction",
    "location_type": "location_type",
    "departure": "country",
    "destination": "country",
}
_ICONS = {
    "drafted": "pencil",
    "mended": "pencil",
    "amended": "pencil",
    "submitted": "send",
    "opened": "eye",
    "returned": "arrow-back-up",
    "validated": "check",
    "withdrawn": "ban",
    "taken_back": "arrow-back-up",
    "dismissed": "check",
    "said": "message",
    "assigned": "user",
}


def word(name: str, value: str, lang: str) -> str:
    """The word for a value of a facet or filter."""
    if name == "status":
        return state_in_words(value, states.WORDS)
    if name == "worst":
        return {"stop": _("Must be settled"), "warn": _("To look at"), "note": _("For information")}.get(value, value)
    view = code_view(_LISTS[name], value) if name in _LISTS else None
    return view.spoken(lang) if view else value


def case_shown(case: Case, by: Actor, lang: str) -> dict[str, Any]:
    """Everything the page of a case shows."""
    form = form_named(case.form, case.form_version)
    rows = list(case.lines.order_by("number"))
    findings = _findings(case, by)
    list_of_subtypes = form.definition.list_of_subtypes
    close = is_close(by, case)
    deeds, legs = _history(case, close=close), legs_of(case)
    return {
        "close": close,
        "thread": thread_of(case.ref, up_to=case.version) if close else [],
        "reasons": reasons_shown(case, lang) if close else [],
        "case": case,
        "title": title_of(case, [row.document for row in rows], form, lang),
        "lines": _lines(rows, form, lang),
        "subtypes": list_of_subtypes,
        "legs": legs,
        "route_map": drawn_route(legs, lang),
        "findings": findings,
        "flagged": {finding["path"] for finding in findings},
        "blocks": _blocks(form, case.header, lang),
        "persons": case.header.get("persons", []),
        "photos": photos_shown(case),
        "whole": close,
        "shows": list_view("photo_shows").current(),
        "tags": list_view("concealment_method").current(),
        "history": deeds,
        "course": _course(case, deeds),
        "next_step": _next_step(case, by),
    }


def _lines(rows: Sequence[Line], form: Form, lang: str) -> list[dict[str, Any]]:
    """The goods of a case, each with what its form alone asks of it."""
    own = {column.path: column for column in form.columns if column.scope == "fields"}
    return [
        {
            "subtype": line.subtype,
            "hs": line.hs,
            "quantity": line.quantity,
            "unit": line.unit,
            "value": line.value,
            "currency": line.currency,
            "path": f"lines.{line.number}.quantity",
            "details": [
                (own[name].spoken(lang), value_in_words(own[name], value, lang))
                for name, value in line.document.get("fields", {}).items()
                if name in own
            ],
        }
        for line in rows
    ]


def _findings(case: Case, by: Actor) -> list[dict[str, Any]]:
    """What checks found of the case, as far as this person may read it, in sentences."""
    dismissed = dismissed_of(case)
    return [
        {
            "code": row.code,
            "severity": row.severity,
            "dismissed": dismissed.get((row.code, row.path)),
            "title": finding.title(),
            "sentence": finding.sentence(),
            "why": finding.why(),
            "path": row.path,
        }
        for row in findings_for(by, [case])[case.pk]
        for finding in [Finding(row.code, row.severity, row.path, row.says)]
    ]


def _blocks(form: Form, header: dict[str, Any], lang: str) -> list[dict[str, Any]]:
    blocks = []
    for name in ("detection", "conveyance", "concealment", "case", "more"):
        facts = []
        for column in form.columns:
            if (
                column.scope != "header"
                or column.block != name
                or column.path in ("date", "date_precision", "country", "place", "national_ref", "kind")
            ):
                continue
            value: Any = header
            for part in column.path.split("."):
                value = value.get(part) if isinstance(value, dict) else None
            said = value_in_words(column, value, lang)
            if said:
                facts.append((column.spoken(lang), said))
        if facts:
            blocks.append({"title": block_title(form.common.blocks, name, lang), "facts": facts})
    return blocks


def _history(case: Case, *, close: bool) -> list[dict[str, Any]]:
    """The deeds that led to the version one sees, newest first: nothing of a newer one that waits, and whoever does not
    work on the case reads no further than that its version was validated.
    """
    entries = []
    for entry in reversed(_deeds_seen(case, close=close)):
        deed = entry.deed.split(".")[-1]
        at = f"{entry.at[:10]} {entry.at[11:16]}"
        entries.append(
            {
                "deed": deed,
                "full": entry.deed,
                "by": entry.by,
                "at": at,
                "version": entry.version,
                "icon": _ICONS.get(deed, "dots"),
            }
        )
    return entries


def _deeds_seen(case: Case, *, close: bool) -> list[Entry]:
    """The entries of the ledger that the page tells: those of this version and the ones
    before, of rooms that work on the case.
    """
    told = tuple(deed for room in rooms_of_node() for deed in room.case_history)
    own = [entry for entry in history(case.ref) if entry.version <= case.version and entry.deed.startswith(told)]
    if close:
        return own
    own = [entry for entry in own if entry.deed.startswith("cases.")]
    ends = [n for n, entry in enumerate(own, 1) if entry.deed == "cases.validated" and entry.version == case.version]
    return own[: ends[-1]] if ends else own


def _course(case: Case, deeds: list[dict[str, Any]]) -> list[dict[str, str]]:
    """The steps of a case: who took each and when, as the ledger has it; the present one half drawn."""
    order = [states.DRAFT, states.SUBMITTED, states.VALIDATED]
    present = states.DRAFT if case.status == states.RETURNED else case.status
    at = order.index(present) if present in order else 0
    taken = {
        "drafted": states.DRAFT,
        "submitted": states.SUBMITTED,
        "amended": states.SUBMITTED,
        "validated": states.VALIDATED,
    }
    said: dict[str, str] = {}
    for entry in deeds:
        step = taken.get(entry["deed"])
        if step is not None and step not in said and entry["version"] <= case.version:
            said[step] = f"{person_called(entry['by'])}, {entry['at'][:10]}"
    steps = []
    for n, state in enumerate(order):
        now_here = n == at and case.status != states.VALIDATED
        name = states.RETURNED if now_here and case.status == states.RETURNED else state
        css = "now" if now_here else "done" if n <= at else ""
        steps.append({"word": word("status", name, ""), "said": said.get(state, "") if n <= at else "", "css": css})
    return steps


def _next_step(case: Case, by: Actor) -> str:
    if allowed("validate", case, by):
        return _("You validate or return")
    if allowed("submit", case, by):
        return _("You submit")
    if case.status == states.SUBMITTED:
        return _("The regional office reviews")
    if case.status in (states.DRAFT, states.RETURNED):
        return (
            _("Findings must be settled")
            if case.worst == "stop"
            else _("%(country)s mends and submits") % {"country": case.country}
        )
    return _("Stands in the figures") if case.counted else _("Ended")


def step_in_a_list(case: Case, by: Actor, lang: str) -> tuple[str, bool]:
    """Whose turn it is and what, and whether it is this person's; nothing of a case at rest."""
    if allowed("validate", case, by):
        return _("You: validate or return"), True
    if allowed("submit", case, by):
        return (_("You: mend and submit") if case.status == states.RETURNED else _("You: submit")), True
    if case.status == states.SUBMITTED:
        return _("Regional office: review"), False
    whose = {"country": word("administration", case.administration, lang)}
    if case.status == states.RETURNED:
        return _("%(country)s: answer") % whose, False
    return (_("%(country)s: submit") % whose if case.status == states.DRAFT else ""), False
