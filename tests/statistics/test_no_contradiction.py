"""Figures do not contradict each other: a number that is a link leads to as many cases, changes are of the same months,
what is not delivered is no zero, and a fact is one number wherever it stands.
"""

from __future__ import annotations

import io
import re
from types import SimpleNamespace
from typing import Any

import openpyxl
import pytest
from django.test import Client
from lxml import etree, html

from tests.conftest import PASSWORD
from tests.making import case_in, unindented
from tidewaiter.cases.actions import draft, submit, validate
from tidewaiter.cases.models import Case
from tidewaiter.statistics.dashboard.figures import figures, usual_period
from tidewaiter.statistics.dashboard.scope import Scope
from tidewaiter.statistics.models import Snapshot
from tidewaiter.statistics.report.frozen_data import freeze
from tidewaiter.statistics.report.illicit_trade_report import as_html
from tidewaiter.statistics.report.workbook import workbook_of
from tidewaiter.statistics.tables.predefined import QUESTIONS

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def _client(person: Any) -> Client:
    client = Client()
    assert client.login(username=person.username, password=PASSWORD)
    return client


def _cases(people: SimpleNamespace, filer: Any, country: str, months: dict[str, int], **changes: Any) -> None:
    place = {"KE": "KEMBA", "US": "USJFK", "CL": "CLSAI"}[country]
    made = []
    for month, number in months.items():
        for n in range(number):
            goods = [{"subtype": ("pistol", "magazine")[n % 2], "quantity": str(n + 1), "unit": "H87"}]
            goods += [{"subtype": "pistol", "quantity": "2", "unit": "H87", "value": "30", "currency": "USD"}] * (n % 3)
            said: dict[str, Any] = {
                "national_ref": f"N-{country}-{month}-{n}-{'-'.join(changes)}",
                "country": country,
                "place": place if n % 4 else None,
                "date": f"{month}-10" if len(month) > 4 else month,
                "date_precision": "day" if len(month) > 4 else "year",
                "conveyance": {"mode": str(1 + n % 4)} if n % 5 else {},
                "detection": {"method": ("routine", "intelligence")[n % 2]} if n % 3 else {},
                "route": [{"role": "departure", "country": ("CL", "AU", "BR")[n % 3]}]
                + ([{"role": "destination", "country": country}] if n % 2 else []),
                "lines": goods,
            }
            made.append(case_in(**said | changes))
    draft(cases=made, by=filer, channel="csv")
    submit(cases=Case.objects.filter(administration=filer.administration_code, status="draft"), by=filer)
    validate(cases=Case.objects.filter(status="submitted"), by=people.secretariat, unopened="test")


def _links(page: bytes) -> list[tuple[str, str]]:
    """Every number that leads to the cases behind a figure: the number, and where it leads."""
    found = []
    for link in html.fromstring(page.decode()).xpath("//a[contains(@href, '/statistics/cases/?')]"):
        words = (link.xpath(".//b") or [link])[0].text_content().strip()
        found.append((words.replace(",", ""), link.get("href")))
    return found


def _counted(client: Client, address: str) -> tuple[int, int, str, int]:
    """What the page behind a figure says: cases, seizures, the sum; and how many cases all its pages list."""
    listed, page = set(), 1
    while True:
        answer = client.get(f"{address}&page={page}")
        assert answer.status_code == 200, address
        tree = html.fromstring(answer.content.decode())
        listed |= set(tree.xpath("//a[@class='row-link']/@href"))
        (head,) = tree.xpath("//section[@class='sheet']/header")
        if not tree.xpath("//nav//a[normalize-space()='Next']"):
            break
        page += 1
    words = " ".join(head.text_content().split()).replace(",", "")
    cases, seizures = re.search(r"(\d+) cases? (\d+) seizures? ", words).groups()  # type: ignore[union-attr]
    amount = re.search(r"counted · ([\d.]+)", words)
    return int(cases), int(seizures), amount[1] if amount else "", len(listed)


@pytest.mark.long
def test_every_number_that_is_a_link_leads_to_as_many_cases(people: SimpleNamespace) -> None:
    _cases(people, people.contact, "KE", {"2025-02": 9, "2025-11": 7, "2024-02": 5, "2025": 2})
    _cases(people, people.american, "US", {"2025-02": 6, "2024-03": 6})
    client = _client(people.secretariat)
    period = "since=2025-01&until=2025-12"
    pages = [f"/statistics/?{period}", f"/statistics/?{period}&mode=1", f"/statistics/map/?{period}"]
    pages += [f"/statistics/?{period}&measure={one}" for one in ("quantity", "seizures")]
    pages += [f"/statistics/map/?{period}&layer=places", "/statistics/?since=2025-02&until=2025-11"]
    pages += [f"/statistics/table/?{one.query}&{period}" for one in QUESTIONS]
    pages += [f"/statistics/table/?by=mode&and=year&measure={one}&{period}" for one in ("cases", "seizures")]
    pages += [f"/statistics/table/?by=mode&{period}&audience=public"]
    followed = 0
    seen: set[tuple[str, str]] = set()
    for page in pages:
        for number, address in _links(client.get(page).content):
            if (number, address) in seen:
                continue
            seen.add((number, address))
            cases, seizures, amount, listed = _counted(client, address)
            wanted = {"of=seizures": str(seizures), "of=quantity": amount, "of=value": amount}
            of = next((said for key, said in wanted.items() if key in address), str(cases))
            assert number == of, (page, address)
            assert listed == cases, address
            followed += 1
    assert followed > 140


def test_more_cases_than_a_page_holds_are_all_there(people: SimpleNamespace) -> None:
    _cases(people, people.contact, "KE", {"2025-02": 230})
    client = _client(people.secretariat)
    page = unindented(client.get("/statistics/?since=2025-01&until=2025-12").content.decode())
    assert ">230</a>" in page
    cases, _seizures, _amount, listed = _counted(client, "/statistics/cases/?since=2025-01&until=2025-12")
    assert (cases, listed) == (230, 230)
    first = unindented(client.get("/statistics/cases/?since=2025-01&until=2025-12").content.decode())
    assert "<h2>230 cases</h2>" in first
    assert "1–100 of 230, the latest first" in first


def test_a_change_is_of_months_that_both_sides_reported(people: SimpleNamespace) -> None:
    _cases(people, people.contact, "KE", {"2025-01": 40, "2025-02": 9, "2024-01": 32})
    _cases(people, people.american, "US", {"2024-01": 50, "2024-02": 50})
    found = figures(Scope("2025-01", "2025-12"), None)
    assert (found.cases.now, found.cases.was) == (49, 132)
    assert (found.coverage.same.now, found.coverage.same.was) == (40, 32), "Kenya's January alone"
    assert (found.coverage.both, found.coverage.pairs) == (1, 1)
    page = unindented(_client(people.secretariat).get("/statistics/?since=2025-01&until=2025-12").content.decode())
    assert "132 in 2024" in page
    assert "+25 <small>%</small>" in page
    assert "62.9" not in re.sub("<svg.*?</svg>", "", page), "no change of unlike reporters"
    table = unindented(
        _client(people.secretariat).get("/statistics/table/?by=commodity&since=2025-01&until=2025-12").content.decode()
    )
    assert "+25 %" in table


def test_a_month_with_other_goods_is_a_zero_and_no_gap(people: SimpleNamespace) -> None:
    _cases(people, people.contact, "KE", {"2025-01": 3, "2024-01": 2, "2024-03": 2})
    cocaine = [{"subtype": "cocaine", "quantity": "1", "unit": "KGM"}]
    _cases(people, people.contact, "KE", {"2025-03": 1}, form="DRG", lines=cocaine)
    found = figures(Scope("2025-01", "2025-12", {"commodity": ("WPN",)}), None)
    assert found.delivered == {"2025-01", "2025-03", "2024-01", "2024-03"}
    assert (found.coverage.same.now, found.coverage.same.was) == (3, 4), "March 2025 was reported, without weapons"
    page = _client(people.secretariat).get("/statistics/?since=2025-01&until=2025-12&commodity=WPN").content.decode()
    chart = etree.fromstring(re.search(r'<svg class="chart".*?</svg>', page, re.S)[0])  # type: ignore[index]
    dots = [dot.findtext("{*}title") or dot.findtext("title") for dot in chart.iter() if dot.get("class") == "dotn"]
    assert dots == ["Jan: 3", "March: 0"]


def test_of_fewer_than_thirty_the_numbers_are_said(people: SimpleNamespace) -> None:
    _cases(people, people.contact, "KE", {"2025-01": 31, "2024-01": 4})
    page = unindented(_client(people.secretariat).get("/statistics/?since=2025-01&until=2025-12").content.decode())
    assert "from 4 to 31" in page
    assert "675" not in re.sub("<svg.*?</svg>", "", page)
    few = unindented(_client(people.secretariat).get("/statistics/?since=2024-01&until=2024-12").content.decode())
    assert not re.search(r"\d %", few), "no percentage of four cases"


def test_the_first_period_is_one_where_data_lies(people: SimpleNamespace) -> None:
    assert usual_period(None) is None
    _cases(people, people.contact, "KE", {"2024-02": 22, "2024-11": 9, "2025-03": 2})
    assert usual_period(None) == ("2024-01", "2024-11"), "of 2025 hardly anything is there yet"
    _cases(people, people.contact, "KE", {"2025-04": 3})
    assert usual_period(None) == ("2025-01", "2025-04")
    page = unindented(_client(people.secretariat).get("/statistics/").content.decode())
    assert "<h1>Illicit trade, January to April 2025</h1>" in page


def test_the_map_of_another_year_says_its_period_everywhere(people: SimpleNamespace) -> None:
    _cases(people, people.contact, "KE", {"2024-02": 3, "2025-03": 2})
    client = _client(people.secretariat)
    part = unindented(client.get("/statistics/map/?year-of=2024", headers={"HX-Request": "true"}).content.decode())
    assert "<h1>Where it moves, 2024</h1>" in part
    assert 'name="since" value="2024-01"' in part
    assert 'name="until" value="2024-12"' in part
    assert "since=2024-01&amp;until=2024-12" in part


def test_a_frozen_data_set_says_one_number_inside_and_outside(people: SimpleNamespace) -> None:
    _cases(people, people.contact, "KE", {"2025-02": 5, "2024-02": 4, "2023-02": 3})
    frozen = freeze(name="Year", since="2025-01", until="2025-12", audience="members", by=people.analyst)
    assert (frozen.cases, Snapshot.objects.get(ref=frozen.ref).cases) == (5, 5)
    client = _client(people.secretariat)
    outside = unindented(client.get("/statistics/reports/").content.decode())
    assert '<td class="num">5</td>' in outside
    assert "<b>5</b> <span>Cases" in unindented(as_html(frozen, "en"))
    inside = unindented(client.get(f"/statistics/reports/{frozen.ref}/").content.decode())
    assert '<div class="v">5</div>' in inside
    book = openpyxl.load_workbook(io.BytesIO(workbook_of(frozen, "en")))
    assert ("Cases", 5) in [(row[0].value, row[1].value) for row in book["About"].iter_rows()]
