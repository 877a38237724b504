"""Words for codes of the room's own."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy as p

type Words = dict[str, Promise]

SECTORS: Words = {
    "customs": p("sector", "Customs"),
    "police": p("sector", "Police"),
    "organisation": p("sector", "International organisations"),
    "private": p("sector", "Private sector"),
    "university": p("sector", "Universities"),
}
STANDINGS: Words = {
    "expert": p("standing", "Expert"),
    "observer": p("standing", "Observer"),
    "private": p("standing", "Private, narrower view"),
}
OFFICES: Words = {"chair": _("Chair"), "vice_chair": _("Vice-chair")}
POLL_KINDS: Words = {"poll": _("Poll"), "position": _("Position paper")}
HORIZONS: Words = {
    "now": p("horizon", "now"),
    "year": p("horizon", "within a year"),
    "three_years": p("horizon", "in one to three years"),
    "later": p("horizon", "later"),
}
INCIDENTS: Words = {
    "payment_fraud": p("incident", "Payment diverted by a false mail"),
    "intrusion": p("incident", "Intrusion into a customs system"),
    "data_theft": p("incident", "Data stolen or altered"),
    "identity_fraud": p("incident", "Identity of a trader misused"),
    "false_page": p("incident", "False customs page or message"),
    "ransom": p("incident", "Systems locked for ransom"),
    "seized_device": p("incident", "Device or wallet found at a control"),
}
REPORT_KINDS: Words = {"insight": _("Insight report"), "annual": _("Annual report")}
PRACTICE_KINDS: Words = {
    "best_practice": _("Best practice"),
    "tool": _("Tool"),
    "guide": _("Hardening guide"),
    "course": _("Training course"),
}
LEVELS: Words = {
    "basic": p("level", "Basic"),
    "advanced": p("level", "Advanced"),
    "trainer": p("level", "For trainers"),
}
PLAN_KINDS: Words = {"training": _("Training"), "equipment": _("Equipment"), "operation": _("Operation")}
REPORT_LANGUAGES = ("en", "fr", "es")
