"""Prepares the node: tables, reference lists, forms, administrations, keys. May be run again."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction

from tidewaiter.codelists.actions import load_shipped_lists
from tidewaiter.codelists.queries import list_view
from tidewaiter.forms.actions import define_shipped_forms
from tidewaiter.foundation.actors import NODE
from tidewaiter.foundation.commands import DeedCommand
from tidewaiter.ledger.keys import node_key
from tidewaiter.people.actions import load_administrations
from tidewaiter.people.models import Region


class Command(DeedCommand):
    """`init`: `{"shape", "database", "lists": {name: rows}}`."""

    help = "migrates, loads reference lists and forms, makes the node's keys; may be run again"

    def answer(self, **options: Any) -> dict[str, Any]:
        """Does it all, and says what is here."""
        Path(settings.TIDEWAITER_HOME).mkdir(parents=True, exist_ok=True)
        self.progress("Preparing the tables")
        call_command("migrate", verbosity=0, interactive=False)
        node_key()
        self.progress("Loading reference lists")
        lists = load_shipped_lists()
        define_shipped_forms()
        _load_administrations()
        return {"shape": settings.TIDEWAITER_SHAPE, "database": connection.vendor, "lists": lists}


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
