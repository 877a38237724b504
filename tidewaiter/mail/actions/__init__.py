"""Deeds of mail, one file a noun."""

from tidewaiter.mail.actions.drafts import drop_draft, keep_draft
from tidewaiter.mail.actions.exporting import export_thread, verified
from tidewaiter.mail.actions.files import attach_file, drop_file, forget_files, take_file
from tidewaiter.mail.actions.keeping import forget_old_mail, hold_mail, lift_hold, set_keeping
from tidewaiter.mail.actions.letters import open_letters, remind_of_letters, send_mail, take_letter_back

__all__ = [
    "attach_file",
    "drop_draft",
    "drop_file",
    "export_thread",
    "forget_files",
    "forget_old_mail",
    "hold_mail",
    "keep_draft",
    "lift_hold",
    "open_letters",
    "remind_of_letters",
    "send_mail",
    "set_keeping",
    "take_file",
    "take_letter_back",
    "verified",
]
