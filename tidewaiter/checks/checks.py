"""The checks: pure functions of a case's header, its lines and a context, in a table.

What several cases tell together (`duplicate_in_file`, `duplicate_probable`) is found where they come together.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tidewaiter.checks.context import Context, Lines
from tidewaiter.checks.findings import NOTE, STOP, WARN, Finding
from tidewaiter.checks.goods import check_hs, check_open_codes, check_quantity, check_unit, check_value
from tidewaiter.checks.identifiers import check_digits, check_personal_data
from tidewaiter.checks.journey import check_carrier, check_date, check_place, check_route


@dataclass(frozen=True, slots=True)
class Check:
    """A check: its function, and the codes and gravities of what it may say."""

    function: Callable[[dict[str, Any], Lines, Context], list[Finding]]
    codes: tuple[tuple[str, str], ...]


CHECKS = (
    Check(check_date, (("date_in_future", STOP), ("date_impossible", STOP))),
    Check(check_unit, (("unit_not_allowed", STOP),)),
    Check(check_place, (("place_mismatch", WARN),)),
    Check(check_route, (("route_conflict", WARN),)),
    Check(check_carrier, (("carrier_mode", WARN),)),
    Check(check_digits, (("check_digit", WARN),)),
    Check(check_hs, (("hs_mismatch", WARN),)),
    Check(check_quantity, (("quantity_outlier", WARN),)),
    Check(check_value, (("value_outlier", WARN),)),
    Check(check_open_codes, (("not_in_list", NOTE),)),
    Check(check_personal_data, (("personal_data", WARN),)),
)


def run_checks(header: dict[str, Any], lines: Lines, context: Context) -> list[Finding]:
    """What all checks say of one case, in their order."""
    return [finding for check in CHECKS for finding in check.function(header, lines, context)]
