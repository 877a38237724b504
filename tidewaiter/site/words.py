"""Words for codes of our own that pages show: roles, deeds, languages."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy as p

ROLES: dict[str, Promise] = {
    "officer": p("role", "Officer"), "contact": p("role", "Contact point"), "investigator": p("role", "Investigator"),
    "reviewer": p("role", "Reviewer"), "analyst": p("role", "Analyst"), "editor": p("role", "Editor"), "partner": p("role", "Partner"),
    "expert": p("role", "Expert"), "duty": p("role", "Duty"), "coordinator": p("role", "Co-ordinator"),
    "participant": p("role", "Participant"), "steward": p("role", "Steward"),
}  # fmt: skip

STATES: dict[str, Promise] = {
    "draft": p("state", "Draft"), "submitted": p("state", "Submitted"), "returned": p("state", "Returned"),
    "validated": p("state", "Validated"), "withdrawn": p("state", "Withdrawn"), "published": p("state", "Published"),
}  # fmt: skip

DEEDS: dict[str, Promise] = {
    "people.added": _("Account made at the shell"), "people.invited": _("Invited"), "people.granted": _("Role given"),
    "people.revoked": _("Role taken away"), "people.suspended": _("Account closed"), "people.resumed": _("Account opened again"),
    "people.reset": _("Password reset"), "people.password_chosen": _("Password chosen"), "people.signed_out": _("Signed out everywhere"),
    "people.reminded": _("Reminded that the account is not used"), "people.covered": _("Regions to review changed"),
    "people.second_factor_set": _("Second factor set up"), "people.second_factor_dropped": _("Second factor removed"),
    "people.second_factor_demanded": _("Second factor demanded of roles"), "people.token_made": _("Token made"),
    "people.token_revoked": _("Token ended"), "people.shift_given": _("Turn of duty given"), "people.shift_ended": _("Turn of duty taken off"),
    "people.region_named": _("Region added or renamed"), "people.administration_placed": _("Administration changed"),
    "people.office_added": _("Office added"), "people.office_renamed": _("Office changed"),
    "people.administrations_loaded": _("Administrations loaded"),
    "cases.drafted": _("Drafted"), "cases.mended": _("Mended"), "cases.amended": _("Amended"), "cases.submitted": _("Submitted"),
    "cases.opened": _("Opened for review"), "cases.returned": _("Returned"), "cases.validated": _("Validated"), "cases.withdrawn": _("Withdrawn"),
    "cases.dismissed": _("Finding dismissed"), "threads.said": _("Said something"), "cases.exported": _("Cases taken away"), "cases.rechecked": _("Cases checked again"),
    "review.assigned": _("Given to a reviewer"), "review.sampled": _("Sampling set"), "review.clock_set": _("Days of an office set"),
    "review.asked": _("Question put to the office"), "review.taken": _("Question taken"), "review.handed_back": _("Question handed back"),
    "review.answered": _("Question answered"), "review.asked_again": _("Question asked again"), "review.closed": _("Question closed"),
    "review.overdue": _("Cases to review are overdue"), "review.mend_overdue": _("Cases to mend are overdue"),
    "review.question_overdue": _("A question waits too long for its answer"),
    "library.picture_attached": _("Picture attached"), "library.picture_dropped": _("Picture taken off"), "library.drafted": _("Item written"), "library.amended": _("Item changed"), "library.submitted": _("Item handed in for approval"), "library.sent_back": _("Item sent back"),
    "library.published": _("Item published"), "library.withdrawn": _("Item withdrawn"), "library.read": _("Item read"), "library.said": _("Said something about an item"),
    "statistics.frozen": _("Data set frozen"), "statistics.report_written": _("Report written"), "statistics.table_kept": _("Table kept"), "statistics.table_dropped": _("Table dropped"), "statistics.table_brought": _("Table brought"), "statistics.table_forgotten": _("Table forgotten"),
    "trade.file_brought": _("Trade file brought"), "trade.file_forgotten": _("Trade file forgotten"), "trade.analysis_started": _("Trade analysis started"), "trade.analysis_forgotten": _("Trade analysis forgotten"),
    "search.watched": _("Search watched"), "search.unwatched": _("Watch ended"), "search.linked": _("Cases linked"), "search.unlinked": _("Link taken away"), "search.matched": _("A new case matches what you watch"),
    "codelists.loaded": _("List loaded"), "forms.defined": _("Form loaded"), "forms.retired": _("Form retired"),
    "intake.received": _("File received"), "intake.staged": _("File read"), "intake.accepted": _("File taken in"), "intake.refused": _("File refused"),
    "intake.mapping_kept": _("Mapping kept"), "intake.mapping_dropped": _("Mapping dropped"),
    "vault.kept": _("File kept"), "ledger.exported": _("Ledger exported"), "site.backed_up": _("Backup made"), "site.restored": _("Node restored"),
}  # fmt: skip
"""A house test holds this to the deeds that the code records."""

CHANGES: dict[str, Promise] = {
    "new_form": _("New form"), "fields_added": _("Fields added"), "fields_changed": _("Fields changed"), "fields_dropped": _("Fields dropped"),
    "units_added": _("Units added"), "units_dropped": _("Units dropped"), "subtypes_added": _("Sub-types added"),
    "subtypes_dropped": _("Sub-types dropped"),
}  # fmt: skip
