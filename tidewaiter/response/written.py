"""What a person typed of an alarm and its payments, read: each value understood, or said why not."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo, available_timezones

from django.utils.translation import gettext as _

from tidewaiter.codelists.countries import Countries
from tidewaiter.codelists.currencies import read_currency
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.readings.numbers import read_number
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.foundation.typed_fields import TypedFields, WrongFields
from tidewaiter.response.payments.accounts import WALLET, read_account, read_bic, read_lei, read_uetr
from tidewaiter.response.words import FRAUD_KINDS, METHODS

LONGEST_TEXT, LONGEST_NAME = 10_000, 200
FURTHEST = timedelta(days=3650)
LARGEST = Decimal("1e15")
COINS = ("BTC", "ETH", "USDT", "USDC", "TRX")
"""Units of wallets, beside the currencies of ISO 4217."""
LEG_FIELDS = (
    *("after", "method", "from_bank", "from_bic", "from_country", "from_account", "from_name", "from_address"),
    *("via_bic", "to_bank", "to_bic", "to_country", "to_account", "to_name", "to_address"),
    *(f"{which}_{name}" for which in ("from", "to") for name in ("town", "home", "born", "number", "lei")),
    *("currency", "amount", "sent_at", "uetr"),
)
"""With payer and payee as FATF recommendation 16 (June 2025) asks for them, and what identifies a firm."""


class Reader(TypedFields):
    """The fields of an alarm, whose moments are read in the zone of its place."""

    def __init__(self, said: Mapping[str, Any], zone: str) -> None:
        super().__init__(said)
        self.zone = zone


def read_alarm(said: Mapping[str, Any], zone: str) -> dict[str, Any]:
    """The columns of an alarm. Raises `WrongFields`."""
    reader = Reader(said, _zone(said, zone))
    reader.needed("victim", _("Who lost the money: a firm's or a person's name."))
    reader.needed("amount", _("How much was sent."))
    reader.needed("currency", _("In which currency."))
    reported = reader.read("reported_at", reader_of_moments(reader.zone), now())
    made = {
        "kind": reader.read("kind", FRAUD_KINDS.reader(), "payment_diversion"),
        "victim": reader.read("victim", _line(LONGEST_NAME), ""),
        "victim_kind": reader.read("victim_kind", _one_of(("company", "person")), "company"),
        "victim_country": reader.read("victim_country", read_country, ""),
        "victim_contact": reader.read("victim_contact", _line(300), ""),
        "summary": reader.read("summary", read_text, ""),
        "currency": reader.read("currency", read_unit, ""),
        "amount": reader.read("amount", read_money, Decimal(0)),
        "dollars": reader.read("dollars", read_money, None),
        "zone": reader.zone,
        "transferred_at": reader.read("transferred_at", reader_of_moments(reader.zone), None),
        "detected_at": reader.read("detected_at", reader_of_moments(reader.zone), None),
        "reported_at": reported,
        "recall_at": reader.read("recall_at", reader_of_moments(reader.zone), None),
    }
    _in_order(made, reader)
    reader.done()
    if made["currency"] == "USD":
        made["dollars"] = made["amount"]
    return made


def _zone(said: Mapping[str, Any], zone: str) -> str:
    text = str(said.get("zone") or "").strip() or zone
    if text not in _zones():
        raise WrongFields(
            {"zone": _("«%(zone)s» is no time zone: write Africa/Nairobi, Europe/Vilnius.") % {"zone": text[:40]}}
        )
    return text


@cache
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())


def _in_order(made: dict[str, Any], reader: Reader) -> None:
    """A payment is detected and recalled after it went."""
    sent = made["transferred_at"]
    for name in ("detected_at", "recall_at"):
        if sent and made[name] and made[name] < sent:
            reader.wrong.setdefault(name, _("This is before the payment went: look at both times, and their zone."))


def read_leg(said: Mapping[str, Any], zone: str, currency: str) -> dict[str, Any]:
    """The columns of a payment. Raises `WrongFields`."""
    reader = Reader(said, zone)
    reader.needed("to_account", _("The account or the wallet that the money went to."))
    reader.needed("amount", _("How much was sent."))
    to = reader.read("to_account", read_account, None)
    origin = reader.read("from_account", read_account, None)
    bank, its_bank = reader.read("to_bic", read_bic, None), reader.read("from_bic", read_bic, None)
    via = reader.read("via_bic", read_bic, None)
    made = {
        "method": reader.read("method", METHODS.reader(), "wallet" if to and to.kind == WALLET else "wire"),
        "from_bank": reader.read("from_bank", _line(LONGEST_NAME), its_bank.name if its_bank else ""),
        "from_bic": its_bank.bic if its_bank else (origin.bic if origin else ""),
        "from_country": reader.read("from_country", read_country, "")
        or (its_bank.country if its_bank else origin.country if origin else ""),
        "from_account": origin.value if origin else "",
        "from_party": _party(reader, "from"),
        "via_bic": via.bic if via else "",
        "to_bank": reader.read("to_bank", _line(LONGEST_NAME), "")
        or ((bank.name if bank else "") or (to.bank if to else "")),
        "to_bic": bank.bic if bank else (to.bic if to else ""),
        "to_country": reader.read("to_country", read_country, "")
        or (bank.country if bank else to.country if to else ""),
        "to_account": to.value if to else "",
        "to_kind": to.kind if to else "",
        "to_party": _party(reader, "to"),
        "currency": reader.read("currency", read_unit, currency),
        "amount": reader.read("amount", read_money, Decimal(0)),
        "sent_at": reader.read("sent_at", reader_of_moments(zone), None),
        "uetr": reader.read("uetr", read_uetr, ""),
    }
    if to and bank and to.country and bank.country != to.country:
        reader.wrong.setdefault(
            "to_bic",
            _("The account is of %(country)s, the bank of %(other)s: one of the two is not what it should be.")
            % {"country": to.country, "other": bank.country},
        )
    reader.done()
    return made


def _party(reader: Reader, which: str) -> dict[str, str]:
    """One of them, of what was typed."""
    said = {
        "name": reader.read(f"{which}_name", _line(LONGEST_NAME), ""),
        "address": reader.read(f"{which}_address", _line(300), ""),
        "town": reader.read(f"{which}_town", _line(100), ""),
        "country": reader.read(f"{which}_home", read_country, ""),
        "born": reader.read(f"{which}_born", _birth, ""),
        "number": reader.read(f"{which}_number", _line(60), ""),
        "lei": reader.read(f"{which}_lei", read_lei, ""),
    }
    return {name: value for name, value in said.items() if value}


def read_parties(said: Mapping[str, Any]) -> tuple[dict[str, str], dict[str, str]]:
    """Payer and payee of a payment. Raises `WrongFields`."""
    reader = Reader(said, "UTC")
    both = _party(reader, "from"), _party(reader, "to")
    reader.done()
    return both


def _birth(said: str) -> str:
    """A day of birth, or its year."""
    try:
        year = int(said) if len(said) == 4 and said.isascii() and said.isdigit() else date.fromisoformat(said).year
    except ValueError as error:
        raise BadInput(
            "born", _("«%(said)s» is no day of birth: write 1981-04-23, or 1981.") % {"said": said[:20]}
        ) from error
    if not 1900 <= year <= now().year:
        raise BadInput("born", _("«%(said)s» is no day of birth: write 1981-04-23, or 1981.") % {"said": said[:20]})
    return said


def lacking_of(party: Mapping[str, str]) -> list[str]:
    """What FATF R.16 asks of a party to a payment across borders above 1,000 US dollars or euros and nobody has named:
    name, address (town and country at least), of a person the birth, of a firm an identifier.
    """
    lacks = [] if party.get("name") else ["name"]
    lacks += [] if party.get("address") or (party.get("town") and party.get("country")) else ["address"]
    return lacks + ([] if party.get("born") or party.get("lei") or party.get("number") else ["born"])


def read_money(said: str) -> Decimal:
    """An amount above nothing, as people write it. Raises `BadInput`; several meanings are asked about."""
    reading = read_number(said, money=True, point=False)
    if reading.several:
        both = " / ".join(f"{one:,}" for one in reading.several)
        raise BadInput(
            "amount", _("«%(said)s» can be %(both)s: write it without grouping.") % {"said": said[:30], "both": both}
        )
    if reading.value is None:
        raise BadInput("amount", _("«%(said)s» is no amount: write 1240000 or 1,240,000.00.") % {"said": said[:30]})
    if not 0 < reading.value <= LARGEST:
        raise BadInput("amount", _("An amount lies above nothing, and below a million milliards."))
    if -int(reading.value.as_tuple().exponent) > 8:
        raise BadInput("amount", _("An amount has at most eight places."))
    return reading.value


def read_unit(said: str) -> str:
    """A currency of ISO 4217, or a unit of wallets. Raises `BadInput`."""
    if said.upper() in COINS:
        return said.upper()
    reading = read_currency(said)
    if reading.several:
        raise BadInput(
            "currency",
            _("«%(said)s» is of several: %(codes)s. Which?")
            % {"said": said[:30], "codes": ", ".join(reading.several[:8])},
        )
    if reading.value is None:
        raise BadInput("currency", _("«%(said)s» is no currency: write USD, EUR, KES, BTC.") % {"said": said[:30]})
    return reading.value


def read_country(said: str) -> str:
    """A country's code. Raises `BadInput`; several meanings are asked about."""
    reading = Countries().reading(said)
    if reading.several:
        codes = ", ".join(reading.several[:6])
        raise BadInput("country", _("«%(said)s» can be %(codes)s: which?") % {"said": said[:40], "codes": codes})
    if not reading.value:
        raise BadInput("country", _("«%(said)s» is no country: write its name, or two letters.") % {"said": said[:40]})
    return reading.value


def reader_of_moments(zone: str) -> Callable[[str], datetime]:
    """Reads moments of the past; one without an offset is the wall-clock time of `zone`."""

    def read(said: str) -> datetime:
        try:
            moment = datetime.fromisoformat(said.strip())
        except ValueError as error:
            raise BadInput(
                "moment", _("«%(said)s» is no moment: write 2026-11-26 19:12.") % {"said": said[:40]}
            ) from error
        if moment.tzinfo is None:
            moment = on_the_wall(moment, zone)
        moment = moment.astimezone(UTC)
        if not now() - FURTHEST < moment <= now() + timedelta(minutes=5):
            raise BadInput(
                "moment", _("«%(said)s» lies ahead, or long ago: look at day and zone.") % {"said": said[:40]}
            )
        return moment

    return read


def on_the_wall(moment: datetime, zone: str) -> datetime:
    """A wall-clock time of a zone as a moment. Raises `BadInput` where that night it came twice, or never."""
    first, second = (moment.replace(tzinfo=ZoneInfo(zone), fold=fold) for fold in (0, 1))
    if first.utcoffset() == second.utcoffset():
        return first
    said = {"said": f"{moment:%Y-%m-%d %H:%M}", "zone": zone}
    if first.astimezone(UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None, fold=0) != moment.replace(fold=0):
        raise BadInput("moment", _("%(said)s was no time in %(zone)s: clocks went forward that night.") % said)
    both = f"{first.isoformat(timespec='minutes')}, {second.isoformat(timespec='minutes')}"
    sentence = _("%(said)s came twice in %(zone)s: clocks went back that night. Write one of %(both)s.")
    raise BadInput("moment", sentence % (said | {"both": both}))


def read_before(said: str) -> datetime | None:
    """The moment before which a list goes on, with its offset. Raises `BadInput`."""
    if not said:
        return None
    try:
        moment = datetime.fromisoformat(said.replace(" ", "+"))
    except ValueError:
        moment = None
    if moment is None or moment.tzinfo is None:
        raise BadInput("before", _("«%(said)s» is no moment.") % {"said": said[:40]})
    return moment


def read_text(said: str) -> str:
    """A longer text. Raises `BadInput`."""
    return _clean(said, LONGEST_TEXT, lines=True)


def _line(longest: int) -> Callable[[str], str]:
    return lambda said: _clean(said, longest)


def _clean(said: str, longest: int, *, lines: bool = False) -> str:
    text = unicodedata.normalize("NFC", said.replace("\r\n", "\n")).strip()
    if len(text) > longest:
        raise BadInput("text", _("At most %(n)s signs stand here.") % {"n": longest})
    allowed = "\n\t" if lines else ""
    if any(unicodedata.category(sign) in ("Cs", "Cc") and sign not in allowed for sign in text):
        raise BadInput("text", _("There are signs in it that nobody can read: write it anew."))
    return text


def _one_of(allowed: Any) -> Callable[[str], str]:
    def read(said: str) -> str:
        if said not in allowed:
            raise BadInput(
                "choice", _("«%(said)s» is none of %(all)s.") % {"said": said[:40], "all": ", ".join(sorted(allowed))}
            )
        return said

    return read
