"""How a file tells its days: one column or several, days or months first, fiscal years."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from django.utils.translation import gettext

from tidewaiter.foundation.readings.dates import month_of, order_of, read_date
from tidewaiter.foundation.readings.numbers import alike
from tidewaiter.intake.proposals.contents import Contents
from tidewaiter.intake.proposals.found import Found, of_path
from tidewaiter.intake.proposals.pairing import Paired
from tidewaiter.intake.proposals.words import says_fiscal_year, shipped_words

YEAR, SHORT_YEAR = r"\d{4}", r"\d{2}"
_numbers = re.compile(
    r"\d{1,2}(?P<sign>[./-])\d{1,2}(?P=sign)(?P<year>\d{4}|\d{2})(?P<time>[ T]\d{1,2}:\d{2}(?P<seconds>:\d{2})?)?"
)
_running = re.compile(r"ytd|to date|a la fecha|en cours|parcial|provisional|preliminar", re.IGNORECASE)


def tell_days(found: Found, paired: list[Paired], rows: Sequence[Sequence[str]], heads: Sequence[str]) -> None:
    """Puts the date's column or template, its formats, fiscal years and patterns into what is found."""
    date = of_path(paired, "date")
    year = of_path(paired, "fiscal_year") or of_path(paired, "year")
    for one in paired:
        if one.path in ("year", "fiscal_year") and (date is not None or one is not year):
            one.path = ""
    if date is not None:
        for one in paired:
            one.path = "" if one.path in ("month", "day") else one.path
        if date.contents.days >= date.contents.years:
            found.columns["date"] = date.contents.head
            _formats(found, date.contents)
            return
        year = date
    if year is None:
        for one in paired:
            one.path = "" if one.path in ("month", "day") else one.path
        return
    _of_parts(found, year, paired, rows, heads)


def _of_parts(
    found: Found, year: Paired, paired: list[Paired], rows: Sequence[Sequence[str]], heads: Sequence[str]
) -> None:
    month, day = of_path(paired, "month"), of_path(paired, "day")
    head = year.contents.head
    short = year.contents.short_fiscal > 0.5
    if year.contents.plain_years < 1 and not year.contents.spans:
        found.clean[head] = SHORT_YEAR if short else YEAR
    fiscal = says_fiscal_year(head) or year.contents.spans > 0.5 or year.contents.says_fiscal
    if fiscal and not _fiscal(found, year, month, rows, heads):
        if month is not None:
            found.left_out[head] = found.left_out[month.contents.head] = gettext(
                "A day of a fiscal year is known when its first month is."
            )
            return
    template = f"20{{{head}}}" if short else head
    if month is not None:
        template = f"{'20' if short else ''}{{{head}}}-{{{month.contents.head}}}"
        if day is not None:
            template += f"-{{{day.contents.head}}}"
    found.columns["date"] = template


def _fiscal(
    found: Found, year: Paired, month: Paired | None, rows: Sequence[Sequence[str]], heads: Sequence[str]
) -> bool:
    """Whether it is known when the fiscal year begins: by the file's country, or by
    the months of a year that still runs.
    """
    known = shipped_words()["fiscal_years"].get(found.constants.get("country", ""))
    starts = found.said.fiscal_year_starts or (int(known["starts"]) if known else 0)
    if month is not None and not starts and found.whole:
        starts = _first_month(year.contents.head, month.contents.head, rows, heads)
    if not starts:
        found.ask(
            "fiscal_year_starts",
            gettext("«%(head)s» holds fiscal years: say in which month they begin.") % {"head": year.contents.head},
        )
        return False
    found.fiscal_year_starts = starts
    spans = year.contents.spans > 0.5
    if starts > 1 and (known or spans):
        found.fiscal_year_named = "first" if spans or known["named"] == "first" else "last"
    if spans:
        found.clean[year.contents.head] = YEAR
    return True


def _first_month(year: str, month: str, rows: Sequence[Sequence[str]], heads: Sequence[str]) -> int:
    """The first month of the fiscal year that still runs, which is the last one of the file: of its months, which
    follow each other, the one before which one is missing. 0 where the file does not tell.
    """
    at, on = heads.index(year), heads.index(month)
    wide = max(at, on)
    pairs = {(row[at].strip(), row[on].strip()) for row in rows if len(row) > wide}
    for said in {one for one, _ in pairs if _running.search(one)} or {max((one for one, _ in pairs), default="")}:
        months = {month_number(text) for one, text in pairs if one == said} - {0}
        firsts = [number for number in months if (number - 2) % 12 + 1 not in months]
        if 3 <= len(months) < 12 and len(firsts) == 1 and firsts[0] > 1:
            return firsts[0]
    return 0


def month_number(text: str) -> int:
    """The number of a month, written as a number or a name; 0 for what is none."""
    said = text.removesuffix(".0")
    return int(said) if said.isdigit() and 1 <= int(said) <= 12 else month_of(text)


def _formats(found: Found, contents: Contents) -> None:
    """How days are written, where they are three numbers; asked where no cell tells."""
    texts = [alike(text) for text in contents.counts]
    several = [text for text in texts[:5_000] if read_date(text).several]
    if not several:
        return
    order = found.said.order or order_of(texts) or _order_in(contents.head)
    if order in ("dmy", "mdy"):
        found.date_formats = patterns(texts, order)
        return
    if order == "?":
        why = gettext("«%(head)s» writes days first in some rows and months first in others: mend the file.")
    else:
        why = gettext("Does «%(head)s» write the day first or the month first? No row tells: «%(text)s» may be either.")
    found.ask("date", why % {"head": contents.head, "text": several[0]}, "dmy", "mdy")


def _order_in(head: str) -> str:
    """The order that a head itself says: «Date (dd/mm/yyyy)»."""
    said = re.search(r"\b(d{1,2}|m{1,2}|j{1,2}|t{1,2})[./-](d{1,2}|m{1,2})[./-]", head.casefold())
    return "" if said is None else "mdy" if said[1][0] == "m" else "dmy"


def patterns(texts: Iterable[str], order: str) -> tuple[str, ...]:
    """The formats of days that are three numbers, one for each way in which they are set."""
    found: dict[str, None] = {}
    for text in texts:
        match = _numbers.fullmatch(text)
        if match is not None:
            sign, year = match["sign"], "%Y" if len(match["year"]) == 4 else "%y"
            first = f"%d{sign}%m{sign}" if order == "dmy" else f"%m{sign}%d{sign}"
            time = "" if not match["time"] else f"{match['time'][0]}%H:%M" + (":%S" if match["seconds"] else "")
            found[f"{first}{year}{time}"] = None
    return tuple(found)[:8]
