"""All tables of a report as a workbook."""

from __future__ import annotations

import io
from typing import Any

import xlsxwriter
from django.utils.translation import gettext as _
from django.utils.translation import override

from tidewaiter.foundation.text import neutral
from tidewaiter.statistics.models import Snapshot
from tidewaiter.statistics.report.illicit_trade_report import composed


def workbook_of(snapshot: Snapshot, lang: str) -> bytes:
    """A sheet that says what the figures rest on, and one for each chapter; hidden figures say so."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    bold = book.add_format({"bold": True})
    with override(lang):
        report = composed(snapshot, lang)
        about = book.add_worksheet(_("About")[:31])
        for row, (title, value) in enumerate(
            (
                (_("Report"), report["title"]),
                (_("Data set"), snapshot.ref),
                (_("Digest"), snapshot.digest),
                (_("Frozen"), snapshot.frozen_at.isoformat()),
                (_("Cases"), _("hidden") if report["hide_totals"] else report["whole"].cases.now),
                (_("Reporting administrations"), report["reporters"]),
                *((f"{_('List')} {name}", version) for name, version in snapshot.lists.items()),
            )
        ):
            about.write_string(row, 0, str(title), bold)
            about.write(row, 1, neutral(value) if isinstance(value, str) else value)
        about.autofit()
        for section in report["sections"]:
            if "tables" in section:
                _sheet(book, section, bold, report["public"])
    book.close()
    return out.getvalue()


def _sheet(book: Any, section: dict[str, Any], bold: Any, public: bool) -> None:
    sheet = book.add_worksheet(section["title"][:31])
    at = 0

    def line(values: list[Any], mark: Any = None) -> None:
        nonlocal at
        for column, value in enumerate(values):
            if value is not None:
                sheet.write(at, column, neutral(value) if isinstance(value, str) else value, mark)
        at += 1

    line([_("Quantities"), _("Unit"), _("Now"), _("Before"), _("Seizures")], bold)
    for one in section["amounts"]:
        row = one["row"]
        if one["hidden"]:
            line([one["word"], one["unit"], _("hidden")])
        else:  # who stood behind the period before is another question: the public is not told
            line([one["word"], one["unit"], float(row.now), None if public else float(row.was), row.seizures])
    for one in section["tables"]:
        at += 1
        line([str(one["title"]), _("Cases"), _("Before")], bold)
        for word, cell, _bar in one["rows"]:
            line([str(word), _("hidden") if cell.hidden else cell.now, None if public or cell.hidden else cell.was])
    at += 1
    line([_("From"), _("To"), _("Cases")], bold)
    for leg in section["legs"]:
        line([str(leg[0]), str(leg[1]), leg[2]])
    sheet.autofit()
