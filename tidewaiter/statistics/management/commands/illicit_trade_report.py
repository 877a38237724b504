"""The annual report from a frozen data set."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext

from tidewaiter.foundation.commands import DeedCommand
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.people.queries import officer_at_shell
from tidewaiter.statistics.models import Report
from tidewaiter.statistics.report.frozen_data import AUDIENCES, freeze
from tidewaiter.statistics.report.illicit_trade_report import as_html, as_pdf
from tidewaiter.statistics.report.workbook import workbook_of


class Command(DeedCommand):
    """`illicit_trade_report --year Y -o FILE.pdf|.html|.xlsx [--lang LL] [--audience members|public] --by USERNAME`."""

    help = "writes the Illicit Trade Report of a year from a frozen data set; twice gives the same digest"

    def add_arguments(self, parser: CommandParser) -> None:
        """Which year, for whom, in which language, and where to."""
        super().add_arguments(parser)
        parser.add_argument("--year", type=int, required=True)
        parser.add_argument("-o", "--output", required=True, metavar="FILE", help=".pdf, .html or .xlsx")
        parser.add_argument("--lang", default="en")
        parser.add_argument("--audience", choices=AUDIENCES, default="members")
        parser.add_argument("--by", required=True, metavar="USERNAME")

    def answer(self, **options: Any) -> dict[str, Any]:
        """`{"snapshot", "digest", "file", "pages"}`."""
        path, year = Path(options["output"]), options["year"]
        if path.suffix not in (".pdf", ".html", ".xlsx"):
            raise BadInput("output", gettext("Give a file that ends in .pdf, .html or .xlsx."))
        if not 1900 <= year <= 2200:
            raise BadInput("year", gettext("«%(text)s» is not a year.") % {"text": year})
        by = officer_at_shell(options["by"])
        self.progress("Freezing the data set")
        frozen = freeze(name=str(year), since=f"{year}-01", until=f"{year}-12", audience=options["audience"], by=by)
        written = Report.objects.filter(snapshot=frozen, lang=options["lang"]).first()
        self.progress("Composing the report")
        pages = None
        if path.suffix == ".pdf":
            content, pages = as_pdf(frozen, options["lang"], written)
        elif path.suffix == ".xlsx":
            content = workbook_of(frozen, options["lang"])
        else:
            content = as_html(frozen, options["lang"], written).encode()
        path.write_bytes(content)
        return {"snapshot": frozen.ref, "digest": frozen.digest, "file": str(path), "pages": pages}
