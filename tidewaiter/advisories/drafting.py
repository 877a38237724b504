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


def from_query(query: Mapping[str, str]) -> dict[str, Any]:
    """What another page hands on in its address: codes, and indicators, that `read_warning` looks at like all else."""
    names = ("title", "summary", "kind", "fraud", "countries", "indicators", "techniques", "tlp")
    return {name: masked(query[name][:2000], "brand")[0] for name in names if query.get(name)}
