"""Who may do what to a case in which state, who sees which version of it: the whole table, row by row, in plain words
(CONTRACT.md, «Who sees it»).
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tests.tables import person, rows
from tidewaiter.cases import policy
from tidewaiter.cases.models import Case
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refusals import NotAllowed, Refusal
from tidewaiter.foundation.rules import Rule

AT = ("draft", "submitted", "returned", "validated", "withdrawn")
LETTERS = {
    "s": "submit",
    "a": "amend",
    "w": "withdraw",
    "v": "validate",
    "r": "return_case",
    "t": "take_back",
}


def case(status: str, **changes: Any) -> Case:
    """A case of Kenya, in East and Southern Africa, last moved by «somebody» a second ago."""
    about = {
        "status": status,
        "latest": True,
        "administration": "KE",
        "region": "ESA",
        "worst": "",
        "changed_by": "somebody",
        "changed_at": now() - timedelta(seconds=1),
    }
    return Case(**about | changes)


WHO = {
    "officer": person("KE", "officer"),
    "investigator": person("KE", "investigator"),
    "contact": person("KE", "contact"),
    "steward": person("KE", "steward"),
    "analyst": person("KE", "analyst"),
    "editor": person("KE", "editor"),
    "own reviewer": person("KE", "reviewer", regions="ESA"),
    "reviewer": person("UG", "reviewer", regions="ESA"),
    "reviewer of two": person("UG", "reviewer", regions="AMC ESA"),
    "far reviewer": person("CL", "reviewer", regions="AMC"),
    "reviewer who files": person("UG", "reviewer", "contact", regions="ESA"),
    "foreign officer": person("UG", "officer"),
    "foreign contact": person("US", "contact"),
    "secretariat's reviewer": person("INT", "reviewer"),
    "secretariat's steward": person("INT", "steward"),
    "secretariat's officer": person("INT", "officer"),
    "secretariat's analyst": person("INT", "analyst"),
    "partner": person("INT", "partner"),
    "expert": person("KE", "expert"),
    "nobody": person("KE"),
}

#                            draft  submitted  returned  validated  withdrawn
DEEDS = """
    officer                  saw    a          sa        a          -
    investigator             saw    a          sa        a          -
    contact                  saw    aw         saw       aw         -
    steward                  saw    aw         saw       aw         -
    analyst                  -      -          -         -          -
    editor                   -      -          -         -          -
    own reviewer             -      -          -         -          -
    reviewer                 -      vr         t         t          -
    reviewer of two          -      vr         t         t          -
    far reviewer             -      -          -         -          -
    reviewer who files       -      vr         t         t          -
    foreign officer          -      -          -         -          -
    foreign contact          -      -          -         -          -
    secretariat's reviewer   -      vr         t         t          -
    secretariat's steward    saw    aw         saw       aw         -
    secretariat's officer    saw    a          sa        a          -
    secretariat's analyst    -      -          -         -          -
    partner                  -      -          -         -          -
    expert                   -      -          -         -          -
    nobody                   -      -          -         -          -
"""


def test_who_may_do_what_in_which_state() -> None:
    table = rows(DEEDS, 5)
    assert set(table) == set(WHO)
    for who, cells in table.items():
        for status, cell in zip(AT, cells, strict=True):
            may = {deed for deed in LETTERS.values() if policy.allowed(deed, case(status), WHO[who])}
            assert may == {LETTERS[letter] for letter in cell}, (who, status)


REFUSED: list[tuple[str, str, dict[str, Any], str, str]] = [
    # who, deed, the case, its code
    ("analyst", "submit", {}, "draft", "role"),
    ("foreign officer", "submit", {}, "draft", "not_your_country"),
    ("officer", "submit", {"latest": False}, "draft", "not_latest"),
    ("officer", "amend", {"latest": False}, "draft", "not_latest"),
    ("contact", "withdraw", {"latest": False}, "validated", "not_latest"),
    ("foreign officer", "submit", {"latest": False}, "draft", "not_your_country"),
    ("officer", "submit", {"worst": "stop"}, "draft", "findings"),
    ("officer", "submit", {"worst": "warn"}, "draft", ""),
    ("officer", "amend", {"worst": "stop"}, "draft", ""),
    ("officer", "submit", {"worst": "stop"}, "validated", "state"),
    ("officer", "withdraw", {}, "submitted", "role"),
    ("officer", "withdraw", {}, "returned", "role"),
    ("officer", "withdraw", {}, "draft", ""),
    ("officer", "withdraw", {}, "withdrawn", "state"),
    ("contact", "validate", {}, "submitted", "role"),
    ("own reviewer", "validate", {}, "submitted", "own_country"),
    ("far reviewer", "validate", {}, "submitted", "other_region"),
    ("far reviewer", "return_case", {}, "submitted", "other_region"),
    ("reviewer", "validate", {}, "draft", "state"),
    ("reviewer", "validate", {"region": ""}, "submitted", "other_region"),
    ("secretariat's reviewer", "validate", {"region": ""}, "submitted", ""),
    ("secretariat's reviewer", "validate", {"administration": "INT"}, "submitted", "own_country"),
    ("far reviewer", "take_back", {}, "validated", "other_region"),
    ("reviewer", "take_back", {"latest": False}, "validated", "another_acted"),
    ("reviewer", "take_back", {"changed_by": "another"}, "validated", "another_acted"),
    ("reviewer", "take_back", {"changed_by": "another"}, "returned", "another_acted"),
    ("reviewer", "take_back", {"latest": False, "changed_by": "another"}, "validated", "another_acted"),
    ("reviewer", "take_back", {}, "submitted", "state"),
]


@pytest.mark.parametrize(("who", "deed", "changes", "status", "code"), REFUSED)
def test_what_is_said_to_whom_a_deed_is_refused(
    who: str, deed: str, changes: dict[str, Any], status: str, code: str
) -> None:
    assert _refusal(deed, WHO[who], case(status, **changes)) == code


def _refusal(deed: str, who: Any, about: Case) -> str:
    try:
        policy.MAY[deed](who, about)
    except Refusal as refused:
        return refused.code
    return ""


def test_a_state_is_named_in_the_sentence_that_refuses() -> None:
    for status, word in (("draft", "a draft"), ("returned", "returned"), ("withdrawn", "withdrawn")):
        with pytest.raises(Refusal, match=f"a case that is {word}\\."):
            policy.may_validate(WHO["reviewer"], case(status))


def test_a_decision_is_taken_back_within_a_minute_and_not_a_second_later(monkeypatch: pytest.MonkeyPatch) -> None:
    decided = case("validated")
    for seconds, code in ((0, ""), (59, ""), (60, ""), (61, "too_late"), (3600, "too_late")):
        later = decided.changed_at + timedelta(seconds=seconds)
        monkeypatch.setattr(policy, "now", lambda later=later: later)
        assert _refusal("take_back", WHO["reviewer"], decided) == code, seconds


SPEAKING = {"officer", "investigator", "contact", "steward", "analyst", "editor", "own reviewer", "reviewer"} | {
    "reviewer of two",
    "reviewer who files",
    "secretariat's reviewer",
    "secretariat's steward",
    "secretariat's officer",
    "secretariat's analyst",
}


def test_the_thread_is_for_its_own_its_reviewers_and_the_secretariat() -> None:
    for who, actor in WHO.items():
        assert policy.is_close(actor, case("validated")) == (who in SPEAKING), who
        if who in SPEAKING:
            policy.may_say(actor, case("validated"))
            continue
        with pytest.raises(NotAllowed) as refused:
            policy.may_say(actor, case("validated"))
        assert refused.value.code == "not_close"


def test_who_files_at_all_and_for_whom() -> None:
    for roles, at_all in (
        ({"officer"}, True),
        ({"contact"}, True),
        ({"investigator"}, True),
        ({"steward"}, True),
        ({"reviewer", "analyst", "editor", "partner", "expert", "protection", "duty"}, False),
    ):
        assert policy.files(person("KE", *roles)) == at_all, roles
    policy.may_file(person("KE", "officer"), "KE")
    policy.may_file(person("INT", "officer"), "KE")
    for who, country, code in (
        (person("KE", "officer"), "UG", "not_your_country"),
        (person("KE", "officer"), "INT", "not_your_country"),
        (person("INT", "analyst"), "KE", "role"),
    ):
        with pytest.raises(NotAllowed) as refused:
            policy.may_file(who, country)
        assert refused.value.code == code


# Versions of cases, in the order of `SEEN_BY`: latest, counted, wide, administration, region, pending, status
VERSIONS = {
    "draft": (True, False, True, "KE", "ESA", "", "draft"),
    "submitted": (True, False, True, "KE", "ESA", "", "submitted"),
    "submitted, RED": (True, False, False, "KE", "ESA", "", "submitted"),
    "returned": (True, False, True, "KE", "ESA", "", "returned"),
    "withdrawn": (True, False, True, "KE", "ESA", "", "withdrawn"),
    "validated": (True, True, True, "KE", "ESA", "", "validated"),
    "validated, RED": (True, True, False, "KE", "ESA", "", "validated"),
    "validated, amendment waits": (False, True, True, "KE", "ESA", "submitted", "validated"),
    "validated, RED, amendment waits": (False, True, False, "KE", "ESA", "submitted", "validated"),
    "validated, amendment sent back": (False, True, True, "KE", "ESA", "returned", "validated"),
    "validated, RED, amendment sent back": (False, True, False, "KE", "ESA", "returned", "validated"),
    "former": (False, False, True, "KE", "ESA", "", "validated"),
    "former, had been submitted": (False, False, True, "KE", "ESA", "", "submitted"),
}
#  v: in lists and searches; f: in figures; o: the one that is meant where a status says which version
SIGHT = """
                                              contact  reviewer  chilean  far   secretariat  partner
    draft                                     vo       -         -        -     vo           -
    submitted                                 vo       vo        -        -     vo           -
    submitted, RED                            vo       vo        -        -     vo           -
    returned                                  vo       -         -        -     vo           -
    withdrawn                                 vo       -         -        -     vo           -
    validated                                 vfo      vfo       vfo      vfo   vfo          -
    validated, RED                            vfo      vfo       -        -     vfo          -
    validated, amendment waits                fo       fo        vfo      vfo   fo           -
    validated, RED, amendment waits           fo       fo        -        -     fo           -
    validated, amendment sent back            fo       vfo       vfo      vfo   fo           -
    validated, RED, amendment sent back       fo       vfo       -        -     fo           -
    former                                    o        -         -        -     o            -
    former, had been submitted                o        -         -        -     o            -
"""
EYES = {
    "contact": person("KE", "contact"),
    "reviewer": person("UG", "reviewer", regions="ESA"),
    "chilean": person("CL", "contact"),
    "far": person("CL", "reviewer", regions="AMC"),
    "secretariat": person("INT", "analyst"),
    "partner": person("INT", "partner"),
}


def test_who_sees_which_version() -> None:
    rules = {"v": policy.visible_rule, "f": policy.validated_rule, "o": policy.any_version_rule}
    head, *lines = SIGHT.strip().splitlines()
    assert head.split() == list(EYES)
    table = rows("\n".join(lines), len(EYES))
    assert set(table) == set(VERSIONS)
    for version, cells in table.items():
        for (who, actor), cell in zip(EYES.items(), cells, strict=True):
            seen = {letter for letter, rule in rules.items() if _holds(rule(actor), VERSIONS[version])}
            assert seen == set(cell), (who, version)


def _holds(rule: Rule, version: tuple[Any, ...]) -> bool:
    return rule.predicate(policy.SEEN_BY)(version)


def test_a_reviewer_sees_their_own_country_as_one_of_it() -> None:
    own = person("KE", "reviewer", regions="ESA")
    seen = {version for version, about in VERSIONS.items() if _holds(policy.visible_rule(own), about)}
    assert seen == {"draft", "submitted", "submitted, RED", "returned", "withdrawn", "validated", "validated, RED"}


def test_a_search_for_validated_cases_alone_finds_each_in_its_validated_version() -> None:
    assert policy.asks_validated({"status": ["validated"]})
    for wanted in ({}, {"status": []}, {"status": ["validated", "draft"]}, {"status": ["draft"]}, {"form": ["WPN"]}):
        assert not policy.asks_validated(wanted), wanted
    of_kenya = EYES["contact"]
    assert policy.sight(of_kenya, {"status": ["validated"]}) == policy.validated(of_kenya)
    assert policy.sight(of_kenya, {"status": ["draft"]}) == policy.visible(of_kenya)
    assert policy.visible(of_kenya) != policy.validated(of_kenya)


@pytest.mark.parametrize(
    ("version", "marks"),
    [
        ("draft", ["own KE"]),
        ("submitted", ["own KE", "office ESA"]),
        ("submitted, RED", ["own KE", "office ESA"]),
        ("returned", ["own KE"]),
        ("validated", ["own KE", "wide", "office ESA"]),
        ("validated, RED", ["own KE", "office ESA"]),
        ("validated, amendment waits", ["own KE", "wide", "office ESA"]),
        ("former", ["own KE"]),
        ("former, had been submitted", ["own KE"]),
    ],
)
def test_an_index_finds_a_version_by_no_more_marks_than_it_must(version: str, marks: list[str]) -> None:
    latest, counted, wide, administration, region, _pending, status = VERSIONS[version]
    assert policy.marks_of(latest, counted, wide, administration, region, status) == marks


def test_an_index_is_asked_for_what_a_person_may_see() -> None:
    assert policy.marks_seen(EYES["secretariat"]) is None
    assert policy.marks_seen(EYES["contact"]) == ["own KE", "wide"]
    assert policy.marks_seen(WHO["reviewer of two"]) == ["own UG", "wide", "office AMC", "office ESA"]


def test_people_of_the_same_sight_share_what_is_counted() -> None:
    assert policy.sight_of(EYES["contact"]) == policy.sight_of(person("KE", "officer")) == (True, "KE", frozenset())
    assert policy.sight_of(EYES["reviewer"]) == (True, "UG", frozenset({"ESA"}))
    assert policy.sight_of(EYES["partner"]) == (False, "INT", frozenset())
