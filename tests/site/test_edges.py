"""Edges that a change of one line passed without any test noticing."""

from __future__ import annotations

from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from tests.making import case_in
from tidewaiter.foundation.moments import now


@pytest.mark.django_db
def test_a_follower_that_rested_does_not_stand(people: SimpleNamespace, settings: Any) -> None:
    from tests.site.test_clock import DEEDS, _do_all, _long_ago, _readyz
    from tidewaiter.ledger.models import Cursor
    from tidewaiter.site.clock import Clock, schedule

    _long_ago(settings)
    _do_all(Clock(schedule()), DEEDS["central"])
    Cursor.objects.update(moved_at=now() - timedelta(hours=5))
    from tidewaiter.cases.actions import draft

    draft(cases=[case_in()], by=people.contact, channel="csv")
    assert _readyz()[0] == 200, "nobody did anything: there is nothing to follow"


def test_a_folder_open_to_its_group_is_open(tmp_path: Any) -> None:
    from tidewaiter.foundation.modes import openings

    tmp_path.chmod(0o700)
    for mode in (0o740, 0o720, 0o710, 0o704, 0o702, 0o701):
        tmp_path.chmod(mode)
        assert [one.mode for one in openings([tmp_path])] == [mode]
    tmp_path.chmod(0o700)
    assert not list(openings([tmp_path]))
