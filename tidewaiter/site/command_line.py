"""The program `tidewaiter`: Django's management commands by another name."""

from __future__ import annotations

import json
import os
import sys
from difflib import get_close_matches
from itertools import pairwise
from pathlib import Path

import django
from django.conf import settings
from django.core.management import execute_from_command_line, get_commands
from django.db import DatabaseError

from tidewaiter.foundation.actors import NODE
from tidewaiter.foundation.disk import disk_spoken_of
from tidewaiter.foundation.encryption import rotation
from tidewaiter.foundation.refusals import BadInput, Refusal
from tidewaiter.foundation.scratch import stay_inside
from tidewaiter.site import encryption_state as encryption_state  # registers what `check --deploy` looks at
from tidewaiter.site import leash
from tidewaiter.site.binding import must_be_encrypted, must_be_made, must_be_one_node

_WITHOUT_NODE = ("help", "--help", "-h", "version", "--version", "")

_OF_ANY_NODE = ("restore", "verify_ledger")
"""Commands that mend or tell of a folder and a database that do not belong together."""

_OF_OPEN_STORE = ("encrypt_store", "init", "backup", "restore", "verify_ledger", "check", "migrate", "makemigrations")
"""Commands for a store that is to be encrypted and is not yet."""

_DOCTOR = "doctor"
_WITHOUT_KEYS = ("init", "restore", "backup", "verify_ledger", "check", "migrate", "makemigrations", "encrypt_store")
"""Commands that need no key, or mend what is missing."""


def main() -> None:
    """Runs the command named on the command line; first of all the folder, the database
    and the settings must belong together.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tidewaiter.site.settings")
    leash.hold()
    try:
        ended = None
        with disk_spoken_of():
            _look_at_node()
            _must_be_known()
            try:
                execute_from_command_line(sys.argv)
            except SystemExit as said:  # the command has told why: it is not told again
                ended = said.code
            except DatabaseError:  # tables are missing: where nothing was made yet, that is the reason
                must_be_made()
                raise
        if ended is not None:
            sys.exit(ended)
    except Refusal as refusal:  # a setting that cannot be: there is no command yet that could say so
        if _asks_json(sys.argv):
            sys.stdout.write(
                json.dumps({"error": refusal.code, "message": refusal.sentence}, ensure_ascii=False) + "\n"
            )
        sys.stderr.write(f"{refusal.sentence}\n")
        sys.exit(refusal.exit_code)


def _look_at_node() -> None:
    """Before a command that works on a node: the folder, the database, the settings and the keys are of one."""
    if set(sys.argv[1:]) & set(_WITHOUT_NODE) or not sys.argv[1:]:
        return
    stay_inside(Path(settings.FILE_UPLOAD_TEMP_DIR))
    rotated = settings.STORE_SEALED and rotation.settle(Path(settings.TIDEWAITER_HOME), _database())
    django.setup()  # the database is asked for its shape: by then everything that Django wants to be there is there
    if rotated:
        from tidewaiter.site.store_encryption import record_rotation  # noqa: PLC0415 -- as in `_look_for_keys`

        record_rotation(by=NODE)
    if sys.argv[1] != _DOCTOR:  # it tells by itself of what would be refused here
        must_be_one_node(of_one=sys.argv[1] not in _OF_ANY_NODE)
        if sys.argv[1] not in _OF_OPEN_STORE:
            must_be_encrypted()
        _look_for_keys(sys.argv[1])


def _must_be_known() -> None:
    """Refuses a command that this node's shape does not have: wrong usage, as the exit codes have it."""
    name = sys.argv[1] if sys.argv[1:] else ""
    if name and name not in _WITHOUT_NODE and name not in (known := get_commands()):
        near = get_close_matches(name, known, n=1)
        raise BadInput(
            "unknown_command",
            f"There is no command «{name[:60]}» on this node"
            + (f"; did you mean `{near[0]}`?" if near else ".")
            + " `tidewaiter help` lists those there are.",
        )


def _database() -> Path | None:
    return None if settings.DATABASE_URL else Path(settings.DATABASES["default"]["NAME"])


def _look_for_keys(command: str) -> None:
    """Refuses where a key is missing that the command may need; advises where keys still lie in the data folder."""
    from tidewaiter.site import keyring  # noqa: PLC0415 -- it knows tables, which are there only now

    if command not in _WITHOUT_KEYS:
        keyring.must_be_there()
    if command != "init" and (advice := keyring.advice()):
        sys.stderr.write(f"{advice}\n")


def _asks_json(words: list[str]) -> bool:
    return "--format=json" in words or ("--format", "json") in pairwise(words)
