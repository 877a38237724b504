"""What an item does to the record, by its kind. The same deeds of cases that pages, files and programs call."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _

from tidewaiter.cases.actions import draft, say_of_case, submit
from tidewaiter.cases.models import Case
from tidewaiter.cases.photos.case_photos import add_photos
from tidewaiter.cases.queries import case_by_ref
from tidewaiter.cases.rows import CaseIn
from tidewaiter.cases.validate_record import with_findings
from tidewaiter.codelists.queries import list_view
from tidewaiter.exchange.jose import NotOurs
from tidewaiter.forms.attachments import MOST_PHOTOS
from tidewaiter.forms.engine import CaseReader
from tidewaiter.forms.lines import ReadingRules
from tidewaiter.forms.problems import Problem
from tidewaiter.forms.queries import form_named
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.decoding import read_json
from tidewaiter.foundation.refusals import BadInput, Missing, NotAllowed, Refusal
from tidewaiter.foundation.scratch import scratch
from tidewaiter.offline import states
from tidewaiter.offline.merging import differences
from tidewaiter.offline.models import Device, Item
from tidewaiter.offline.wire import photo_parts
from tidewaiter.people.models import Officer
from tidewaiter.registry.case_entry import ANNEX

CHANNEL = "offline"
BESIDE = ("photos", "links", "judged")
"""What no field of the desk asks for."""
LONGEST_NAMED, MOST_NAMED = 2_000, 400
LONGEST_FIELD, LONGEST_SAID, MOST_SAID = 200, 1_500, 40


@dataclass(slots=True)
class Taken:
    """What became of an item."""

    status: str
    case: str = ""
    version: int = 0
    digest: str = ""
    problems: list[dict[str, Any]] = field(default_factory=list)
    content: dict[str, Any] | None = None
    manifest: list[str] = field(default_factory=list)
    submits: bool = False


def owner_of(device: Device) -> Officer:
    """The person under whose name everything of a device goes, however their account stands now."""
    return Officer.objects.select_related("administration").get(username=device.username)


def _actor(device: Device) -> Officer:
    """The same, who must still be here to file. Raises `NotAllowed`."""
    officer = owner_of(device)
    if not officer.is_active:
        raise NotAllowed("closed", _("The account of whoever sent this is closed: a contact point settles it."))
    return officer


def _said(plain: bytes) -> dict[str, Any]:
    said = read_json(plain)
    record = said.get("record") if isinstance(said, dict) else None
    lines = record.get("lines", []) if isinstance(record, dict) else None
    if not isinstance(lines, list) or not all(isinstance(line, dict) for line in lines):
        raise NotOurs("content", _("This is no case of an off-line desk."))
    return dict(said)


def named_in(said: dict[str, Any]) -> dict[str, str]:
    """Who was named beside a case, as its page of entry posts it."""
    given = said.get("named")
    rows = given.items() if isinstance(given, dict) else ()
    texts = [(name, text) for name, text in rows if name.startswith(ANNEX.begins) and isinstance(text, str)]
    return {name: text[:LONGEST_NAMED] for name, text in texts[:MOST_NAMED]}


def gone_in(said: dict[str, Any]) -> list[str]:
    """What was written in fields that a later form no longer asks for, as messages under the case: nothing of it is
    lost.
    """
    given = said.get("gone")
    rows = [one for one in given if isinstance(one, list) and len(one) == 2] if isinstance(given, list) else []
    lines = [f"{str(field)[:LONGEST_FIELD]}: {str(text)[:LONGEST_NAMED]}" for field, text in rows[:MOST_NAMED]]
    if not lines:
        return []
    text = "\n".join([str(_("Written on the device in fields that the form no longer has:")), *lines])
    return [text[at : at + LONGEST_SAID] for at in range(0, len(text), LONGEST_SAID)][:MOST_SAID]


def manifest_in(said: dict[str, Any]) -> list[str]:
    """The items of the photos of a case."""
    given = said.get("photos")
    return [str(one)[:36] for one in given[:MOST_PHOTOS]] if isinstance(given, list) else []


def read_case(said: dict[str, Any], by: Actor, over: Case | None = None) -> tuple[CaseIn | None, list[Problem]]:
    """A record read by the version of the form that it was filled in with, which stays good for ever; or what is wrong.
    Photos come as items of their own: a record says none, and keeps those of the case that it is written `over`.

    Raises `Missing` for a version that this node never had.
    """
    standing = over.header if over is not None else {}
    record = {name: value for name, value in said["record"].items() if name not in BESIDE}
    record |= {name: standing[name] for name in BESIDE if name in standing}
    form = form_named(str(record.get("form") or "").upper(), _version(record))
    reader = CaseReader(form, ReadingRules(long=record.get("long") is True))
    texts = reader.texts_of(record)
    named = named_in(said)
    ANNEX.fill(named, texts, by, "")
    reader.gather_places([texts])
    header, lines, problems = reader.record(record, texts)
    problems += [Problem(path, "required") for path, _word in ANNEX.wrong(named, by)]
    if problems:
        return None, problems
    return with_findings(form, CaseIn(header, lines, found=reader.found)), []


def _version(record: dict[str, Any]) -> int | None:
    version = record.get("form_version")
    return version if isinstance(version, int) and 0 < version < 1_000_000 else None


def _held(said: dict[str, Any], problems: list[Problem]) -> Taken:
    shown = [{**one.plain(), "message": one.sentence()} for one in problems]
    return Taken(states.HELD, problems=shown, content=said, manifest=manifest_in(said))


def take_case(item: Item, plain: bytes) -> Taken:
    """A new case: kept as a draft under its officer's name; submitted at once where no photo is to come."""
    said = _said(plain)
    by = _actor(item.device)
    case, problems = read_case(said, by)
    if case is None:
        return _held(said, problems)
    known = Case.objects.filter(
        administration=str(case.header["country"]), national_ref=case.national_ref, latest=True
    ).first()
    if known is not None and known.digest != case.digest():
        return _held(said, [Problem("national_ref", "reference_taken", case.national_ref)])
    return kept(item, said, case, by)


def kept(item: Item, said: dict[str, Any], case: CaseIn, by: Actor, read: Case | None = None) -> Taken:
    """Keeps a case that was read, with who is named beside it."""
    outcome = draft(cases=[case], by=by, channel=CHANNEL, read=read)
    ref = outcome.refs[0]
    if outcome.words[0] == "withdrawn":
        return _held(said, [Problem("national_ref", "withdrawn_case", case.national_ref)])
    if named := named_in(said):
        ANNEX.keep(ref, named, by)
    for text in gone_in(said):
        say_of_case(case=Case.objects.get(ref=ref, latest=True), text=text, by=by)
    manifest = manifest_in(said)
    if said.get("submit") is True and not manifest:
        submit(cases=Case.objects.filter(ref=ref, latest=True), by=by)
    standing = Case.objects.get(ref=ref, latest=True)
    return Taken(
        states.TAKEN,
        case=ref,
        version=standing.version,
        digest=standing.digest,
        manifest=manifest,
        submits=said.get("submit") is True,
    )


def take_photo(item: Item, plain: bytes) -> Taken:
    """A photo of a case that is in; it waits where the case is not. With the last one the case is submitted."""
    from_case = Item.objects.filter(pk=item.of, device=item.device).first()
    if from_case is None or from_case.status not in (states.TAKEN, states.SETTLED):
        return Taken(states.WAITING)
    if item.ref not in from_case.manifest:
        raise BadInput("not_listed", _("The case does not list this photo."))
    if not from_case.case:
        return Taken(states.SETTLED)
    by = _actor(item.device)
    said, data = _photo(plain)
    case = case_by_ref(by, from_case.case)
    with scratch() as folder:
        path = folder / "photo"
        path.write_bytes(data)
        add_photos(case=case, files=[path], by=by, caption=str(said.get("caption", ""))[:200], shows=_shows(said))
    _submit_whole(item, from_case, by)
    latest = Case.objects.get(ref=from_case.case, latest=True)
    Item.objects.filter(pk=from_case.pk).update(version=latest.version, case_digest=latest.digest)
    return Taken(states.TAKEN, case=latest.ref, version=latest.version, digest=latest.digest)


def _photo(plain: bytes) -> tuple[dict[str, Any], bytes]:
    said, data = photo_parts(plain)
    if said.get("sha256") != hashlib.sha256(data).hexdigest():
        raise NotOurs("photo", _("The photo is not the one that was taken."))
    return said, data


def _shows(said: dict[str, Any]) -> str:
    shows = str(said.get("shows", ""))
    return shows if shows in list_view("photo_shows").codes else ""


def _submit_whole(item: Item, from_case: Item, by: Actor) -> None:
    others = Item.objects.filter(pk__in=[one for one in from_case.manifest if one != item.ref])
    whole = others.filter(status__in=(states.TAKEN, states.SETTLED)).count() == len(from_case.manifest) - 1
    if whole and from_case.submits:
        submit(cases=Case.objects.filter(ref=from_case.case, latest=True), by=by)


def take_correction(item: Item, plain: bytes) -> Taken:
    """A correction of a case that is here: taken where the case still stands as it was read on the device, or as the
    correction before has left it; else both are kept, and a person decides field by field.
    """
    said = _said(plain)
    by = _actor(item.device)
    before = Item.objects.filter(pk=item.after, device=item.device).first() if item.after else None
    if item.after and (before is None or before.status not in (states.TAKEN, states.SETTLED)):
        return Taken(states.WAITING)
    base = said["base"] if isinstance(said.get("base"), dict) else {}
    try:
        standing = case_by_ref(by, before.case if before is not None else str(base.get("ref", "")))
    except Missing as error:
        raise Refusal("no_case", _("The case that this corrects is not here, or no longer yours to see.")) from error
    read = (before.version, before.case_digest) if before is not None else (base.get("version"), base.get("digest"))
    said["record"] = {**said["record"], "national_ref": standing.national_ref}
    case, problems = read_case(said, by, standing)
    if case is None:
        return _held(said, problems)
    if standing.digest == case.digest() or read == (standing.version, standing.digest):
        return kept(item, said, case, by, standing)
    theirs = {**standing.header, "lines": [line.document for line in standing.lines.order_by("number")]}
    mine = {**case.header, "lines": case.lines}
    before_them = base.get("record")
    rows = differences(before_them if isinstance(before_them, dict) else {}, mine, theirs)
    return Taken(
        states.CONFLICT,
        case=standing.ref,
        version=standing.version,
        digest=standing.digest,
        content={**said, "mine": mine, "rows": len(rows)},
        manifest=manifest_in(said),
        submits=said.get("submit") is True,
    )


TAKE: dict[str, Callable[[Item, bytes], Taken]] = {
    "case": take_case,
    "photo": take_photo,
    "correction": take_correction,
}
