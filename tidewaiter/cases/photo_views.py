"""The doors of a case's photos."""

from __future__ import annotations

import tempfile
from pathlib import Path

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from tidewaiter.cases.models import Case
from tidewaiter.cases.photos import add_photos, describe_photo, drop_photo, sees_original
from tidewaiter.cases.policy import may_amend
from tidewaiter.cases.queries import case_by_ref
from tidewaiter.codelists.queries import list_view
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.doors import actor_of
from tidewaiter.foundation.refusals import BadInput, Missing, NotAllowed
from tidewaiter.vault.actions import keep_thumbnail, read
from tidewaiter.vault.models import Picture


@require_POST
def photos_deed(request: HttpRequest, ref: str) -> HttpResponse:
    """Pictures that were dragged in, chosen, or just taken."""
    by = actor_of(request)
    case = case_by_ref(by, ref)
    may_amend(by, case)
    uploads = request.FILES.getlist("photos")
    if not uploads:
        raise BadInput("no_file", _("Choose a picture."))
    with tempfile.TemporaryDirectory() as folder:
        paths = []
        for number, upload in enumerate(uploads):
            path = Path(folder) / str(number)
            with path.open("wb") as file:
                for chunk in upload.chunks():
                    file.write(chunk)
            paths.append(path)
        added = add_photos(case=case, files=paths, by=by)
    messages.info(request, _("Photos added: %(n)s. Place, camera and date were stripped from them.") % {"n": added})
    return redirect("case_page", ref=ref)


@require_POST
def photo_deed(request: HttpRequest, ref: str, digest: str) -> HttpResponse:
    """Caption and tags of one photo, or taking it off."""
    by = actor_of(request)
    case = case_by_ref(by, ref)
    may_amend(by, case)
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
    describe_photo(case=case, digest=digest, said=said, by=by)
    messages.info(request, _("Kept."))
    return redirect("case_page", ref=ref)


@require_GET
def photo_file(request: HttpRequest, ref: str, digest: str) -> HttpResponse:
    """A photo of a case one sees: small, or whole for those who may."""
    by = actor_of(request)
    case = case_by_ref(by, ref)
    return picture_answer(case, digest, by, small=bool(request.GET.get("small")))


def picture_answer(case: Case, digest: str, by: Actor, *, small: bool) -> HttpResponse:
    """The bytes of a photo of the case. Raises `Missing`, and `NotAllowed` for the whole of a foreign one."""
    picture = Picture.objects.filter(digest=digest).first()
    if picture is None or digest not in {photo.get("file") for photo in case.header.get("photos", [])}:
        raise Missing("no_photo", _("The case has no such photo."))
    if small:
        digest = picture.thumbnail or keep_thumbnail(digest=digest, by=by).thumbnail
    elif not sees_original(by, case):
        raise NotAllowed("original", _("The whole photo is for its own administration and its reviewers."))
    answer = HttpResponse(read(digest), content_type="image/jpeg")
    answer["Content-Disposition"] = f'attachment; filename="{digest[:12]}.jpg"'
    answer["Content-Security-Policy"] = "sandbox"
    answer["Cache-Control"] = "private, max-age=86400"
    return answer
