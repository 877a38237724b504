"""A person's word about what came and could not be taken by itself."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django.db import transaction
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tidewaiter.cases.actions import say_of_case
from tidewaiter.cases.called import case_called
from tidewaiter.cases.models import Case
from tidewaiter.cases.queries import case_by_ref
from tidewaiter.cases.rows import CaseIn
from tidewaiter.cases.validate_record import with_findings
from tidewaiter.exchange.jose import NotOurs
from tidewaiter.forms.compiled_form import Form
from tidewaiter.forms.engine import CaseReader
from tidewaiter.forms.lines import ReadingRules
from tidewaiter.forms.queries import form_named
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refusals import BadInput, Outdated, Refusal
from tidewaiter.ledger.actions import record
from tidewaiter.offline import policy, states
from tidewaiter.offline.actions.arriving import release_after
from tidewaiter.offline.actions.taking import kept
from tidewaiter.offline.called import field_called, value_called
from tidewaiter.offline.merging import Difference, differences, merged
from tidewaiter.offline.models import Item

_of_line = re.compile(r"lines\.(\d{1,4})\.(.+)")
LONGEST_NOTE = 1_500


def sides_of(item: Item, case: Case) -> tuple[dict[str, Any], dict[str, Any], dict[str, Any]]:
    """What both began from, what the device says, what the case says now."""
    content = item.content or {}
    base = content.get("base", {}).get("record", {}) if isinstance(content.get("base"), dict) else {}
    theirs = {**case.header, "lines": [line.document for line in case.lines.order_by("number")]}
    return base if isinstance(base, dict) else {}, content.get("mine", {}), theirs


def differences_of(item: Item, case: Case) -> list[Difference]:
    """The fields in which an item that met another version differs from the case as it stands."""
    return differences(*sides_of(item, case))


def merge_versions(*, item: Item, chosen: Mapping[str, str], version: int, digest: str, by: Actor) -> Item:
    """Makes one version of two by a choice for each field that both wrote; both stay in the history.

    `version`, `digest`: of the case as it was read. Raises `Outdated` where another stands, `BadInput` where a field is
    left open or the whole does not fit.
    """
    with transaction.atomic():
        held = _held(item, by, states.CONFLICT)
        case = case_by_ref(by, held.case)
        if (case.version, case.digest) != (version, digest):
            raise Outdated("another_version", _("The case was changed meanwhile: look again."), case.version)
        rows = differences_of(held, case)
        if left := [one.path for one in rows if one.is_open and chosen.get(one.path) not in ("mine", "theirs")]:
            raise BadInput("open_field", _("Choose for «%(field)s»: both sides wrote it.") % {"field": left[0]})
        made = _read(case, merged(*sides_of(held, case), chosen))
        taken = kept(held, {**(held.content or {}), "named": (held.content or {}).get("named", {})}, made, by, case)
        _settled(held, by, taken.case, taken.version, taken.digest, "merged")
    release_after(held)
    return held


def keep_as_notes(*, item: Item, by: Actor) -> Item:
    """Leaves the case as it stands and writes what the device says into its thread, field by field."""
    with transaction.atomic():
        held = _held(item, by, states.CONFLICT)
        case = case_by_ref(by, held.case)
        form = form_named(case.form, case.form_version)
        lines = [_in_words(one, form) for one in differences_of(held, case)]
        text = "\n".join([_("Entered without a line, and not taken over (the case says):"), *lines])
        say_of_case(case=case, text=text[:LONGEST_NOTE], by=by)
        _settled(held, by, case.ref, case.version, case.digest, "notes")
    release_after(held)
    return held


def _in_words(one: Difference, form: Form) -> str:
    lang = get_language() or "en"
    title, of = field_called(form, one.path, lang)
    mine, theirs = (value_called(text, of, lang)["text"] or "–" for text in (one.mine, one.theirs))
    return f"{title}: {mine} ({theirs})"


def settle_by_hand(*, item: Item, case: str, by: Actor) -> Item:
    """Says that a held item was entered by hand as this case, or (with none) that nothing is to be made of it."""
    with transaction.atomic():
        held = _held(item, by, states.HELD)
        found = case_called(by, case) if case else None
        if found is not None:
            _settled(held, by, found.ref, found.version, found.digest, "by_hand")
        else:
            _settled(held, by, "", 0, "", "dropped")
    release_after(held)
    return held


def _held(item: Item, by: Actor, status: str) -> Item:
    held = Item.objects.select_for_update(of=("self",)).select_related("device").filter(pk=item.pk).first()
    if held is None:
        raise NotOurs("item", _("The item was not announced."))
    policy.may_settle(by, held.device)
    if held.status != status:
        raise Refusal("settled", _("Somebody was faster: this is settled already."))
    return held


def _settled(item: Item, by: Actor, case: str, version: int, digest: str, how: str) -> None:
    item.status, item.case, item.version, item.case_digest = states.SETTLED, case, version, digest
    item.content, item.problems = None, []
    item.settled_by, item.settled_at = by.username, now()
    item.save()
    record(by=by, deed="offline.settled", ref=item.ref, detail={"how": how, "case": case})


def _read(case: Case, texts: Mapping[str, str]) -> CaseIn:
    """The record that texts by path make, in the case's own form. Raises `BadInput` where they do not fit together."""
    lines: dict[int, dict[str, Any]] = {}
    header = {"national_ref": case.national_ref}
    for path, text in texts.items():
        if match := _of_line.fullmatch(path):
            lines.setdefault(int(match[1]), {})[match[2]] = text
        else:
            header[path] = text
    if case.header.get("long"):
        header["long"] = "yes"
    form = form_named(case.form, case.form_version)
    reader = CaseReader(form, ReadingRules())
    reader.gather_places([header])
    document = {
        "lines": [lines[number] for number in sorted(lines)],
        **{name: case.header[name] for name in ("photos", "links", "judged") if name in case.header},
    }
    made, rows, problems = reader.record(document, header)
    if problems:
        raise BadInput("does_not_fit", f"{problems[0].path}: {problems[0].sentence()}")
    return with_findings(form, CaseIn(made, rows, found=reader.found))
