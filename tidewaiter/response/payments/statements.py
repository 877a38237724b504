"""Payments that a pasted bank statement names: offered to a person, never trusted.

Read are the fields of a SWIFT message as banks print it (MT103: `:32A:`, `:57A:`, `:59:`, `:121:`) and lines with an
account and an amount. What could not be told apart is said as a doubt, and nothing is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any

from django.utils.translation import gettext as _

from tidewaiter.foundation.budgets import over
from tidewaiter.foundation.limits import most
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.response.mails.finding import accounts_in, amounts_in, bics_in, uetrs_in
from tidewaiter.response.payments.accounts import read_account

MOST_LINES, MOST_OFFERED = 2_000, 100
_tag = re.compile(r"^:(\d{2}[A-Z]?):", re.MULTILINE)
_value = re.compile(r"(\d{6})([A-Z]{3})([0-9]+,[0-9]*)")
_bic = re.compile(r"\b([A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?)\b")
_day = re.compile(r"\b(20\d{2}-\d{2}-\d{2})\b")
_grouped = re.compile(
    r"(?<![\w.,])([0-9]{1,3}(?:[., '\u00a0\u202f][0-9]{3})+(?:[.,][0-9]{2})?|[0-9]+[.,][0-9]{2})(?![\w.,])"
)


@dataclass(slots=True)
class Offered:
    """A payment as the statement seems to say it; every value is a text, to be confirmed."""

    line: str
    to_account: str = ""
    to_bic: str = ""
    to_name: str = ""
    amount: str = ""
    currency: str = ""
    day: str = ""
    uetr: str = ""
    doubts: list[str] = field(default_factory=list)

    def said(self) -> dict[str, Any]:
        """As pages and programs get it."""
        return asdict(self)


def payments_in(text: str) -> list[Offered]:
    """The payments out that a statement names. Raises `OverLimit`, `BadInput` where none can be told."""
    if len(text.encode()) > most("statement_bytes"):
        raise over("statement_bytes")
    found = list(_of_swift(text)) or list(_of_lines(text))
    if not found:
        raise BadInput(
            "statement", _("No line names an account and an amount: paste the lines of the payment, or type it below.")
        )
    return found[:MOST_OFFERED]


def _of_swift(text: str) -> Iterator[Offered]:
    """Each message begins with its amount (`:32A:`)."""
    tags = list(_tag.finditer(text))
    fields: list[tuple[str, str]] = []
    for at, one in enumerate(tags):
        end = tags[at + 1].start() if at + 1 < len(tags) else len(text)
        fields.append((one[1], text[one.end() : end].strip()))
    for at, (tag, value) in enumerate(fields):
        if tag == "32A" and (hit := _value.search(value)):
            rest = fields[at + 1 :]
            until = next((n for n, (name, _value_) in enumerate(rest) if name == "32A"), len(rest))
            yield _swift(hit, dict(reversed(rest[:until])), text)


def _swift(hit: re.Match[str], fields: dict[str, str], text: str) -> Offered:
    payee = (fields.get("59") or fields.get("59A") or fields.get("59F") or "").splitlines()
    account = payee[0].lstrip("/").strip() if payee and payee[0].startswith("/") else ""
    made = Offered(
        line=hit[0],
        to_account=account,
        to_name=re.sub(r"^1/", "", payee[1 if account else 0]).strip() if len(payee) > bool(account) else "",
        amount=hit[3].rstrip(","),
        currency=hit[2],
        day=_six(hit[1]),
        uetr=next(iter(uetrs_in(fields.get("121", ""))), "") or next(iter(uetrs_in(text)), ""),
    )
    bank = _bic.search(fields.get("57A", ""))
    made.to_bic = bank[1] if bank else ""
    return _doubted(made)


def _six(said: str) -> str:
    try:
        return date(2000 + int(said[:2]), int(said[2:4]), int(said[4:])).isoformat()
    except ValueError:
        return ""


def _of_lines(text: str) -> Iterator[Offered]:
    for line in text.splitlines()[:MOST_LINES]:
        plain = " ".join(line.split())[:500]
        accounts = _accounts(plain)
        if not accounts:
            continue
        rest = plain
        for one in accounts:
            rest = re.sub(r"[ .-]?".join(map(re.escape, one["value"])), " ", rest, flags=re.IGNORECASE)
        rest = _day.sub(" ", rest)
        named = amounts_in(rest)
        sums = [one["said"] for one in named] or [hit[1].strip() for hit in _grouped.finditer(rest)]
        currencies = {one["currency"] for one in named} - {""}
        day = _day.search(plain)
        made = Offered(
            line=plain,
            to_account=accounts[0]["value"],
            to_bic=next(iter(bics_in(plain)), ""),
            amount=sums[0] if sums else "",
            currency=currencies.pop() if len(currencies) == 1 else "",
            day=day[1] if day else "",
            uetr=next(iter(uetrs_in(plain)), ""),
        )
        if len(accounts) > 1:
            made.doubts.append(_("two accounts stand in the line: which one was paid?"))
        if len(set(sums)) > 1:
            made.doubts.append(_("two amounts stand in the line: one may be the balance"))
        if made.amount:
            yield _doubted(made)


def _accounts(line: str) -> list[dict[str, str]]:
    """IBANs and wallets of a line, then numbers that it calls an account, without the amount that follows one."""
    known = [one for one in accounts_in(line) if one["kind"] != "account"]
    return known or accounts_in(_grouped.sub("|", line))


def _doubted(made: Offered) -> Offered:
    try:
        read_account(made.to_account)
    except BadInput as wrong:
        made.doubts.append(wrong.sentence)
    if not made.currency:
        made.doubts.append(_("the currency is not said"))
    return made
