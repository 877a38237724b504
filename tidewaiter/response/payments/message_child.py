"""Reads a bank's answer in a process of its own: `python -m tidewaiter.response.payments.message_child FILE`.

ISO 20022 camt.029 (resolution of an investigation: what became of the recall) and pacs.004 (a payment is returned), of
any version: elements are found by their names, whatever the version of their namespace.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from lxml import etree

from tidewaiter.foundation.child_errors import gettext_noop, refuse, refuse_over, tell
from tidewaiter.foundation.limits import most

MOST_ITEMS = 500
ROOTS = {"RsltnOfInvstgtn": "camt.029", "PmtRtr": "pacs.004"}


def main(path: str) -> None:
    """Reads one message and tells it."""
    with open(path, "rb") as file:
        content = file.read(most("bank_message_bytes") + 1)
    if len(content) > most("bank_message_bytes"):
        refuse_over("bank_message_bytes")
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.fromstring(content, parser)
    except (etree.XMLSyntaxError, ValueError):
        refuse(gettext_noop("The XML is not well-formed."))
    docinfo: Any = root.getroottree().docinfo
    if docinfo.doctype:
        refuse(gettext_noop("A message with a document type is not read."))
    message = next((one for one in root if _name(one) in ROOTS), None)
    if message is None:
        refuse(gettext_noop("It is neither a camt.029 nor a pacs.004 of ISO 20022."))
    kind = ROOTS[_name(message)]
    items = _resolved(message) if kind == "camt.029" else _returned(message)
    if len(items) > MOST_ITEMS:
        refuse(gettext_noop("It speaks of more payments than one alarm has."))
    head = _first(message, "Assgnmt") if kind == "camt.029" else _first(message, "GrpHdr")
    tell({"message": kind, "id": _text(head, "Id", "MsgId"), "bank": _bank(message, kind), "items": items})


def _name(element: Any) -> str:
    return etree.QName(element).localname if isinstance(element.tag, str) else ""


def _all(element: Any, name: str) -> list[Any]:
    return [one for one in element.iter() if _name(one) == name] if element is not None else []


def _first(element: Any, name: str) -> Any:
    return next(iter(_all(element, name)), None)


def _text(element: Any, *names: str) -> str:
    for name in names:
        found = _first(element, name)
        if found is not None and found.text:
            return " ".join(found.text.split())[:500]
    return ""


def _bank(message: Any, kind: str) -> str:
    """Who answers: the bank that assigns, or the one that instructs the return."""
    party = _first(message, "Assgnr") if kind == "camt.029" else _first(message, "InstgAgt")
    return _text(party, "BICFI", "AnyBIC", "Nm")


def _amount(element: Any, *names: str) -> tuple[str, str]:
    for name in names:
        found = _first(element, name)
        if found is not None and found.text:
            return found.text.strip()[:40], str(found.get("Ccy") or "")[:3]
    return "", ""


def _item(part: Any, status: str, reasons: str, *amounts: str) -> dict[str, str]:
    said, currency = _amount(part, *amounts)
    reason = _first(part, reasons)
    return {
        "case": _text(_first(part, "RslvdCase"), "Id") or _text(part, "OrgnlMsgId", "CxlId"),
        "uetr": _text(part, "OrgnlUETR").lower(),
        "status": status,
        "reason": _text(_first(reason, "Rsn"), "Cd", "Prtry") if reason is not None else "",
        "text": " ".join(one.text for one in _all(reason, "AddtlInf") if one.text)[:1000] if reason is not None else "",
        "amount": said,
        "currency": currency,
    }


def _resolved(message: Any) -> list[dict[str, str]]:
    whole = _text(_first(message, "Sts"), "Conf")
    parts = _all(message, "TxInfAndSts") or [message]
    names = ("OrgnlIntrBkSttlmAmt", "OrgnlInstdAmt")
    made = [_item(one, _text(one, "TxCxlSts") or whole, "CxlStsRsnInf", *names) for one in parts]
    case = _text(_first(message, "RslvdCase"), "Id")
    return [one | {"case": one["case"] or case} for one in made]


def _returned(message: Any) -> list[dict[str, str]]:
    return [_item(one, "RTRN", "RtrRsnInf", "RtrdIntrBkSttlmAmt", "RtrdInstdAmt") for one in _all(message, "TxInf")]


if __name__ == "__main__":
    main(str(Path(sys.argv[1])))
