"""The demo: invented people, and what each room adds to their story (`demo` of its card)."""

from __future__ import annotations

import json
import os
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings

from tidewaiter.foundation.actors import NODE
from tidewaiter.foundation.room_cards import rooms_of_node
from tidewaiter.ledger.models import Entry
from tidewaiter.people.actions import add_officer, demand_second_factor
from tidewaiter.people.models import Officer

PEOPLE: tuple[tuple[str, str, str, str], ...] = (
    ("j.miller", "US", "contact", "J. Miller"),
    ("t.kiplagat", "KE", "officer", "T. Kiplagat"),
    ("a.wanjiru", "KE", "contact", "A. Wanjiru"),
    ("j.quiroga", "CL", "contact", "J. Quiroga"),
    ("s.park", "KR", "contact", "S. Park"),
    ("n.achieng", "UG", "reviewer", "N. Achieng"),
    ("m.sandoval", "MX", "reviewer", "M. Sandoval"),
    ("l.okafor", "INT", "analyst", "L. Okafor"),
    ("p.duval", "INT", "steward", "P. Duval"),
)


def people_with_passwords() -> dict[str, str]:
    """The demo people's passwords: random, made once for this data folder, readable by its owner alone."""
    path = Path(settings.TIDEWAITER_HOME) / "demo-people.json"
    known: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
    missing = [name for name, *_ in PEOPLE if name not in known]
    if missing:
        known |= {name: "-".join(secrets.token_hex(3) for _ in range(3)) for name in missing}
        with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
            json.dump(known, file, indent=1)
    return known


def load(say: Callable[[str], None]) -> dict[str, Any]:
    """Loads the demo; what is here already stays as it is. Gives what came in and what the real file's rejects are."""
    passwords = people_with_passwords()
    if not Entry.objects.filter(deed="people.second_factor_demanded").exists():
        say(
            "These people's passwords are printed: no second factor is demanded on this node, and its sign-in page"
            " says so"
        )
        demand_second_factor(roles=[], by=NODE)
    here = set(Officer.objects.values_list("username", flat=True))
    for username, administration, role, name in PEOPLE:
        if username not in here:
            add_officer(
                username=username,
                administration=administration,
                role=role,
                password=passwords[username],
                name=name,
                by=NODE,
            )
    answer: dict[str, Any] = {}
    parts = [room.demo for room in rooms_of_node() if room.demo is not None]
    for part in sorted(parts, key=lambda part: part.place):
        answer |= part.load(say) or {}
    return answer
