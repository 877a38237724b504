"""From an alarm to a draft of a warning: its pattern, and nobody's name."""

from __future__ import annotations

import re
from html import unescape
from types import SimpleNamespace
from typing import Any

import pytest

from tests.response.conftest import page_of

pytestmark = pytest.mark.django_db


def test_the_pattern_of_an_alarm_becomes_a_draft_without_names(staff: SimpleNamespace, alarm: Any) -> None:
    page = page_of(staff.desk)
    shown = page.get(f"/response/{alarm.ref}/").content.decode()
    found = re.search(r'href="(/advisories/new/\?[^"]+)"', shown)
    assert found is not None
    address = unescape(found.group(1))
    assert "fraud=payment_diversion" in address
    assert "LT" in address
    form = page.get(address).content.decode()
    assert "business-email-compromise" in form
    for name in ("Northlight", "LT121000011101001000", "1,240,000", "01104470417"):
        assert name not in address
        assert name not in form
    typed = {"collection": "experts", "title": "Payments diverted by a false law firm", "deed": "draft", "tlp": "AMBER"}
    typed |= {"summary": "A mail names a new account.", "kind": "fraud_scheme", "countries": "KE, LT"}
    done = page.post("/advisories/new/", typed, follow=True)
    assert "Payments diverted by a false law firm" in done.content.decode()
