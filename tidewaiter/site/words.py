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

OUTCOMES: dict[str, Promise] = {
    "signed_in": p("sign-in", "Signed in"), "password": p("sign-in", "Wrong password"), "second_factor": p("sign-in", "Wrong second factor"),
    "code": p("sign-in", "Wrong one-time code"), "closed": p("sign-in", "Right password, account closed"),
}  # fmt: skip

PROPOSALS: dict[str, Promise] = {
    "grant": p("to confirm", "Role given"), "revoke": p("to confirm", "Role taken away"),
    "cover": p("to confirm", "Who reviews whom"),
    "resume": p("to confirm", "Account opened again"), "reset": p("to confirm", "A code for the account of another"),
    "invite": p("to confirm", "Reviewer invited"), "drop_second_factor": p("to confirm", "Second factor taken away"),
    "place_administration": p("to confirm", "Administration moved to another region"),
    "demand_second_factor": p("to confirm", "Second factor demanded of fewer"), "take_ledger": p("to confirm", "The whole ledger taken away"),
    "confirmed": p("to confirm", "Confirmed"), "declined": p("to confirm", "Declined"), "done": p("to confirm", "Confirmed and done"),
    "": p("to confirm", "Lapsed"),
}  # fmt: skip

DEEDS: dict[str, Promise] = {
    "people.added": _("Account made at the shell"), "people.invited": _("Invited"), "people.granted": _("Role given"),
    "people.revoked": _("Role taken away"), "people.suspended": _("Account closed"), "people.resumed": _("Account opened again"),
    "people.reset": _("Password reset"), "people.password_chosen": _("Password chosen"), "people.password_changed": _("Password changed"),
    "people.signed_out": _("Signed out everywhere"),
    "people.keys_ended": _("Sessions and tokens ended by a new role: sign in again"),
    "ledger.table_taken": _("Entries of the ledger taken as a table"),
    "people.reminded": _("Reminded that the account is not used"), "people.covered": _("Regions to review changed"),
    "people.second_factor_set": _("Second factor set up"), "people.second_factor_dropped": _("Second factor removed"),
    "people.second_factor_demanded": _("Second factor demanded of roles"), "people.token_made": _("Token made"),
    "people.token_revoked": _("Token ended"), "people.shift_given": _("Turn of duty given"), "people.shift_ended": _("Turn of duty taken off"),
    "people.region_named": _("Region added or renamed"), "people.administration_placed": _("Administration changed"),
    "people.office_added": _("Office added"), "people.office_renamed": _("Office changed"),
    "people.proposed": _("Another steward asked to confirm"), "people.confirmed": _("Confirmed for another steward"),
    "people.declined": _("Not confirmed"), "people.confirmed_done": _("Confirmed deed done"),
    "people.new_device": _("Signed in from a new browser"), "people.guessed": _("Many wrong tries to sign in"),
    "people.administrations_loaded": _("Administrations loaded"), "ledger.keys_made": _("Keys of the node made"),
    "cases.drafted": _("Drafted"), "cases.mended": _("Mended"), "cases.judged": _("Words judged to be no person"), "cases.masked": _("Masked by later rules"), "cases.amended": _("Amended"), "cases.submitted": _("Submitted"),
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
    "trade.file_brought": _("Trade file brought"), "trade.file_forgotten": _("Trade file forgotten"), "trade.analysis_started": _("Trade analysis started"), "trade.analysis_forgotten": _("Trade analysis forgotten"), "trade.analysis_stopped": _("Trade analysis stopped"),
    "trade.referred": _("Finding referred to an agency"), "trade.referral_amended": _("Referral changed"), "trade.referral_sent": _("Referral sent"), "trade.referral_accepted": _("Referral taken on by the agency"),
    "trade.referral_declined": _("Referral declined"), "trade.referral_concluded": _("Referral concluded"), "trade.referral_withdrawn": _("Referral withdrawn"),
    "search.watched": _("Search watched"), "search.unwatched": _("Watch ended"), "search.linked": _("Cases linked"), "search.unlinked": _("Link taken away"), "search.matched": _("A new case matches what you watch"),
    "search.watch_failed": _("A search you watch can no longer be read: end it, or watch it anew"),
    "codelists.loaded": _("List loaded"), "forms.defined": _("Form loaded"), "forms.retired": _("Form retired"),
    "intake.received": _("File received"), "intake.staged": _("File read"), "intake.accepted": _("File taken in"), "intake.proposals_taken": _("Proposals filled in"), "intake.refused": _("File refused"), "intake.stopped": _("Import stopped"), "intake.hidden_taken": _("Sheet of what was hidden taken"),
    "intake.mapping_kept": _("Mapping kept"), "intake.mapping_dropped": _("Mapping dropped"),
    "vault.kept": _("File kept"), "vault.bound_set": _("Bound of what may be stored set"),
    "jobs.done": _("What you asked for is ready"), "ledger.exported": _("Ledger exported"),
    "ledger.bound": _("Shape of the node set"), "site.backed_up": _("Backup made"), "site.restored": _("Node restored"), "site.masked_stored": _("Stored texts masked"),
    "site.retried": _("Work that was set aside tried again"), "site.dropped": _("Work that was set aside dropped"),
}  # fmt: skip
"""A house test holds this to the deeds that the code records."""

STORED: dict[str, Promise] = {
    "vault": _("Files, photos and data sets"),
    "incoming": _("Files that wait to be read"),
    "trade_file": _("Trade file"),
    "trade_run": _("Trade analysis"),
    "result": _("File made for you"),
}
"""Kinds of things that take space."""

CHANGES: dict[str, Promise] = {
    "new_form": _("New form"), "fields_added": _("Fields added"), "fields_changed": _("Fields changed"), "fields_dropped": _("Fields dropped"),
    "units_added": _("Units added"), "units_dropped": _("Units dropped"), "subtypes_added": _("Sub-types added"),
    "subtypes_dropped": _("Sub-types dropped"),
}  # fmt: skip

SCHEDULED: dict[str, Promise] = {
    "lost_work": _("Work whose worker died is taken up again"),
    "heads_signed": _("The day's head of the ledger is signed"),
    "heads_sent": _("Heads of the ledger are sent away"),
    "unused_accounts": _("Unused accounts are closed"),
    "search_follows": _("Cases are indexed for searching"),
    "notices_follow": _("People are told what was done with their account"),
    "old_notices": _("Old notices are forgotten"),
    "digests": _("Daily messages are sent"),
    "old_requests": _("Old keys of the JSON door are forgotten"),
    "old_previews": _("Files that were only previewed are deleted"),
    "old_failures": _("Old failed sign-ins are forgotten"),
    "guessed_passwords": _("Stewards are warned of guessed passwords"),
    "old_sessions": _("Sessions that have ended are forgotten"),
    "old_sign_ins": _("Old sign-ins are forgotten"),
    "old_results": _("Files made for people a day ago are deleted"),
    "hidden_sheets_swept": _("Sheets of what was hidden are deleted within the hour"),
    "uploads_swept": _("Uploads that nothing waits for are deleted"),
    "scratch_swept": _("What ended processes have left is swept away"),
    "stored_counted": _("What each administration has stored is counted"),
    "watches_follow": _("Watched searches are looked for"),
    "photos_hashed": _("Photos are made findable"),
    "statistics_follow": _("Figures follow the cases"),
    "overdue_reminders": _("People are reminded of what is overdue"),
}
"""What is done by the clock; a test holds this to the schedules of the shapes."""
