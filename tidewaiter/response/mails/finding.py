"""Accounts, links and references in a text: offered to a person, never trusted."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from stdnum import bitcoin, iban

MOST, SCANNED = 200, 2_000_000
"""Things of a kind that are told; signs of a text that are looked at."""
_iban = re.compile(r"(?<![A-Za-z0-9])([A-Za-z]{2}[0-9]{2}(?:[ \u00a0.-]?[A-Za-z0-9]){11,32})", re.ASCII)
_bitcoin = re.compile(r"(?<![A-Za-z0-9])(bc1[ac-hj-np-z02-9]{11,71}|[13][1-9A-HJ-NP-Za-km-z]{25,34})(?![A-Za-z0-9])")
_ethereum = re.compile(r"(?<![A-Za-z0-9])0x[0-9a-fA-F]{40}(?![A-Za-z0-9])", re.ASCII)
_tron = re.compile(r"(?<![A-Za-z0-9])T[1-9A-HJ-NP-Za-km-z]{33}(?![A-Za-z0-9])", re.ASCII)
_bic = re.compile(
    r"\b(?:BIC|SWIFT)(?:[ /-]?(?:BIC|SWIFT|code|no))*\W{1,5}([A-Za-z]{6}[A-Za-z0-9]{2}(?:[A-Za-z0-9]{3})?)\b"
)
_uetr = re.compile(r"\b[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}\b", re.IGNORECASE | re.ASCII)
_number = re.compile(
    r"\b(?:account|acct|a/c|konto|cuenta|compte|conta|rekening|akaunti|счет|счёт|حساب|账号|帳號)"
    r"(?:[ \t]*(?:no|number|nr|número|numéro|n°|#|номер|رقم)\.?)?[ \t]*[:#：]?[ \t]*([0-9][0-9 -]{4,30}[0-9])",
    re.IGNORECASE,
)
_amount = re.compile(
    r"(?:\b(USD|EUR|GBP|CHF|JPY|CNY|KES|XOF|XAF|ZAR|BRL|MXN|INR|AED|SAR|SGD|HKD|AUD|CAD|SEK|NOK|DKK|PLN|GEL)|([$€£¥]))"
    r"[ \u00a0]?([0-9][0-9.,' \u00a0\u202f]{0,20}[0-9])"
)
_MONEY = {"$": "", "€": "EUR", "£": "GBP", "¥": ""}


def accounts_in(text: str) -> list[dict[str, str]]:
    """IBANs and wallets whose check fits, then numbers that a word calls an account, as the text writes them."""
    text = text[:SCANNED]
    found: dict[str, dict[str, str]] = {}
    for value, kind in _known(text):
        found.setdefault(value, {"kind": kind, "value": value})
    taken = {re.sub(r"\D", "", value) for value in found}
    for hit in _number.finditer(text):
        digits = re.sub(r"[ -]", "", hit[1])
        if not any(digits in one for one in taken):
            found.setdefault(digits, {"kind": "account", "value": digits})
    return list(found.values())[:MOST]


def _known(text: str) -> Iterator[tuple[str, str]]:
    for hit in _iban.finditer(text):
        if whole := _longest_iban(hit[1]):
            yield whole, "iban"
    for hit in _bitcoin.finditer(text):
        if bitcoin.is_valid(hit[0]):
            yield hit[0], "wallet"
    for pattern in (_ethereum, _tron):
        for hit in pattern.finditer(text):
            yield hit[0], "wallet"


def _longest_iban(said: str) -> str:
    """The IBAN with which a run of signs begins: words that follow may have run into it."""
    number = re.sub(r"[^A-Za-z0-9]", "", said).upper()
    for length in range(min(34, len(number)), 14, -1):
        if iban.is_valid(number[:length]):
            return number[:length]
    return ""


def bics_in(text: str) -> list[str]:
    """What a word calls a BIC, of the right shape."""
    return list(dict.fromkeys(hit[1].upper() for hit in _bic.finditer(text[:SCANNED])))[:MOST]


def uetrs_in(text: str) -> list[str]:
    """References of payments, in small letters."""
    return list(dict.fromkeys(hit[0].lower() for hit in _uetr.finditer(text[:SCANNED])))[:MOST]


def amounts_in(text: str) -> list[dict[str, Any]]:
    """Amounts beside a currency, as the text writes them; a sign that several currencies use names none."""
    found = [
        {"currency": hit[1] or _MONEY[hit[2]], "said": hit[3].strip(" .,'\u00a0\u202f")}
        for hit in _amount.finditer(text[:SCANNED])
    ]
    return [dict(pairs) for pairs in dict.fromkeys(tuple(one.items()) for one in found)][:MOST]
