"""Codes of goods: digits as a table writes them (HS, CN8, NCM, HTS, eleven digits),
zeros that were lost, six digits of them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from tidewaiter.codelists.queries import list_view
from tidewaiter.trade.tables.columns import words

TOTAL = "TOTAL"
USUAL_SHARE = 0.05
"""From which share of a table's different codes a length counts as one that the table writes."""
_ODD_LEVELS = (1, 3, 5)
"""No nomenclature has codes of so many digits: chapters have two, headings four, subheadings six."""
LONGEST = 14
_dotted = re.compile(r"(\d{3,4})\.(\d)")
_filled = re.compile(r"[0-9][0-9 .\-/]*[A-Za-z]{0,2}")


@dataclass(frozen=True, slots=True)
class Product:
    """A code in digits alone, or `TOTAL`; whether the zero before it had been lost."""

    code: str
    mended: bool = False

    @property
    def level(self) -> int:
        """0 for all products, 2, 4, 6; 8 for a national code, which has more than six digits."""
        return 0 if self.code == TOTAL else min(len(self.code) // 2 * 2, 8) if len(self.code) != 7 else 8

    @property
    def subheading(self) -> str:
        """The code as it is compared between countries: its first six digits, or what it has."""
        return self.code if self.code == TOTAL else self.code[:6]


def digits_of(text: str) -> str:
    """The digits of a code; nothing for what is none. A dot of a heading that
    became a number («8542.3») has lost a 0.
    """
    said = text.strip()
    if said.lower() in words("all_products"):
        return TOTAL
    said = re.sub(r"(?<=\d)\.0$", "", said)
    if match := _dotted.fullmatch(said):
        said = f"{match[1]}{match[2]}0"
    if not _filled.fullmatch(said):
        return ""
    digits = re.sub(r"[^0-9]", "", said)
    return digits if len(digits) <= LONGEST else ""


def products_of(texts: Iterable[str]) -> dict[str, Product]:
    """What each of a table's different codes means; what is no code of goods is left out.

    A zero is put before a code only where it is shorter than the codes of its table (or has one, three or five digits,
    which none has), and where the list of the Harmonized System knows what comes of it.
    """
    digits = {text: code for text in texts if (code := digits_of(text))}
    codes = set(digits.values()) - {TOTAL}
    usual = _usual(codes)
    keeps = any(code.startswith("0") for code in codes)
    known = _known()
    found: dict[str, Product] = {}
    for text, code in digits.items():
        product = Product(code) if code == TOTAL else _mended(code, usual, keeps, known)
        if product.code == TOTAL or (len(product.code) >= 2 and len(product.code) not in _ODD_LEVELS):
            found[text] = product
    return found


def _usual(codes: set[str]) -> int:
    """The longest length that a good share of the codes has."""
    lengths = Counter(map(len, codes))
    return max((length for length, n in lengths.items() if n >= USUAL_SHARE * len(codes)), default=6)


def _mended(code: str, usual: int, keeps: bool, known: Callable[[str], bool]) -> Product:
    whole = f"0{code}"
    shorter = len(code) in _ODD_LEVELS or (len(code) == usual - 1 and len(code) > 6)
    if not shorter or not known(whole):
        return Product(code)
    if keeps and len(code) > 6 and known(code):
        return Product(code)  # the table keeps its zeros, and the code is one as it stands
    return Product(whole, mended=True)


def _known() -> Callable[[str], bool]:
    """Whether the list knows a code: its subheading, or the heading of another edition's subheading."""
    codes = list_view("hs").codes

    def known(code: str) -> bool:
        return (code if len(code) <= 4 else code[:4]) in codes or code[:6] in codes

    return known
