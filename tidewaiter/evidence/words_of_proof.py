"""What the codes of digital evidence, of the court and of devices are called."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy as p

METHODS = {
    "physical": _("Physical image of a medium"),
    "logical": _("Logical image"),
    "file": _("Single files"),
    "live": _("Of a running system"),
    "remote": _("Remote, over a network"),
    "cloud": _("From a provider or an account"),
    "screenshot": _("Screenshot"),
    "message": _("Messages"),
}
ROLES = {"defr": _("First responder (DEFR)"), "des": _("Specialist (DES)")}
RESULTS = {
    "whole": p("verification", "The same"),
    "changed": p("verification", "Changed"),
    "gone": p("verification", "Cannot be read"),
    "told": p("verification", "The same, read elsewhere"),
}
WHY_VERIFIED = {
    "asked": p("verification", "asked for"),
    "moved": p("verification", "after a move"),
    "clock": p("verification", "by the clock"),
}
