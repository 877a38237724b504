"""The demo of a nation or an operation: its library and its mail come in, once."""

from __future__ import annotations

import pytest

from tidewaiter.foundation.actors import NODE
from tidewaiter.library.demo import fill_library
from tidewaiter.library.models import Item
from tidewaiter.mail.demo import fill_mail
from tidewaiter.mail.models import Letter
from tidewaiter.notices.models import Ringing
from tidewaiter.people.actions import add_officer
from tidewaiter.people.duty import on_duty_of
from tidewaiter.people.models import ContactPoint, Shift
from tidewaiter.site.demo import PEOPLE


@pytest.mark.django_db
def test_the_demo_fills_library_and_mail_and_a_second_time_nothing() -> None:
    for username, administration, role, name in PEOPLE:
        said = {"username": username, "administration": administration, "role": role, "name": name}
        add_officer(**said, password="a-long-passphrase-1", by=NODE)
    for _time in range(2):
        fill_library(print)
        fill_mail(print)
    assert (Letter.objects.count(), ContactPoint.objects.count(), Shift.objects.count()) == (4, 3, 20)
    assert Ringing.objects.filter(ended_at=None).count() == 1
    assert on_duty_of("GH") == ["g.mensah"]
    assert Item.objects.filter(status="published").count() >= 4
    assert not Item.objects.filter(audience__in=("region", "partners", "partner")).exists()
