"""Cases and codes for the tests."""

from __future__ import annotations

import time
from typing import Any

from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value

from tidewaiter.cases.rows import CaseIn
from tidewaiter.forms.engine import CaseReader
from tidewaiter.forms.queries import form_named


def record(**changes: Any) -> dict[str, Any]:
    """A sound weapons record of Kenya."""
    return {
        "form": "WPN", "national_ref": "KE-1", "kind": "seizure", "date": "2026-03-04", "country": "KE", "location_type": "seaport",
        "place": "KEMBA", "direction": "import", "conveyance": {"mode": "1"},
        "route": [{"role": "departure", "country": "CL", "place": "CLSAI"}, {"role": "destination", "country": "KE"}],
        "lines": [{"subtype": "magazine", "quantity": "9", "unit": "H87"}, {"subtype": "pistol", "quantity": "2", "unit": "H87"}],
        **changes,
    }  # fmt: skip


def case_in(**changes: Any) -> CaseIn:
    """The same, read by the form."""
    document = record(**changes)
    header, lines, problems = CaseReader(form_named(document["form"])).record(document)
    assert not problems, problems
    return CaseIn(header, lines)


def code_of(secret: str) -> str:
    """What an authenticator shows now. (Not the half-minute before, which is accepted too but may end while a test types.)"""
    return format_hotp_value(hotp_value(secret, int(time.time()) // 30))
