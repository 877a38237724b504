"""What the room's codes are called."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy as p

FRAUD_KINDS = {
    "payment_diversion": _("Payment diversion (false supplier, false law firm)"),
    "ceo_fraud": _("False order of a superior"),
    "invoice_fraud": _("False invoice"),
    "account_takeover": _("Account taken over"),
    "investment_fraud": _("False investment"),
    "duty_fraud": _("False demand for duties or fees"),
    "marketplace_fraud": _("Goods paid and never sent"),
    "extortion": _("Extortion"),
    "other": p("kind of fraud", "Other"),
}
METHODS = {
    "wire": _("Wire (SWIFT)"),
    "sepa": _("SEPA transfer"),
    "instant": _("Instant payment"),
    "domestic": _("Transfer within the country"),
    "card": _("Card"),
    "mobile": _("Mobile money"),
    "wallet": _("Wallet (crypto-assets)"),
    "cash": _("Cash"),
}
ANSWERS = {
    "frozen_full": _("Frozen, all of it"),
    "frozen_part": _("Frozen in part"),
    "credited_onward": _("It has moved on"),
    "not_found": _("Not found"),
    "refused": _("Refused"),
    "returned": _("Sent back"),
}
OUTCOMES = {
    "returned_whole": _("All of it came back"),
    "returned_in_part": _("A part came back"),
    "lost": _("Lost"),
    "no_fraud": _("No fraud"),
    "handed_on": _("Handed to another authority"),
}
HAPPENINGS = {
    "transferred": _("Transferred"),
    "detected": _("Detected"),
    "reported": _("Reported"),
    "recall": _("Recall sent by the victim's bank"),
    "entered": _("Alarm entered"),
    "taken": _("Taken by the desk"),
    "sent": _("Request sent"),
    "acknowledged": _("Request acknowledged"),
    "answered": _("Answer"),
    "rung": _("Duty desk called"),
    "added": _("Next payment named"),
    "ordered": _("Court order"),
    "closed": _("Alarm closed"),
    "reopened": _("Opened again"),
    "note": _("Note"),
}
FORMS = {
    "art29": _("Budapest Convention, article 29 (T-CY form)"),
    "2703f": _("18 U.S.C. 2703(f), letter to a provider"),
    "epoc-pr": _("EU preservation order certificate (EPOC-PR)"),
    "un40": _("UN Convention against Cybercrime"),
}
GROUNDS = {
    "political_offence": _("a political offence, article 29(5)(a)"),
    "sovereignty": _("sovereignty, security, public order, essential interests, article 29(5)(b)"),
    "dual_criminality": _("no offence here, and our reservation asks for one, article 29(4)"),
    "would_not_secure": _("preservation would not secure the data, article 29(6)"),
    "would_warn": _("it would warn the suspect or harm their investigation, article 29(6)"),
}
PAPER_LANGUAGES = ("en", "fr", "es")
"""In which texts and papers for counterparts can be had."""
ENTRY = {
    "victim": _("Victim"),
    "amount": _("Amount"),
    "currency": _("Currency"),
    "victim_country": _("Country of the victim"),
    "to_account": _("Account or wallet it went to"),
    "to_bic": _("BIC of that bank"),
    "to_bank": _("That bank"),
    "to_name": _("In whose name"),
    "from_bank": _("The victim's bank"),
    "from_bic": _("BIC of the victim's bank"),
    "uetr": _("Reference of the payment (UETR)"),
    "transferred_at": _("Transferred"),
    "detected_at": _("Detected"),
    "recall_at": _("Recall sent by the bank"),
    "zone": _("Time zone of these times"),
    "victim_contact": _("How the victim can be reached"),
}
