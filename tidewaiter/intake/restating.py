"""Totals that come again: rows of a month or a year, or that sum several seizures,
in a file whose mapping names no key.

Such a row has no reference, so a later release that restates a total adds to it. It cannot be told which of the two
holds; that they stand beside each other, of which months, and the key that would restate them, is said on the receipt.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec
from django.db.models import QuerySet, TextField
from django.db.models.functions import Cast
from django.utils.translation import gettext, ngettext

from tidewaiter.cases import states
from tidewaiter.cases.batches import refs_brought
from tidewaiter.cases.models import Case, Line
from tidewaiter.foundation.bulk import among, in_batches
from tidewaiter.foundation.canonical import digest
from tidewaiter.intake.mapping.mapping_file import Mapping, read_mapping
from tidewaiter.intake.models import Receipt

RESTATES = "restates"
"""The note of a receipt: `{"totals", "months", "of", "key"}`."""
_AT_ONCE, _READ = 50_000, 500
_SHOWN = 3
_FIGURES = frozenset({"quantity", "value", "reported", "packages"})
_AMOUNTS = ("quantity", "value", "fields.events", "events", "packages")
_NOT_OF_IT = frozenset({"national_ref", "form_version", "photos", "links"})
_document = msgspec.json.Decoder(dict[str, Any])


def restated_by(receipt: Receipt) -> dict[str, Any]:
    """What of a file that was taken in restates totals that are here: how many, of which months,
    under which refs the first ones stand, and the columns that would be their key; nothing where
    none does, or a key or a reference is mapped.
    """
    mapping = read_mapping(receipt.mapping_text) if receipt.mapping_text else Mapping()
    if mapping.key or "national_ref" in mapping.columns:
        return {}
    refs = refs_brought([receipt.ref])
    fresh = _totals(mapping).filter(made_at__gte=receipt.brought_at)
    found: list[tuple[str, str]] = []
    for some in in_batches(refs, _AT_ONCE):
        new = {about: day for _ref, about, day in _told(fresh.filter(ref__in=among(some)))}
        if new:
            before = _told(_before(receipt, mapping, set(new.values()), refs))
            found += [(day[:7], ref) for ref, about, day in before if about in new]
    if not found:
        return {}
    months = sorted({month for month, _ref in found})
    return {
        "totals": len(found),
        "months": months,
        "of": [ref for _month, ref in found[:_SHOWN]],
        "key": key_of(mapping),
    }


def key_of(mapping: Mapping) -> list[str]:
    """The columns that a mapping takes, without its amounts: what its totals are of."""
    amounts = {head for path in _AMOUNTS for head in mapping.sources_of(path)}
    told = [head for path in mapping.columns for head in mapping.sources_of(path)]
    return [head for head in dict.fromkeys(told) if head not in amounts]


def sentence_of(said: dict[str, Any]) -> str:
    """The note in words."""
    months = said["months"]
    span = months[0] if len(months) == 1 else f"{months[0]} – {months[-1]}"
    words = ngettext(
        "%(n)s total of %(months)s is here already with other figures, and both are counted: %(refs)s",
        "%(n)s totals of %(months)s are here already with other figures, and both are counted: %(refs)s",
        said["totals"],
    )
    told = words % {"n": said["totals"], "months": span, "refs": f"{', '.join(said['of'])}."}
    if not said["key"]:
        return f"{told} {gettext('Withdraw one of each two, and give each total a reference of its own.')}"
    advice = gettext("Withdraw one of each two, and name the key in the mapping: %(key)s")
    return f"{told} {advice % {'key': f'key = {msgspec.json.encode(said["key"]).decode()}'}}"


def _totals(mapping: Mapping) -> QuerySet[Case]:
    """Cases without a reference of a month or a year; where the mapping takes counts of seizures, of a day too."""
    found = Case.objects.filter(latest=True, national_ref__startswith="AUTO-").exclude(status=states.WITHDRAWN)
    counts = {"events", "fields.events"} & {*mapping.columns, *(path for line in mapping.lines for path in line)}
    return found if counts else found.exclude(date_precision="day")


def _before(receipt: Receipt, mapping: Mapping, days: set[str], refs: Sequence[str]) -> QuerySet[Case]:
    """Totals of the same days of the same administrations that were here before the file came, and are not in it."""
    brought = Case.objects.filter(ref__in=among(refs)).order_by()
    own = list(brought.values_list("administration", flat=True).distinct())
    there = _totals(mapping).filter(administration__in=own, date__in=among(sorted(days)))
    return there.filter(made_at__lt=receipt.brought_at).exclude(ref__in=among(refs))


def _told(cases: QuerySet[Case]) -> Iterator[tuple[str, str, str]]:
    """(ref, what it is a total of, day) of cases, some hundred at a time: all that a record says but its figures."""
    keys = list(cases.order_by("pk").values_list("pk", flat=True))
    for some in in_batches(keys, _READ):
        lines: dict[int, list[Any]] = {}
        documents = Line.objects.filter(case_id__in=among(some)).annotate(text=Cast("document", TextField()))
        for case, text in documents.order_by("case_id", "number").values_list("case_id", "text"):
            lines.setdefault(case, []).append(_without_figures(_document.decode(text)))
        headers = Case.objects.filter(pk__in=among(some)).annotate(text=Cast("header", TextField())).order_by("pk")
        for key, ref, text in headers.values_list("pk", "ref", "text"):
            header = _document.decode(text)
            said = {name: value for name, value in header.items() if name not in _NOT_OF_IT}
            yield ref, digest([said, lines.get(key, [])])[:24], str(header["date"])


def _without_figures(line: dict[str, Any]) -> dict[str, Any]:
    said = {name: value for name, value in line.items() if name not in _FIGURES}
    if "fields" in said:
        said["fields"] = {name: value for name, value in said["fields"].items() if name != "events"}
    return said
