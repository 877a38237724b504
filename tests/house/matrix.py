"""The people of the rights matrix, what the table says of them, and how they ask."""

from __future__ import annotations

import json
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.db import transaction
from django.test import Client

from tidewaiter.cases.models import Case
from tidewaiter.foundation.room_cards import rooms_of_node, together
from tidewaiter.people.actions import make_token
from tidewaiter.people.models import Officer

OUTSIDERS = tomllib.loads((Path(__file__).parent / "outsiders.toml").read_text())
"""What is open to partners and experts: written here once more, so that a card which opens a room is noticed."""


def _said(part: str) -> dict[str, Any]:
    """What the cards of this node's rooms say under one heading of their rights."""
    return together(getattr(room.rights, part) for room in rooms_of_node())


TABLE = {part: _said(part) for part in ("pages", "programs", "sees", "does", "talks")}
"""The rights of all rooms (`foundation.room_cards.Rights`): the tests hold every door to it."""
CUSTOMS = {"officer", "contact", "investigator", "reviewer", "analyst", "editor", "steward"}
EVERYDAY = {"officer", "investigator", "analyst", "duty", "participant"}
FILERS = {"officer", "contact", "investigator", "steward"}
REGION = {"KE": "ESA", "UG": "ESA"}
STATES = tuple(TABLE["sees"]["case"])


@dataclass(frozen=True)
class Who:
    """A person of the matrix, in the words of the table."""

    officer: Officer
    role: str
    home: str

    @property
    def customs(self) -> bool:
        return self.role in CUSTOMS

    def opens(self, address: str) -> bool:
        """Whether the person finds the room of an address at all when they read."""
        words = address.strip("/").split("?")[0].split("/")
        program = words[:2] == ["api", "v1"]
        open_to_all = OUTSIDERS["programs" if program else "pages"]
        return self.role not in ("partner", "expert") or words[2 if program else 0] in open_to_all

    @property
    def warned(self) -> bool:
        """Whether early warnings are for the person: experts, the secretariat; stewards keep their collections."""
        return self.role in ("expert", "steward") or (self.home == "INT" and self.role != "partner")

    @property
    def analyses(self) -> bool:
        """Whether the person analyses trade."""
        return self.role in ("analyst", "investigator")

    @property
    def checks_months(self) -> bool:
        """Whether the person reads the monthly check of any country."""
        return self.role in ("reviewer", "steward", "contact", "analyst") or (self.home == "INT" and self.customs)

    def checks_months_of(self, country: str) -> bool:
        """Of one country: its own people, the reviewers of its region, stewards, the secretariat."""
        if self.role == "steward" or (self.home == "INT" and self.customs):
            return True
        own = self.home == country and self.role in ("contact", "analyst", "reviewer")
        return own or (self.role == "reviewer" and REGION.get(self.home) == REGION.get(country, "-"))

    def of_case(self, word: str, administration: str, state: str, *, program: bool = False) -> bool:
        role = "officer" if program and self.role == "steward" else self.role
        mine = self.home in (administration, "INT")
        return {
            "home": self.customs and self.home == administration,
            "int": self.customs and self.home == "INT",
            "customs": self.customs,
            "region": role == "reviewer"
            and self.home != administration
            and REGION.get(self.home) == REGION.get(administration, "-"),
            "filer": role in FILERS and mine,
            "filer_of_draft": role in FILERS and mine and state == "draft",
            "withdrawer": role in ("contact", "steward") and mine,
            "decider": False,  # the people of the matrix have decided nothing (tests/review/test_taking_back.py)
            "judge": role == "reviewer"
            and self.home != administration
            and (self.home == "INT" or REGION.get(self.home) == REGION.get(administration, "-")),
        }[word]

    def of_officer(self, word: str, officer: Officer, roles: set[str]) -> bool:
        own = officer.pk == self.officer.pk
        return {
            "self": own,
            "colleague": self.customs and officer.administration_id == self.home,
            "steward": self.role == "steward",
            "steward_of": self.role == "steward" and not own,
            "looks_after": not own
            and (
                self.role == "steward"
                or (self.role == "contact" and officer.administration_id == self.home and roles <= EVERYDAY)
            ),
        }[word]


def asked_for(client: Client, method: str, address: str, **said: Any) -> int:
    """The status of an answer; whatever it changed is taken back."""
    with transaction.atomic():
        status = int((client.get if method == "get" else client.post)(address, **said).status_code)
        transaction.set_rollback(True)
    return status


def signed_in(who: Who) -> Client:
    client = Client()
    client.force_login(Officer.objects.get(pk=who.officer.pk))
    return client


def expected_of_case(who: Who, deed: str, administration: str, state: str, *, program: bool) -> set[int]:
    sees = any(who.of_case(word, administration, state, program=program) for word in TABLE["sees"]["case"][state])
    if not sees:
        return {404}
    if not deed:
        return {200}
    rule = TABLE["does"]["case"][deed]
    if not any(who.of_case(word, administration, state, program=program) for word in rule["who"]):
        # one who may neither do it nor do it now is told either
        return {403} if state in rule["from"] else {403, 409, 422}
    return {200, 302} if state in rule["from"] else {409, 422} | ({403} if deed == "withdraw" else set())


def named(ref: str) -> dict[str, Any]:
    """What a decision about a case names: the newest version, which whoever may decide has read."""
    case = Case.objects.get(ref=ref, latest=True)
    return {"version": case.version, "digest": case.digest}


def program_of(who: Who) -> Client:
    """A program that holds a writing token of this person."""
    officer = Officer.objects.get(pk=who.officer.pk)
    _token, text = make_token(officer=officer, scope="write", by=officer)
    return Client(headers={"Authorization": f"Bearer {text}"})


def posted(client: Client, address: str, said: dict[str, Any]) -> int:
    """The status of a JSON request that is taken back."""
    return asked_for(client, "post", address, data=json.dumps(said), content_type="application/json")
