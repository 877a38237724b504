"""The off-line desk lives on a national node alone: its tests run in a process of that shape, which one test begins."""

from __future__ import annotations

import os
from types import SimpleNamespace
from typing import Any

import pytest

from tests.offline.device import DeviceOf
from tests.people_with import people_with

NATIONAL = os.environ["TIDEWAITER_SHAPE"] == "national"
collect_ignore_glob = (
    ["test_on_a_national_node.py"]
    if NATIONAL
    else [
        name
        for name in os.listdir(os.path.dirname(__file__))
        if name.startswith("test_") and name != "test_on_a_national_node.py"
    ]
)


@pytest.fixture
def staff(db: None) -> SimpleNamespace:
    """People of Kenya's administration, and one of Uganda's."""
    return people_with(
        {
            "officer": ("KE", "officer"),
            "colleague": ("KE", "officer"),
            "contact": ("KE", "contact"),
            "steward": ("KE", "steward"),
            "analyst": ("KE", "analyst"),
            "foreign": ("UG", "officer"),
        }
    )


@pytest.fixture(autouse=True)
def _own_keys(db: None, settings: Any, tmp_path: Any) -> None:
    """The node's keys for its desks are this test's own."""
    import shutil
    from pathlib import Path

    folder = tmp_path / "keys"
    shutil.copytree(Path(settings.TIDEWAITER_KEYS), folder)
    folder.chmod(0o700)
    (folder / "offline").unlink(missing_ok=True)
    settings.TIDEWAITER_KEYS = folder


@pytest.fixture
def device(staff: SimpleNamespace) -> DeviceOf:
    """A device of Kenya's officer, taken into use at its page."""
    return DeviceOf(staff.officer)
