"""What is wrong with this node and what to do: one check a thing, each with a sentence where it is not well."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.mail import mailers
from django.db import DatabaseError, OperationalError, connection
from django.utils.translation import gettext as _

from tidewaiter.codelists.actions import shipped_lists
from tidewaiter.codelists.models import CodeList
from tidewaiter.foundation.data_folder import read_mark
from tidewaiter.foundation.heads_to import MAILTO
from tidewaiter.foundation.key_folder import read_key
from tidewaiter.foundation.limits import bytes_text, most
from tidewaiter.foundation.modes import must_be_shut
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refusals import Refusal
from tidewaiter.jobs import item_states
from tidewaiter.jobs.models import FailedItem
from tidewaiter.ledger.models import Entry
from tidewaiter.people.models import Officer
from tidewaiter.people.queries import nobody_needs_second_factor
from tidewaiter.site import keyring
from tidewaiter.site.binding import must_be_one_node
from tidewaiter.site.encryption_state import what_lies_open
from tidewaiter.site.heads_away import not_sent
from tidewaiter.site.readiness import A_DAY, migrations_wait, readiness
from tidewaiter.site.running import alone

BACKUP_DAYS = 7
LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at; `advice` is a sentence that says what to do, and empty where nothing is."""

    check: str
    ok: bool
    advice: str


def check_up() -> list[dict[str, Any]]:
    """`[{"check", "ok", "advice"}]`, in the order in which things are best mended. Never raises for what is wrong."""
    found = {name: _looked(name, look) for name, look in _OF_ANY_NODE.items()}
    if found["database"].ok and found["shape"].ok and found["migrations"].ok:
        found |= {name: _looked(name, look) for name, look in _OF_TABLES.items()}
    else:
        later = _("This is looked at when the database, its shape and its migrations are well.")
        found |= {name: Check(name, False, later) for name in _OF_TABLES}
    return [asdict(one) for one in found.values()]


def _looked(name: str, look: Callable[[], str]) -> Check:
    """A check that finds nothing gives nothing; what it raises is what it found."""
    try:
        advice = look()
    except Refusal as refusal:
        advice = refusal.sentence
    except (DatabaseError, OSError) as error:
        advice = _("This cannot be looked at (%(error)s): see to the database and the disk first.") % {
            "error": type(error).__name__
        }
    return Check(name, not advice, advice)


def _folder() -> str:
    must_be_shut(Path(settings.TIDEWAITER_HOME))
    return ""


def _keys() -> str:
    if in_folder := keyring.advice():
        return in_folder
    if wrong := keyring.what_to_do():
        return wrong
    keyring.must_be_shut_too()
    for _name, path in keyring.found():
        read_key(path)
    named, home = settings.SECRET_KEY_FILE, Path(settings.TIDEWAITER_HOME)
    if named is not None:
        if home in named.parents:
            return _(
                "TIDEWAITER_SECRET_KEY_FILE is in the data folder: move it out, so that who takes the folder has no"
                " key."
            )
        must_be_shut(named)
    return ""


def _shape() -> str:
    must_be_one_node()
    if read_mark(Path(settings.TIDEWAITER_HOME)) is None:
        return _("The data folder is bound to no node yet: run init.")
    return ""


def _database() -> str:
    try:
        connection.ensure_connection()
    except OperationalError:
        return _("The database cannot be reached: start it, or mend what DATABASE_URL says.")
    least, here = connection.features.minimum_database_version, connection.get_database_version()
    if least and here < least:
        return _("%(name)s %(here)s is older than %(least)s: upgrade it.") % {
            "name": connection.display_name,
            "here": ".".join(map(str, here)),
            "least": ".".join(map(str, least)),
        }
    return ""


def _migrations() -> str:
    return _("Migrations wait: make a backup, then run init.") if migrations_wait() else ""


def _disk() -> str:
    free = shutil.disk_usage(settings.TIDEWAITER_HOME).free
    if free < most("disk_left_bytes"):
        return _("%(free)s are free on the disk of the data folder: make room, or move the folder to a larger one.") % {
            "free": bytes_text(free)
        }
    return ""


def _clock() -> str:
    """What stands, while the node runs: one that does not run is not late."""
    if not _runs():
        return ""
    found = readiness(since=datetime.fromtimestamp(0, UTC))
    late = [
        code for code in found.why if code == "clock_stopped" or code.startswith(("deed_overdue:", "follower_stands:"))
    ]
    if late:
        return _(
            "Not done in time: %(what)s. If the node was started just now, wait two minutes; else look at /clock/ and"
            " at what «serve» logs, and start it again."
        ) % {"what": ", ".join(late)}
    if held := [code.partition(":")[2] for code in found.notices if code.startswith("held_back:")]:
        return _("These processes die again and again: %(names)s. See what «serve» logs.") % {"names": ", ".join(held)}
    return ""


def _runs() -> bool:
    try:
        with alone(Path(settings.TIDEWAITER_HOME)):
            return False
    except Refusal:
        return True


def _set_aside() -> str:
    number = FailedItem.objects.filter(state=item_states.SET_ASIDE).count()
    if number:
        return _(
            "%(n)s items are set aside: run set_aside to see them, mend what they name, then set_aside --retry-all."
        ) % {"n": number}
    return ""


def _heads() -> str:
    if not settings.HEADS_TO:
        return _(
            "Heads of the ledger stay on the node: name a folder or mailto:ADDRESS elsewhere (TIDEWAITER_HEADS_TO)."
        )
    if not settings.HEADS_TO.startswith(MAILTO) and not os.access(settings.HEADS_TO, os.W_OK | os.X_OK):
        return _(
            "There is no folder %(folder)s that this user can write to: make it, or name another (TIDEWAITER_HEADS_TO)."
        ) % {"folder": settings.HEADS_TO}
    first = not_sent().first()
    if first is not None and (now() - datetime.fromisoformat(first.signed_at)).total_seconds() > A_DAY:
        return _(
            "The head of %(day)s has not left the node (%(error)s): see to %(where)s; it is tried again by itself."
        ) % {
            "day": first.day,
            "error": first.error or _("the node does not run"),
            "where": settings.HEADS_TO,
        }
    return ""


def _mail() -> str:
    if not settings.MAIL_SERVER:
        if settings.HEADS_TO.startswith(MAILTO):
            return _("Heads of the ledger are to be mailed, and there is no mail server: set TIDEWAITER_EMAIL.")
        number = Officer.objects.filter(is_active=True, digest=True).exclude(email="").count()
        if number:
            return _("%(n)s people want a daily message, and there is no mail server: set TIDEWAITER_EMAIL.") % {
                "n": number
            }
        return ""
    server = mailers.default
    try:
        server.open()
    except OSError as error:
        return _("The mail server %(host)s does not answer (%(error)s): mend TIDEWAITER_EMAIL, or the server.") % {
            "host": settings.MAIL_SERVER,
            "error": type(error).__name__,
        }
    server.close()
    return ""


def _address() -> str:
    said = urlsplit(settings.TIDEWAITER_URL)
    if said.scheme != "https":
        if said.hostname in LOOPBACK:
            return ""
        return _(
            "People come by %(url)s, without TLS: put a proxy before the node that speaks https, and say so in"
            " TIDEWAITER_URL."
        ) % {"url": settings.TIDEWAITER_URL}
    if not settings.ALLAUTH_TRUSTED_PROXY_COUNT:
        return _(
            "A proxy speaks https for the node, and TIDEWAITER_PROXIES is 0: set how many there are (1), or everybody"
            " counts as one source."
        )
    return ""


def _second_factor() -> str:
    if nobody_needs_second_factor():
        return _("Nobody needs a second factor: run demand_second_factor with the roles that do.")
    return ""


def _backup() -> str:
    last = Entry.objects.filter(deed="site.backed_up").order_by("-seq").values_list("at", flat=True).first()
    if last is None:
        return _(
            "No backup was ever made: run backup FILE, and keep the file and the keys elsewhere, apart from each other."
        )
    days = (now() - datetime.fromisoformat(last)).days
    if days > BACKUP_DAYS:
        return _("The last backup is %(n)s days old: run backup FILE, every night best.") % {"n": days}
    return ""


def _lists() -> str:
    here = set(CodeList.objects.filter(codes__gt=0).values_list("name", flat=True))
    lacking = sorted(set(shipped_lists()) - here)
    if lacking:
        return _("Reference lists are missing (%(names)s): run init.") % {"names": ", ".join(lacking[:5])}
    return ""


_OF_ANY_NODE: dict[str, Callable[[], str]] = {
    "folder": _folder,
    "disk": _disk,
    "database": _database,
    "shape": _shape,
    "migrations": _migrations,
    "address": _address,
    "encryption": what_lies_open,
}
_OF_TABLES: dict[str, Callable[[], str]] = {
    "keys": _keys,
    "lists": _lists,
    "clock": _clock,
    "set_aside": _set_aside,
    "second_factor": _second_factor,
    "mail": _mail,
    "heads": _heads,
    "backup": _backup,
}
