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
OUTCOMES = {
    "convicted": p("outcome of a case", "Convicted"),
    "part": p("outcome of a case", "Convicted in part"),
    "acquitted": p("outcome of a case", "Acquitted"),
    "settled": p("outcome of a case", "Settled"),
    "fined": p("outcome of a case", "Fined without a hearing"),
}
RESULTS_OF_CHARGES = {
    "guilty": p("result of a charge", "Guilty"),
    "not_guilty": p("result of a charge", "Not guilty"),
    "withdrawn": p("result of a charge", "Withdrawn"),
}
ORDERS = {
    "test": p("order", "Test"),
    "search": p("order", "Search or acquisition"),
    "keep": p("order", "Keep"),
    "disclose": p("order", "Disclose"),
    "forfeit": p("order", "Forfeit"),
    "return": p("order", "Return"),
    "destroy": p("order", "Destroy"),
    "other": p("order", "Other"),
}
DISCLOSED = {
    "listed": p("disclosure", "Listed"),
    "shown": p("disclosure", "Shown"),
    "copied": p("disclosure", "Copy given"),
    "withheld": p("disclosure", "Withheld"),
}
COURT_STATES = {
    "court_prepared": p("court", "Being prepared"),
    "court_filed": p("court", "Filed"),
    "in_court": p("court", "In court"),
    "judged": p("court", "Judged"),
    "court_dropped": p("court", "Dropped"),
}
DEVICES = {"seal": p("device", "Smart seal"), "tracker": p("device", "Tracker"), "sensor": p("device", "Sensor")}
FINDINGS = {
    "tampered": p("finding of a device", "Tampered with"),
    "lid_open": p("finding of a device", "Light where it should be dark"),
    "too_warm": p("finding of a device", "Too warm"),
    "too_cold": p("finding of a device", "Too cold"),
    "off_route": p("finding of a device", "Off its route"),
    "gap": p("finding of a device", "Silent"),
    "clock": p("finding of a device", "Its clock is wrong"),
    "battery": p("finding of a device", "Battery low"),
}
ABROAD = {
    "exhibit": p("evidence abroad", "Exhibit made known"),
    "custody_transfer": p("evidence abroad", "Custody handed over"),
    "custody_receipt": p("evidence abroad", "Custody taken"),
    "evidence_request": p("evidence abroad", "Request for evidence"),
    "evidence_answer": p("evidence abroad", "Answer to a request"),
}
DECISIONS = {
    "granted": p("answer", "Granted"),
    "in_part": p("answer", "In part"),
    "refused": p("answer", "Refused"),
}
