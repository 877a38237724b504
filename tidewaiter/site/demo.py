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
    ("z.mokoena", "ZA", "contact", "Z. Mokoena"),
    ("k.boateng", "GH", "contact", "K. Boateng"),
    ("y.benali", "MA", "contact", "Y. Benali"),
    ("h.almansoori", "AE", "contact", "H. Almansoori"),
    ("s.park", "KR", "contact", "S. Park"),
    ("t.nguyen", "VN", "contact", "T. Nguyen"),
    ("j.quiroga", "CL", "contact", "J. Quiroga"),
    ("r.teixeira", "BR", "contact", "R. Teixeira"),
    ("m.dewit", "NL", "contact", "M. de Wit"),
    ("b.jansen", "NL", "officer", "B. Jansen"),
    ("e.yildiz", "TR", "contact", "E. Yildiz"),
    ("a.nurlanov", "KZ", "contact", "A. Nurlanov"),
    ("n.achieng", "UG", "reviewer", "N. Achieng"),
    ("f.diallo", "SN", "reviewer", "F. Diallo"),
    ("m.hosny", "EG", "reviewer", "M. Hosny"),
    ("s.lim", "MY", "reviewer", "S. Lim"),
    ("m.sandoval", "MX", "reviewer", "M. Sandoval"),
    ("k.vogel", "DE", "reviewer", "K. Vogel"),
    ("d.karimova", "UZ", "reviewer", "D. Karimova"),
    ("l.okafor", "INT", "analyst", "L. Okafor"),
    ("i.brandt", "NL", "analyst", "I. Brandt"),
    ("r.lindgren", "INT", "editor", "R. Lindgren"),
    ("v.costa", "BR", "investigator", "V. Costa"),
    ("g.mensah", "GH", "duty", "G. Mensah"),
    ("c.leclerc", "INT", "coordinator", "C. Leclerc"),
    ("o.aydin", "TR", "participant", "O. Aydin"),
    ("q.tran", "VN", "expert", "Q. Tran"),
    ("postal.union", "INT", "partner", "An organisation of posts"),
    ("p.duval", "INT", "steward", "P. Duval"),
)


AT_HOME: tuple[tuple[str, str, str, str], ...] = (
    ("t.kiplagat", "KE", "officer", "T. Kiplagat"),
    ("a.wanjiru", "KE", "contact", "A. Wanjiru"),
    ("w.barasa", "KE", "investigator", "W. Barasa"),
    ("l.chebet", "KE", "investigator", "L. Chebet"),
    ("f.odera", "KE", "protection", "F. Odera"),
    ("p.mwangi", "KE", "custodian", "P. Mwangi"),
    ("m.odera", "KE", "custodian", "M. Odera"),
    ("j.mwangi", "KE", "analyst", "J. Mwangi"),
    ("e.kariuki", "KE", "editor", "E. Kariuki"),
    ("g.atieno", "KE", "duty", "G. Atieno"),
    ("m.wafula", "KE", "coordinator", "M. Wafula"),
    ("r.cheruiyot", "KE", "participant", "R. Cheruiyot"),
    ("h.maina", "KE", "expert", "H. Maina"),
    ("n.achieng", "UG", "reviewer", "N. Achieng"),
    ("dci.kamau", "KE", "partner", "P. Kamau, National Police"),
    ("imm.hassan", "KE", "partner", "S. Hassan, Immigration"),
    ("kra.njeri", "KE", "partner", "R. Njeri, Revenue"),
    ("s.otieno", "KE", "steward", "S. Otieno"),
)
"""People of a national node, and of three agencies that it lets in."""


def people() -> tuple[tuple[str, str, str, str], ...]:
    """The invented people of this node's shape: (account, administration, role, name)."""
    return AT_HOME if settings.TIDEWAITER_SHAPE == "national" else PEOPLE


def people_with_passwords() -> dict[str, str]:
    """The demo people's passwords: random, made once for this data folder, readable by its owner alone."""
    path = Path(settings.TIDEWAITER_HOME) / "demo-people.json"
    known: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
    missing = [name for name, *_ in people() if name not in known]
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
    for username, administration, role, name in people():
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
        fill = part.at_home if settings.TIDEWAITER_SHAPE == "national" else part.load
        answer |= (fill(say) if fill is not None else None) or {}
    return answer
