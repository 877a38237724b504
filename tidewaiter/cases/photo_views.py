"""The doors of a case's photos."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tidewaiter.cases.as_read import overtaken_by
from tidewaiter.cases.models import Case
from tidewaiter.cases.personal_stretches import NO, Question, answers_in, questions
from tidewaiter.cases.photos.case_photos import (
    add_photos,
    asked_of_caption,
    blur_photo,
    describe_photo,
    drop_photo,
    owns,
    photos_shown,
)
from tidewaiter.cases.policy import is_close, may_amend
from tidewaiter.cases.queries import case_by_ref
from tidewaiter.cases.views import show_case
from tidewaiter.codelists.queries import list_view
from tidewaiter.forms.queries import form_named
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.attachments import attached
from tidewaiter.foundation.doors import actor_of, takes_files
from tidewaiter.foundation.parameters import read_number
from tidewaiter.foundation.refusals import BadInput, Missing, NotAllowed, Outdated
from tidewaiter.foundation.uploads import on_disk
from tidewaiter.vault.actions import keep_thumbnail, read
from tidewaiter.vault.models import Picture


@takes_files
@require_POST
def photos_deed(request: HttpRequest, ref: str) -> HttpResponse:
    """Pictures that were dragged in, chosen, or just taken."""
    by = actor_of(request)
    case = case_by_ref(by, ref)
    may_amend(by, case)
    uploads = request.FILES.getlist("photos")
    if not uploads:
        raise BadInput("no_file", _("Choose a picture."))
    with on_disk(uploads) as paths:
        added = add_photos(case=case, files=paths, by=by)
    messages.info(request, _("Photos added: %(n)s. Place, camera and date were stripped from them.") % {"n": added})
    return redirect("case_page", ref=ref)


@require_POST
def photo_deed(request: HttpRequest, ref: str, digest: str) -> HttpResponse:
    """Caption and tags of one photo, or taking it off."""
    by = actor_of(request)
    case = case_by_ref(by, ref)
    may_amend(by, case)
    if _is_overtaken(request, case):
        return _overtaken(request, case, digest, by)
    if request.POST.get("deed") == "drop":
        drop_photo(case=case, digest=digest, by=by)
        messages.info(request, _("The photo is taken off."))
        return redirect("case_page", ref=ref)
    shows = request.POST.get("shows", "")
    tags = [tag for tag in request.POST.getlist("tags") if tag in list_view("concealment_method").codes]
    said = {
        "caption": request.POST.get("caption", "").strip(),
        "shows": shows if shows in list_view("photo_shows").codes else "",
        "tags": ";".join(tags),
    }
    found = asked_of_caption(case, said["caption"])
    asked = questions(found, answers_in(request.POST), form_named(case.form, case.form_version), get_language() or "en")
    if any(not one.answer and not one.always for one in asked):
        return show_case(request, case, by, caption=_asked(said, digest, asked))
    nobody = [one.words for one in asked if one.answer == NO]
    try:
        describe_photo(case=case, digest=digest, said=said, by=by, nobody=nobody)
    except Outdated:
        return _overtaken(request, case_by_ref(by, ref), digest, by)
    messages.info(request, _("Saved."))
    if hidden := [one.words for one in asked if one.answer != NO]:
        messages.info(request, _("Hidden in the caption: %(words)s.") % {"words": "; ".join(hidden)})
    return redirect("case_page", ref=ref)


def _asked(said: dict[str, Any], digest: str, asked: list[Question]) -> dict[str, Any]:
    """What was typed for a photo, and the questions about its caption, for the page."""
    for question in asked:
        question.title = _("Caption")
    return {**said, "tags": said["tags"].split(";") if said["tags"] else [], "photo": digest, "questions": asked}


def _is_overtaken(request: HttpRequest, case: Case) -> bool:
    """Whether the form names another version of the case than the one that stands."""
    named = (request.POST.get("version", ""), request.POST.get("digest", ""))
    return any(named) and named != (str(case.version), case.digest)


def _overtaken(request: HttpRequest, case: Case, digest: str, by: Actor) -> HttpResponse:
    """The case as it stands, with the caption that was typed beside the one that stands."""
    listed: list[dict[str, Any]] = case.header.get("photos", [])
    stands = next((one for one in listed if one.get("file") == digest), {})
    said = [overtaken_by(case)]
    if request.POST.get("caption", "").strip() != stands.get("caption", ""):
        words = _("The caption: you wrote «%(yours)s», it says «%(theirs)s».")
        said.append(words % {"yours": request.POST.get("caption", "")[:200], "theirs": stands.get("caption", "")})
    return show_case(request, case, by, Outdated("another_version", " ".join(said), case.version))


def blur_page(request: HttpRequest, ref: str, digest: str) -> HttpResponse:
    """Boxes over faces and plates, drawn by hand or typed."""
    by = actor_of(request)
    case = case_by_ref(by, ref)
    may_amend(by, case)
    photo = next((one for one in photos_shown(case) if one.get("file") == digest and one["picture"]), None)
    if photo is None:
        raise Missing("no_photo", _("The case has no such photo."))
    if request.method == "POST":
        if _is_overtaken(request, case):
            return _overtaken(request, case, digest, by)
        boxes = _boxes(request.POST.getlist("box"))
        blur_photo(case=case, digest=digest, boxes=boxes, by=by)
        messages.info(request, _("Hidden parts: %(n)s. The original stays with you.") % {"n": len(boxes)})
        return redirect("case_page", ref=ref)
    return render(request, "cases/blur.html", {"case": case, "photo": photo, "rows": range(4)})


def _boxes(texts: list[str]) -> list[tuple[float, float, float, float]]:
    """Boxes as `left top width height` in per cent of the picture's sides; empty
    ones are passed over. Raises `BadInput`.
    """
    boxes = []
    for text in texts:
        parts = text.replace(",", ".").split()
        if not parts:
            continue
        try:
            left, top, width, height = (read_number(part) / 100 for part in parts)
        except (ValueError, BadInput):
            raise BadInput(
                "box", _("A part to be hidden is four numbers: left, top, width and height in per cent.")
            ) from None
        boxes.append((left, top, width, height))
    return boxes


@require_GET
def photo_file(request: HttpRequest, ref: str, digest: str) -> HttpResponse:
    """A photo of a case one sees: small, or whole for those who may."""
    by = actor_of(request)
    case = case_by_ref(by, ref)
    return picture_answer(case, digest, by, small=bool(request.GET.get("small")))


def picture_answer(case: Case, digest: str, by: Actor, *, small: bool) -> HttpResponse:
    """The bytes of a photo of the case; to whoever does not work on the case, of its blurred copy where there is one.

    Raises `Missing`, and `NotAllowed` for the whole of a foreign one that was not looked over for faces and plates.
    """
    listed = next((photo for photo in case.header.get("photos", []) if photo.get("file") == digest), None)
    if listed is None or not owns(case, digest):
        raise Missing("no_photo", _("The case has no such photo."))
    close = is_close(by, case)
    shown = digest if close else listed.get("blurred") or digest
    picture = Picture.objects.filter(digest=shown).first()
    if picture is None or not owns(case, shown):  # a record names its hidden copy itself: that too must be its own
        raise Missing("no_photo", _("The case has no such photo."))
    if small:
        shown = picture.thumbnail or keep_thumbnail(digest=shown).thumbnail
    elif not close and shown == digest:
        raise NotAllowed("original", _("The whole photo is for its own administration and its reviewers."))
    digest = shown
    answer = attached(HttpResponse(read(digest), content_type="image/jpeg"), f"{digest[:12]}.jpg")
    answer["Content-Security-Policy"] = "sandbox"
    answer["Cache-Control"] = "private, max-age=86400"
    return answer
