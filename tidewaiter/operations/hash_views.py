"""The page on which a steward looks after lists of known files."""

from __future__ import annotations

from typing import IO, Any, cast

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from tidewaiter.foundation.actors import stewards_page
from tidewaiter.foundation.doors import actor_of, takes_files
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.operations.actions.hashes import drop_hashes, load_hashes
from tidewaiter.operations.hash_lists import lines_of
from tidewaiter.operations.models import HashList


@takes_files
@require_http_methods(["GET", "POST"])
def known_files(request: HttpRequest) -> HttpResponse:
    """Loads a list, or takes one out of use. A list itself is shown to nobody."""
    by = actor_of(request)
    stewards_page(by)
    refused = None
    if request.method == "POST":
        try:
            if "drop" in request.POST:
                drop_hashes(name=request.POST["drop"], by=by)
                messages.success(request, _("The list is out of use."))
                return redirect("operation_known_files")
            if "file" not in request.FILES:
                raise BadInput("file", _("Choose the file of the list."))
            upload = cast("UploadedFile[Any]", request.FILES["file"])
            said = request.POST
            load_hashes(
                name=said.get("name", ""),
                source=said.get("source", ""),
                lines=lines_of(cast("IO[bytes]", upload.file)),
                by=by,
                pictures="pictures" in said,
            )
            messages.success(request, _("The list is in use; the files of open rooms were looked through."))
            return redirect("operation_known_files")
        except BadInput as refusal:
            refused = refusal
    shown = {"lists": HashList.objects.filter(ready=True).order_by("name"), "typed": request.POST, "refused": refused}
    return render(request, "operations/known_files.html", shown, status=422 if refused else 200)
