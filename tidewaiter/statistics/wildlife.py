"""Seizures of wildlife beside the trade that Parties report to CITES: the same species on the same route, and anywhere."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.translation import gettext as _

from tidewaiter.cases.models import Line
from tidewaiter.cases.queries import visible_cases
from tidewaiter.codelists.queries import code_views
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.bulk import in_batches
from tidewaiter.foundation.numbers import plain
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.statistics.brought import columns_of, name_of_taxon
from tidewaiter.statistics.models import BroughtTable

ROUTE, SPECIES, NONE = "route", "species", "none"


@dataclass(slots=True)
class Compared:
    """A species on a route: what was seized, and what Parties reported as traded, on the same route and altogether."""

    species: str
    name: str
    departure: str
    destination: str
    cases: int = 0
    lines: int = 0
    seized: dict[tuple[str, str], str] = field(default_factory=dict)
    """Quantity by (specimen, unit); unlike ones are never added."""
    on_route: dict[tuple[str, str], tuple[float, float]] = field(default_factory=dict)
    """Quantities by (specimen, unit) as (importers, exporters) report them, which often differ."""
    shipments: int = 0
    """Rows of the table for the species on the route."""
    anywhere: int = 0
    """Rows of the table for the species on any route."""

    @property
    def verdict(self) -> str:
        """`route` where the species is traded on this route too, `species` where it is traded elsewhere, `none` where it is not in the table."""
        return ROUTE if self.shipments else SPECIES if self.anywhere else NONE


def compared(actor: Actor, table: BroughtTable, first: int, last: int) -> tuple[list[Compared], int]:
    """Species and routes of the validated wildlife seizures of some years that this person sees, most cases first, beside the table's
    rows of the same years; and how many lines say no species. Raises `BadInput` where the years are none.
    """
    if not 1900 <= first <= last <= 2200:
        raise BadInput("year", _("The period ends before it begins."))
    found, unsaid = _seized(actor, first, last)
    columns = columns_of(table)
    by_taxon: dict[str, list[Compared]] = defaultdict(list)
    for one in found:
        by_taxon[one.name].append(one)
    for year, taxon, importer, exporter, term, unit, _source, imported, exported, rows in zip(
        *(columns.column(name).to_pylist() for name in columns.column_names), strict=True
    ):
        for one in by_taxon.get(taxon, ()) if first <= year <= last else ():
            one.anywhere += rows
            if (one.departure, one.destination) == (exporter, importer):
                one.shipments += rows
                before = one.on_route.get((term, unit), (0.0, 0.0))
                one.on_route[term, unit] = (before[0] + imported, before[1] + exported)
    return sorted(found, key=lambda one: (-one.cases, one.species, one.departure, one.destination)), unsaid


def _seized(actor: Actor, first: int, last: int) -> tuple[list[Compared], int]:
    """Species × route of the seizures, and lines without a species."""
    cases = visible_cases(actor).filter(form="CIT", counted=True, year__range=(first, last))
    rows = Line.objects.filter(case__in=cases).values_list(
        "case__ref", "case__departure", "case__destination", "case__country", "origin", "subtype", "quantity", "unit", "document__fields__species"
    )  # fmt: skip
    groups: dict[tuple[str, str, str], Compared] = {}
    whose: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    sums: dict[tuple[str, str, str], dict[tuple[str, str], Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    unsaid = 0
    for batch in in_batches(rows.order_by("pk").iterator(chunk_size=2000), 2000):
        names = code_views("species", {str(row[-1]) for row in batch if row[-1]})
        for ref, departure, destination, country, origin, term, quantity, unit, species in batch:
            if not species:
                unsaid += 1
                continue
            view = names.get(str(species))
            label = view.label("en") if view else str(species)
            key = (label, departure or origin or "", destination or country)
            one = groups.setdefault(key, Compared(label, name_of_taxon(label), key[1], key[2]))
            one.lines += 1
            whose[key].add(ref)
            if quantity is not None:
                sums[key][term or "", unit or ""] += quantity
    for key, one in groups.items():
        one.cases = len(whose[key])
        one.seized = {about: plain(amount) for about, amount in sorted(sums[key].items())}
    return list(groups.values()), unsaid
