"""Reads a bank's answer to a recall in a process of its own: `python -m tidewaiter.response.letters.answer_child FILE`.

ISO 20022 camt.029 (resolution of investigation) and pacs.004 (payment return), any version: elements are found by name.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from lxml import etree

from tidewaiter.foundation.child_errors import gettext_noop, refuse, tell

LARGEST, MOST = 4 * 1024 * 1024, 5_000
_REFUSED, _DONE = ("RJCR", "NOAS"), ("CNCL", "ACCR")


def main(path: str) -> None:
    """Looks at one file and tells what it says of each payment."""
    if Path(path).stat().st_size > LARGEST:
        refuse(gettext_noop("A message of a bank is smaller than 4 MiB: this is something else."))
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        root = etree.parse(path, parser).getroot()
    except etree.XMLSyntaxError:
        refuse(gettext_noop("This is no XML: bring the message as the bank's machine wrote it."))
    names = {etree.QName(one).localname for one in root if isinstance(one.tag, str)}
    if "RsltnOfInvstgtn" in names:
        found = list(_of_resolution(root))
    elif "PmtRtr" in names:
        found = list(_of_return(root))
    else:
        refuse(gettext_noop("This is neither camt.029 nor pacs.004: no answer to a recall."))
    tell(found[:MOST])


def _found(element: Any, *path: str) -> str:
    """The text of the first element that is found along these names, namespaces aside."""
    where = "/".join(f"*[local-name()='{name}']" for name in path)
    hits = element.xpath(f".//{where}")
    return str(hits[0].text or "").strip() if hits else ""


def _of_resolution(root: Any) -> Iterator[dict[str, str]]:
    """camt.029: `CNCL` done, `RJCR` rejected, `PDCR` pending; of the whole where a payment says nothing."""
    overall = _found(root, "Sts", "Conf")
    for one in root.xpath(".//*[local-name()='TxInfAndSts']"):
        status = _found(one, "TxCxlSts") or overall
        kind = "refused" if status in _REFUSED else "returned" if status in _DONE else "pending"
        yield _said(one, kind, _found(one, "CxlStsRsnInf", "Rsn", "Cd") or _found(one, "AddtlInf"))


def _of_return(root: Any) -> Iterator[dict[str, str]]:
    """pacs.004: the amount that comes back."""
    for one in root.xpath(".//*[local-name()='TxInf']"):
        yield _said(one, "returned", _found(one, "RtrRsnInf", "Rsn", "Cd"))


def _said(one: Any, kind: str, reason: str) -> dict[str, str]:
    amounts = one.xpath(".//*[local-name()='RtrdIntrBkSttlmAmt' or local-name()='RtrdInstdAmt']")
    return {
        "uetr": _found(one, "OrgnlUETR").lower(),
        "kind": kind,
        "amount": str(amounts[0].text or "").strip() if amounts else "",
        "currency": str(amounts[0].get("Ccy") or "") if amounts else "",
        "reason": reason[:500],
    }


if __name__ == "__main__":
    main(sys.argv[1])
