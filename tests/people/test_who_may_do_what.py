"""Who may do what to whose account, with every refusal by its code: the whole table, in plain words.

That pages and commands keep to it, for every pair of roles, is test_management.py's.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.tables import person, rows
from tidewaiter.foundation.actors import NODE
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refusals import NotAllowed, Refusal
from tidewaiter.people import policy
from tidewaiter.people.models import Grant, Officer

WHO = {
    "steward": person("INT", "steward"),
    "contact": person("KE", "contact"),
    "contact and analyst": person("KE", "contact", "analyst"),
    "contact's token": person("KE", "contact", door="token:T-1"),
    "steward's token": person("INT", "steward", door="token:T-1"),
    "contact at the shell": person("KE", "contact", door="shell:root"),
    "officer": person("KE", "officer"),
    "foreign contact": person("UG", "contact"),
}
LETTERS = {"s": "suspend", "o": "resume", "r": "reset", "x": "sign_out", "d": "drop_second_factor", "c": "cover"}


def account(country: str, *roles: str, closed: bool = False, username: str = "another") -> Any:
    """An account of this country, with these roles."""
    return person(country, *roles, username=username, administration_id=country, is_active=not closed)


WHOSE = {
    "officer": account("KE", "officer"),
    "officer, closed": account("KE", "officer", closed=True),
    "officer of Uganda": account("UG", "officer"),
    "contact": account("KE", "contact"),
    "analyst who reviews": account("KE", "analyst", "reviewer"),
    "reviewer, closed": account("KE", "reviewer", closed=True),
    "of no role": account("KE"),
    "oneself": account("KE", "officer", username="somebody"),
}
# officer, officer closed, officer of Uganda, contact, analyst who reviews, reviewer closed, of no role, oneself
DEEDS = """
    steward                  srxdc  oxdc  srxdc  srxdc  srxdc  oxdc  srxdc  -
    contact                  srx    ox    -      -      -      -     srx    -
    contact and analyst      srx    ox    -      -      -      -     srx    -
    contact's token          -      -     -      -      -      -     -      -
    steward's token          -      -     -      -      -      -     -      -
    contact at the shell     srx    ox    -      -      -      -     srx    -
    officer                  -      -     -      -      -      -     -      -
    foreign contact          -      -     srx    -      -      -     -      -
"""


def test_who_may_do_what_with_whose_account() -> None:
    table = rows(DEEDS, len(WHOSE))
    assert set(table) == set(WHO)
    for who, cells in table.items():
        for (whose, officer), cell in zip(WHOSE.items(), cells, strict=True):
            may = {deed for deed in LETTERS.values() if policy.allowed(deed, officer, WHO[who])}
            assert may == {LETTERS[letter] for letter in cell}, (who, whose)
            for deed in LETTERS.values():
                assert bool(policy.why_not(deed, officer, WHO[who])) == (deed not in may), (who, whose, deed)


@pytest.mark.parametrize(
    ("who", "deed", "whose", "role", "code"),
    [
        ("contact", "suspend", "oneself", "", "own_account"),
        ("steward", "reset", "oneself", "", "own_account"),
        ("officer", "reset", "officer", "", "own_account"),
        ("officer", "reset", "contact", "", "role"),
        ("contact", "reset", "officer of Uganda", "", "other_administration"),
        ("contact", "reset", "analyst who reviews", "", "role_of_steward"),
        ("contact", "reset", "officer, closed", "", "closed"),
        ("contact", "suspend", "officer, closed", "", "closed"),
        ("contact", "resume", "officer", "", "open"),
        ("contact", "cover", "officer", "", "steward"),
        ("contact", "drop_second_factor", "officer", "", "steward"),
        ("contact", "grant", "officer", "duty", ""),
        ("contact", "grant", "officer", "reviewer", "role_of_steward"),
        ("contact", "grant", "contact", "duty", "role_of_steward"),
        ("contact", "grant", "officer of Uganda", "duty", "other_administration"),
        ("steward", "grant", "officer", "partner", "partner_beside_customs"),
        ("steward", "grant", "of no role", "partner", ""),
        ("steward", "grant", "officer", "expert", ""),
        ("steward", "grant", "officer", "steward", ""),
        ("steward", "grant", "officer", "emperor", "role_of_steward"),
        ("steward", "revoke", "officer", "contact", "no_role"),
        ("steward", "revoke", "officer", "officer", "last_role"),
        ("steward", "revoke", "analyst who reviews", "reviewer", ""),
        ("contact", "revoke", "analyst who reviews", "analyst", "role_of_steward"),
    ],
)
def test_what_is_said_to_whom_a_deed_is_refused(who: str, deed: str, whose: str, role: str, code: str) -> None:
    officer = WHOSE[whose] if (who, whose) != ("officer", "officer") else account("KE", "officer", username="somebody")
    refusal = policy.refusal_of(deed, officer, WHO[who], role)
    assert (refusal.code if refusal else "") == code
    assert policy.allowed(deed, officer, WHO[who], role) == (not code)


def test_who_invites_whom_and_who_plans_the_rota() -> None:
    everyday = {"officer", "investigator", "analyst", "duty", "participant"}
    every = everyday | {
        "contact",
        "protection",
        "reviewer",
        "editor",
        "partner",
        "expert",
        "custodian",
        "coordinator",
        "observer",
        "steward",
    }
    for who, home, away in (
        ("steward", every, every),
        ("contact", everyday, set()),
        ("contact's token", set(), set()),
        ("steward's token", set(), set()),
        ("officer", set(), set()),
    ):
        for country, expected in (("KE", home), ("UG", away)):
            assert {role for role in every if _passes(policy.may_invite, WHO[who], country, role)} == expected, who
            assert _passes(policy.may_plan, WHO[who], country) == ("duty" in expected), (who, country)
        assert policy.grantable(WHO[who]) == home, who
        assert policy.may_manage_people(WHO[who]) == bool(home), who


def _passes(rule: Any, *said: Any) -> bool:
    try:
        rule(*said)
    except NotAllowed:
        return False
    return True


def test_who_works_for_customs_and_who_reads_the_library_alone() -> None:
    customs = {"officer", "contact", "investigator", "reviewer", "analyst", "editor", "steward"}
    others = {"protection", "partner", "expert", "custodian", "duty", "coordinator", "participant", "observer"}
    for role in customs | others:
        assert policy.is_customs(person("KE", role)) == (role in customs), role
        assert policy.reads_library_alone(person("KE", role)) == (role in ("partner", "expert")), role
    assert policy.is_customs(person("KE", "partner", "officer"))
    assert not policy.is_customs(person("KE"))
    assert policy.reads_library_alone(person("INT", "partner", "expert"))
    assert not policy.reads_library_alone(person("INT", "expert", "duty"))


def test_a_partner_has_no_customs_role_beside() -> None:
    for roles in ({"partner"}, {"partner", "expert"}, {"officer", "contact"}, set()):
        policy.must_go_together(roles)
    with pytest.raises(Refusal, match="no customs role \\(«analyst»\\)") as refused:
        policy.must_go_together({"partner", "steward", "analyst"})
    assert refused.value.code == "partner_beside_customs"


def test_the_sentence_names_the_first_role_that_is_beyond_reach() -> None:
    said = policy.why_not("reset", account("KE", "reviewer", "editor", "analyst"), WHO["contact"])
    assert said == "The role «editor» is a steward's to give: a steward looks after whoever has it."


@pytest.mark.django_db
def test_the_last_steward_stays_and_the_nodes_own_name_is_nobodys() -> None:
    def made(name: str, *roles: str, closed: bool = False) -> Officer:
        officer = Officer.objects.create(
            username=name, administration_id="KE", date_joined=now(), password="!", is_active=not closed
        )
        for role in roles:
            Grant.objects.create(officer=officer, role=role, granted_by="x", granted_at=now())
        return officer

    first, closed = made("first", "steward", "analyst"), made("closed", "steward", "analyst", closed=True)
    assert _said("suspend", first) == "last_steward"
    assert _said("revoke", first, "steward") == "last_steward"
    assert _said("revoke", first, "analyst") == ""
    assert _said("revoke", closed, "steward") == "", "who is closed looks after nothing"
    made("second", "steward")
    assert _said("suspend", first) == _said("revoke", first, "steward") == ""
    node = made("node", "officer", closed=True)
    assert _said("resume", node) == "own_account"
    assert _said("resume", node, by=WHO["steward"]) == "reserved"
    assert _said("resume", closed) == ""


def _said(deed: str, officer: Officer, role: str = "", by: Any = NODE) -> str:
    refusal = policy.refusal_of(deed, officer, by, role)
    return refusal.code if refusal else ""
