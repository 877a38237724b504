"""The node's keys for its off-line desks: one that signs receipts (Ed25519), one that what a device holds is sealed for
beside its officer's passphrase (X25519, the recovery key).

They lie beside the node's other keys, never in the data folder. None is ever thrown away: a bundle that comes after a
year on a stick is opened all the same, and says itself which key it was sealed for.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
from django.conf import settings
from django.utils.translation import gettext as _
from joserfc.jwk import OKPKey

from tidewaiter.exchange.keys import CURVES, OwnKey, kid_of
from tidewaiter.foundation.data_folder import read_mark
from tidewaiter.foundation.decoding import read_json
from tidewaiter.foundation.key_folder import folder_for, read_key, write_key
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refusals import Refusal

FILE = "offline"


def key_path() -> Path:
    """Where the file with the keys belongs."""
    home = Path(settings.TIDEWAITER_HOME)
    mark = read_mark(home)
    return folder_for(mark.node if mark else "", home, settings.TIDEWAITER_KEYS) / FILE


def own_keys() -> list[OwnKey]:
    """All keys, the newest of each use first; made where there are none yet. Raises `Refusal` for a spoilt file."""
    text = read_key(key_path())
    if text is None:
        make_keys()
        text = read_key(key_path()) or b""
    try:
        rows = read_json(text)["keys"]  # a file of ours; another shape is the refusal below
        return [OwnKey(row["kid"], row["use"], row["since"], "", OKPKey.import_key(row["jwk"])) for row in rows]
    except (Refusal, KeyError, TypeError, ValueError) as error:
        raise Refusal(
            "offline_keys",
            _("The keys of the off-line desk (%(place)s) cannot be read: bring them back.") % {"place": key_path()},
        ) from error


def make_keys(*, rotate: bool = False) -> bool:
    """Makes the first keys, or with `rotate` new ones before those that are there; gives whether it did."""
    before = own_keys() if rotate else []
    rows: list[dict[str, Any]] = []
    for use, curve in CURVES.items():
        key = OKPKey.generate_key(curve)  # type: ignore[arg-type]  # a literal of theirs
        kid = kid_of(str(key.as_dict(private=False)["x"]))
        rows.append({"kid": kid, "use": use, "since": now().isoformat(), "jwk": key.as_dict(private=True)})
    rows += [
        {"kid": one.kid, "use": one.use, "since": one.since, "jwk": one.key.as_dict(private=True)} for one in before
    ]
    document = msgspec.json.format(msgspec.json.encode({"keys": rows})) + b"\n"
    return write_key(key_path(), document, instead=rotate)


def newest(use: str) -> OwnKey:
    """The key in use."""
    return next(one for one in own_keys() if one.use == use)


def key_called(kid: str, use: str) -> OwnKey:
    """The key of that name, however old. Raises `Refusal` for one that is none of this node's."""
    for one in own_keys():
        if one.kid == kid and one.use == use:
            return one
    raise Refusal("key", _("This was sealed for another node, or for a key that this node no longer has."))


def public_keys() -> list[dict[str, str]]:
    """What devices know of them: all that sign, and the newest that is sealed for."""
    return [one.public() for one in own_keys() if one.use == "sig"] + [newest("enc").public()]
