"""What the room's codes are called."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy as p

KINDS = {
    "vulnerability": _("Vulnerability"),
    "modus_operandi": _("Modus operandi"),
    "tool": p("kind of warning", "Tool"),
    "campaign": _("Campaign"),
    "fraud_scheme": _("Fraud scheme against customs systems"),
}
FRAUDS = {
    "ecommerce_fraud": _("E-commerce fraud"),
    "cyber_smuggling": _("Cyber-smuggling"),
    "identity_fraud": _("Identity fraud"),
    "data_theft": _("Theft of data"),
    "data_manipulation": _("Manipulation of data"),
    "payment_diversion": _("Payment diversion (false supplier, false law firm)"),
    "other": p("kind of fraud", "Other"),
}
SYSTEMS = {
    "declaration": _("Declaration system"),
    "single_window": _("Single window"),
    "payment": _("Payment of duties"),
    "trader_login": _("Log-in of traders"),
    "parcel": _("Parcel-duty payment pages"),
    "transit": _("Transit system"),
    "port": _("Port community system"),
    "mail": _("Mail and office systems"),
    "website": _("Public pages"),
    "other": p("system", "Other"),
}
CONFIDENCES = {
    "high": p("confidence", "High"),
    "medium": p("confidence", "Medium"),
    "low": p("confidence", "Low"),
}
INDICATORS = {
    "url": _("URL"),
    "domain": _("Domain"),
    "ipv4": _("IPv4"),
    "ipv6": _("IPv6"),
    "email": _("Mail address"),
    "sha256": _("SHA-256"),
    "sha1": _("SHA-1"),
    "md5": _("MD5"),
    "file_name": _("File name"),
}
CHECKS = {
    "well_formed": _("well formed"),
    "not_safe_listed": _("not safe-listed"),
    "safe_listed": _("safe-listed: many use it"),
    "shared_host": _("shared host"),
    "documentation": _("documentation range"),
    "weak_digest": _("digest can be forged"),
}
DOUBTED = frozenset({"safe_listed", "shared_host", "weak_digest"})
"""What was found that speaks against blocking it unseen."""
HOWS = {
    "gateway_log": _("gateway log"),
    "proxy_log": _("proxy log"),
    "mail": _("mail"),
    "fraud_desk": _("fraud desk"),
    "examination": _("examination"),
    "report": _("report of a trader"),
    "other": p("how it was seen", "other way"),
}
SECTORS = {
    "customs": _("Customs"),
    "experts": _("Experts"),
    "police": _("Police"),
    "private": _("Private sector"),
    "partners": _("Partner organisations"),
}
REACHES = {
    "told": _("Not reached"),
    "read": _("Read"),
    "not_concerned": _("It does not concern us"),
    "concerned": _("It concerns us"),
    "handled": _("Handled"),
}
MAY_TLP = {
    "CLEAR": _("pass it on without limit"),
    "GREEN": _("pass it on within the community, not in public"),
    "AMBER": _("use it inside your organisation and with its clients, as far as they need it"),
    "AMBER+STRICT": _("use it inside your organisation only"),
    "RED": _("use it yourself only: it is for those who are named"),
}
MAY_PAP = {
    "CLEAR": _("act on it without limit"),
    "GREEN": _("block it, and look actively, but do not touch what is theirs"),
    "AMBER": _("block and watch, do not probe"),
    "RED": _("watch in what you have already, nothing that can be seen from outside"),
}
ENTRY = {
    "title": _("Title"),
    "summary": _("What happens"),
    "kind": _("Type"),
    "fraud": _("Which fraud"),
    "tlp": _("TLP"),
    "pap": _("PAP"),
    "confidence": _("Confidence"),
    "countries": _("Countries concerned"),
    "likely": _("Likely next"),
    "systems": _("Systems concerned"),
    "systems_note": _("More about the systems"),
    "indicators": _("Indicators"),
    "countermeasures": _("Countermeasures"),
    "techniques": _("Technique"),
    "vulnerabilities": _("CVE numbers"),
    "valid_until": _("Valid until"),
    "answer_by": _("Answers are awaited until"),
    "language": _("Written in"),
    "urgent": _("Urgent"),
}
