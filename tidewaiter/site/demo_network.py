"""The demo of a network: a centre and two national nodes on one machine, joined, each a node of its own.

Every step is a command that a steward would type; nothing here reaches into a node.
"""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tidewaiter.foundation.refusals import Refusal

PEOPLE = {
    "centre": (
        ("p.duval", "INT", "steward", "P. Duval"),
        ("i.reyes", "INT", "reviewer", "I. Reyes"),
        ("n.achieng", "UG", "reviewer", "N. Achieng"),
    ),
    "kenya": (
        ("s.otieno", "KE", "steward", "S. Otieno"),
        ("t.kiplagat", "KE", "officer", "T. Kiplagat"),
        ("a.wanjiru", "KE", "contact", "A. Wanjiru"),
        ("d.kamau", "KE", "investigator", "D. Kamau"),
        ("g.ndirangu", "KE", "duty", "G. Ndirangu"),
    ),
    "mauritius": (
        ("v.gungah", "MU", "steward", "V. Gungah"),
        ("c.ramgoolam", "MU", "investigator", "C. Ramgoolam"),
        ("p.lebon", "MU", "contact", "P. Lebon"),
        ("s.ramphul", "MU", "duty", "S. Ramphul"),
    ),
}
"""Invented people."""
_TO_CENTRE = """# {title} to the centre: invented, for the demo
code = "{code}"
title = "{title} to the centre, non-nominal"
parties = ["{name}", "centre"]
basis = "wco_cen"
epoch = 1
from = 2026-01-01
until = 2035-12-31
handling = "AMBER"
purposes = ["global statistics of seizures"]

[[kinds]]
kind = "case"
from = "{name}"
"""
_BETWEEN = """# Kenya and Mauritius: invented, for the demo
code = "KE-MU"
title = "Kenya and Mauritius: questions, companies, stop-payment, preservation"
parties = ["kenya", "mauritius"]
basis = "nairobi_1977"
epoch = 1
from = 2026-01-01
until = 2035-12-31
handling = "AMBER"
purposes = ["investigation of a customs offence", "stop-payment and preservation"]

[[kinds]]
kind = "question"
names = true

[[kinds]]
kind = "company"
names = true
release = "contact"
fields = ["name", "country", "registrationNumber"]

[[kinds]]
kind = "freeze_request"
names = true

[[kinds]]
kind = "preservation_request"
names = true
"""
CASE = {
    "form": "TOB",
    "national_ref": "KE-2026-0418",
    "kind": "seizure",
    "date": "2026-11-20",
    "country": "KE",
    "location_type": "seaport",
    "place": "KEMBA",
    "direction": "import",
    "narrative": "Cartons behind brooms of Kilindini Quill Trading, driver Yusuf Kassarani, phone +254 722 418 377.",
    "lines": [{"subtype": "cigarettes", "hs": "240220", "quantity": "410000", "unit": "STC"}],
}
COMPANY = {
    "kind": "company",
    "name": "Kilindini Quill Trading Ltd",
    "registration_number": "CPR2019418",
    "country": "KE",
}


@dataclass(slots=True)
class DemoNode:
    """One node of the demo: its folder, its keys beside it, its address."""

    name: str
    shape: str
    folder: Path
    port: int

    @property
    def address(self) -> str:
        """Where it serves."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def environment(self) -> dict[str, str]:
        """What its commands are run with."""
        kept = {
            name: said
            for name, said in os.environ.items()
            if name == "TIDEWAITER_ENCRYPTION" or not name.startswith(("TIDEWAITER_", "DATABASE_"))
        }
        return {
            **kept,
            "TIDEWAITER_HOME": str(self.folder / self.name),
            "TIDEWAITER_KEYS": str(self.folder / f"{self.name}-keys"),
            "TIDEWAITER_KEY_FILE": str(self.folder / f"{self.name}-keys" / "store"),
            "TIDEWAITER_SHAPE": self.shape,
            "TIDEWAITER_URL": self.address,
            "TIDEWAITER_LOG": "warning",
        }

    def run(self, *words: str, said: str = "") -> Any:
        """Runs a command; gives its answer. Raises `Refusal` with what it printed where it fails."""
        done = subprocess.run(
            [sys.executable, "-m", "tidewaiter", *words, "--format", "json"],
            env=self.environment,
            input=said,
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise Refusal("demo", f"{self.name}: {' '.join(words[:2])}: {(done.stderr or done.stdout)[-800:]}")
        return json.loads(done.stdout.splitlines()[-1])


def nodes_in(folder: Path, port: int) -> list[DemoNode]:
    """The three nodes: the centre first, on three ports from `port` on."""
    shapes = (("centre", "central"), ("kenya", "national"), ("mauritius", "national"))
    return [DemoNode(name, shape, folder, port + at) for at, (name, shape) in enumerate(shapes)]


def prepare(nodes: list[DemoNode], say: Callable[[str], None]) -> dict[str, str]:
    """Makes the nodes, their people and their agreements, as far as they are not there yet; gives the passwords."""
    folder = nodes[0].folder
    folder.mkdir(parents=True, exist_ok=True)
    for node in nodes:
        say(f"Preparing {node.name}")
        node.run("init")
        node.run("demand_second_factor", "--nobody")
    passwords = _people(nodes, folder)
    if (folder / "joined").exists():
        return passwords
    say("Joining the nodes: cards, fingerprints, agreements")
    _join(nodes, folder)
    (folder / "joined").touch()
    return passwords


def _people(nodes: list[DemoNode], folder: Path) -> dict[str, str]:
    path = folder / "passwords.json"
    known: dict[str, str] = json.loads(path.read_text()) if path.exists() else {}
    for node in nodes:
        for username, home, role, name in PEOPLE[node.name]:
            if username in known:
                continue
            password = "-".join(secrets.token_hex(3) for _ in range(3))
            words = ("--administration", home, "--role", role, "--name", name, "--password-stdin")
            node.run("add_officer", username, *words, said=f"{password}\n")
            known[username] = password
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w") as file:
        json.dump(known, file, indent=1)
    return known


def _join(nodes: list[DemoNode], folder: Path) -> None:
    centre, kenya, mauritius = nodes
    prints = {}
    for node, home in ((centre, "INT"), (kenya, "KE"), (mauritius, "MU")):
        words = ("--name", node.name, "--administration", home, "-o", str(folder / f"{node.name}.card"))
        address = ("--url", node.address) if node is centre else ()
        prints[node.name] = node.run("exchange", "key", *words, *address)["fingerprint"]
    for node in nodes:
        for other in nodes:
            if other is not node:
                card = str(folder / f"{other.name}.card")
                node.run("exchange", "add_peer", card, "--fingerprint", prints[other.name])
    for node, code, title in ((kenya, "KE-CEN", "Kenya"), (mauritius, "MU-CEN", "Mauritius")):
        file = folder / f"{code}.toml"
        file.write_text(_TO_CENTRE.format(code=code, title=title, name=node.name))
        for party in (node, centre, node):
            party.run("exchange", "agree", str(file))
    file = folder / "KE-MU.toml"
    file.write_text(_BETWEEN)
    for party in (kenya, mauritius, kenya, centre):
        party.run("exchange", "agree", str(file))


def tell_story(nodes: list[DemoNode]) -> None:
    """The story's beginning: a seizure with a firm in it at Kenya, and a question of Mauritius about that firm."""
    _centre, kenya, mauritius = nodes
    folder = kenya.folder
    if (folder / "told").exists():
        return
    (folder / "firm.csv").write_text(",".join(COMPANY) + "\n" + ",".join(COMPANY.values()) + "\n")
    (folder / "firm.toml").write_text("[columns]\n" + "".join(f'{name} = "{name}"\n' for name in COMPANY))
    kenya.run("import_entities", str(folder / "firm.csv"), "--by", "d.kamau", "--mapping", str(folder / "firm.toml"))
    (folder / "case.json").write_text(json.dumps([CASE]))
    kenya.run("import_cases", str(folder / "case.json"), "--by", "t.kiplagat", "--submit")
    question = {
        "to": "kenya",
        "kind": "company",
        "name": COMPANY["name"],
        "text": "Named in a declaration at Port Louis.",
    }
    (folder / "question.json").write_text(json.dumps(question))
    mauritius.run("exchange", "ask", str(folder / "question.json"), "--by", "c.ramgoolam")
    (folder / "told").touch()
