"""The library at the shell: reading, writing, moving items."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext

from tidewaiter.foundation.commands import DeedCommand
from tidewaiter.foundation.decoding import read_json
from tidewaiter.foundation.reading import bytes_of
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.library.actions import Written, move, write
from tidewaiter.library.pictures import attach_picture
from tidewaiter.library.queries import item_named, sought_items, text_of
from tidewaiter.people.queries import officer_at_shell


class Command(DeedCommand):
    """`library --by USERNAME [--write FILE.json | --submit REF | --publish REF | --send-back REF | --withdraw REF |
    --picture REF --file FILE --caption TEXT] [--reason TEXT] [--q WORDS]`.
    """

    help = (
        "lists the items one may read, writes one from a file, submits, publishes, sends back or withdraws one,"
        " attaches a picture"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Whose, and what is done."""
        super().add_arguments(parser)
        parser.add_argument("--by", required=True, metavar="USERNAME")
        parser.add_argument("--q", default="", help="words, in any language")
        parser.add_argument("--reason", default="")
        parser.add_argument("--file", metavar="FILE", help="the picture")
        parser.add_argument("--caption", default="", help="what the picture shows")
        deeds = parser.add_mutually_exclusive_group()
        deeds.add_argument("--write", metavar="FILE.json", help="as the program interface takes it")
        for deed in ("submit", "publish", "send-back", "withdraw", "picture"):
            deeds.add_argument(f"--{deed}", metavar="REF")

    def answer(self, **options: Any) -> list[dict[str, Any]]:
        """`[{"ref", "kind", "status", "title", "audience", "handling"}]`."""
        by = officer_at_shell(options["by"])
        if options["write"]:
            item = write(said=_read(Path(options["write"])), by=by)
            return [_row(item_named(by, item.ref))]
        for deed in ("submit", "publish", "send_back", "withdraw"):
            if options[deed]:
                move(item=item_named(by, options[deed]), deed=deed, by=by, reason=options["reason"])
                return [{"ref": options[deed], "deed": deed}]
        if options["picture"]:
            if not options["file"]:
                raise BadInput("no_file", gettext("Choose a file."))
            item = item_named(by, options["picture"])
            digest = attach_picture(item=item, path=Path(options["file"]), caption=options["caption"], by=by)
            return [{"ref": item.ref, "picture": digest}]
        wanted = {"q": [options["q"]]} if options["q"] else {}
        return [_row(item) for item in sought_items(by, wanted)[:200]]


def _row(item: Any) -> dict[str, Any]:
    return {
        "ref": item.ref,
        "kind": item.kind,
        "status": item.status,
        "title": text_of(item, "en").title,
        "audience": item.audience,
        "handling": item.handling,
    }


def _read(path: Path) -> Written:
    try:
        said = read_json(bytes_of(path, "json_body_bytes"))
        texts = {lang: (str(one["title"]), str(one.get("body", ""))) for lang, one in said.pop("texts").items()}
        return Written(texts=texts, **said)
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadInput("unreadable", gettext("The file is not an item: %(why)s") % {"why": str(error)[:200]}) from error
