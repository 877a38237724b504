"""Accounts that money goes to: IBANs, wallets, numbers of banks without either; checked where they can be.

Sources: ISO 13616 (IBAN) and the registries that schwifty ships, ISO 9362 (BIC), ISO 17442 (LEI), RFC 4122 version 4
(UETR, as SWIFT gpi uses it), BIP 173 and base58check (Bitcoin), EIP-55 (Ethereum: its check lies in the case of the
letters and needs Keccak, so that the shape alone is looked at, and said).
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256

from django.utils.translation import gettext as _
from schwifty import BIC, IBAN
from schwifty.exceptions import SchwiftyException
from stdnum import bitcoin, lei

from tidewaiter.foundation.refusals import BadInput

_between = re.compile(r"[\s\u00a0\u202f.\-–]+")
_iban = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{8,30}", re.ASCII)
_ethereum = re.compile(r"0x[0-9a-fA-F]{40}", re.ASCII)
_tron = re.compile(r"T[1-9A-HJ-NP-Za-km-z]{33}", re.ASCII)
_bitcoin = re.compile(r"(bc1[ac-hj-np-z02-9]{11,71}|[13][1-9A-HJ-NP-Za-km-z]{25,34})", re.ASCII)
_number = re.compile(r"[A-Z0-9]{4,34}", re.ASCII)
_uetr = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", re.ASCII)
_BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
IBAN_KIND, WALLET, NUMBER = "iban", "wallet", "account"


@dataclass(frozen=True, slots=True)
class Account:
    """An account as it is kept: one spelling, and what its number alone tells."""

    kind: str
    """`iban`, `wallet` or `account` (a number that only its bank understands)."""
    value: str
    country: str = ""
    """ISO 3166-1, where the number says it."""
    bank: str = ""
    bic: str = ""
    chain: str = ""
    """Of a wallet: `bitcoin`, `ethereum`, `tron`."""
    checked: bool = True
    """Whether check digits were there and right."""


def read_account(said: str) -> Account:
    """The account that a person typed, or pasted.

    Raises `BadInput` where check digits do not fit, or where it is none: what was found, and what would do.
    """
    plain = said.strip()
    if wallet := _wallet(plain):
        return wallet
    number = _between.sub("", plain).upper()
    if _iban.fullmatch(number):
        return _read_iban(number)
    if not _number.fullmatch(number) or not any(sign.isdigit() for sign in number):
        raise BadInput(
            "account",
            _("«%(said)s» is no account: give an IBAN, a wallet, or the number that the bank uses.")
            % {"said": plain[:40]},
        )
    return Account(NUMBER, number, checked=False)


def _read_iban(number: str) -> Account:
    try:
        iban = IBAN(number)
    except SchwiftyException as wrong:
        raise BadInput("account", _why_not(number, wrong)) from wrong
    return Account(IBAN_KIND, str(iban), iban.country_code, iban.bank_name or "", str(iban.bic or ""))


def _why_not(number: str, wrong: SchwiftyException) -> str:
    kind = type(wrong).__name__
    said = {"said": number[:40]}
    if kind == "InvalidCountryCode":
        return _("«%(said)s» begins like an IBAN, but its country has none.") % said
    if kind == "InvalidLength":
        return _("«%(said)s» is too long or too short for an IBAN of its country: a sign is missing, or twice.") % said
    if kind == "InvalidStructure":
        return _("«%(said)s» has a letter where an IBAN of its country has a digit, or the other way round.") % said
    return _("The check digits of «%(said)s» do not fit: one sign is wrong, or two are exchanged.") % said


def _wallet(said: str) -> Account | None:
    """A wallet, or nothing. Raises `BadInput` where it has the shape of one and its check does not fit."""
    if _ethereum.fullmatch(said):
        return Account(WALLET, said, chain="ethereum", checked=False)
    if _tron.fullmatch(said):
        if _base58_fits(said):
            return Account(WALLET, said, chain="tron")
        raise BadInput("account", _wrong_wallet(said))
    if _bitcoin.fullmatch(said):
        if bitcoin.is_valid(said):
            return Account(WALLET, said, chain="bitcoin")
        if said.startswith("bc1") or not said.isdigit():
            raise BadInput("account", _wrong_wallet(said))
    return None


def _wrong_wallet(said: str) -> str:
    return _("The check of the wallet «%(said)s» does not fit: copy it again, whole.") % {"said": said[:40]}


def _base58_fits(said: str) -> bool:
    """Whether the last four bytes are the double SHA-256 of those before (base58check)."""
    number = 0
    for sign in said:
        number = number * 58 + _BASE58.index(sign)
    whole = number.to_bytes(25, "big")
    return sha256(sha256(whole[:-4]).digest()).digest()[:4] == whole[-4:]


@dataclass(frozen=True, slots=True)
class Bank:
    """What a BIC alone tells."""

    bic: str
    country: str
    name: str
    """Of the registries at hand, or nothing."""


def read_bic(said: str) -> Bank:
    """A bank by its BIC (ISO 9362). Raises `BadInput`."""
    try:
        bic = BIC(_between.sub("", said).upper())
    except SchwiftyException as wrong:
        raise BadInput(
            "bic", _("«%(said)s» is no BIC: it has 8 or 11 signs, as in DEUTDEFF.") % {"said": said[:20]}
        ) from wrong
    names = bic.bank_names
    return Bank(str(bic), bic.country_code, names[0] if names else "")


def read_lei(said: str) -> str:
    """A Legal Entity Identifier (ISO 17442). Raises `BadInput`."""
    if not lei.is_valid(said):
        raise BadInput(
            "lei", _("«%(said)s» is no LEI: it has 20 signs, the last two are its check.") % {"said": said[:30]}
        )
    return str(lei.compact(said))


def read_uetr(said: str) -> str:
    """A unique end-to-end transaction reference, in small letters. Raises `BadInput`."""
    text = said.strip().lower()
    if not _uetr.fullmatch(text):
        raise BadInput(
            "uetr",
            _("«%(said)s» is no UETR: it looks like 97ed4827-7b6f-4491-a06f-b548d5a7512d. The bank finds it.")
            % {"said": said[:40]},
        )
    return text


def short(value: str) -> str:
    """An account as a page shows it to whoever need not copy it: its beginning and its end."""
    return value if len(value) <= 12 else f"{value[:4]} … {value[-4:]}"
