"""What stands in a column, told by its different values: numbers, days, years, codes of lists."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property, lru_cache

from tidewaiter.codelists.models import Label
from tidewaiter.codelists.queries import ListView, list_view
from tidewaiter.codelists.units import everyday, read_unit
from tidewaiter.foundation.readings.dates import looks_paired, month_of, pairs_of, read_date
from tidewaiter.foundation.readings.numbers import Number, alike, mark_in, read_number
from tidewaiter.foundation.readings.quantities import parts_of
from tidewaiter.foundation.text import fold
from tidewaiter.intake.proposals.words import shipped_words

VALUES = 80
"""Different values of a column that are read, those that stand most often first."""
LONGEST = 120
_year = re.compile(r"(?:FY\s?['’-]?\s?)?(?:19|20)\d{2}(?:\.0)?", re.IGNORECASE)
_plain_year = re.compile(r"(?:19|20)\d{2}(?:\.0)?")
_span = re.compile(r"(?:19|20)\d{2}\s?[/–-]\s?(?:\d{4}|\d{2})")
_short_fiscal = re.compile(r"(?:FY|AF|EF)\s?['’-]?\s?\d{2}", re.IGNORECASE)
_month_number = re.compile(r"0?[1-9](?:\.0)?|1[0-2](?:\.0)?")
_hs = re.compile(r"\d{2}(?:\d{2}){0,4}")
_compact = re.compile(r"(?:19|20)\d{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
_bare_number = re.compile(r"['’]?[\d\s]+(?:[.,]\d+)?")


class Contents:
    """One column: its values and how often each stands."""

    def __init__(self, head: str, cells: Iterable[str]) -> None:
        self.head = head
        counts = Counter(cells)
        self.counts: Counter[str] = Counter()
        for text, number in counts.items():
            said = text.strip()
            if said and said not in ("-", "–", "—", "N/A", "n/a", "null", "NULL"):
                self.counts[said] += number
        self.filled = sum(self.counts.values())

    @cached_property
    def texts(self) -> list[str]:
        """The values that are read, most frequent first."""
        return [text[:LONGEST] if len(text) > LONGEST else text for text, _ in self.counts.most_common(VALUES)]

    def samples(self, number: int = 3) -> list[str]:
        """Some values, as they were first seen."""
        return [text[:60] for text in list(self.counts)[:number]]

    def share(self, fits: Callable[[str], bool]) -> float:
        """The share of the values that are read for which `fits` holds."""
        return sum(map(fits, self.texts)) / len(self.texts) if self.texts else 0.0

    @cached_property
    def mark(self) -> str:
        """The decimal mark that the values tell: `.`, `,`, `?` where they contradict each other, or nothing."""
        return mark_in(self.texts)

    @cached_property
    def numbers(self) -> float:
        """The share that are numbers, with or without a sign of money."""
        mark = self.mark if self.mark in (".", ",") else ""
        return self.share(lambda text: _is_number(text, mark))

    @cached_property
    def is_count(self) -> bool:
        """Whether the rows are numbered: 1, 2, 3 …"""
        texts = [text.removesuffix(".0") for text in list(self.counts)[:VALUES]]
        first = int(texts[0]) if texts and texts[0] in ("0", "1") else -1
        return len(texts) > 2 and first >= 0 and texts == [str(first + at) for at in range(len(texts))]

    @cached_property
    def with_units(self) -> float:
        """The share that are quantities with their unit in the cell."""
        mark = self.mark if self.mark in (".", ",") else ""
        return self.share(lambda text: _has_unit(text, mark))

    @cached_property
    def days(self) -> float:
        """The share that are days or months of a year."""
        months = self.pairs == "months"
        return self.share(lambda text: is_dated(text) or (months and looks_paired(text)))

    @cached_property
    def pairs(self) -> str:
        """What a year and two digits mean here, «2024-01»: `months` or `years`, or nothing where no cell tells."""
        return pairs_of(self.counts)

    @cached_property
    def years(self) -> float:
        """The share that are a year alone, a fiscal one («2021/22») or one with a note («2025 (FYTD)»)."""
        months = self.pairs == "months"
        return self.share(
            lambda text: (
                bool(_year.match(text) or short_fiscal_year(text))
                and not is_dated(text)
                and not (months and looks_paired(text))
                and len(text) <= 14
            )
        )

    @cached_property
    def plain_years(self) -> float:
        """The share that are a year and nothing else."""
        return self.share(lambda text: _plain_year.fullmatch(text) is not None)

    @cached_property
    def short_fiscal(self) -> float:
        """The share that are a fiscal year of two digits: «FY22»."""
        return self.share(short_fiscal_year)

    @cached_property
    def says_fiscal(self) -> bool:
        """Whether most values say that they are fiscal years: «FY22», «FY2022»."""
        return self.share(lambda text: text[:2].upper() == "FY") > 0.5

    @cached_property
    def spans(self) -> float:
        """The share that are two years: fiscal ones."""
        return 0.0 if self.pairs == "months" else self.share(lambda text: _span.fullmatch(text) is not None)

    @cached_property
    def months(self) -> float:
        """The share that are a month's name or number."""
        return self.share(lambda text: month_of(text) > 0 or _month_number.fullmatch(text) is not None)

    @cached_property
    def tariff(self) -> float:
        """The share that are codes of a tariff, of two to ten digits, beginning with a heading that is."""
        headings = _headings()
        return self.share(lambda text: _is_tariff(text, headings))

    @cached_property
    def length(self) -> float:
        """Signs of a value in the middle."""
        return sum(map(len, self.texts)) / len(self.texts) if self.texts else 0.0

    @cached_property
    def unlike(self) -> float:
        """Different values of all: 1 where none stands twice."""
        return len(self.counts) / self.filled if self.filled else 0.0

    @cached_property
    def places(self) -> float:
        """The share that are names of places of UN/LOCODE and of no country."""
        names = {fold(text)[:200] for text in self.texts[:40]} - {""}
        labels = Label.objects.filter(list_id="unlocode", folded__in=names)
        found = set(labels.values_list("folded", flat=True).distinct())
        return len(found) / len(names) if names else 0.0

    @cached_property
    def regions(self) -> float:
        """The share that are parts of the world, which are nobody's office."""
        return self.share(lambda text: fold(text) in _world_regions())

    def known(self, name: str) -> float:
        """The share that a list knows, by code or name."""
        return _known_share(name, tuple(self.texts))


@lru_cache(maxsize=512)
def _known_share(name: str, texts: tuple[str, ...]) -> float:
    view = list_view(name)
    taken = sum(bool(codes_in(view, text)) for text in texts)
    return taken / len(texts) if texts else 0.0


def codes_in(view: ListView, text: str) -> Sequence[str]:
    """The codes that a text is or names in a list; nothing is proposed."""
    said = text.strip()[:200]
    if view.name == "unit":
        found = read_unit(said, everyday(view))
        return (found.value,) if found.value else found.several
    exact = view.by_upper.get(said.upper())
    if exact is not None and not (said.isdigit() and view.name in ("country", "substance", "unit")):
        return (exact,)
    return () if said.isdigit() and view.name != "mode" else view.named(said)


@lru_cache(maxsize=1)
def _world_regions() -> frozenset[str]:
    return frozenset(fold(text) for text in shipped_words()["world_regions"]["cells"])


@lru_cache(maxsize=1)
def _headings() -> frozenset[str]:
    return frozenset(code[:4] for code in list_view("hs").codes)


def _is_tariff(text: str, headings: frozenset[str]) -> bool:
    said = re.sub(r"[.\s]", "", text.removesuffix(".0"))
    return _hs.fullmatch(said) is not None and len(said) >= 4 and said[:4] in headings


def _is_number(text: str, mark: str) -> bool:
    found = read_number(text, mark, money=True)
    return found.value is not None or bool(found.several)


def _has_unit(text: str, mark: str) -> bool:
    if isinstance(text, Number) or not any(sign.isalpha() for sign in text):
        return False
    found = parts_of(text, mark)
    return found.value is not None and all(word for _number, word in found.value)


def short_fiscal_year(text: str) -> bool:
    """Whether a cell is a fiscal year of two digits: «FY22», «FY '22»."""
    return _short_fiscal.fullmatch(text.strip()) is not None


def is_dated(text: str) -> bool:
    """Whether a text is a day or a month of a year; a bare number is none but where it is written as 20240113."""
    said = alike(text)
    if _compact.fullmatch(said):
        return True
    if isinstance(text, Number) or _bare_number.fullmatch(said) or _span.fullmatch(said):
        return False
    found = read_date(said)
    return bool(found.several) or (found.value is not None and found.value.precision != "year")
