"""Proposes a mapping for a foreign file."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext

from tidewaiter.foundation.commands import DeedCommand
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.intake.mapping.helper import EncodingUnsure, FormUnsure, country_of, form_for, look, proposed
from tidewaiter.intake.proposals.writing import mapping_text
from tidewaiter.intake.proposing import proposal_document


class Command(DeedCommand):
    """`propose_mapping FILE [--form F] [--country CC] -o MAP.toml`."""

    help = "proposes a mapping for a foreign file, to begin with: look through it before it is used"

    def add_arguments(self, parser: CommandParser) -> None:
        """The file, what is known of it, and where the mapping goes."""
        super().add_arguments(parser)
        parser.add_argument("file", type=Path)
        parser.add_argument("--form", default="", help="the commodity's code; told by the goods where it is not given")
        parser.add_argument("--country", default="", help="whose file it is, where no column says it")
        parser.add_argument("--encoding", default="", help="the file's encoding, where it is not told for sure")
        parser.add_argument("-o", "--output", type=Path, required=True, metavar="MAP.toml")

    def answer(self, **options: Any) -> dict[str, Any]:
        """The JSON document of CONTRACT.md, with what was left out and what a person must say."""
        began = time.perf_counter()
        path: Path = options["file"]
        if not path.is_file():
            raise BadInput("no_file", gettext("There is no file %(path)s.") % {"path": path})
        country = country_of(options["country"])
        self.progress(gettext("reading the file"))
        try:
            looked = look(path.resolve(), country=country, encoding=options["encoding"])
        except EncodingUnsure as unsure:
            shown = "; ".join(f"{name}: «{line}»" for name, line in unsure.choices)
            words = gettext("The encoding is not sure: say --encoding. A line of it in each: %(shown)s")
            raise BadInput("encoding_unsure", words % {"shown": shown}) from unsure
        self.progress(gettext("looking at %(rows)s rows") % {"rows": f"{len(looked.rows):,}"})
        try:
            form = form_for(looked, options["form"])
        except FormUnsure as unsure:
            words = gettext("The goods do not say which form it is: say --form. Likely: %(forms)s.")
            raise BadInput("form_unsure", words % {"forms": ", ".join(unsure.choices) or "–"}) from unsure
        answer = proposed(looked, form, country)
        options["output"].write_text(mapping_text(answer.mapping, answer.questions), encoding="utf-8")
        return proposal_document(answer, time.perf_counter() - began)
