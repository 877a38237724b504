"""Files that go with an event: photographs of seals, papers, signatures. The bytes stay as they came, under their own
digest; of a picture a smaller copy is drawn that a page may show.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.attachments import clean_name
from tidewaiter.foundation.budgets import over
from tidewaiter.foundation.limits import most
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.foundation.scratch import scratch
from tidewaiter.vault.actions import keep_file, keep_picture
from tidewaiter.vault.models import StoredFile

PICTURES = ("image/jpeg", "image/png")
_STARTS = ((b"\xff\xd8\xff", "image/jpeg"), (b"\x89PNG\r\n\x1a\n", "image/png"), (b"%PDF-", "application/pdf"))
_DATA = ("data:image/png;base64,", "data:image/jpeg;base64,")


def kind_of(path: Path) -> str:
    """What a file is by its first bytes; a stream of bytes where nothing is known of it."""
    with path.open("rb") as file:
        start = file.read(8)
    return next((kind for begins, kind in _STARTS if start.startswith(begins)), "application/octet-stream")


def keep(path: Path, name: str, role: str, by: Actor, *, restricted: bool = False) -> dict[str, Any]:
    """A file as an event names it: kept byte for byte, and, of a picture that is not restricted, drawn small.

    Raises `OverLimit`, `BadInput` for what says that it is a picture and is none.
    """
    size = path.stat().st_size
    if size > most("any_file_bytes"):
        raise over("any_file_bytes", _("Large files are acquired with a manifest."))
    if not size:
        raise BadInput("file", _("The file is empty."))
    kind = kind_of(path)
    view = ""
    if kind in PICTURES and not restricted:
        view = keep_picture(path=path, by=by, owner=by.administration_code).digest
    kept = keep_file(path=path, media_type=kind, by=by)
    made = {"sha256": kept.digest, "size": size, "type": kind, "name": clean_name(name)[:200], "role": role}
    return made | ({"view": view} if view else {})


def keep_all(
    paths: Sequence[tuple[Path, str]], role: str, by: Actor, *, restricted: bool = False
) -> list[dict[str, Any]]:
    """Several of one role."""
    return [keep(path, name, role, by, restricted=restricted) for path, name in paths]


def kept_files(said: Mapping[str, Any], roles: Iterable[str], by: Actor) -> list[dict[str, Any]]:
    """Pictures that were sent as texts (`data:image/png;base64,…`): a signature drawn on the device.

    Raises `BadInput` for what is none.
    """
    made = []
    for role in roles:
        text = str(said.get(role) or "")
        if not text:
            continue
        begins = next((one for one in _DATA if text.startswith(one)), None)
        if begins is None or len(text) > 2_000_000:
            raise BadInput(role, _("A signature is a picture that was drawn on the device."))
        try:
            content = base64.b64decode(text[len(begins) :], validate=True)
        except (binascii.Error, ValueError) as error:
            raise BadInput(role, _("A signature is a picture that was drawn on the device.")) from error
        with scratch() as folder:
            path = folder / f"{role}.png"
            path.write_bytes(content)
            made.append(keep(path, f"{role}.png", role, by))
    return made


def named_files(digests: Iterable[str], by: Actor) -> list[dict[str, Any]]:
    """Files of the vault that this account has brought, as an event names them. Raises `BadInput` for any other."""
    made = []
    wanted = list(dict.fromkeys(digests))
    found = {one.digest: one for one in StoredFile.objects.filter(digest__in=wanted, kept_by=by.username)}
    for digest in wanted:
        one = found.get(digest)
        if one is None:
            raise BadInput("files", _("Bring the file first: «%(name)s» is none of yours.") % {"name": digest[:16]})
        made.append({"sha256": digest, "size": one.size, "type": one.media_type, "name": digest[:12], "role": "file"})
    return made


def said_files(said: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Files of an event that a door has kept already."""
    return [one for one in said.get("files") or [] if isinstance(one, dict)]
