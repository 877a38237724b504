"""Names that people give and others read go through one reader: nothing in them breaks a line or turns it around."""

from __future__ import annotations

import re
from types import SimpleNamespace
from typing import Any

import pytest
from django.test import Client

from tests.conftest import PASSWORD, PROJECT
from tests.making import case_in
from tidewaiter.cases.actions import draft
from tidewaiter.cases.models import Case, SavedFilter
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.intake.actions import keep_mapping
from tidewaiter.people.actions import make_token
from tidewaiter.search.actions import watch
from tidewaiter.search.linking import link
from tidewaiter.statistics.actions import keep_table
from tidewaiter.statistics.report.frozen_data import freeze

READ_BY = {
    "cases/saved_filters.py",
    "intake/actions.py",
    "people/actions/accounts.py",
    "mail/written.py",
    "people/actions/codes.py",
    "people/actions/contact_points.py",
    "people/actions/places.py",
    "people/actions/sign_on.py",
    "people/actions/tokens.py",
    "people/passkeys.py",
    "exchange/actions/queueing.py",
    "experts/said.py",
    "operations/actions/hashes.py",
    "offline/actions/devices.py",
    "operations/planned.py",
    "registry/actions/bringing.py",
    "response/actions/nodes.py",
    "search/actions.py",
    "search/linking.py",
    "statistics/actions.py",
    "statistics/comparisons/external_tables.py",
    "statistics/report/frozen_data.py",
    "trade/actions.py",
    "trade/runs.py",
    "evidence/keeping.py",
}
"""Where people give a name, or a word on a line, that others or they themselves read again."""
BAD = ["\u202eevil", "a\r\nb", "a\nb", "\x00a", "a\u2066b", "a\u2028b", "\ud800", "a\x1bb", "a\ufffd"]
_cut = re.compile(r"(?:name|title|reason)\.strip\(\)\[")


def test_every_name_is_read_by_the_one_reader() -> None:
    sources = {
        str(path.relative_to(PROJECT / "tidewaiter")): path.read_text()
        for path in (PROJECT / "tidewaiter").rglob("*.py")
    }
    assert {name for name, text in sources.items() if "read_name(" in text} - {"foundation/text.py"} == READ_BY
    cut = {name for name, text in sources.items() if _cut.search(text)}
    others = {
        "cases",
        "review",
        "threads",
        "library",
    }  # what is written in those is a text of several lines, or others' work
    assert {name for name in cut if name.split("/")[0] not in others} == set()


@pytest.mark.django_db
@pytest.mark.both_databases
@pytest.mark.parametrize("name", BAD)
def test_a_name_that_could_deceive_is_refused_wherever_one_is_given(name: str, people: SimpleNamespace) -> None:
    draft(cases=[case_in(), case_in(national_ref="KE-2")], by=people.contact, channel="csv")
    one, other = Case.objects.order_by("pk")
    for give in (
        lambda: keep_table(name=name, query="by=commodity", shared=True, by=people.contact),
        lambda: watch(name=name, query="q=pump", by=people.contact),
        lambda: link(one=one, other=other, kind="same_event", reason=name, by=people.contact),
        lambda: freeze(name=name, since="2026-01", until="2026-06", audience="members", by=people.analyst),
        lambda: make_token(officer=people.contact, scope="read", by=people.contact, name=name),
        lambda: keep_mapping(name=name, text='form = "WPN"\n[columns]\ndate = "d"\n', by=people.contact),
    ):
        with pytest.raises(BadInput) as refused:
            give()
        assert refused.value.code == "name_unreadable", refused.value.sentence
    if "\ud800" not in name:  # no browser sends half a sign
        client = Client()
        assert client.login(username=people.contact.username, password=PASSWORD)
        assert client.post("/cases/filters/keep/", {"name": name, "query": "q=pump"}).status_code == 400
    assert not SavedFilter.objects.exists()


@pytest.mark.django_db
def test_names_of_all_scripts_are_taken(people: SimpleNamespace) -> None:
    for name in ("Оружие · порт", "می\u200cخواهم", "क्\u200dष", "武器", "سلاح", "Ångström — «x» <b>"):
        kept: Any = keep_table(name=f"  {name} ", query="by=commodity", shared=True, by=people.contact)
        assert kept.name == name
