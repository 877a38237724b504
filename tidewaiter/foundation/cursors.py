"""Where a page of a list ends, as an address says it: the same for the same place, and nothing can be read off it.

The place is a row's key. Keys are numbered over all rows, also those that a person does not see, so how far
apart two of them are would tell how many lie between. AES-SIV (RFC 5297) seals the same text to the same
cursor and refuses one that was made up.
"""

from __future__ import annotations

import base64
import binascii

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext

from tidewaiter.foundation.refusals import BadInput

_LONGEST = 200


def _box() -> AESSIV:
    return AESSIV(salted_hmac("tidewaiter.foundation.cursors", "", algorithm="sha512").digest())


def sealed(name: str, place: str) -> str:
    """The cursor for a place in the list `name`."""
    return base64.urlsafe_b64encode(_box().encrypt(place.encode(), [name.encode()])).decode().rstrip("=")


def unsealed(name: str, cursor: str, longest: int = _LONGEST) -> str:
    """The place that a cursor of the list `name` says. Raises `BadInput` for one that this node did not make."""
    try:
        if len(cursor) > longest:
            raise ValueError
        content = base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        return _box().decrypt(content, [name.encode()]).decode()
    except (ValueError, binascii.Error, InvalidTag):
        raise BadInput("cursor", gettext("The list's cursor is not one of ours.")) from None
