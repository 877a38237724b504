"""What a handling mark narrows (docs/decisions/0003): said mark by mark, at every door at which a case could be
seen.
"""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from tests.conftest import PASSWORD
from tests.making import case_in
from tidewaiter.cases.actions import draft, submit, validate
from tidewaiter.cases.models import Case
from tidewaiter.notices.models import Notice
from tidewaiter.people.actions import make_token
from tidewaiter.search.actions import look_for_watchers, watch

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
NEAR = ("officer", "contact", "reviewer", "secretariat", "analyst")
"""Kenya's own, the reviewer of its region, the secretariat."""
FAR = ("american", "chilean", "far_reviewer")
NEVER = ("partner",)


def _validated(people: SimpleNamespace, mark: str) -> Case:
    said = {"handling": mark} if mark else {}
    ref = draft(cases=[case_in(national_ref="MARKED-1", **said)], by=people.contact, channel="page").refs[0]
    submit(cases=Case.objects.filter(ref=ref), by=people.contact)
    assert validate(cases=Case.objects.filter(ref=ref), by=people.secretariat, unopened="x")[0] == 1
    return Case.objects.get(ref=ref, latest=True)


def _body(answer: Any) -> str:
    content = b"".join(answer.streaming_content) if getattr(answer, "streaming", False) else answer.content
    return str(content.decode(errors="replace"))


def _told_at(person: Any, case: Case) -> dict[str, bool]:
    """By door: whether this person is told of the case there."""
    page = Client()
    assert page.login(username=person.username, password=PASSWORD)
    _token, text = make_token(officer=person, scope="read", by=person)
    program = Client(headers={"Authorization": f"Bearer {text}"})
    figures = program.get("/api/v1/statistics?by=commodity")
    return {
        "its page": page.get(f"/cases/{case.ref}/").status_code == 200,
        "the list": "MARKED-1" in _body(page.get("/cases/")),
        "the file": "MARKED-1" in _body(page.get("/cases/export/?format=csv")),
        "the search": f"/cases/{case.ref}/" in _body(page.get("/search/?q=MARKED-1")),
        "what is alike": page.get(f"/search/similar/{case.ref}/").status_code == 200,
        "the record": program.get(f"/api/v1/cases/{case.ref}").status_code == 200,
        "the records": "MARKED-1" in _body(program.get("/api/v1/cases")),
        "the figures": figures.status_code == 200 and bool(figures.json()),
        "behind a figure": "MARKED-1" in _body(page.get("/statistics/cases/?since=2026-01&until=2026-12")),
    }


@pytest.mark.parametrize("mark", ["RED", "AMBER+STRICT"])
def test_red_and_amber_strict_keep_a_case_to_its_own_its_region_and_the_secretariat(
    people: SimpleNamespace, mark: str
) -> None:
    case = _validated(people, mark)
    for name in NEAR:
        told = _told_at(getattr(people, name), case)
        assert all(told.values()), (mark, name, told)
    for name in (*FAR, *NEVER):
        told = _told_at(getattr(people, name), case)
        assert not any(told.values()), (mark, name, told)


@pytest.mark.parametrize("mark", ["AMBER", "GREEN", "CLEAR", ""])
def test_other_marks_and_none_leave_a_case_to_every_customs_role(people: SimpleNamespace, mark: str) -> None:
    case = _validated(people, mark)
    for name in (*NEAR, *FAR):
        told = _told_at(getattr(people, name), case)
        assert all(told.values()), (mark or "no mark", name, told)
    assert not any(_told_at(people.partner, case).values())


@pytest.mark.parametrize("mark", ["RED", "AMBER+STRICT"])
def test_who_may_not_see_a_marked_case_is_not_told_by_a_watch(people: SimpleNamespace, mark: str) -> None:
    for person in (people.american, people.officer):
        watch(name="all", query="form=WPN", by=person)
    _validated(people, mark)
    look_for_watchers()
    told = set(Notice.objects.filter(deed="search.matched").values_list("to", flat=True))
    assert people.american.username not in told
    assert people.officer.username in told
