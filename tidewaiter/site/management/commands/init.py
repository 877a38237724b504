"""Prepares the node: tables, reference lists, forms, administrations, keys. May be run again."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import CommandParser
from django.db import connection, transaction
from django.utils.translation import gettext as _

from tidewaiter.codelists.actions import load_shipped_lists
from tidewaiter.codelists.queries import list_view
from tidewaiter.forms.actions import define_shipped_forms
from tidewaiter.foundation.actors import NODE
from tidewaiter.foundation.commands import DeedCommand
from tidewaiter.foundation.data_folder import DATABASE, MARK
from tidewaiter.foundation.encryption import keys as store_keys
from tidewaiter.foundation.key_folder import STORE, folder_for
from tidewaiter.foundation.modes import FOLDERS, must_be_shut, narrow
from tidewaiter.foundation.room_cards import rooms_of_node
from tidewaiter.people.actions import load_administrations
from tidewaiter.people.models import Region
from tidewaiter.site import keyring
from tidewaiter.site.binding import must_suit_rooms
from tidewaiter.site.marking import bind, node_of_database


class Command(DeedCommand):
    """`init [--new-keys]`: `{"shape", "database", "lists": {name: rows}, "keys": {"folder", "made", "moved"}}`."""

    help = "migrates, loads reference lists and forms, makes the node's keys; may be run again"

    def add_arguments(self, parser: CommandParser) -> None:
        """`--new-keys`: replaces the key that signs the ledger, and makes anew what is missing."""
        super().add_arguments(parser)
        parser.add_argument(
            "--new-keys",
            action="store_true",
            help=(
                "a new key that signs the ledger (heads of the old one stay the node's), and new ones for what is"
                " missing"
            ),
        )

    def answer(self, **options: Any) -> dict[str, Any]:
        """Does it all, and says what is here."""
        _shut(Path(settings.TIDEWAITER_HOME))
        store = False
        if settings.STORE_SEALED:
            store = store_keys.make()
            store_keys.store_keys()  # a node whose key is missing is told so before anything is made
        must_suit_rooms()
        self.progress("Preparing the tables")
        call_command("migrate", verbosity=0, interactive=False)
        keys = self._keys(new=options["new_keys"])
        keys["made"] += [STORE] if store else []
        bind(by=NODE)
        self.progress("Loading reference lists")
        lists = load_shipped_lists()
        define_shipped_forms()
        _load_administrations()
        for room in reversed(rooms_of_node()):  # the lowest first: upper rooms build on what lower ones have made
            if room.prepared is not None:
                room.prepared()
        return {"shape": settings.TIDEWAITER_SHAPE, "database": connection.vendor, "lists": lists, "keys": keys}

    def _keys(self, *, new: bool) -> dict[str, Any]:
        """The keys stand before the folder is bound: a node that is bound and has none has lost them."""
        node = node_of_database(by=NODE)
        folder = folder_for(node, Path(settings.TIDEWAITER_HOME), settings.TIDEWAITER_KEYS)
        done = keyring.settle(folder)
        if done.moved:
            self.progress(
                _("The keys of this node were in its data folder. They are now in %(folder)s.") % {"folder": folder}
            )
        for path in done.aside:
            self.progress(_("Another key of the same name was there, and is kept as %(path)s.") % {"path": path})
        made = keyring.prepare(node, new=new, by=NODE)
        return {"folder": str(folder), "made": made, "moved": done.moved}


def _shut(home: Path) -> None:
    """Folders of the node's user alone; what a node has made wider before is narrowed, anything else is refused."""
    if any((home / name).exists() for name in (MARK, "keys/node.ed25519", DATABASE)):
        narrow(home)
    must_be_shut(home)
    for name in FOLDERS:
        (home / name).mkdir(mode=0o700, exist_ok=True)


def _load_administrations() -> None:
    regions = _read("rilo_region.csv")
    countries = {country: row["code"] for row in regions for country in row["countries"].split()}
    view = list_view("country")
    with transaction.atomic():
        Region.objects.bulk_create([Region(code=row["code"], name=row["en"]) for row in regions], ignore_conflicts=True)
        rows: list[tuple[str, str, str | None]] = [
            (code.code, code.label("en"), countries.get(code.code)) for code in view.current() if code.code != "XX"
        ]
        load_administrations(by=NODE, rows=[("INT", "International secretariat", None), *rows])


def _read(name: str) -> list[dict[str, str]]:
    with (Path(settings.CODES_FOLDER) / name).open(encoding="utf-8") as file:
        return list(csv.DictReader(file))
