"""Two nodes that differ in hidden cases alone: whoever may not see these gets the same bytes at every address.

The test of the kind. What is hidden is filed between two rounds of the same questions: drafts, returned cases, cases
that wait, marked cases, amendments of visible ones, photos, links and words, as like the visible ones as can be. Limits
are made small, so that a limit which is taken before sight would show.
"""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tests.conftest import PASSWORD
from tests.making import case_in
from tests.outsiders import Outsider
from tests.search.scenes import CHANGES, as_jpeg, scene
from tidewaiter.cases import search_index
from tidewaiter.cases.actions import draft, open_case, return_case, say_of_case, submit, validate, withdraw
from tidewaiter.cases.models import Case
from tidewaiter.cases.photos.case_photos import add_photos
from tidewaiter.cases.returning import FieldReason
from tidewaiter.foundation.actors import NODE
from tidewaiter.people.actions import add_officer
from tidewaiter.review.actions import assign
from tidewaiter.search import similar
from tidewaiter.search.actions import look_for_watchers, watch
from tidewaiter.search.linking import link
from tidewaiter.statistics.report.frozen_data import freeze

ROUTE = [{"role": "departure", "country": "CL", "place": "CLSAI"}, {"role": "destination", "country": "KE"}]


def filed(people: SimpleNamespace, name: str, quantity: int = 100, **changes: Any) -> str:
    """A draft of Kenya like all the others; its ref."""
    lines = [{"subtype": "pistol", "quantity": str(quantity), "unit": "H87"}]
    about = {"date": "2026-03-04", "narrative": "behind the manifold", "route": ROUTE, "lines": lines, **changes}
    return draft(cases=[case_in(national_ref=name, **about)], by=people.contact, channel="page").refs[0]


def submitted(people: SimpleNamespace, *refs: str) -> None:
    """Hands them to the reviewers."""
    submit(cases=Case.objects.filter(ref__in=refs, latest=True), by=people.contact)


def validated(people: SimpleNamespace, *refs: str) -> None:
    """Takes them into the figures."""
    submitted(people, *refs)
    for case in Case.objects.filter(ref__in=refs, latest=True):
        open_case(case=case, by=people.secretariat)
    validate(cases=Case.objects.filter(ref__in=refs, latest=True), by=people.secretariat)


def photographed(people: SimpleNamespace, ref: str, path: Path, picture: Any) -> None:
    """Adds a photo to a case that is a draft."""
    path.write_bytes(as_jpeg(picture))
    case = Case.objects.get(ref=ref, latest=True)
    add_photos(case=case, files=[path], by=people.contact, caption="Manifold", shows="concealment")


@pytest.fixture
def world(people: SimpleNamespace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    """What everybody sees: six validated cases of Kenya, two of them linked, one with a photo. One more, and an
    amendment of one, were sent back before.
    """
    monkeypatch.setattr(search_index, "MOST", 7)
    monkeypatch.setattr(similar, "EACH", 3)
    for key, home, role in (("officer_cl", "CL", "officer"), ("analyst_br", "BR", "analyst")):
        made = add_officer(username=key.replace("_", "."), administration=home, role=role, password=PASSWORD, by=NODE)
        setattr(people, key, made)
    refs = [filed(people, f"KE-{n}", 90 + n, date=f"2026-0{1 + n % 3}-04") for n in range(6)]
    photographed(people, refs[0], tmp_path / "0.jpg", scene(1))
    validated(people, *refs)
    one, other = (Case.objects.get(ref=ref) for ref in refs[:2])
    link(one=one, other=other, kind="same_method", reason="the same hiding place", by=people.contact)
    back = filed(people, "BACK", 88)
    filed(people, "KE-1", 5000, narrative="under the boards")
    sent_back(people, back, refs[1])
    for person in (people.officer_cl, people.analyst_br, people.american):
        watch(name="Manifolds", query="q=manifold", by=person)
    return SimpleNamespace(people=people, refs=refs, back=back, photo=one.header["photos"][0]["file"], folder=tmp_path)


def sent_back(people: SimpleNamespace, *refs: str) -> None:
    """Submits and returns them."""
    submitted(people, *refs)
    for case in Case.objects.filter(ref__in=refs, latest=True):
        open_case(case=case, by=people.secretariat)
        return_case(
            case=case, reason="the quay", by=people.secretariat, fields=[FieldReason("place", "unclear", "which quay")]
        )


def hide(world: SimpleNamespace) -> list[str]:
    """What its own administration alone may see; the refs of cases of which nobody else sees a version."""
    people = world.people
    hidden = [filed(people, f"HID-{n}", 95, date="2026-03-05") for n in range(12)]
    hidden.append(filed(people, "HID-RED", 95, date="2026-07-03", handling="RED"))
    hidden.append(
        filed(
            people,
            "HID-TOB",
            form="TOB",
            place="KENBO",
            lines=[{"subtype": "cigarettes", "quantity": "9000", "unit": "STC"}],
        )
    )
    for n, change in enumerate(list(CHANGES)[:3]):
        photographed(people, hidden[n], world.folder / f"h{n}.jpg", CHANGES[change](scene(1)))
    gone = Case.objects.get(ref=hidden[6], latest=True)
    withdraw(case=gone, reason="filed twice", by=people.contact)
    cases = [Case.objects.get(ref=ref, latest=True) for ref in (world.refs[0], hidden[0], hidden[1])]
    link(one=cases[0], other=cases[1], kind="same_method", reason="as the first", by=people.contact)
    link(one=cases[1], other=cases[2], kind="same_method", reason="as the second", by=people.contact)
    filed(people, "BACK", 4000, date="2026-05-06", narrative="under the floorboards", place="KENBO")
    filed(people, "KE-1", 4001, date="2026-06-06", narrative="under the floorboards", place="KENBO")
    amended = Case.objects.get(ref=world.refs[1], latest=True)
    say_of_case(case=amended, text="The lower one", by=people.contact)
    return hidden


def hide_from_others(world: SimpleNamespace) -> list[str]:
    """What other countries may not see and the office may: what waits, was sent back, is marked, and amendments."""
    people = world.people
    waiting = [filed(people, f"WAIT-{n}", 96, date="2026-03-06") for n in range(6)]
    submitted(people, *waiting)
    sent_back(people, *waiting[:3])
    marked = [filed(people, f"RED-{n}", 96, date="2026-03-06", handling="RED") for n in range(6)]
    validated(people, *marked)
    filed(people, "KE-4", 5000, narrative="under the floorboards", handling="RED")
    filed(people, "KE-2", 5001, narrative="under the floorboards")
    amended = Case.objects.filter(ref=world.refs[2], latest=True)
    assign(cases=list(amended), to=people.secretariat.username, by=people.secretariat)
    sent_back(people, world.refs[2])
    submitted(people, world.refs[1], world.back)
    return [*waiting, *marked]


LISTS = [
    "",
    "q=manifold",
    "q=floorboards",
    "q=KE-",
    "q=HID-1",
    "q=cigarettes",
    "q=RED",
    "q=pistol&country=KE",
    "status=draft",
    "status=returned",
    "status=submitted",
    "status=validated",
    "worst=warn",
    "form=TOB",
    "form=WPN&year=2026",
    "administration=KE",
    "region=ESA",
    "place=KENBO",
    "since=2026-03-05",
    "national_ref=HID-1",
    "q=manifold&status=validated",
    "q=manifold&year=2026",
    "channel=page",
]
"""How lists of cases are narrowed."""


def addresses(world: SimpleNamespace) -> list[str]:
    """Pages, the JSON door and files: lists, searches, facets, counts, figures, what is like a case, what is frozen."""
    pages, program = [*_pages_of_cases(world), *_pages_of_figures()], _program(world)
    pages += [
        "/review/",
        "/review/checks/",
        "/review/office/",
        "/review/monthly/?month=2026-11",
        "/library/",
        "/library/feed.atom",
        "/trade/",
    ]
    for snapshot in world.snapshots:
        pages += [f"/statistics/reports/{snapshot}/", f"/statistics/reports/{snapshot}/take/html/"]
        program += [f"statistics/snapshots/{snapshot}/report.{kind}" for kind in ("parquet", "xlsx")]
    return pages + [f"/api/v1/{address}" for address in program]


def _pages_of_cases(world: SimpleNamespace) -> list[str]:
    first, second, photo = world.refs[0], world.refs[1], world.photo
    return [
        *(f"/cases/?{query}" for query in LISTS),
        *(f"/search/?{query}" for query in LISTS[1:6:2]),
        *(f"/cases/{ref}/" for ref in world.refs[:3]),
        f"/search/similar/{first}/",
        f"/search/like/?photo={photo}",
        f"/search/compare/?one={first}&other={second}",
        "/search/?watch=Manifolds",
        "/",
        "/notices/",
        "/intake/",
        "/cases/photos/",
        "/cases/photos/?q=manifold",
        "/cases/photos/?form=WPN",
        f"/cases/{first}/photos/{photo}.jpg?small=1",
        *(f"/cases/export/?format={kind}" for kind in ("csv", "xlsx", "parquet")),
        "/cases/export/?format=ndjson&q=manifold",
        "/cases/export/?format=csv&status=validated",
    ]


def _pages_of_figures() -> list[str]:
    year = "since=2026-01&until=2026-12"
    return [
        *(f"/statistics/{name}?{year}" for name in ("", "map/", "signals/", "wildlife/", "counterfeits/")),
        f"/statistics/map/?layer=places&{year}",
        "/statistics/",
        "/statistics/reports/",
        "/statistics/cites/?party=KE&year=2026",
        f"/statistics/table/?by=place&and=commodity&{year}",
        f"/statistics/table/?by=country&measure=quantity&{year}",
        f"/statistics/table/?by=subtype&format=csv&audience=public&{year}",
        f"/statistics/cases/?is.country=KE&{year}",
    ]


def _program(world: SimpleNamespace) -> list[str]:
    """Addresses of the JSON door, without its beginning."""
    first, second = world.refs[:2]
    return [
        *(f"cases?{query}&limit=2" for query in LISTS[::2]),
        *(f"cases/{ref}" for ref in world.refs[:3]),
        f"cases/{first}/similar",
        f"cases/{second}/similar",
        f"cases/{first}/links",
        "photos",
        "photos?q=manifold",
        "watches",
        *(f"statistics?by=country,commodity&status={status}" for status in ("validated", "all", "draft", "submitted")),
        "statistics?by=place&measure=quantity",
        "statistics/signals?until=2026-06",
        "statistics/cites/KE/2026",
        "statistics/snapshots",
        "review/queue",
        "review/checks",
        "review/monthly?month=2026-11",
        "library",
    ]


def round_of(world: SimpleNamespace, outsider: Outsider) -> dict[str, tuple[int, bytes]]:
    """What every address answers; of lists of the JSON door also the pages that follow."""
    look_for_watchers()
    answers = {address: outsider.asks(address) for address in addresses(world)}
    address = "/api/v1/cases?limit=2"
    for n in range(5):
        status, content = outsider.asks(address)
        answers[f"page {n} of the list"] = status, content
        cursor = json.loads(content.split(b"\n", 1)[1]).get("next_cursor") if status == 200 else None
        if not cursor:
            break
        address = f"/api/v1/cases?limit=2&cursor={cursor}"
    return answers


def compared(before: dict[str, tuple[int, bytes]], after: dict[str, tuple[int, bytes]], who: str) -> None:
    """Fails with the first address that tells."""
    assert before.keys() == after.keys(), who
    for address, (status, content) in before.items():
        assert (after[address][0], after[address][1]) == (status, content), f"{who} is told at {address}"


@pytest.mark.long
@pytest.mark.both_databases
@pytest.mark.django_db
def test_hidden_cases_change_no_byte_of_what_others_are_answered(world: SimpleNamespace) -> None:
    people = world.people
    period = {"name": "2026", "since": "2026-01", "until": "2026-12", "by": people.analyst}
    world.snapshots = [freeze(audience=audience, **period).ref for audience in ("members", "public")]
    names = ("officer_cl", "american", "far_reviewer", "analyst_br", "partner", "reviewer")
    outsiders = {name: Outsider(getattr(people, name)) for name in names}
    before = {name: round_of(world, outsider) for name, outsider in outsiders.items()}
    assert sum(status == 200 for status, _content in before["officer_cl"].values()) >= 80
    hidden = hide(world)
    for name, outsider in outsiders.items():
        compared(before[name], round_of(world, outsider), name)
    hidden += hide_from_others(world)
    for name in names[:-1]:
        compared(before[name], round_of(world, outsiders[name]), name)
    assert [freeze(audience=audience, **period).ref for audience in ("members", "public")] == world.snapshots
    for name in names[:-1]:  # a hidden case is as absent as one that never was
        for ref in hidden:
            nowhere = outsiders[name].asks(f"/cases/{'TW-' + '0' * 26}/")
            status, content = outsiders[name].asks(f"/cases/{ref}/")
            assert (status, content.replace(ref.encode(), b"TW-" + b"0" * 26)) == nowhere
    own = Outsider(people.contact)
    assert own.asks("/cases/?q=floorboards")[1] != before["officer_cl"]["/cases/?q=floorboards"][1]
