"""Photos of a case: added, described, taken off. Each change is one of the case's
record, so versions and states hold for it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from tidewaiter.cases.actions import draft
from tidewaiter.cases.models import Case
from tidewaiter.cases.policy import may_amend
from tidewaiter.cases.queries import case_by_ref
from tidewaiter.cases.rows import CaseIn
from tidewaiter.checks.findings import DUPLICATE_PROBABLE, Finding
from tidewaiter.forms.attachments import CAPTION, MOST_PHOTOS, attached_to, judged_captions
from tidewaiter.forms.judgements import JUDGED, Found, found_in, judged_by_field
from tidewaiter.foundation.actors import NODE, Actor
from tidewaiter.foundation.refusals import BadInput, Missing, Outdated
from tidewaiter.jobs.actions import enqueue
from tidewaiter.privacy.stretches import judged
from tidewaiter.vault.actions import keep_hidden, keep_picture
from tidewaiter.vault.models import Picture
from tidewaiter.vault.tasks import make_thumbnail

MOST_BOXES = 40


def add_photos(
    *,
    case: Case,
    files: Sequence[Path],
    by: Actor,
    caption: str = "",
    shows: str = "",
    nobody: Collection[str] = (),
) -> int:
    """Keeps pictures, stripped of all but their points, and adds them to a case; gives how many. On a node that holds
    no names what may name somebody is hidden in the caption, but for words that were judged to be `nobody`.

    Raises a refusal for a file that is no picture (then none is added), for too many, for a case one may not amend.
    """
    may_amend(by, case)
    _must_fit(case, len(files))
    digests = [keep_picture(path=path, by=by, owner=case.administration).digest for path in files]
    said = {name: text for name, text in (("caption", caption[:200]), ("shows", shows)) if text}
    try:
        fresh = _added(case, digests, said, by, nobody)
    except Outdated:  # somebody kept the case meanwhile: what they wrote stays, and the photos are added to it
        case = case_by_ref(by, case.ref)
        _must_fit(case, len(files))
        fresh = _added(case, digests, said, by, nobody)
    for photo in fresh:
        enqueue(task=make_thumbnail, key=f"thumbnail:{photo['file']}", subject=photo["file"], by=NODE)
    return len(fresh)


def _must_fit(case: Case, more: int) -> None:
    if len(case.header.get("photos", [])) + more > MOST_PHOTOS:
        raise BadInput("too_many_photos", too_many())


def too_many() -> str:
    """What is said where more photos come than a case holds."""
    return _("A case holds %(n)s photos at most.") % {"n": MOST_PHOTOS}


def _added(
    case: Case, digests: Sequence[str], said: dict[str, str], by: Actor, nobody: Collection[str]
) -> list[dict[str, Any]]:
    photos: list[dict[str, Any]] = list(case.header.get("photos", []))
    known = {photo.get("file") for photo in photos}
    fresh = [{"file": digest, **said} for digest in dict.fromkeys(digests) if digest not in known]
    _keep(case, photos + fresh, by, nobody=[*caption_judgements(case), *nobody])
    return fresh


def describe_photo(*, case: Case, digest: str, said: dict[str, Any], by: Actor, nobody: Collection[str] = ()) -> None:
    """Changes caption, what it shows and concealment tags of one photo; `nobody` are words of the caption that a person
    judged to be none. Raises `Missing` for a photo that is none of the case's.
    """
    photos = [dict(photo) for photo in case.header.get("photos", [])]
    photo = next((one for one in photos if one.get("file") == digest), None)
    if photo is None:
        raise Missing("no_photo", _("The case has no such photo."))
    for name in ("caption", "shows", "tags"):
        photo.pop(name, None)
        if said.get(name):
            photo[name] = str(said[name])[:200]
    _keep(case, photos, by, nobody=[*caption_judgements(case), *nobody])


def caption_judgements(case: Case) -> list[str]:
    """Words that were judged to be nobody in the captions of a case's photos."""
    return judged_by_field(case.header.get(JUDGED, ())).get(CAPTION, [])


def asked_of_caption(case: Case, caption: str, nobody: Collection[str] = ()) -> tuple[Found, ...]:
    """What is found in a caption that may name somebody, kept where it was judged, of this case's captions or now, to
    be `nobody`; nothing on a node that holds names.
    """
    if settings.HOLDS_NAMES:
        return ()
    return found_in(CAPTION, caption, "free", judged(caption, "free", [*caption_judgements(case), *nobody]))


def blur_photo(*, case: Case, digest: str, boxes: Sequence[tuple[float, float, float, float]], by: Actor) -> None:
    """Hides parts of a photo (left, top, width, height as shares of its sides) from all but those who work on the case.

    The original stays with its administration; others see the copy. No boxes takes
    the copy off again. Raises a refusal.
    """
    may_amend(by, case)
    photos = [dict(photo) for photo in case.header.get("photos", [])]
    photo = next((one for one in photos if one.get("file") == digest), None)
    if photo is None or not owns(case, digest):
        raise Missing("no_photo", _("The case has no such photo."))
    photo.pop("blurred", None)
    if len(boxes) > MOST_BOXES:
        raise BadInput("too_many_boxes", _("At most forty parts of a picture are hidden."))
    if boxes:
        hidden = keep_hidden(digest=digest, boxes=boxes, by=by, owner=case.administration)
        photo["blurred"] = hidden.digest
    _keep(case, photos, by)
    if boxes:
        enqueue(task=make_thumbnail, key=f"thumbnail:{hidden.digest}", subject=hidden.digest, by=NODE)


def owns(case: Case, digest: str) -> bool:
    """Whether the case's administration has brought the picture: its digest alone,
    read off another's page, opens nothing.
    """
    return Picture.objects.filter(digest=digest, owners__contains=f";{case.administration};").exists()


def drop_photo(*, case: Case, digest: str, by: Actor) -> None:
    """Takes one photo off a case; what former versions show stays."""
    photos = [photo for photo in case.header.get("photos", []) if photo.get("file") != digest]
    if len(photos) == len(case.header.get("photos", [])):
        raise Missing("no_photo", _("The case has no such photo."))
    _keep(case, photos, by)


def _keep(case: Case, photos: list[dict[str, Any]], by: Actor, nobody: Collection[str] | None = None) -> None:
    may_amend(by, case)
    header = {name: value for name, value in case.header.items() if name not in ("photos", JUDGED)}
    header["national_ref"] = case.national_ref
    said = caption_judgements(case) if nobody is None else nobody
    if photos:
        header["photos"] = attached_to({"photos": photos, JUDGED: [f"{CAPTION}={words}" for words in said]})["photos"]
    others = [words for words in case.header.get(JUDGED, ()) if not words.startswith(f"{CAPTION}=")]
    if judgements := sorted({*others, *judged_captions(header.get("photos", ()), said)}):
        header[JUDGED] = judgements
    findings = [
        Finding(row.code, row.severity, row.path, row.says) for row in case.findings.exclude(code=DUPLICATE_PROBABLE)
    ]
    lines = [line.document for line in case.lines.order_by("number")]
    draft(cases=[CaseIn(header, lines, findings)], by=by, channel=case.channel, read=case)


def photos_shown(case: Case) -> list[dict[str, Any]]:
    """The photos of a case for its page: those whose pictures are here and its own, in their order."""
    listed = case.header.get("photos", [])
    here = {
        row.digest: row
        for row in Picture.objects.filter(digest__in=[photo.get("file", "") for photo in listed])
        if f";{case.administration};" in row.owners
    }
    return [
        {
            "caption": "",
            "shows": "",
            **photo,
            "picture": here.get(photo.get("file", "")),
            "tags": [tag for tag in photo.get("tags", "").split(";") if tag],
        }
        for photo in listed
    ]
