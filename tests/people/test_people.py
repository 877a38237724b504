"""Accounts: made by the shell, one administration each."""

from __future__ import annotations

import pytest

from tests.conftest import PASSWORD
from tidewaiter.foundation.actors import NODE
from tidewaiter.foundation.refusals import BadInput, Refusal
from tidewaiter.ledger.queries import history
from tidewaiter.people.actions import add_officer
from tidewaiter.people.models import Administration


@pytest.mark.both_databases
@pytest.mark.django_db
def test_an_account_and_each_role_are_recorded_once() -> None:
    for _ in range(2):
        officer = add_officer(username="a.name", administration="ke", role="officer", password=PASSWORD, by=NODE)
    officer = add_officer(username="a.name", administration="KE", role="contact", password=PASSWORD, by=NODE)
    assert officer.role_codes == {"officer", "contact"}
    assert [entry.deed for entry in history("officer:a.name")] == ["people.added", "people.granted", "people.granted"]
    assert (officer.administration_code, officer.region_code) == ("KE", "ESA")


@pytest.mark.django_db
@pytest.mark.parametrize(
    "change",
    [
        {"username": "A b"},
        {"administration": "XX"},
        {"role": "king"},
        {"password": "short"},
        {"password": "password1234"},
        {"password": "1234567890123"},
    ],
)
def test_what_cannot_be_an_account_is_refused_in_words(change: dict[str, str]) -> None:
    wanted = {"username": "b.name", "administration": "KE", "role": "officer", "password": PASSWORD, **change}
    with pytest.raises(BadInput) as refused:
        add_officer(**wanted, by=NODE)
    assert len(str(refused.value)) > 20


@pytest.mark.django_db
def test_an_account_belongs_to_one_administration() -> None:
    add_officer(username="c.name", administration="KE", role="officer", password=PASSWORD, by=NODE)
    with pytest.raises(Refusal):
        add_officer(username="c.name", administration="UG", role="officer", password=PASSWORD, by=NODE)


@pytest.mark.django_db
def test_every_country_has_an_administration_and_nearly_all_a_region() -> None:
    assert Administration.objects.filter(code="INT").exists()
    assert Administration.objects.count() > 240
    assert Administration.objects.filter(region=None).count() < 80
