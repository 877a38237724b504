"""The route on a map while it is typed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.safestring import SafeString

from tidewaiter.cases.route_maps import drawn_route, with_seizure


def drawn(header: Mapping[str, str], lang: str, legs: Sequence[Mapping[str, Any]], place: str) -> SafeString:
    """The map of the rows of an entry, as far as they are read: `legs` are those of `fields.legs_shown`, `place` is the
    code of the place of the seizure.
    """
    read = []
    for leg in legs:
        code = leg["box"]["echo"].code if leg["box"]["echo"].kind == "is" else ""
        if code:
            where = {"place": code, "country": code[:2]} if len(code) > 2 else {"country": code}
            said = {
                "certainty": header.get(f"{leg['row']}.certainty", ""),
                "date": header.get(f"{leg['row']}.date", ""),
            }
            read.append({"role": leg["row"].split(".")[1], **where, **said})
    return drawn_route(with_seizure(read, place[:2], place) if place else read, lang, least=1)
