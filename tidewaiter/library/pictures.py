"""Pictures of an item: shown to everybody who reads it, so what must not be seen is hidden before they are attached."""

from __future__ import annotations

from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refusals import BadInput, Missing
from tidewaiter.ledger.actions import record
from tidewaiter.library.models import Item
from tidewaiter.library.policy import may_amend
from tidewaiter.privacy.masking import mask_personal_data
from tidewaiter.vault.actions import keep_picture, keep_thumbnail, read
from tidewaiter.vault.models import Picture

MOST = 20


def attach_picture(*, item: Item, path: Path, caption: str, by: Actor) -> str:
    """Attaches a picture to a draft and gives its digest; the same again takes the new caption.
    What its file said beside its points is not kept. Raises `BadInput` for what is no picture, one
    too many, or has no caption, and a refusal.
    """
    may_amend(by, item)
    said = mask_personal_data(caption.strip()[:300])
    if not said:
        raise BadInput("caption", _("Say what the picture shows: not everybody sees it."))
    with transaction.atomic():
        held = Item.objects.select_for_update().get(pk=item.pk)
        may_amend(by, held)
        picture = keep_picture(path=path, by=by, owner=item.administration)
        others = [one for one in held.pictures if one["file"] != picture.digest]
        if len(others) >= MOST:
            raise BadInput("too_many_pictures", _("Twenty pictures are enough for one item."))
        _keep(held, [*others, {"file": picture.digest, "caption": said}])
        record(by=by, deed="library.picture_attached", ref=item.ref)
    keep_thumbnail(digest=picture.digest)
    return picture.digest


def drop_picture(*, item: Item, digest: str, by: Actor) -> None:
    """Takes a picture off a draft. Raises `Missing`, and a refusal."""
    with transaction.atomic():
        held = Item.objects.select_for_update().get(pk=item.pk)
        may_amend(by, held)
        rest = [one for one in held.pictures if one["file"] != digest]
        if len(rest) == len(held.pictures):
            raise Missing("no_picture", _("The item has no such picture."))
        _keep(held, rest)
        record(by=by, deed="library.picture_dropped", ref=item.ref)


def _keep(item: Item, pictures: list[dict[str, str]]) -> None:
    Item.objects.filter(pk=item.pk).update(pictures=pictures, changed_at=now())


def bytes_of(item: Item, digest: str, *, small: bool, by: Actor) -> bytes:
    """A picture of an item as JPEG, small or whole. Raises `Missing`."""
    picture = Picture.objects.filter(digest=digest).first()
    if picture is None or digest not in [one["file"] for one in item.pictures]:
        raise Missing("no_picture", _("The item has no such picture."))
    return read(picture.thumbnail or keep_thumbnail(digest=digest).thumbnail if small else digest)
