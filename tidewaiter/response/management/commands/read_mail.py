"""Facts of a fraudulent mail."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from tidewaiter.foundation.commands import DeedCommand
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.response.mails.reading import facts_of


class Command(DeedCommand):
    """`read_mail FILE.eml|.msg`: nothing of it is kept."""

    help = "facts of a fraudulent mail, read in a process of its own: senders, way, links, accounts, what to doubt"

    def add_arguments(self, parser: CommandParser) -> None:
        """The mail."""
        super().add_arguments(parser)
        parser.add_argument("file", metavar="FILE")

    def answer(self, **options: Any) -> dict[str, Any]:
        """`{"subject", "from", "reply_to", "to", "date", "received", "links", "attachments", "signs", "accounts"}`."""
        path = Path(options["file"])
        if not path.is_file():
            raise BadInput("file", _("There is no file %(path)s.") % {"path": path})
        return facts_of(path)
