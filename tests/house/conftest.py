"""The world of the rights matrix."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from django.core.cache import cache

from tests.house.matrix import STATES, Who
from tests.making import case_in
from tests.shares import is_mine
from tidewaiter.cases.actions import draft, return_case, submit, validate, withdraw
from tidewaiter.cases.models import Case
from tidewaiter.foundation.moments import now
from tidewaiter.people.models import Grant, Officer
from tidewaiter.people.policy import ROLES


@pytest.fixture
def world() -> SimpleNamespace:
    """Every role in Kenya, the United States and the secretariat, a reviewer of Uganda, and things of each kind.

    `whos` are those of them that ask in this run (tests/shares.py); `officers` are all.
    """
    cache.clear()
    moment = now()
    wanted = [(role, home) for home in ("KE", "US", "INT") for role in ROLES] + [("reviewer", "UG")]
    Officer.objects.bulk_create(
        [
            Officer(
                username=f"{role}.{home.lower()}",
                administration_id=home,
                date_joined=moment,
                used_at=moment,
                password="!",
            )
            for role, home in wanted
        ]
    )
    officers = {officer.username: officer for officer in Officer.objects.select_related("administration")}
    Grant.objects.bulk_create(
        [
            Grant(officer=officers[f"{role}.{home.lower()}"], role=role, granted_by="test", granted_at=moment)
            for role, home in wanted
        ]
    )
    homes = ["KE", "US", "INT", "UG"]
    whos = [
        Who(officers[f"{role}.{home.lower()}"], role, home)
        for role, home in wanted
        if is_mine(ROLES.index(role) + homes.index(home))  # each share holds other roles of each home
    ]
    cases: dict[tuple[str, str], str] = {}
    judge = officers["reviewer.int"]
    for home, filer in (("KE", officers["contact.ke"]), ("US", officers["contact.us"])):
        for state in STATES:
            mark = {"handling": "RED"} if state == "validated_red" else {}
            ref = draft(
                cases=[
                    case_in(
                        national_ref=f"{home}-{state}", country=home, place={"KE": "KEMBA", "US": "USJFK"}[home], **mark
                    )
                ],
                by=filer,
                channel="csv",
            ).refs[0]
            one = Case.objects.filter(ref=ref, latest=True)
            if state not in ("draft", "withdrawn"):
                assert submit(cases=one, by=filer)[0] == 1
            if state.startswith("validated"):
                assert validate(cases=one, by=judge, unopened="x")[0] == 1
            if state == "returned":
                return_case(case=one.get(), reason="why", by=judge)
            if state == "withdrawn":
                withdraw(case=one.get(), reason="why", by=filer)
            cases[(home, state)] = ref
    return SimpleNamespace(whos=whos, officers=officers, cases=cases)
