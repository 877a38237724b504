"""Devices, items and differences as templates have them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Count, QuerySet
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tidewaiter.cases.models import Case
from tidewaiter.cases.queries import visible_cases
from tidewaiter.forms.columns import as_text, flatten_header, normal_path
from tidewaiter.forms.compiled_form import Form
from tidewaiter.forms.problems import SENTENCES, problem_of
from tidewaiter.forms.queries import form_named
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refusals import Missing
from tidewaiter.offline import states
from tidewaiter.offline.actions.taking import named_in
from tidewaiter.offline.called import field_called, value_called
from tidewaiter.offline.merging import Difference
from tidewaiter.offline.models import Device, Item
from tidewaiter.people.called import person_called

OLD = 86_400
CLOCK_WRONG = 120


def came_at(answer: dict[str, Any]) -> str:
    """Of what became of a saved queue: the address where it is seen."""
    page = reverse("offline_arrivals")
    return f"{page}?brought={answer['receipt']}" if answer["receipts"] else page


def brought_shown(bundle: str, items: QuerySet[Item]) -> dict[str, Any]:
    """What stands now of a saved queue that was brought: how many items in which state, and whose."""
    counts = items.order_by().values_list("status").annotate(n=Count("pk"))
    people = items.order_by().values_list("device__username", flat=True).distinct()
    return {
        "ref": bundle,
        "rows": items.count(),
        "states": [(states.ITEM_WORDS[status], n) for status, n in counts],
        "whose": [person_called(one) for one in people],
    }


def device_shown(device: Device, version: str) -> dict[str, Any]:
    """A row of the page of devices."""
    oldest = (now() - device.oldest_at).total_seconds() if device.oldest_at and device.waiting else 0
    return {
        "device": device,
        "who": person_called(device.username),
        "state": states.DEVICE_WORDS[device.status],
        "in_use": device.status == states.ENROLLED,
        "age": age_said(oldest) if oldest > 0 else "",
        "old": oldest > OLD,
        "current": device.version == version,
        "clock": round(device.clock_ahead) if device.clock_ahead is not None else None,
        "clock_wrong": device.clock_ahead is not None and abs(device.clock_ahead) > CLOCK_WRONG,
        "to_settle": getattr(device, "to_settle", 0),
        "ended_by": person_called(device.ended_by) if device.ended_by else "",
    }


def age_said(seconds: float) -> str:
    """How long something has waited, in the two largest of days, hours and minutes."""
    minutes = int(seconds // 60)
    days, hours, minutes = minutes // 1440, minutes // 60 % 24, minutes % 60
    if days:
        return _("%(days)s d %(hours)s h") % {"days": days, "hours": hours}
    if hours:
        return _("%(hours)s h %(minutes)s min") % {"hours": hours, "minutes": minutes}
    return _("%(minutes)s min") % {"minutes": minutes}


def item_shown(item: Item) -> dict[str, Any]:
    """A row of what came."""
    return {
        "item": item,
        "kind": {"case": _("Case"), "photo": _("Photo"), "correction": _("Correction")}[item.kind],
        "state": states.ITEM_WORDS[item.status],
        "waits": item.status in states.OPEN,
        "to_settle": item.status in (states.HELD, states.CONFLICT),
        "who": person_called(item.device.username),
        "carrier": person_called(item.brought_by) if item.brought_by else "",
        "problems": [_problem(one, _form_of(item)) for one in item.problems],
        "frozen": _by_device(item.frozen_at),
        "came": item.came_at,
    }


def items_shown(by: Actor, items: Iterable[Item]) -> list[dict[str, Any]]:
    """Rows of what came, each with the reference of its case as people call it."""
    rows = [item_shown(one) for one in items]
    refs = {row["item"].case for row in rows if row["item"].case}
    called = {case.ref: case.reference for case in visible_cases(by).filter(ref__in=refs, latest=True)}
    return [row | {"reference": called.get(row["item"].case, "")} for row in rows]


def _by_device(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M")


def _problem(plain: dict[str, Any], form: Form | None) -> dict[str, str]:
    code = str(plain.get("code", ""))
    words = problem_of({"path": "", "code": "", **plain}).sentence() if code in SENTENCES else ""
    path = str(plain.get("path", ""))
    called = field_called(form, path, get_language() or "en")[0] if path else ""
    return {"path": called, "message": words or str(plain.get("message", code))}


def typed_of(item: Item, by: Actor) -> dict[str, Any]:
    """What was typed of a held case, as the page of entry takes it: nothing has to be typed again. Names are shown to
    whoever typed them; others are told how many there are.
    """
    content = item.content or {}
    record = content.get("record") if isinstance(content.get("record"), dict) else None
    if not record:
        return {}
    header = {name: value for name, value in record.items() if name not in ("lines", "form", "form_version", "photos")}
    texts = [(normal_path(path)[0], as_text(value)) for path, value in flatten_header(header)]
    for number, line in enumerate(record.get("lines") or [], 1):
        if isinstance(line, dict):
            fields = line.get("fields") if isinstance(line.get("fields"), dict) else {}
            cells = {**{name: value for name, value in line.items() if name != "fields"}, **(fields or {})}
            texts += [(f"lines.{number}.{name}", as_text(value)) for name, value in cells.items()]
    form, lang = _form_of(item), get_language() or "en"
    named, own = named_in(content), by.username == item.device.username
    texts += named.items() if own else ()
    return {
        "names_kept": 0 if own else len({name.split(".")[1] for name in named}),
        "form": str(record.get("form", "")),
        "texts": [(name, text) for name, text in texts if text.strip()],
        "shown": [_entered(form, name, text, lang) for name, text in texts if text.strip()],
        "photos": len(item.manifest),
    }


def _form_of(item: Item) -> Form | None:
    record = (item.content or {}).get("record")
    code = str(record.get("form", "")) if isinstance(record, dict) else ""
    try:
        return form_named(code) if code else None
    except Missing:
        return None  # a form that the node never had: its fields stay as they were sent


def difference_shown(one: Difference, case: Case, chosen: dict[str, str], lang: str) -> dict[str, Any]:
    """A row of two versions side by side; codes with their names."""
    title, of = field_called(form_named(case.form, case.form_version), one.path, lang)
    return {
        "path": one.path,
        "title": title,
        "open": one.is_open,
        "side": chosen.get(one.path) or one.chosen,
        "was": value_called(one.was, of, lang),
        "mine": value_called(one.mine, of, lang),
        "theirs": value_called(one.theirs, of, lang),
        "mine_touched": one.mine != one.was,
        "theirs_touched": one.theirs != one.was,
    }


def _entered(form: Form | None, path: str, text: str, lang: str) -> tuple[str, str]:
    title, of = field_called(form, path, lang)
    label = value_called(text, of, lang)["text"] if of else text
    return title, label or text
