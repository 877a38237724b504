"""Seizures of wildlife beside the trade that Parties report to CITES: the same
species on the same route, and anywhere.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal

from django.utils.translation import gettext as _

from tidewaiter.cases.models import Line
from tidewaiter.cases.queries import validated_cases
from tidewaiter.codelists.queries import code_views
from tidewaiter.codelists.species import Taxa, Taxon, written
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.bulk import in_batches
from tidewaiter.foundation.numbers import plain
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.statistics.comparisons.external_tables import CONFISCATED, columns_of
from tidewaiter.statistics.models import BroughtTable
from tidewaiter.statistics.store_rows import events_of

ROUTE, SPECIES, NONE = "route", "species", "none"


@dataclass(slots=True)
class Compared:
    """A species on a route: what was seized, and what Parties reported as traded, on the same route and altogether."""

    species: str
    taxon: Taxon
    departure: str
    destination: str
    cases: int = 0
    seizures: int = 0
    """Lines of goods, one that sums several as these."""
    seized: dict[tuple[str, str], str] = field(default_factory=dict)
    """Quantity by (specimen, unit); unlike ones are never added."""
    on_route: dict[tuple[str, str], tuple[float, float]] = field(default_factory=dict)
    """Quantities by (specimen, unit) as (importers, exporters) report them, which often differ."""
    shipments: int = 0
    """Rows of the table for the species on the route."""
    anywhere: int = 0
    """Rows of the table for the species on any route."""
    reported_as: set[str] = field(default_factory=set)
    """The names by which the table's rows met it: of a synonym, its genus, or a species of the genus that was seized.
    """
    by_name: bool = False
    """Whether a row on the route (or, where none is on the route, anywhere) names
    the very taxon, by whatever synonym.
    """

    @property
    def verdict(self) -> str:
        """`route` where the species is traded on this route too, `species` where it is traded elsewhere,
        `none` where it is not in the table.
        """
        return ROUTE if self.shipments else SPECIES if self.anywhere else NONE

    def count(
        self, name: str, by_name: bool, about: tuple[str, str], amounts: tuple[float, float], rows: int, on_route: bool
    ) -> None:
        """Adds rows of the table that name it `name`: of the specimen and unit
        `about`, as importers and exporters say.
        """
        self.anywhere += rows
        if on_route and not self.shipments:
            self.reported_as, self.by_name = set(), False  # what is traded elsewhere says no more than the route does
        if on_route or not self.shipments:
            self.reported_as.add(written(name))
            self.by_name |= by_name
        if on_route:
            self.shipments += rows
            before = self.on_route.get(about, (0.0, 0.0))
            self.on_route[about] = (before[0] + amounts[0], before[1] + amounts[1])


def compared(actor: Actor, table: BroughtTable, first: int, last: int) -> tuple[list[Compared], int]:
    """Species and routes of the validated wildlife seizures of some years that this person sees, most
    cases first, beside the table's rows of the same years; and how many seizures say no species. Raises
    `BadInput` where the years are none.
    """
    if not 1900 <= first <= last <= 2200:
        raise BadInput("year", _("The period ends before it begins."))
    taxa = Taxa()
    found, unsaid = _seized(actor, first, last, taxa)
    columns = columns_of(table)
    meeting = _Meeting(found)
    met = {name: meeting.of(taxa.read(name)) for name in columns.column("taxon").unique().to_pylist()}
    for year, name, importer, exporter, term, unit, source, imported, exported, rows in zip(
        *(columns.column(head).to_pylist() for head in columns.column_names), strict=True
    ):
        if not first <= year <= last or source == CONFISCATED:  # a table that an older release read has some
            continue
        for one, by_name in met[name]:
            on_route = (one.departure, one.destination) == (exporter, importer)
            one.count(name, by_name, (term, unit), (imported, exported), rows, on_route)
    return sorted(found, key=lambda one: (-one.cases, one.species, one.departure, one.destination)), unsaid


class _Meeting:
    """What was seized, by the names under which trade of it may be reported."""

    def __init__(self, found: list[Compared]) -> None:
        self._by_name: dict[str, list[Compared]] = defaultdict(list)
        self._by_genus: dict[str, list[Compared]] = defaultdict(list)
        for one in found:
            self._by_name[one.taxon.name].append(one)
            for genus in one.taxon.genera - {one.taxon.name}:
                self._by_genus[genus].append(one)

    def of(self, taxon: Taxon) -> list[tuple[Compared, bool]]:
        """What was seized of a taxon, its genus or its species, each with whether it is of the very taxon."""
        wider = [*self._by_genus[taxon.name]]
        for genus in taxon.genera - {taxon.name}:
            wider += self._by_name[genus]
        return [*((one, True) for one in self._by_name[taxon.name]), *((one, False) for one in wider)]


def _seized(actor: Actor, first: int, last: int, taxa: Taxa) -> tuple[list[Compared], int]:
    """Species × route of the seizures, and how many say no species."""
    cases = validated_cases(actor).filter(form="CIT", year__range=(first, last))
    rows = Line.objects.filter(case__in=cases).values_list(
        "case__ref",
        "case__departure",
        "case__destination",
        "case__country",
        "origin",
        "subtype",
        "quantity",
        "unit",
        "document__fields__species",
        "document__fields__events",
    )
    groups: dict[tuple[str, str, str], Compared] = {}
    whose: dict[tuple[str, str, str], set[str]] = defaultdict(set)
    sums: dict[tuple[str, str, str], dict[tuple[str, str], Decimal]] = defaultdict(lambda: defaultdict(Decimal))
    unsaid = 0
    for batch in in_batches(rows.order_by("pk").iterator(chunk_size=2000), 2000):
        names = code_views("species", {str(row[-2]) for row in batch if row[-2]})
        for ref, departure, destination, country, origin, term, quantity, unit, species, said in batch:
            seizures = events_of(said)
            if not species:
                unsaid += seizures
                continue
            view = names.get(str(species))
            label = view.label("en") if view else str(species)
            taxon = taxa.read(label)
            key = (taxon.name, departure or origin or "", destination or country)
            one = groups.setdefault(key, Compared(label if view else written(taxon.name), taxon, key[1], key[2]))
            one.seizures += seizures
            whose[key].add(ref)
            if quantity is not None:
                sums[key][term or "", unit or ""] += quantity
    for key, one in groups.items():
        one.cases = len(whose[key])
        one.seized = {about: plain(amount) for about, amount in sorted(sums[key].items())}
    return list(groups.values()), unsaid
