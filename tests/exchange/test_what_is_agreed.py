"""Who releases, asks and reads names; what an agreement says, what it lets go, and when: as tables."""

from __future__ import annotations

from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from tidewaiter.exchange import agreements, policy
from tidewaiter.exchange.models import Agreement
from tidewaiter.foundation.actors import NODE
from tidewaiter.foundation.refusals import BadInput, Missing, NotAllowed

ROLES = [
    "officer",
    "contact",
    "custodian",
    "protection",
    "observer",
    "investigator",
    "reviewer",
    "analyst",
    "editor",
    "partner",
    "expert",
    "duty",
    "coordinator",
    "participant",
    "steward",
]
MAY: dict[str, set[str]] = {
    "see": {"contact", "steward"},
    "release": {"contact", "steward"},
    "hold": {"contact", "steward"},
    "recall": {"contact", "steward"},
    "names": {"contact"},
    "ask": {"contact", "investigator"},
}


def _somebody(*roles: str) -> Any:
    return SimpleNamespace(username="a", role_codes=frozenset(roles))


@pytest.mark.parametrize("role", ROLES)
def test_who_releases_holds_recalls_asks_and_reads_names(role: str) -> None:
    by = _somebody(role)
    for deed in ("release", "hold", "recall"):
        assert policy.allowed(deed, by) is (role in MAY[deed]), deed
    assert policy.sees(by) is (role in MAY["see"])
    assert policy.reads_names(by) is (role in MAY["names"])
    for rule, refusal, who in (
        (policy.must_see, Missing, "see"),
        (policy.may_release, NotAllowed, "release"),
        (policy.may_recall, NotAllowed, "recall"),
        (policy.may_ask, NotAllowed, "ask"),
    ):
        if role in MAY[who]:
            rule(by)
            continue
        with pytest.raises(refusal):
            rule(by)


def test_one_role_of_several_is_enough_and_none_is_none() -> None:
    policy.may_release(_somebody("officer", "contact"))
    policy.may_ask(_somebody("officer", "investigator"))
    assert policy.reads_names(_somebody("steward", "contact"))
    assert not policy.sees(_somebody())
    with pytest.raises(NotAllowed):
        policy.may_ask(_somebody())


def test_the_node_asks_for_itself_and_nobody_who_is_called_like_it() -> None:
    policy.may_ask(NODE)
    with pytest.raises(NotAllowed):
        policy.may_ask(SimpleNamespace(username="node", role_codes=frozenset()))


SOUND: dict[str, Any] = {
    "code": "KE-CEN",
    "title": "Kenya to the centre",
    "parties": ["kenya", "centre"],
    "basis": "wco_cen",
    "epoch": 1,
    "from": "2026-01-01",
    "until": "2026-12-31",
    "handling": "AMBER",
    "purposes": ["statistics"],
    "kinds": [{"kind": "case", "from": "kenya"}],
}


@pytest.mark.django_db
def test_a_sound_agreement_says_what_it_says() -> None:
    terms = agreements.terms_of(dict(SOUND))
    assert (terms.code, terms.title, terms.parties) == ("KE-CEN", "Kenya to the centre", ("kenya", "centre"))
    assert (terms.basis, terms.epoch, terms.handling, terms.purposes) == ("wco_cen", 1, "AMBER", ("statistics",))
    assert (terms.starts, terms.ends) == (date(2026, 1, 1), date(2026, 12, 31))
    [kind] = terms.kinds
    assert (kind.kind, kind.sender, kind.fields, kind.release, kind.names) == (
        "case",
        "kenya",
        None,
        "automatic",
        False,
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    "changes",
    [
        {"epoch": 1_000_000},
        {"until": "2026-01-01"},
        {"handling": "RED"},
        {"backfill": True, "at_end": "keep"},
        {"backfill": False, "at_end": "erase"},
        {"title": "x" * 200},
        {"purposes": ["x" * 100]},
        {"kinds": [{"kind": "case", "fields": "projection", "release": "contact", "names": True}]},
        {"kinds": [{"kind": "case", "fields": ["date", "country"]}]},
        {"basis": "budapest_2001", "from": "2004-07-01"},
    ],
    ids=str,
)
def test_what_an_agreement_may_say(changes: dict[str, Any]) -> None:
    agreements.terms_of({**SOUND, **changes})


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"signature": "x"}, "unknown_field"),
        ({"parties": ["kenya"]}, "parties"),
        ({"parties": ["kenya", "centre", "uganda"]}, "parties"),
        ({"parties": ["kenya", "kenya"]}, "parties"),
        ({"parties": "kenya"}, "parties"),
        ({"parties": ["kenya", ""]}, "parties"),
        ({"parties": ["kenya", "x" * 101]}, "parties"),
        ({"parties": ["kenya", 5]}, "parties"),
        ({"until": "2025-12-31"}, "until"),
        ({"until": "soon"}, "until"),
        ({"from": None}, "from"),
        ({"epoch": 0}, "epoch"),
        ({"epoch": 1_000_001}, "epoch"),
        ({"epoch": True}, "epoch"),
        ({"epoch": "1"}, "epoch"),
        ({"handling": "BLUE"}, "handling"),
        ({"kinds": []}, "kinds"),
        ({"kinds": {"kind": "case"}}, "kinds"),
        ({"kinds": ["case"]}, "kinds"),
        ({"kinds": [{"kind": "case", "to": "kenya"}]}, "kinds"),
        ({"kinds": [{"kind": "case", "from": "uganda"}]}, "kinds"),
        ({"kinds": [{"kind": "case", "release": "never"}]}, "kinds"),
        ({"kinds": [{"kind": "case", "fields": "all"}]}, "kinds"),
        ({"kinds": [{"kind": "case", "fields": ["date", 5]}]}, "kinds"),
        ({"kinds": [{"from": "kenya"}]}, "kind"),
        ({"basis": "none"}, "basis"),
        ({"basis": "budapest_2001", "from": "2004-06-30"}, "basis"),
        ({"purposes": []}, "purposes"),
        ({"backfill": 1}, "agreement"),
        ({"at_end": "never"}, "agreement"),
        ({"title": " "}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"code": 7}, "code"),
    ],
    ids=str,
)
def test_what_an_agreement_may_not_say(changes: dict[str, Any], code: str) -> None:
    with pytest.raises(BadInput) as refused:
        agreements.terms_of({**SOUND, **changes})
    assert refused.value.code == code


@pytest.mark.django_db
@pytest.mark.parametrize(("said", "names"), [(True, True), (False, False), ("yes", False), (1, False), (None, False)])
def test_names_go_where_it_is_said_and_nowhere_else(said: Any, names: bool) -> None:
    [kind] = agreements.terms_of({**SOUND, "kinds": [{"kind": "case", "names": said}]}).kinds
    assert kind.names is names
    assert kind.sender == ""


@pytest.mark.parametrize(
    ("handling", "ceiling", "goes"),
    [
        ("CLEAR", "CLEAR", True),
        ("GREEN", "CLEAR", False),
        ("", "CLEAR", False),
        ("", "GREEN", False),
        ("", "AMBER", True),
        ("SECRET", "AMBER", True),
        ("AMBER", "AMBER", True),
        ("AMBER+STRICT", "AMBER", False),
        ("RED", "AMBER+STRICT", False),
        ("RED", "RED", True),
        ("GREEN", "RED", True),
    ],
)
def test_nothing_leaves_above_the_ceiling(handling: str, ceiling: str, goes: bool) -> None:
    assert agreements.within(handling, ceiling) is goes


def _agreement(status: str = "agreed", **changes: Any) -> Agreement:
    said = {**SOUND, **changes}
    return Agreement(
        code=said["code"],
        epoch=said["epoch"],
        parties=["node-ke", "node-cen"],
        document=said,
        starts=date.fromisoformat(said["from"]),
        ends=date.fromisoformat(said["until"]),
        status=status,
    )


@pytest.mark.parametrize(
    ("status", "day", "holds"),
    [
        ("agreed", "2025-12-31", False),
        ("agreed", "2026-01-01", True),
        ("agreed", "2026-06-30", True),
        ("agreed", "2026-12-31", True),
        ("agreed", "2027-01-01", False),
        ("proposed", "2026-06-30", False),
        ("ended", "2026-06-30", False),
    ],
)
def test_an_agreement_holds_from_its_first_day_to_its_last(
    monkeypatch: pytest.MonkeyPatch, status: str, day: str, holds: bool
) -> None:
    moment = SimpleNamespace(date=lambda: date.fromisoformat(day))
    monkeypatch.setattr(agreements, "now", lambda: moment)
    assert agreements.in_force(_agreement(status)) is holds


@pytest.mark.django_db
def test_a_kind_goes_the_way_that_was_agreed_and_its_answer_the_other() -> None:
    agreed = _agreement(kinds=[{"kind": "case", "from": "kenya", "fields": ["date"], "release": "contact"}])
    assert (agreements.name_in(agreed, "node-ke"), agreements.name_in(agreed, "node-cen")) == ("kenya", "centre")
    case = agreements.agreed_kind(agreed, "case", "node-ke")
    assert case is not None
    assert (case.fields, case.release) == (("date",), "contact")
    assert agreements.agreed_kind(agreed, "case", "node-cen") is None
    answer = agreements.agreed_kind(agreed, "decision", "node-cen")
    assert answer is not None
    assert (answer.kind, answer.sender, answer.fields, answer.release, answer.names) == (
        "decision",
        "centre",
        None,
        "automatic",
        False,
    )
    assert agreements.agreed_kind(agreed, "decision", "node-ke") is None
    assert agreements.agreed_kind(agreed, "no such kind", "node-ke") is None
    both = _agreement(kinds=[{"kind": "case"}])
    assert agreements.agreed_kind(both, "case", "node-cen") is not None
    assert agreements.agreed_kind(both, "case", "node-ke") is not None
