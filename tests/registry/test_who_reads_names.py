"""Who reads, enters and decides in the registry, and what is hidden from them: the whole table, in plain words."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from tests.tables import person, rows
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refusals import BadInput, Refusal
from tidewaiter.people.actions import make_token
from tidewaiter.people.models import Officer
from tidewaiter.registry import policy
from tidewaiter.registry.models import BrokenGlass, Entity

pytestmark = pytest.mark.django_db

WHO = {
    "investigator": person("KE", "investigator", username="a"),
    "contact": person("KE", "contact", username="b"),
    "officer": person("KE", "officer", username="c"),
    "protection": person("KE", "protection", username="d"),
    "protection who reads": person("KE", "protection", "officer", username="e"),
    "steward": person("KE", "steward", username="f"),
    "analyst": person("KE", "analyst", username="g"),
    "reviewer": person("KE", "reviewer", username="h"),
    "foreign investigator": person("UG", "investigator", username="i"),
    "foreign officer": person("UG", "officer", username="j"),
    "secretariat's officer": person("INT", "officer", username="k"),
    "partner": person("INT", "partner", username="l"),
}
DEEDS = """
                            read  write  answer  red  judge
    investigator            yes   yes    -       yes  yes
    contact                 yes   yes    -       -    -
    officer                 yes   -      -       -    -
    protection              -     -      yes     -    yes
    protection who reads    yes   -      yes     -    yes
    steward                 -     -      -       -    -
    analyst                 -     -      -       -    -
    reviewer                -     -      -       -    -
    foreign investigator    yes   yes    -       yes  yes
    foreign officer         yes   -      -       -    -
    secretariat's officer   yes   -      -       -    -
    partner                 -     -      -       -    -
"""


def test_who_may_do_what() -> None:
    head, *lines = DEEDS.strip().splitlines()
    table = rows("\n".join(lines), 5)
    assert set(table) == set(WHO)
    for who, cells in table.items():
        may = {name for name, cell in zip(head.split(), cells, strict=True) if cell}
        actor = WHO[who]
        assert {deed for deed in ("read", "write", "answer") if policy.allowed(deed, actor)} == may - {"red", "judge"}
        assert policy.sees_red(actor) == ("red" in may), who
        assert policy.judges_glass(actor) == ("judge" in may), who
        for deed, rule in (("read", policy.may_read), ("write", policy.may_write), ("answer", policy.may_answer)):
            code = "" if deed in may else "role" if deed == "write" and "read" in may else "no_registry"
            assert _said(rule, actor) == code, (who, deed)


def _said(rule: Any, *words: Any) -> str:
    try:
        rule(*words)
    except Refusal as refused:
        return refused.code
    return ""


def test_cases_are_named_by_readers_of_their_own_administration() -> None:
    for who, administration, code in (
        ("officer", "KE", ""),
        ("officer", "UG", "not_yours"),
        ("secretariat's officer", "KE", "not_yours"),
        ("protection", "KE", "no_registry"),
        ("steward", "UG", "no_registry"),
    ):
        assert _said(policy.may_annex, WHO[who], administration) == code, (who, administration)


THINGS = {
    "own": {},
    "own, RED": {"handling": "RED"},
    "foreign": {"administration": "UG"},
    "foreign, RED": {"administration": "UG", "handling": "RED"},
    "listed": {"administration": "UG", "listed": "UN"},
    "listed, RED": {"administration": "KE", "listed": "UN", "handling": "RED"},
}
SEEN = {
    "investigator": {"own", "own, RED", "listed", "listed, RED"},
    "contact": {"own", "listed"},
    "officer": {"own", "listed"},
    "protection": {"own", "own, RED", "listed", "listed, RED"},
    "protection who reads": {"own", "own, RED", "listed", "listed, RED"},
    "steward": set(),
    "foreign investigator": {"foreign", "foreign, RED", "listed", "listed, RED"},
    "foreign officer": {"foreign", "listed"},
    "secretariat's officer": {"listed"},
    "partner": set(),
}


def _entities() -> None:
    moment = now()
    Entity.objects.bulk_create(
        Entity(
            **{
                "ref": ref,
                "kind": "person",
                "caption": ref,
                "canonical": ref,
                "administration": "KE",
                "source_key": ref,
                "made_by": "a",
                "made_at": moment,
                "changed_at": moment,
            }
            | changes
        )
        for ref, changes in THINGS.items()
    )


def seen(actor: Any, **more: Any) -> set[str]:
    """The entities that somebody sees."""
    return set(Entity.objects.filter(policy.visible(actor, **more)).values_list("ref", flat=True))


def test_who_sees_which_entity_and_whose_statements_are_added_to() -> None:
    _entities()
    for who, expected in SEEN.items():
        assert seen(WHO[who]) == expected, who
        assert seen(WHO[who], lasting=True) == expected, who
    for who, thing, code in (
        ("contact", "own", ""),
        ("contact", "listed", "not_yours"),
        ("contact", "listed, RED", "not_yours"),
        ("contact", "foreign", "not_yours"),
        ("officer", "own", "role"),
        ("steward", "own", "no_registry"),
    ):
        assert _said(policy.must_be_own, Entity.objects.get(ref=thing), WHO[who]) == code, (who, thing)


def _glass(ref: str, by: str, minutes: float) -> None:
    moment = now()
    until = moment + timedelta(minutes=minutes)
    BrokenGlass.objects.create(ref=ref, administration="KE", by=by, reason="x", at=moment, until=until)


def test_a_broken_glass_shows_what_is_red_for_its_time_to_who_broke_it() -> None:
    _entities()
    officer = WHO["officer"]
    _glass("past", officer.username, -0.01)
    _glass("another's", "somebody.else", 10)
    assert policy.open_glass(officer) is None
    assert seen(officer) == {"own", "listed"}
    _glass("short", officer.username, 5)
    _glass("long", officer.username, 10)
    assert policy.open_glass(officer).ref == "long"  # type: ignore[union-attr] -- it is there
    assert policy.sees_red(officer)
    assert seen(officer) == {"own", "own, RED", "listed", "listed, RED"}
    assert not policy.sees_red(officer, lasting=True)
    assert seen(officer, lasting=True) == {"own", "listed"}
    analyst = WHO["analyst"]
    _glass("no reader's", analyst.username, 5)
    assert not policy.sees_red(analyst), "who reads no names reads none in need"
    assert seen(analyst) == set()


def test_a_stewards_token_reads_by_roles_that_the_account_has(staff: SimpleNamespace) -> None:
    for name, reads in (("steward", False), ("officer", True), ("investigator", True)):
        officer = getattr(staff, name)
        make_token(officer=officer, scope="read", by=officer)
        acting = person("KE", "officer", "investigator", username=officer.username, door="token:T-1")
        assert policy.reads(acting) == reads, name
        assert policy.writes(acting) == (name == "investigator"), name
    assert not policy.reads(person("KE", "officer", username="nobody.at.all", door="token:T-1"))
    assert policy.reads(person("KE", "officer", username="nobody.at.all", door="shell:root"))


@pytest.mark.parametrize(
    ("said", "purpose"),
    [
        ("KE-1", "KE-1"),
        ("  a \n b  ", "a b"),
        ("abc", "abc"),
        ("ab", None),
        ("  a  ", None),
        ("a b", "a b"),
        ("x" * 300, "x" * 200),
        ("", None),
    ],
)
def test_names_are_read_for_a_purpose_that_is_said(said: str, purpose: str | None) -> None:
    if purpose is None:
        with pytest.raises(BadInput) as refused:
            policy.must_have_purpose(said)
        assert refused.value.code == "purpose"
        with pytest.raises(BadInput) as refused:
            policy.must_have_reason(said)
        assert refused.value.code == "reason"
        return
    assert policy.must_have_purpose(said) == purpose
    assert policy.must_have_reason(said * 4) == " ".join((said * 4).split())[:1000]


def test_a_long_reason_is_kept_in_a_thousand_signs() -> None:
    assert policy.must_have_reason("x" * 1001) == "x" * 1000
    assert policy.must_have_reason(" abc ") == "abc"


def test_an_owner_is_an_open_account_of_the_administration_that_writes(staff: SimpleNamespace) -> None:
    for name, owner in (
        ("investigator", True),
        ("contact", True),
        ("officer", False),
        ("steward", False),
        ("foreign", False),
    ):
        username = getattr(staff, name).username
        if owner:
            assert policy.must_be_writer(f" {username} ", staff.officer) == username
            continue
        with pytest.raises(BadInput, match=f"«{username}» is no investigator") as refused:
            policy.must_be_writer(username, staff.officer)
        assert refused.value.code == "owner"
    Officer.objects.filter(pk=staff.contact.pk).update(is_active=False)
    with pytest.raises(BadInput):
        policy.must_be_writer(staff.contact.username, staff.officer)
    with pytest.raises(BadInput, match=f"«{'x' * 60}» is"):
        policy.must_be_writer("x" * 70, staff.officer)
