"""Who may do what with a question to the regional office, and which cases wait for whom: the whole table, in plain
words.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest

from tests.tables import person, rows
from tidewaiter.cases.models import Case
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refusals import Missing, NotAllowed, Outdated, Refusal
from tidewaiter.review import policy
from tidewaiter.review.models import AnalysisRequest

AT = ("asked", "taken", "answered", "closed")
LETTERS = {"t": "take", "h": "hand_back", "a": "answer", "g": "ask_again", "c": "close"}
WHO = {
    "contact": person("KE", "contact"),
    "analyst": person("KE", "analyst"),
    "investigator": person("KE", "investigator"),
    "officer": person("KE", "officer"),
    "own reviewer": person("KE", "reviewer", regions="ESA"),
    "reviewer who asks": person("KE", "reviewer", "contact", regions="ESA"),
    "analyst who covers": person("UG", "analyst", regions="ESA"),
    "reviewer": person("UG", "reviewer", regions="ESA"),
    "reviewer of nothing": person("UG", "reviewer"),
    "another of the office": person("UG", "reviewer", regions="ESA", username="another"),
    "far reviewer": person("CL", "reviewer", regions="AMC"),
    "foreign contact": person("UG", "contact"),
    "secretariat's reviewer": person("INT", "reviewer"),
    "secretariat's analyst": person("INT", "analyst"),
    "secretariat's steward": person("INT", "steward"),
    "steward": person("KE", "steward"),
    "steward's token": person("KE", "steward", door="token:T-1"),
    "partner": person("INT", "partner"),
}
#                             asked  taken  answered  closed
DEEDS = """
    contact                   c      -      gc        -
    analyst                   c      -      gc        -
    investigator              c      -      gc        -
    officer                   -      -      -         -
    own reviewer              t      ha     -         -
    reviewer who asks         tc     ha     gc        -
    analyst who covers        t      ha     -         -
    reviewer                  t      ha     -         -
    reviewer of nothing       -      -      -         -
    another of the office     t      h      -         -
    far reviewer              -      -      -         -
    foreign contact           -      -      -         -
    secretariat's reviewer    t      ha     -         -
    secretariat's analyst     t      ha     -         -
    secretariat's steward     -      -      -         -
    steward                   -      -      -         -
    steward's token           -      -      -         -
    partner                   -      -      -         -
"""


def question(status: str, **changes: Any) -> AnalysisRequest:
    """A question of Kenya to the office of its region, taken by «somebody»."""
    about = {"status": status, "administration": "KE", "region": "ESA", "taken_by": "somebody"}
    return AnalysisRequest(**about | changes)


def test_who_may_do_what_in_which_state() -> None:
    table = rows(DEEDS, 4)
    assert set(table) == set(WHO)
    for who, cells in table.items():
        for status, cell in zip(AT, cells, strict=True):
            may = {deed for deed in LETTERS.values() if policy.allowed(deed, question(status), WHO[who])}
            assert may == {LETTERS[letter] for letter in cell}, (who, status)


@pytest.mark.parametrize(
    ("who", "deed", "status", "code"),
    [
        ("contact", "take", "asked", "role"),
        ("far reviewer", "take", "asked", "other_region"),
        ("reviewer", "take", "closed", "state"),
        ("another of the office", "answer", "taken", "not_yours"),
        ("foreign contact", "close", "answered", "not_yours"),
        ("officer", "close", "answered", "role"),
        ("contact", "ask_again", "asked", "state"),
        ("contact", "close", "taken", "state"),
    ],
)
def test_what_is_said_to_whom_a_deed_is_refused(who: str, deed: str, status: str, code: str) -> None:
    with pytest.raises(Refusal) as refused:
        policy.MAY[deed](WHO[who], question(status))
    assert refused.value.code == code


def test_who_asks_the_office() -> None:
    asking = {"contact", "analyst", "investigator", "reviewer who asks", "analyst who covers", "foreign contact"}
    for who, actor in WHO.items():
        if who in asking:
            policy.may_ask(actor)
            continue
        with pytest.raises(NotAllowed) as refused:
            policy.may_ask(actor)
        assert refused.value.code == ("no_region" if who == "secretariat's analyst" else "role"), who
    for stranger in (person("AQ", "contact", region_code=""), person("INT", "contact", region_code="ESA")):
        with pytest.raises(NotAllowed) as refused:
            policy.may_ask(stranger)
        assert refused.value.code == "no_region"


REVIEWERS = {
    "own reviewer",
    "reviewer who asks",
    "reviewer",
    "another of the office",
    "far reviewer",
    "secretariat's reviewer",
}


def test_who_reviews_who_has_the_offices_pages_and_what_stands_in_the_rail() -> None:
    assert {who for who, actor in WHO.items() if policy.is_reviewer(actor)} == REVIEWERS
    pages = REVIEWERS | {"steward", "secretariat's steward"}
    for who, actor in WHO.items():
        if who in pages:
            policy.reviewers_page(actor)
            continue
        with pytest.raises(Missing):
            policy.reviewers_page(actor)
    queue = {who for who, actor in WHO.items() if policy.rail_shows_review(actor)}
    assert queue == pages | {"reviewer of nothing"}
    office = {who for who, actor in WHO.items() if policy.rail_shows_office(actor)}
    assert office == {
        "contact",
        "analyst",
        "investigator",
        "analyst who covers",
        "foreign contact",
        "secretariat's analyst",
    }
    assert not policy.rail_shows_office(person("KE", "contact", "reviewer", regions="ESA")), (
        "it is in the queue's place"
    )


def case(status: str = "submitted", **changes: Any) -> Case:
    """A case of Kenya that waits for its region's office."""
    about = {"administration": "KE", "region": "ESA", "status": status, "latest": True, "counted": False, "worst": ""}
    return Case(**about | changes)


def test_a_case_is_given_by_one_who_may_judge_it_to_one_who_may_judge_it() -> None:
    policy.may_assign(WHO["reviewer"], case(), WHO["secretariat's reviewer"])
    for by, to, code, about in (
        ("reviewer", "far reviewer", "cannot_judge", case()),
        ("reviewer", "own reviewer", "cannot_judge", case()),
        ("reviewer", "contact", "cannot_judge", case()),
        ("far reviewer", "reviewer", "other_region", case()),
        ("own reviewer", "reviewer", "own_country", case()),
        ("reviewer", "another of the office", "state", case("validated")),
    ):
        with pytest.raises(Refusal) as refused:
            policy.may_assign(WHO[by], about, WHO[to])
        assert refused.value.code == code, (by, to)


WAITING = {
    "KE": {"status": "submitted"},
    "KE, RED": {"status": "submitted", "wide": False},
    "UG": {"status": "submitted", "administration": "UG"},
    "CL": {"status": "submitted", "administration": "CL", "region": "AMC"},
    "of no region": {"status": "submitted", "administration": "AQ", "region": ""},
    "draft": {"status": "draft"},
    "returned": {"status": "returned"},
    "validated": {"status": "validated", "counted": True},
    "former": {"status": "submitted", "latest": False},
}
QUEUES = {
    "reviewer": {"KE", "KE, RED"},
    "own reviewer": {"UG"},
    "far reviewer": set(),
    "secretariat's reviewer": {"KE", "KE, RED", "UG", "CL", "of no region"},
    "reviewer of nothing": set(),
    "contact": set(),
    "secretariat's steward": set(),
    "analyst who covers": set(),
}


def kept(ref: str, about: dict[str, Any]) -> Case:
    """The same, as the database keeps it."""
    return case(
        ref=ref,
        national_ref=ref,
        version=1,
        form="WPN",
        form_version=1,
        date=date(2026, 3, 4),
        year=2026,
        header={},
        made_at=now(),
        changed_at=now(),
        **about,
    )


@pytest.mark.django_db
def test_which_cases_wait_for_whom_and_who_reads_which_question() -> None:
    Case.objects.bulk_create([kept(ref, about) for ref, about in WAITING.items()])
    for who, waiting in QUEUES.items():
        found = set(Case.objects.filter(policy.waiting_for(WHO[who])).values_list("ref", flat=True))
        assert found == waiting, who
    AnalysisRequest.objects.bulk_create(
        question("asked", ref=ref, administration=country, region=region, taken_by="", asked_at=now(), due_at=now())
        for ref, country, region in (("1", "KE", "ESA"), ("2", "UG", "ESA"), ("3", "CL", "AMC"))
    )
    for who, read in {
        "contact": {"1"},
        "officer": {"1"},
        "foreign contact": {"2"},
        "reviewer": {"1", "2"},
        "own reviewer": {"1", "2"},
        "far reviewer": {"3"},
        "secretariat's analyst": {"1", "2", "3"},
        "partner": set(),
    }.items():
        seen = set(AnalysisRequest.objects.filter(policy.visible_requests(WHO[who])).values_list("ref", flat=True))
        assert seen == read, who


def test_an_answer_is_judged_by_who_has_read_it() -> None:
    at = datetime(2026, 3, 4, 5, 6, 7, 89, tzinfo=UTC)
    answered = question("answered", answered_at=at)
    assert policy.answer_mark(question("asked")) == ""
    assert policy.answer_mark(answered) == "2026-03-04T05:06:07.000089+00:00"
    policy.must_be_the_answer(answered, "2026-03-04T05:06:07.000089+00:00")
    policy.must_be_the_answer(question("asked"), "")
    for about, mark in ((answered, ""), (answered, "2026-03-04T05:06:07+00:00"), (question("asked"), "x")):
        with pytest.raises(Outdated) as refused:
            policy.must_be_the_answer(about, mark)
        assert refused.value.code == "another_answer"
