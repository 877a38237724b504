"""Reading devices and what came from them."""

from __future__ import annotations

from typing import Any

from django.db.models import Count, Q, QuerySet
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tidewaiter.cases.models import Case
from tidewaiter.cases.queries import visible_cases
from tidewaiter.cases.states import WORDS
from tidewaiter.forms.columns import as_text, flatten_header, normal_path
from tidewaiter.forms.queries import form_named
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.refusals import Missing
from tidewaiter.offline import policy, states
from tidewaiter.offline.models import Device, Item

MOST_CASES = 50


def devices_for(by: Actor) -> QuerySet[Device]:
    """The devices that a person sees, the ones in use first, each with how many of its items wait for somebody."""
    waits = Count("items", filter=Q(items__status__in=states.OPEN))
    return Device.objects.filter(policy.devices_seen(by)).annotate(to_settle=waits).order_by("status", "-seen_at")


def device_by_ref(by: Actor, ref: str) -> Device:
    """One of them. Raises `Missing`."""
    found = Device.objects.filter(policy.devices_seen(by), pk=ref).first()
    if found is None:
        raise Missing("no_device", _("There is no such device."))
    return found


def arrivals(by: Actor) -> QuerySet[Item]:
    """What came of the devices of one's administration, newest first."""
    return Item.objects.filter(policy.items_seen(by)).select_related("device").order_by("-came_at")


def brought_items(by: Actor, bundle: str) -> QuerySet[Item]:
    """What was brought in a saved queue of one's administration. Raises `Missing` where there is none."""
    found = arrivals(by).filter(brought_in=bundle) if bundle else Item.objects.none()
    if not found.exists():
        raise Missing("no_bundle", _("There is no such saved queue."))
    return found


def item_by_ref(by: Actor, ref: str) -> Item:
    """One of them. Raises `Missing`."""
    found = Item.objects.filter(policy.items_seen(by), pk=ref).select_related("device").first()
    if found is None:
        raise Missing("no_item", _("There is no such page."))
    return found


def cases_to_carry(by: Actor) -> list[dict[str, Any]]:
    """The latest cases of one's own administration, as a device takes them along to look them up and correct them."""
    mine = visible_cases(by).filter(administration=by.administration_code, latest=True)
    rows = mine.exclude(status="withdrawn").order_by("-changed_at").prefetch_related("lines")[:MOST_CASES]
    return [_carried(case) for case in rows]


def _carried(case: Case) -> dict[str, Any]:
    lines = sorted(case.lines.all(), key=lambda line: line.number)
    record = {**case.header, "lines": [line.document for line in lines]}
    return {
        "state": str(WORDS[case.status]),
        "called": _called(case, record),
        "ref": case.ref,
        "national_ref": case.national_ref,
        "reference": case.reference,
        "status": case.status,
        "version": case.version,
        "digest": case.digest,
        "form": case.form,
        "changed_at": case.changed_at.isoformat(),
        "record": record,
    }


def _called(case: Case, record: dict[str, Any]) -> dict[str, tuple[str, str]]:
    """Of a case of an older form: what those of its fields are called that the present one no longer has."""
    newest = form_named(case.form)
    if newest.version == case.form_version:
        return {}
    old, lang = form_named(case.form, case.form_version), get_language() or "en"
    rows = [("", path, value) for path, value in flatten_header(record) if path != "lines"]
    for number, line in enumerate(record["lines"], 1):
        cells = {**line, **line.get("fields", {})}
        rows += [(f"{number} ", path, value) for path, value in cells.items()]
    found = {}
    for key, path, value in rows:
        plain = normal_path(path)[1]
        if plain in old.by_path and plain not in newest.by_path:
            found[key + path] = (old.by_path[plain].title(lang), as_text(value))
    return found
