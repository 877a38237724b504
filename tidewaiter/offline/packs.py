"""The node's own definitions as a device keeps them: forms, checks, words, and code lists as compact, dated packs.

Each pack is one JSON document under the digest of its bytes, so that what a device has is told by comparing names.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import msgspec
from django.utils.translation import gettext, override

from tidewaiter.checks.findings import WORDS
from tidewaiter.codelists import exported as codelists
from tidewaiter.codelists.models import CodeList
from tidewaiter.codelists.queries import list_stamp
from tidewaiter.forms import exported as forms
from tidewaiter.forms.attachments import MOST_PHOTOS
from tidewaiter.forms.models import FormDefinition
from tidewaiter.forms.queries import forms_in_use
from tidewaiter.foundation.readings import exported as readings
from tidewaiter.offline.words import page_words, row_words
from tidewaiter.people.models import Administration

GOODS = ("hs",)
ELSEWHERE = ("airport",)
MOST_BYTES = 5 * 1024**2
"""All packs of a device together, as they lie there. Where a region has more places than find room, the countries with
the most are left to the node; the device's own is always there.
"""


@dataclass(frozen=True, slots=True)
class Pack:
    """One document of a device."""

    name: str
    edition: str
    """What stands in it, dated: editions of lists, versions of forms."""
    digest: str
    content: bytes

    def entry(self) -> dict[str, Any]:
        """As the index lists it."""
        return {"name": self.name, "edition": self.edition, "digest": self.digest, "bytes": len(self.content)}


def packs_for(administration: str, lang: str) -> dict[str, Pack]:
    """The packs of an administration's devices in a language, by name; made anew when a list or a form was loaded."""
    stamps = tuple(str(list_stamp(name)) for name in ("country", "unit", "hs", "unlocode", "species", "substance"))
    newest = FormDefinition.objects.order_by("-loaded_at").values_list("loaded_at", flat=True).first()
    return dict(_packs(administration, lang, (*stamps, str(newest), str(FormDefinition.objects.count()))))


@lru_cache(maxsize=16)
def _packs(administration: str, lang: str, _stamps: tuple[str, ...]) -> tuple[tuple[str, Pack], ...]:
    with override(lang):
        made = [_definitions(lang), _folding(), *_lists()]
        made.append(_places(administration, MOST_BYTES - sum(len(pack.content) for pack in made)))
    return tuple((pack.name, pack) for pack in made)


def _pack(name: str, edition: str, document: Any) -> Pack:
    content = msgspec.json.encode(document)
    return Pack(name, edition, hashlib.sha256(content).hexdigest()[:32], content)


def _definitions(lang: str) -> Pack:
    in_use = forms_in_use()
    document = {
        "lang": lang,
        "readings": readings.definitions(),
        "codelists": codelists.definitions(),
        "forms": forms.definitions(),
        "forms_in_use": [forms.form_document(form, lang) for form in in_use],
        "checks": {
            code: {"title": gettext(words.title), "sentence": gettext(words.sentence)} for code, words in WORDS.items()
        },
        "words": page_words(),
        "named": row_words(),
        "photos_most": MOST_PHOTOS,
        "lists_called": dict(CodeList.objects.values_list("name", "title")),
    }
    edition = max((form.definition.valid_from for form in in_use), default="")
    return _pack("definitions", edition, document)


def _folding() -> Pack:
    return _pack("folding", "", {"blocks": codelists.folding()})


def _lists() -> list[Pack]:
    wanted = forms.lists_of(forms_in_use()) | set(ELSEWHERE) | {"photo_shows", "commodity"}
    small = sorted(wanted - set(GOODS) - {"country", "unit", codelists.PLACES})
    hs = codelists.list_document("hs")
    country, unit = codelists.list_document("country"), codelists.list_document("unit")
    lists = [codelists.list_document(name) for name in small]
    edition = max((one["edition"] for one in lists), default="")
    return [
        _pack("countries", country["edition"], {"lists": [country]}),
        _pack("units", unit["edition"], {"lists": [unit]}),
        _pack("goods", hs["edition"], {"lists": [hs]}),
        _pack("lists", edition, {"lists": lists}),
    ]


def region_of(administration: str) -> list[str]:
    """The countries whose places a device of that administration holds: those of its region."""
    row = Administration.objects.filter(code=administration).first()
    if row is None or row.region_id is None:
        return [administration]
    return sorted(Administration.objects.filter(region=row.region_id).values_list("code", flat=True))


def _places(administration: str, room: int) -> Pack:
    """The places of the region, in so many bytes at most."""
    document = codelists.places_document(region_of(administration))
    pack = _pack("places", document["edition"], document)
    if len(pack.content) <= room:
        return pack
    fitting = _fitting(document, administration, len(pack.content) - room)
    document = codelists.places_document(fitting)
    return _pack("places", document["edition"], document)


def _fitting(document: dict[str, Any], own: str, over: int) -> list[str]:
    """The countries that stay so that the places take less by `over` bytes: those with the most places go first."""
    sizes = dict.fromkeys(document["countries"], 0)
    for row in document["codes"]:
        sizes[row[0][:2]] += len(msgspec.json.encode(row)) - len(row[0][2:])  # its code stays, without the country's
    for country in sorted(sizes, key=lambda one: (one == own, -sizes[one], one)):
        if over <= 0 or country == own:
            break
        over -= sizes.pop(country) - len(country) * 5
    return sorted(sizes)
