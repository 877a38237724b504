"""Warnings begun from what is here already: an electronic-crime case, a payment alarm. Never with a name.

Only codes and masked texts are taken over; who begins reads them through before anybody else does.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from tidewaiter.cases.models import Case
from tidewaiter.codelists.queries import list_view
from tidewaiter.privacy.masking import masked

ECRIME = "ECR"
_FRAUD = {
    "customs_phishing": "identity_fraud",
    "payment_fraud": "ecommerce_fraud",
    "undervaluation": "ecommerce_fraud",
    "intrusion": "data_manipulation",
    "data_theft": "data_theft",
    "ransomware": "data_manipulation",
    "bec": "payment_diversion",
    "online_sale_prohibited": "cyber_smuggling",
    "online_sale_ipr": "cyber_smuggling",
    "online_sale_excise": "cyber_smuggling",
    "import_prohibited_device": "cyber_smuggling",
}
"""By offence of the electronic-crime form."""
_TECHNIQUES = {"customs_phishing": "phishing", "ransomware": "ransomware", "bec": "business-email-compromise"}


def word_of(code: str, name: str) -> str:
    """The word for a code of a list, in the reader's language."""
    view = list_view(name).codes.get(code)
    return view.label(get_language() or "en") if view else code


def from_case(case: Case) -> dict[str, Any]:
    """What a case says of a way of committing crime, as a draft's fields."""
    fields: dict[str, Any] = {}
    for line in case.lines.order_by("pk"):
        fields = {**line.document.get("fields", {}), **fields}
    offence, platform = str(fields.get("offence") or ""), str(fields.get("platform_kind") or "")
    words = word_of(offence, "ecrime_offence") if offence else word_of(ECRIME, "commodity")
    said = [words]
    if platform:
        said.append(_("Offered on: %(where)s.") % {"where": word_of(platform, "platform_kind")})
    if narrative := str(case.header.get("narrative") or ""):
        said.append(masked(narrative, "free")[0])
    countries = [code for code in dict.fromkeys([case.country, case.departure, case.destination]) if code]
    return {
        "title": words,
        "summary": "\n".join(said),
        "kind": "modus_operandi",
        "fraud": _FRAUD.get(offence, "other"),
        "techniques": _TECHNIQUES.get(offence, ""),
        "countries": countries,
        "tlp": case.header.get("handling") or "AMBER",
    }


_OF_ALARM = {
    "payment_diversion": ("payment_diversion", "business-email-compromise"),
    "ceo_fraud": ("payment_diversion", "ceo-bec-fraud"),
    "invoice_fraud": ("payment_diversion", "fake-invoice-fraud"),
    "account_takeover": ("identity_fraud", "compromised-account-credentials"),
    "duty_fraud": ("identity_fraud", "phishing"),
    "marketplace_fraud": ("ecommerce_fraud", "fake-website"),
    "investment_fraud": ("other", "investment-fraud"),
    "extortion": ("other", "extortion"),
}
"""By kind of an alarm: the fraud, and the technique of attck4fraud."""


def pattern_of_alarm(alarm: Any) -> dict[str, str]:
    """The pattern of a payment alarm, for the address of a new warning: kind, countries of the accounts, banks by BIC,
    look-alike domains of its mails. No name, no account, no amount. The alarm is whatever the page above shows.
    """
    fraud, technique = _OF_ALARM.get(alarm.kind, ("other", ""))
    legs = list(alarm.legs.all())
    banks = sorted({leg.to_bic for leg in legs if leg.to_bic})
    countries = sorted({leg.to_country for leg in legs if leg.to_country} | {alarm.victim_country} - {""})
    domains = {
        str(sign.get("seen"))
        for file in alarm.files.all()
        for sign in file.facts.get("signs", [])
        if sign.get("sign") == "domain_looks_like"
    }
    made = {
        "kind": "fraud_scheme",
        "fraud": fraud,
        "techniques": technique,
        "countries": ",".join(countries),
        "indicators": "\n".join(sorted(domains)[:20]),
    }
    if banks:
        made["summary"] = _("Money went to accounts at: %(banks)s.") % {"banks": ", ".join(banks[:20])}
    return {name: value for name, value in made.items() if value}


def from_query(query: Mapping[str, str]) -> dict[str, Any]:
    """What another page hands on in its address: codes, and indicators, that `read_warning` looks at like all else."""
    names = ("title", "summary", "kind", "fraud", "countries", "indicators", "techniques", "tlp")
    return {name: masked(query[name][:2000], "brand")[0] for name in names if query.get(name)}
