"""Deciding about what was read: a decision names the digest of the item, and holds for nothing else it may say since.

A door holds what was named to the item that the person sees (`must_be_as_read`), the deed holds that item to the one
that stands, under its lock (`must_stand`).
"""

from __future__ import annotations

from django.utils.translation import gettext as _

from tidewaiter.foundation import canonical
from tidewaiter.foundation.refusals import Outdated, Refusal
from tidewaiter.ledger.queries import history
from tidewaiter.library.models import Item

_SAYS = (
    "kind",
    "topic",
    "commodity",
    "countries",
    "audience",
    "agencies",
    "partners",
    "partner",
    "handling",
    "link",
    "cases",
    "pictures",
    "files",
)
_CHANGES = (
    "library.drafted",
    "library.amended",
    "library.picture_attached",
    "library.picture_dropped",
    "library.file_attached",
    "library.file_dropped",
)


def digest_of(item: Item) -> str:
    """SHA-256, in hex, of all that an item says: whom it is for, how long it holds, its
    texts in every language, its pictures.
    """
    said = {name: getattr(item, name) for name in _SAYS}
    holds = [day.isoformat() if day else "" for day in (item.valid_from, item.valid_to)]
    texts = {one.lang: [one.title, one.body] for one in item.texts.all()}
    return canonical.digest([said, holds, texts])


def must_be_as_read(item: Item, digest: str) -> None:
    """Raises a refusal where no digest is named, `Outdated` where the item, as its
    person sees it now, says something else.
    """
    if not digest:
        raise Refusal("no_digest", _("The form does not say what it is about. Open the item again and decide there."))
    if digest != digest_of(item):
        raise _outdated(item)


def must_stand(item: Item, held: Item) -> None:
    """Raises `Outdated` unless the item that stands, locked, says what the one that was read says."""
    if digest_of(item) != digest_of(held):
        raise _outdated(held)


def _outdated(item: Item) -> Outdated:
    changes = [one for one in history(item.ref) if one.deed in _CHANGES]
    who, at = (changes[-1].by, changes[-1].at) if changes else (item.made_by, item.changed_at.isoformat())
    said = _("%(who)s changed this item at %(when)s. Read it again, then decide.")
    return Outdated("another_version", said % {"who": who, "when": f"{at[:10]} {at[11:16]}"})
