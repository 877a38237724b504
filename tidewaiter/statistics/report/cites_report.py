"""The CITES annual illegal trade report of a Party and year, a row for each species and specimen (DOMAIN.md §5.1)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from tidewaiter.cases.models import Case, Line
from tidewaiter.cases.policy import INT
from tidewaiter.cases.queries import validated_cases
from tidewaiter.codelists.queries import code_view
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.bulk import in_batches
from tidewaiter.foundation.refusals import BadInput, Missing
from tidewaiter.people.models import Administration
from tidewaiter.people.policy import is_customs

HEADS = (
    "Date of seizure",
    "Species (scientific name)",
    "Description of specimen",
    "Quantity",
    "Unit",
    "Detecting agency",
    "Location of incident",
    "Reason for seizure",
    "Method of detection",
    "Mode of transport",
    "Method of concealment",
    "Alleged country of origin",
    "Country(ies) of transit",
    "Alleged final destination",
    "Nationality of offenders",
    "Law under which charges were brought",
    "Sanction",
    "Estimated value in country",
    "Currency",
    "Disposal of confiscated specimens",
    "Additional information",
    "Reference",
)
"""The columns of the Secretariat's form, in English as it asks for them; the last is
ours, so that a row can be found again.
"""
SHARED = "May be shared with the partners of ICCWC"
NOT_SHARED = "DO NOT SHARE beyond the CITES Secretariat"
"""What the Secretariat may do with the report: it shares it with the International Consortium on Combating Wildlife
Crime unless the Party says no."""


@dataclass(frozen=True, slots=True)
class IllegalTradeReport:
    """A Party's report of a year: its rows under `HEADS`, and whether the Secretariat may share it."""

    party: str
    year: int
    do_not_share: bool
    rows: list[list[Any]]

    @property
    def top(self) -> list[tuple[str, str]]:
        """What stands above the rows, as (title, text), in English as the rows are."""
        said = str(len(self.rows)) if self.rows else "0: a nil return, no validated seizure of wildlife is known"
        return [
            ("Report", "CITES annual illegal trade report"),
            ("Party", f"{_word('country', self.party)} ({self.party})"),
            ("Year", str(self.year)),
            ("Number of rows", said),
            ("Sharing", NOT_SHARED if self.do_not_share else SHARED),
        ]


def illegal_trade_report(actor: Actor, party: str, year: int, *, do_not_share: bool = False) -> IllegalTradeReport:
    """A Party's report, by date: its validated wildlife cases of the year that this person sees.

    Raises `Missing` for whoever sees no cases at all, so that nobody takes that for a nil return; `BadInput`.
    """
    if not is_customs(actor):
        raise Missing("no_cases_seen", _("The report is made of cases, which those who work for customs see."))
    if not Administration.objects.filter(code=party).exclude(code=INT).exists():
        raise BadInput("party", _("«%(text)s» is no administration of this node.") % {"text": party[:20]})
    if not 1973 <= year <= 2200:
        raise BadInput("year", _("«%(text)s» is not a year.") % {"text": year})
    cases = validated_cases(actor).filter(form="CIT", country=party, year=year).order_by("date", "pk")
    rows = [row for batch in in_batches(cases.iterator(chunk_size=1000), 1000) for row in _rows(batch)]
    return IllegalTradeReport(party, year, do_not_share, rows)


def _rows(cases: list[Case]) -> Iterator[list[Any]]:
    agencies = dict(Administration.objects.values_list("code", "name"))
    lines: dict[int, list[Line]] = {}
    for line in Line.objects.filter(case_id__in=[case.pk for case in cases]).order_by("case_id", "number"):
        lines.setdefault(line.case_id, []).append(line)
    for case in cases:
        agency = agencies.get(case.administration) or _word("country", case.administration)
        for line in lines.get(case.pk, []):
            yield _row(case, line, agency)


def _row(case: Case, line: Line, administration: str) -> list[Any]:
    header, fields = case.header, line.document.get("fields", {})
    concealment = header.get("concealment") or {}
    nationalities = {_word("country", one.get("nationality")) for one in header.get("persons", [])}
    origin, transit = _route(header.get("route", []), line.origin or "")
    return [
        case.date.isoformat()[: {"year": 4, "month": 7}.get(case.date_precision, 10)],
        _species(fields.get("species")),
        _word("cites_term", line.subtype),
        float(line.quantity) if line.quantity is not None else None,
        _word("unit", line.unit),
        _joined(header.get("office"), administration, by=", "),
        _word("unlocode", case.place) or _word("location_type", case.location_type),
        _joined(_word("permit_state", fields.get("permit_state")), _appendix(fields.get("appendix"))),
        _word("detection_method", (header.get("detection") or {}).get("method")),
        _word("mode", case.mode),
        _joined(_word("concealment_method", concealment.get("method")), concealment.get("note")),
        origin,
        transit,
        _word("country", case.destination),
        _joined(*sorted(nationalities)),
        str(fields.get("law") or ""),
        str(fields.get("sanction") or ""),
        float(line.value) if line.value is not None else None,
        line.currency or "",
        _word("animal_disposal", fields.get("placed_with")),
        _joined(fields.get("specimen_note"), header.get("narrative")),
        case.reference,
    ]


def _route(route: list[dict[str, Any]], of_line: str) -> tuple[str, str]:
    """Alleged origin, and countries of transit: the origin is what the line says, else the route's leg of that role.

    Where neither says one, the country of departure stands there and is called that; else it is a
    transit, for the goods came through it.
    """
    legs = [(str(leg.get("role")), str(leg.get("country"))) for leg in route if leg.get("country")]
    by_role = dict(reversed(legs))
    origin, departure = of_line or by_role.get("origin", ""), by_role.get("departure", "")
    through = [country for role, country in legs if role == "transit"]
    if origin and departure and departure != origin:
        through = [departure, *(one for one in through if one != departure)]
    said = _word("country", origin)
    if not origin and departure:
        said = f"{_word('country', departure)} (departure; origin not known)"
    return said, _joined(*(_word("country", one) for one in through))


def _joined(*parts: Any, by: str = "; ") -> str:
    return by.join(str(part) for part in parts if part)


def _word(name: str, code: Any) -> str:
    if not code:
        return ""
    view = code_view(name, str(code))
    return view.label("en") if view else str(code)


def _appendix(code: Any) -> str:
    return f"Appendix {code}" if code else ""


def _species(code: Any) -> str:
    """The scientific name, as the form demands; of a taxon above a species with «spp.»."""
    view = code_view("species", str(code or ""))
    if view is None:
        return str(code or "")
    name = view.label("en")
    return name if " " in name else f"{name} spp."
