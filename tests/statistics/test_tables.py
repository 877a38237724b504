"""Tables and dashboards: equal to a recount, seen by rights, clickable to the cases, kept and shared."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from itertools import pairwise
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from tests.conftest import PASSWORD
from tests.making import case_in, unindented
from tidewaiter.cases.actions import draft, submit, validate
from tidewaiter.cases.models import Case
from tidewaiter.cases.queries import visible_cases
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.statistics.dashboard.cases_behind import cases_behind
from tidewaiter.statistics.dashboard.figures import chosen, figures, span
from tidewaiter.statistics.dashboard.route_legs import edges
from tidewaiter.statistics.dashboard.scope import Scope, month_number, month_text
from tidewaiter.statistics.tables.cross_tables import BUILDABLE, sums, table
from tidewaiter.statistics.tables.predefined import QUESTIONS

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]
YEAR = Scope("2025-01", "2025-12")


def _client(person: Any) -> Client:
    client = Client()
    assert client.login(username=person.username, password=PASSWORD)
    return client


def _made(people: SimpleNamespace) -> list[dict[str, Any]]:
    """Cases of two years by Kenya and the United States, some with whole routes, some marked for few."""
    rows = []
    for country, filer, place in (("KE", people.contact, "KEMBA"), ("US", people.american, "USJFK")):
        cases = []
        for n in range(24):
            route = [{"role": "departure", "country": ("CL", "BR")[n % 2]}]
            route += [{"role": "transit", "country": "ZA"}] if n % 3 == 0 else []
            route += [{"role": "destination", "country": "NL"}] if n % 4 else []
            mark = {"handling": "RED"} if n == 5 else {}
            date = f"202{4 + n % 2}-{1 + n % 12:02d}-10"
            goods = ("pistol", "magazine")[n % 2]
            cases.append(
                case_in(
                    national_ref=f"T-{country}-{n}",
                    country=country,
                    place=place,
                    date=date,
                    route=route,
                    conveyance={"mode": str(1 + n % 4)},
                    lines=[{"subtype": goods, "quantity": str(n + 1), "unit": "H87"}],
                    **mark,
                )
            )
            rows.append(
                {
                    "country": country,
                    "year": date[:4],
                    "month": date[:7],
                    "mode": str(1 + n % 4),
                    "subtype": goods,
                    "quantity": n + 1,
                    "red": bool(mark),
                    "route": route,
                }
            )
        draft(cases=cases, by=filer, channel="csv")
        submit(cases=Case.objects.filter(administration=country), by=filer)
    validate(cases=Case.objects.all(), by=people.secretariat, unopened="test")
    return rows


def test_a_table_equals_a_recount_totals_and_the_year_before_too(people: SimpleNamespace) -> None:
    rows = _made(people)
    now, was = ([row for row in rows if row["year"] == year] for year in ("2025", "2024"))
    with chosen(YEAR, None) as connection:
        made = table(connection, "mode", "country")
        lists = {(one.keys, one.unit): one.now for one in sums(connection, "subtype", "", "quantity")}
    counts = Counter((row["mode"], row["country"]) for row in now)
    assert {
        (line.key, column): cell.now
        for line in made.lines
        for column, cell in zip(made.columns, line.cells, strict=True)
    } == counts
    before = Counter(row["mode"] for row in was)
    assert {line.key: line.total.was for line in made.lines} == {line.key: before[line.key] for line in made.lines}
    assert made.grand.now == len(now)
    assert [cell.now for cell in made.totals] == [sum(row["country"] == one for row in now) for one in made.columns]
    wanted: Counter[str] = Counter()
    for row in now:
        wanted[row["subtype"]] += row["quantity"]
    assert lists == {((name,), "H87"): str(number) for name, number in wanted.items()}


def test_legs_go_by_transit_and_the_country_that_seized_and_what_is_left_out_is_counted(
    people: SimpleNamespace,
) -> None:
    rows = [row for row in _made(people) if row["year"] == "2025"]
    wanted: Counter[tuple[str, str]] = Counter()
    known = 0
    for row in rows:
        stops = [leg["country"] for leg in row["route"]]
        if stops[-1] != "NL":
            continue
        known += 1
        stops = [*stops[:-1], row["country"], "NL"]
        wanted.update((a, b) for a, b in pairwise(stops) if a != b)
    with chosen(YEAR, None) as connection:
        found = edges(connection)
    assert {(a, b): n for a, b, n, _who in found.legs} == wanted
    assert (found.total - found.unknown, found.total) == (known, len(rows))
    drawn = found.drawn(found.legs[:1])
    assert drawn.shown == found.legs[0][2], "of one leg, the cases on it"
    assert drawn.total == drawn.shown + drawn.unknown + drawn.within + drawn.others
    assert found.drawn(found.legs).others == 0


def test_everyone_sees_the_figures_of_the_cases_they_see(people: SimpleNamespace) -> None:
    _made(people)
    for who in (people.contact, people.american, people.reviewer, people.chilean, people.analyst, people.partner):
        found = figures(YEAR, who)
        seen = list(visible_cases(who).filter(counted=True, year=2025).values_list("ref", flat=True))
        assert found.cases.now == len(seen), who.username
        with chosen(YEAR, who) as connection:
            assert set(cases_behind(connection, {}).refs) == set(seen), who.username
    assert span(people.partner) is None
    page = unindented(_client(people.chilean).get("/statistics/cases/?since=2025-01&until=2025-12").content.decode())
    assert "T-KE-5" not in page, "a marked case is behind no figure of another country"
    assert "T-KE-7" in page


def test_every_predefined_question_opens_and_its_figures_lead_to_their_cases(people: SimpleNamespace) -> None:
    _made(people)
    client = _client(people.analyst)
    assert len({one.name for one in QUESTIONS}) == len(QUESTIONS) >= 20
    followed = 0
    for one in QUESTIONS:
        answer = client.get(f"/statistics/table/?{one.query}&since=2025-01&until=2025-12")
        assert answer.status_code == 200, one.name
        for number, query in list(_figures(unindented(answer.content.decode())))[:2]:
            behind = unindented(client.get(f"/statistics/cases/?{query}").content.decode())
            refs = set(re.findall(r'class="row-link" href="/cases/([^/]+)/"', behind))
            if one.measure in ("cases", "seizures"):
                assert len(refs) == int(number), (one.name, query)
            followed += bool(refs)
    assert followed >= 15


def _figures(page: str) -> list[tuple[str, str]]:
    found = re.findall(r'href="/statistics/cases/\?([^"]*is\.[^"]*)">([\d,.]+)</a>', page)
    return [(number.replace(",", ""), query.replace("&amp;", "&")) for query, number in found]


def test_the_public_sees_no_cell_of_two_countries_by_page_or_file(people: SimpleNamespace) -> None:
    _made(people)
    client = _client(people.analyst)
    address = "/statistics/table/?by=mode&and=country&since=2025-01&until=2025-12"
    rows = list(csv.reader(io.StringIO(client.get(f"{address}&format=csv").content.decode())))
    assert any(value.isdigit() for value in rows[1][1:])
    hidden = list(csv.reader(io.StringIO(client.get(f"{address}&audience=public&format=csv").content.decode())))
    assert not any(value.isdigit() and value != "0" for row in hidden[1:] for value in row[1:])
    assert "hidden" in client.get(f"{address}&audience=public").content.decode()


def test_a_table_is_kept_shared_and_read_by_each_with_their_own_rights(people: SimpleNamespace) -> None:
    _made(people)
    mine, other = _client(people.contact), _client(people.chilean)
    said = {"name": "Modes", "query": "by=mode&and=country&since=2025-01&until=2025-12&measure=cases", "shared": "1"}
    assert mine.post("/statistics/table/keep/", said).status_code == 302
    assert "Modes" in other.get("/statistics/table/").content.decode()
    other.post("/statistics/table/keep/", {"name": "Modes", "deed": "drop"})
    assert "Modes" in mine.get("/statistics/table/").content.decode(), "another's table is another's to drop"
    mine.post("/statistics/table/keep/", {"name": "Modes", "deed": "drop"})
    assert "Modes" not in mine.get("/statistics/table/").content.decode()
    assert mine.post("/statistics/table/keep/", {"name": "", "query": "by=mode"}).status_code == 400


@pytest.mark.parametrize(
    "address", ["/statistics/?since=2025-13", "/statistics/map/?since=x", "/statistics/?since=1900-01&until=2026-01"]
)
def test_a_period_that_is_none_is_refused_in_words(people: SimpleNamespace, address: str) -> None:
    answer = _client(people.contact).get(address)
    assert answer.status_code == 400


def test_scopes() -> None:
    assert Scope("2025-01", "2025-09").before == Scope("2024-01", "2024-09")
    assert Scope("2024-01", "2025-12").before == Scope("2022-01", "2023-12")
    assert [month_text(month_number(one)) for one in ("2025-01", "2024-12")] == ["2025-01", "2024-12"]
    with pytest.raises(BadInput):
        month_number("2025-00")
    assert "status" not in BUILDABLE


@pytest.mark.parametrize("value", ["' OR true --", "it''s", "\\'", "a\x00b", "?", "кения", "'; DROP VIEW lines; --"])
def test_words_of_an_address_stay_words(people: SimpleNamespace, value: str) -> None:
    _made(people)
    with chosen(Scope("2025-01", "2025-12", {"place": (value,)}), None) as connection:
        assert connection.execute("SELECT count(*) FROM chosen").fetchone() == (0,)
