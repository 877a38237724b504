"""Days that a workbook counts: the same bare number is another day in a workbook that counts from 1904.

Microsoft's own example: 5 July 2011 is 40729 counted from 1900 and 39267 counted from 1904, 1,462 days less.
"""

from __future__ import annotations

import io
from datetime import date
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
import xlsxwriter

from tests.intake.files import ROW
from tests.intake.test_intake import bring
from tidewaiter.cases.models import Case

pytestmark = [pytest.mark.django_db, pytest.mark.both_databases]


def _workbook(folder: Path, day: Any, *, from_1904: bool) -> Path:
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "date_1904": from_1904})
    sheet = book.add_worksheet("Data")
    as_date = book.add_format({"num_format": "yyyy-mm-dd"})
    for at, (name, text) in enumerate(ROW.items()):
        sheet.write_string(0, at, name)
        if name != "date":
            sheet.write_string(1, at, text)
        elif isinstance(day, date):
            sheet.write_datetime(1, at, day, as_date)
        elif isinstance(day, str):
            sheet.write_string(1, at, day)
        else:
            sheet.write_number(1, at, day)
    book.close()
    path = folder / "days.xlsx"
    path.write_bytes(out.getvalue())
    return path


@pytest.mark.parametrize(
    ("said", "from_1904", "day"),
    [
        (40729, False, date(2011, 7, 5)),
        (39267, True, date(2011, 7, 5)),
        ("40729", False, date(2011, 7, 5)),
        ("39267", True, date(2011, 7, 5)),
        (40729.75, False, date(2011, 7, 5)),
        (39267.75, True, date(2011, 7, 5)),
        (date(2011, 7, 5), False, date(2011, 7, 5)),
        (date(2011, 7, 5), True, date(2011, 7, 5)),
        (36526, False, date(2000, 1, 1)),
        (36526, True, date(2004, 1, 2)),
    ],
)
def test_a_day_is_counted_from_where_its_workbook_counts(
    people: SimpleNamespace, tmp_path: Path, said: Any, from_1904: bool, day: date
) -> None:
    answer = bring(people.contact, _workbook(tmp_path, said, from_1904=from_1904))
    assert answer["accepted"] == 1, answer
    assert Case.objects.get().date == day
