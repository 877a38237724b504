"""The resources of TAXII 2.1: discovery, roots, collections, manifests, objects, versions, status."""

from __future__ import annotations

import uuid
from datetime import datetime
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

from tidewaiter.advisories import policy
from tidewaiter.advisories.actions import delete_object, take_objects
from tidewaiter.advisories.actions.clients import keep_upload, note_taking
from tidewaiter.advisories.models import Advisory, Collection, StixObject, Upload
from tidewaiter.advisories.stix.checking import objects_in
from tidewaiter.advisories.taxii.answers import MEDIA, answer, door, must_be_sent_as_taxii, said
from tidewaiter.advisories.taxii.pages import Page, envelope, found, manifest, page_of, read_asked, versions
from tidewaiter.foundation.decoding import read_json
from tidewaiter.foundation.limits import most
from tidewaiter.foundation.refusals import BadInput, Missing, NotAllowed
from tidewaiter.people.tokens import TokenHolder

MEMBERS, PARTNERS = "members", "partners"
TITLES = {MEMBERS: "For administrations and experts", PARTNERS: "For partner organisations"}


def _missing() -> Missing:
    return Missing("missing", _("There is no such thing for you."))


def _root_of(holder: TokenHolder) -> str:
    """The root of the audience that a client is of."""
    return PARTNERS if policy.is_outsider(holder) else MEMBERS


def _must_see_root(holder: TokenHolder, root: str) -> dict[uuid.UUID, policy.Access]:
    """What the client sees, if the root is its own. Raises `Missing`."""
    may = policy.access(holder) if root == _root_of(holder) else {}
    if not may:
        raise _missing()
    return may


def _collection(holder: TokenHolder, root: str, name: str) -> tuple[Collection, policy.Access]:
    """A collection by its id or its alias, and what it is to the client. Raises `Missing`."""
    may = _must_see_root(holder, root)
    for one in Collection.objects.filter(pk__in=list(may)):
        if name in (str(one.pk), one.code):
            return one, may[one.pk]
    raise _missing()


@door("GET")
def discovery(request: HttpRequest, holder: TokenHolder) -> HttpResponse:
    """Where the roots are that this client sees."""
    roots = [request.build_absolute_uri(f"/taxii2/{_root_of(holder)}/")] if policy.access(holder) else []
    made: dict[str, Any] = {"title": "Tidewaiter", "description": "Early warnings of customs administrations"}
    if settings.CONTACTS_URL:
        made["contact"] = settings.CONTACTS_URL
    if roots:
        made |= {"default": roots[0], "api_roots": roots}
    return answer(made)


@door("GET")
def api_root(_request: HttpRequest, holder: TokenHolder, root: str) -> HttpResponse:
    """What a root is."""
    _must_see_root(holder, root)
    return answer({"title": TITLES[root], "versions": [MEDIA], "max_content_length": most("json_body_bytes")})


def _told(one: Collection, may: policy.Access) -> dict[str, Any]:
    made: dict[str, Any] = {
        "id": str(one.pk),
        "title": one.title,
        "alias": one.code,
        "can_read": True,
        "can_write": may.writes,
        "media_types": ["application/stix+json;version=2.1"],
    }
    return made | ({"description": one.description} if one.description else {})


@door("GET")
def collections(_request: HttpRequest, holder: TokenHolder, root: str) -> HttpResponse:
    """The collections that this client sees."""
    may = _must_see_root(holder, root)
    rows = Collection.objects.filter(pk__in=list(may)).order_by("code")
    return answer({"collections": [_told(one, may[one.pk]) for one in rows]})


@door("GET")
def collection(_request: HttpRequest, holder: TokenHolder, root: str, name: str) -> HttpResponse:
    """One collection."""
    return answer(_told(*_collection(holder, root, name)))


def _page(request: HttpRequest, one: Collection, may: policy.Access, what: str, **fixed: list[str]) -> Page:
    """The page that was asked for of a resource."""
    name = f"{what} {one.pk}"
    asked = read_asked({key: str(value) for key, value in request.GET.items()}, name)
    asked.filters.update(fixed)
    return page_of(one, may.rank, asked, name)


@door("GET")
def manifests(request: HttpRequest, holder: TokenHolder, root: str, name: str) -> HttpResponse:
    """Which objects there are."""
    page = _page(request, *_collection(holder, root, name), "manifest")
    return answer(manifest(page), headers=page.headers)


@door("GET", "POST")
def objects(request: HttpRequest, holder: TokenHolder, root: str, name: str) -> HttpResponse:
    """The objects themselves; what is sent is taken at once."""
    one, may = _collection(holder, root, name)
    if request.method == "POST":
        return _sent(request, holder, one, may)
    page = _page(request, one, may, "objects")
    if page.rows:
        note_taking(collection=one, until=page.rows[-1].date_added, by=holder)
    return said(envelope(page), headers=page.headers)


def _sent(request: HttpRequest, holder: TokenHolder, one: Collection, may: policy.Access) -> HttpResponse:
    must_be_sent_as_taxii(request)
    _must_write(holder, may)
    document = read_json(request.body)
    if not isinstance(document, dict) or not isinstance(document.get("objects"), list):
        raise BadInput("envelope", _("Send an envelope: an object with a list `objects`."))
    brought = take_objects(collection=one, objects=objects_in({"objects": document["objects"]}), by=holder)
    kept = keep_upload(collection=one, brought=brought, by=holder)
    return answer(_status(kept), 202)


def _must_write(holder: TokenHolder, may: policy.Access) -> None:
    if not may.writes or holder.scope != "write":
        raise NotAllowed("write", _("This client may not write here."))


def _status(upload: Upload) -> dict[str, Any]:
    return {"id": str(upload.pk), "status": "complete", **upload.outcome}


@door("GET")
def status(_request: HttpRequest, holder: TokenHolder, root: str, name: str) -> HttpResponse:
    """What became of what the client has sent."""
    _must_see_root(holder, root)
    try:
        number = uuid.UUID(name)
    except ValueError as error:
        raise _missing() from error
    upload = Upload.objects.filter(pk=number, by=holder.username).first()
    if upload is None:
        raise _missing()
    return answer(_status(upload))


@door("GET", "DELETE")
def one_object(request: HttpRequest, holder: TokenHolder, root: str, name: str, stix_id: str) -> HttpResponse:
    """One object; whoever sent it may delete it."""
    one, may = _collection(holder, root, name)
    if not StixObject.objects.filter(collection=one, stix_id=stix_id, rank__lte=may.rank).exists():
        raise _missing()
    if request.method == "DELETE":
        return _deleted(request, holder, one, may, stix_id)
    page = _page(request, one, may, f"object {stix_id}", id=[stix_id])
    return said(envelope(page), headers=page.headers)


def _deleted(
    request: HttpRequest, holder: TokenHolder, one: Collection, may: policy.Access, stix_id: str
) -> HttpResponse:
    _must_write(holder, may)
    asked = read_asked({key: str(value) for key, value in request.GET.items()}, "delete")
    filters = {"version": ["all"], **asked.filters, "id": [stix_id]}
    rows = found(one, may.rank, filters)
    chosen: list[datetime] = list(rows.values_list("version", flat=True))
    if not chosen:
        raise _missing()
    if (
        rows.exclude(came=True, by=holder.username).exists()
        or Advisory.objects.filter(report_id=stix_id, ours=True).exists()
    ):
        raise NotAllowed("not_yours", _("Whoever sent an object deletes it; what this node wrote is revoked here."))
    delete_object(collection=one, stix_id=stix_id, versions=chosen, by=holder)
    return answer({})


@door("GET")
def object_versions(request: HttpRequest, holder: TokenHolder, root: str, name: str, stix_id: str) -> HttpResponse:
    """The versions of one object."""
    one, may = _collection(holder, root, name)
    fixed = {"id": [stix_id], "version": ["all"]}
    if not found(one, may.rank, fixed).exists():
        raise _missing()
    page = _page(request, one, may, f"versions {stix_id}", **fixed)
    return answer(versions(page), headers=page.headers)
