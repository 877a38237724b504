"""The key of a sealed room, split so that any two of its holders put it together and one of them alone knows nothing.

For each pair of holders the key is split in two by a one-time pad: chance for the one, key xor chance for the other.
Of two holders each has one piece, of three each has two. That is all the cryptography there is here: no field
arithmetic of our own (docs/decisions/0045).
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import os
from collections.abc import Sequence
from itertools import combinations

from django.utils.translation import gettext as _

from tidewaiter.foundation.refusals import BadInput
from tidewaiter.operations.room_keys import SIZE

_HEAD = "TW"
_CHECK = 4


def split(key: bytes, holders: int) -> list[str]:
    """A share for each of two or three holders, in the order of their numbers."""
    pieces: dict[int, dict[int, bytes]] = {number: {} for number in range(holders)}
    for one, other in combinations(range(holders), 2):
        pad = os.urandom(SIZE)
        pieces[one][other] = pad
        pieces[other][one] = bytes(a ^ b for a, b in zip(pad, key, strict=True))
    return [_written(number, pieces[number]) for number in range(holders)]


def joined(one: str, other: str) -> bytes:
    """The key that two shares make. Raises `BadInput` for shares that cannot be read, or are one holder's twice."""
    (first, its), (second, theirs) = read_share(one), read_share(other)
    if first == second or second not in its or first not in theirs:
        raise BadInput("share", _("These are not the shares of two holders of one room."))
    return bytes(a ^ b for a, b in zip(its[second], theirs[first], strict=True))


def print_of_share(share: str) -> str:
    """A digest by which a share is known again."""
    number, pieces = read_share(share)
    return hashlib.sha256(_body(number, pieces)).hexdigest()


def read_share(said: str) -> tuple[int, dict[int, bytes]]:
    """The holder's number and the pieces of a share as it is written down. Raises `BadInput`."""
    plain = "".join(said.upper().split()).replace("-", "").removeprefix(_HEAD)
    try:
        raw = base64.b32decode(plain + "=" * (-len(plain) % 8))
    except (binascii.Error, ValueError) as error:
        raise _unreadable() from error
    body, check = raw[:-_CHECK], raw[-_CHECK:]
    if not body or hashlib.sha256(body).digest()[:_CHECK] != check or (len(body) - 1) % (SIZE + 1):
        raise _unreadable()
    pieces = {body[at]: body[at + 1 : at + 1 + SIZE] for at in range(1, len(body), SIZE + 1)}
    return body[0], pieces


def _unreadable() -> BadInput:
    return BadInput("share", _("This is no share of a key: type it as it was shown, letters and digits."))


def _body(number: int, pieces: dict[int, bytes]) -> bytes:
    return bytes([number]) + b"".join(bytes([other]) + piece for other, piece in sorted(pieces.items()))


def _written(number: int, pieces: dict[int, bytes]) -> str:
    body = _body(number, pieces)
    text = base64.b32encode(body + hashlib.sha256(body).digest()[:_CHECK]).decode().rstrip("=")
    return "-".join([_HEAD, *_groups(text)])


def _groups(text: str) -> Sequence[str]:
    return [text[at : at + 4] for at in range(0, len(text), 4)]
