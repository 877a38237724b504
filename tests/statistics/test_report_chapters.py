"""What a report says beside its tables: of medical products, of cases that went well, towards a strategy."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from tests.conftest import PASSWORD
from tests.making import case_in, unindented
from tidewaiter.cases.actions import draft, submit, validate
from tidewaiter.cases.models import Case
from tidewaiter.statistics.actions import write_report
from tidewaiter.statistics.models import Snapshot
from tidewaiter.statistics.report.frozen_data import freeze
from tidewaiter.statistics.report.illicit_trade_report import as_html, as_pdf

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def _medicine(number: int, subtype: str, quantity: str, unit: str, **fields: Any) -> Any:
    line = {"subtype": subtype, "quantity": quantity, "unit": unit, "fields": fields}
    if number == 1:
        line |= {"value": "9000", "currency": "USD", "value_basis": "street"}
    return case_in(form="MED", national_ref=f"M-{number}", date=f"2025-0{number}-05", lines=[line])


@pytest.fixture
def frozen(people: SimpleNamespace) -> Snapshot:
    """Five seizures of medicines, frozen for members."""
    cases = [
        _medicine(1, "antimalarial", "2400", "U2", mp_class="falsified", trademark_infringed="yes", assay="0"),
        _medicine(2, "antimalarial", "100", "H87", mp_class="falsified", dosage_form="tablet", assay="60"),
        _medicine(3, "antibiotic", "12", "KGM", mp_class="substandard", doses="3000", trademark_infringed="no"),
        _medicine(4, "opioid", "50", "U2", mp_class="unregistered", assay="100"),
        _medicine(5, "vaccine", "7", "LTR", assay="130"),
    ]
    draft(cases=cases, by=people.contact, channel="csv")
    submit(cases=Case.objects.all(), by=people.contact)
    validate(cases=Case.objects.all(), by=people.secretariat, unopened="test")
    return freeze(name="", since="2025-01", until="2025-12", audience="members", by=people.analyst)


def _rows(html: str, head: str) -> list[list[str]]:
    table = html[html.index(head) :].split("</table>")[0]
    return [re.findall(r"<td[^>]*>\s*(.*?)\s*</td>", row, re.S) for row in table.split("<tr>")[1:]]


def test_medicines_are_counted_in_doses_by_what_is_wrong_with_them_apart_from_the_trademark(frozen: Snapshot) -> None:
    html = unindented(as_html(frozen, "en"))
    wrong = _rows(html, "<th>What is wrong with it</th>")
    assert wrong == [
        ["Falsified", "2", "2", "2,500", "1", "0", "1"],
        ["Substandard", "1", "1", "3,000", "0", "1", "0"],
        ["Unregistered or unlicensed", "1", "1", "50", "0", "0", "1"],
        ["not reported", "1", "1", "–", "0", "0", "1"],
    ]
    assert "5,550 doses in 4 of 5 seizures" in html
    assert _rows(html, "<th>Active ingredient</th>") == [
        ["none of the active ingredient", "1", "2,400"],
        ["too little: under 90 per cent of the label", "1", "100"],
        ["as the label says: 90 to 110 per cent", "1", "50"],
        ["too much: over 110 per cent of the label", "1", "–"],
        ["not measured", "1", "3,000"],
    ]
    people = _rows(html, "<th>Kind</th>")
    assert ["Antibiotics", "3,000", "200"] in people
    assert ["Antimalarials", "2,500", "104"] in people
    assert ["Opioid painkillers", "50", "–"] in people
    assert people[-1] == ["Said to be worth, 1 seizure", "9,000 USD"]
    assert "a ceiling, neither a loss nor what was earned" in html


def test_the_public_edition_tells_nothing_of_single_medicines(people: SimpleNamespace, frozen: Snapshot) -> None:
    public = freeze(name="", since="2025-01", until="2025-12", audience="public", by=people.analyst)
    html = as_html(public, "en")
    assert "What is wrong with it" not in html
    assert "Towards a strategy" not in html


def test_an_editor_writes_stories_and_a_strategy_and_the_rest_comes_from_the_cases(
    people: SimpleNamespace, frozen: Snapshot
) -> None:
    case = Case.objects.get(national_ref="M-1")
    client = Client()
    assert client.login(username=people.analyst.username, password=PASSWORD)
    answer = client.post(
        f"/statistics/reports/{frozen.ref}/?lang=en",
        {"lang": "en", "read": "0", "text.next": "Send every result.", "studies.success": f"{case.ref}\nA tip came."},
    )
    assert answer.status_code == 302
    page = unindented(client.get(f"/statistics/reports/{frozen.ref}/?lang=en").content.decode())
    assert "Send every result.</textarea>" in page
    assert "A tip came.</textarea>" in page
    written = frozen.reports.get(lang="en")
    html = unindented(as_html(frozen, "en", written))
    success = html[html.index('id="success"') :].split("</section>")[0]
    assert "Success: Antimalarials, Kenya" in success
    assert "A tip came." in success
    assert "Chile → Kenya" in success
    strategy = html[html.index('id="strategy"') :].split("</section>")[0]
    assert "Send every result." in strategy
    assert "Most cases: Health and safety 5." in strategy
    assert "alerts on falsified and substandard products" in strategy
    assert "Find out who holds what nobody reported: Drugs, Environment" in strategy


def test_a_report_is_printed_in_the_fonts_of_the_house_from_the_right_too(
    people: SimpleNamespace, frozen: Snapshot
) -> None:
    write_report(snapshot=frozen, lang="ar", title="", texts={}, studies={}, read=0, by=people.analyst)
    for lang in ("fr", "ar"):
        pdf, pages = as_pdf(frozen, lang)
        assert pdf[:5] == b"%PDF-"
        assert 5 <= pages <= 9
    html = as_html(frozen, "ar")
    assert '<html lang="ar" dir="rtl">' in html
    assert '<div class="drawn">' in html, "words of drawings stand above them, joined up"
    assert "</text>" not in html
    assert "</text>" in as_html(frozen, "fr")
    assert '<p class="lead" dir="ltr">' in html, "English that stands in keeps its full stop at its end"
    assert 'dir="ltr"' not in as_html(frozen, "fr")
