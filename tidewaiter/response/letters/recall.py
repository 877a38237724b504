"""ISO 20022 camt.056.001.12: the cancellation request of a payment.

The desk prepares it for the victim's bank, which sends it: identifiers of parties are the banks' BICs. Where one is not
known the message says so by `NOTPROVIDED`, as the usage guidelines of the payment networks do.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from django.utils.translation import gettext as _
from lxml import etree

from tidewaiter.foundation.refusals import BadInput
from tidewaiter.response.models import Alarm, Leg

NAMESPACE = "urn:iso:std:iso:20022:tech:xsd:camt.056.001.12"
COINS = frozenset({"BTC", "ETH", "TRX"})
FRAUD = "FRAD"
"""ExternalCancellationReason1Code: requested because the payment was fraudulent."""


def recall_message(*, alarm: Alarm, leg: Leg, moment: datetime) -> bytes:
    """The recall of one payment as XML. Raises `BadInput` where the message could not be valid."""
    if len(leg.currency) != 3 or leg.currency in COINS:
        raise BadInput("currency", _("A bank recalls payments in currencies of ISO 4217, no coins."))
    places = -int(leg.amount.normalize().as_tuple().exponent)
    if places > 5:
        raise BadInput("amount", _("A recall takes amounts of at most five places."))
    plain: Any = {None: NAMESPACE}
    root = etree.Element(f"{{{NAMESPACE}}}Document", nsmap=plain)
    request = _under(root, "FIToFIPmtCxlReq")
    case = alarm.reference.replace("/", "-")
    assignment = _under(request, "Assgnmt")
    _text(assignment, "Id", f"{case}-{leg.number}"[:35])
    _agent(_under(assignment, "Assgnr"), leg.from_bic, leg.from_bank)
    _agent(_under(assignment, "Assgne"), leg.via_bic or leg.to_bic, leg.to_bank)
    _text(assignment, "CreDtTm", moment.strftime("%Y-%m-%dT%H:%M:%S+00:00"))
    under = _under(request, "Undrlyg")
    payment = _under(under, "TxInf")
    _text(payment, "CxlId", uuid5(NAMESPACE_URL, f"{alarm.ref}/{leg.number}").hex[:35])
    kase = _under(payment, "Case")
    _text(kase, "Id", case[:35])
    _agent(_under(kase, "Cretr"), leg.from_bic, leg.from_bank)
    if leg.uetr:
        _text(payment, "OrgnlUETR", leg.uetr)
    amount = _text(payment, "OrgnlIntrBkSttlmAmt", _amount(leg.amount))
    amount.set("Ccy", leg.currency)
    if leg.sent_at:
        _text(payment, "OrgnlIntrBkSttlmDt", leg.sent_at.strftime("%Y-%m-%d"))
    reason = _under(payment, "CxlRsnInf")
    _text(_under(reason, "Rsn"), "Cd", FRAUD)
    for line in (f"Fraud reported to the authorities, reference {alarm.reference}.",):
        _text(reason, "AddtlInf", line[:105])
    parties = [(name, said) for name, said in (("Dbtr", leg.from_party), ("Cdtr", leg.to_party)) if said.get("name")]
    if parties:
        original = _under(payment, "OrgnlTxRef")
        for name, said in parties:
            _party(_under(original, name), said)
    return etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)


def _amount(amount: Decimal) -> str:
    whole = amount.normalize()
    return f"{whole.quantize(Decimal('0.01')):f}" if whole == whole.quantize(Decimal("0.01")) else f"{whole:f}"


def _under(parent: Any, name: str) -> Any:
    return etree.SubElement(parent, f"{{{NAMESPACE}}}{name}")


def _text(parent: Any, name: str, value: str) -> Any:
    element = _under(parent, name)
    element.text = value
    return element


def _party(element: Any, said: Mapping[str, str]) -> None:
    """Payer or payee as FATF recommendation 16 has them: name, address, the identifier of a firm."""
    party = _under(element, "Pty")
    _text(party, "Nm", said["name"][:140])
    if said.get("town") or said.get("country") or said.get("address"):
        address = _under(party, "PstlAdr")
        for name, value in (("TwnNm", said.get("town", "")[:35]), ("Ctry", said.get("country", ""))):
            if value:
                _text(address, name, value)
        if said.get("address"):
            _text(address, "AdrLine", said["address"][:70])
    if said.get("lei"):
        _text(_under(_under(party, "Id"), "OrgId"), "LEI", said["lei"])


def _agent(party: Any, bic: str, name: str) -> None:
    """A bank: by its BIC, else by its name, else as not provided."""
    bank = _under(_under(party, "Agt"), "FinInstnId")
    if bic:
        _text(bank, "BICFI", bic)
    else:
        _text(bank, "Nm", name[:140] or "NOTPROVIDED")
