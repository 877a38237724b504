"""A mail's facts, read in a child process."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from tidewaiter.foundation.sandbox import seconds_for, stream_from_child

SIGNS = {
    "reply_to_differs": lambda one: _("An answer goes to %(seen)s, not to %(from)s.") % one,
    "reply_to_public": lambda one: _("%(seen)s is a provider where anybody has an address.") % one,
    "return_path_differs": lambda one: _("It was sent by %(seen)s, in the name of %(from)s.") % one,
    "domain_looks_like": lambda one: _("%(seen)s looks like %(like)s, and is another domain.") % one,
    "name_shows_another_address": lambda one: _("The name shows %(seen)s; the address is %(from)s.") % one,
    "authentication_failed": lambda one: _("The receiving machine could not verify the sender (%(seen)s).") % one,
    "link_leads_elsewhere": lambda one: _("A link shows %(seen)s and leads to %(to)s.") % one,
    "attachment_runs": lambda one: _("The attachment %(seen)s is a program.") % one,
    "attachment_two_endings": lambda one: (
        _("The attachment %(seen)s has two endings, the last of them of a program.") % one
    ),
}
"""Each sign in words, of what was seen."""


def facts_of(path: Path) -> dict[str, Any]:
    """What the mail in this file says of itself: `subject from reply_to to date received links attachments signs
    accounts`, with `bics`, `uetrs`, `amounts` and its `text`. Each sign has its sentence in `text`.

    Raises `BadInput` for what is no mail or is damaged, `OverLimit` for what is too large.
    """
    [facts] = stream_from_child("tidewaiter.response.mails.mail_child", str(path), seconds=seconds_for(path))
    for sign in facts["signs"]:
        sign["text"] = SIGNS[sign["sign"]](sign)
    found: dict[str, Any] = facts
    return found
