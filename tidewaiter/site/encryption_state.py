"""Whether what should be encrypted is: what `doctor` says and `check --deploy` warns of."""

from __future__ import annotations

import shutil
from itertools import islice
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.checks import Tags, Warning, register
from django.utils.translation import gettext as _

from tidewaiter.foundation.encryption import envelope, keys
from tidewaiter.foundation.limits import GIB, bytes_text
from tidewaiter.foundation.scratch import SETTING, open_folder
from tidewaiter.foundation.sealed_files import generation_of

LEAST_MEMORY = GIB
"""Of the folder in memory in which files are unpacked and figures lie."""
_LOOKED_AT = 5000
"""Files of the vault that are looked at for one in the clear."""


def what_lies_open() -> str:
    """A sentence where something lies in the clear that should not; nothing where all is well. Raises `BadInput`."""
    home = Path(settings.TIDEWAITER_HOME)
    if settings.STORE_LIES_OPEN:
        return _("The store of this node is not encrypted: stop the node, make a backup, and run encrypt_store.")
    if not settings.STORE_SEALED:
        return _undeclared()
    if not envelope.is_there(home):
        return ""
    keys.store_keys()
    if len(envelope.read(home).slots) > 1:
        return _("An exchange of the store's keys was cut off: start the node with its new key, or run rotate_key.")
    places = (path for path in (home / "vault").rglob("*") if path.is_file() and path.suffix != ".part")
    if any(generation_of(path) is None for path in islice(places, _LOOKED_AT)):
        return _("Files of the vault lie in the clear still: stop the node and run encrypt_store again.")
    return _memory(home) or _undeclared()


def _memory(home: Path) -> str:
    folder = open_folder(home, sealed=True)
    if folder == home:
        return _(
            "This machine has no folder in memory, so files lie in the clear on the disk while they are"
            " read: name a folder that is encrypted or in memory (%(setting)s)."
        ) % {"setting": SETTING}
    total = shutil.disk_usage(folder).total
    if total < LEAST_MEMORY:
        return _(
            "The folder in memory in which files are read (%(folder)s) holds %(total)s alone: make it larger, or name"
            " another (%(setting)s)."
        ) % {"folder": folder, "total": bytes_text(total), "setting": SETTING}
    return ""


def _undeclared() -> str:
    if settings.HOLDS_NAMES and settings.DATABASE_URL and not settings.DISK_ENCRYPTED:
        return _(
            "The database is PostgreSQL, which this node does not encrypt: have its disk encrypted, then say so"
            " (TIDEWAITER_DISK_ENCRYPTED=yes)."
        )
    return ""


@register(Tags.security, deploy=True)
def deployed_encrypted(app_configs: Any, **_more: Any) -> list[Warning]:
    """`check --deploy`: a node that holds names on a store that nobody has encrypted, or has said to be."""
    if settings.STORE_LIES_OPEN or (settings.HOLDS_NAMES and settings.ENCRYPTION == "off"):
        said = _("The store of this node is not encrypted.")
        return [Warning(said, hint="tidewaiter encrypt_store", id="tidewaiter.W001")]
    said = _undeclared()
    return [Warning(said, hint="TIDEWAITER_DISK_ENCRYPTED", id="tidewaiter.W002")] if said else []
