"""The CITES annual illegal trade report of a Party and year, a row for each species and specimen (DOMAIN.md §5.1)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext as _

from tidewaiter.cases.models import Case, Line
from tidewaiter.cases.queries import visible_cases
from tidewaiter.codelists.queries import code_view
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.bulk import in_batches
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.people.models import Administration

HEADS = (
    "Date of seizure", "Species (scientific name)", "Description of specimen", "Quantity", "Unit", "Detecting agency", "Location of incident",
    "Reason for seizure", "Method of detection", "Mode of transport", "Method of concealment", "Alleged country of origin", "Country(ies) of transit",
    "Alleged final destination", "Nationality of offenders", "Law under which charges were brought", "Estimated value in country", "Currency",
    "Disposal of confiscated specimens", "Additional information", "Reference",
)  # fmt: skip
"""The columns of the Secretariat's form, in English as it asks for them; the last is ours, so that a row can be found again."""


def report_rows(actor: Actor, party: str, year: int) -> list[list[Any]]:
    """The rows of a Party's report, by date: its validated wildlife cases of the year that this person sees. Raises `BadInput`.

    The law and the sanction are not part of a seizure record; their columns stay empty for the national authority to fill.
    """
    if not Administration.objects.filter(code=party).exclude(code="INT").exists():
        raise BadInput("party", _("«%(text)s» is no administration of this node.") % {"text": party[:20]})
    if not 1973 <= year <= 2200:
        raise BadInput("year", _("«%(text)s» is not a year.") % {"text": year})
    cases = visible_cases(actor).filter(form="CIT", country=party, year=year, counted=True).order_by("date", "pk")
    return [row for batch in in_batches(cases.iterator(chunk_size=1000), 1000) for row in _rows(batch)]


def _rows(cases: list[Case]) -> Iterator[list[Any]]:
    lines: dict[int, list[Line]] = {}
    for line in Line.objects.filter(case_id__in=[case.pk for case in cases]).order_by("case_id", "number"):
        lines.setdefault(line.case_id, []).append(line)
    for case in cases:
        for line in lines.get(case.pk, []):
            yield _row(case, line)


def _row(case: Case, line: Line) -> list[Any]:
    header, fields = case.header, line.document.get("fields", {})
    route = header.get("route", [])
    transit = [_word("country", leg.get("country")) for leg in route if leg.get("role") == "transit"]
    place = _word("unlocode", case.place) or _word("location_type", case.location_type)
    why = "; ".join(part for part in (_word("permit_state", fields.get("permit_state")), _appendix(fields.get("appendix"))) if part)  # fmt: skip
    hidden = "; ".join(part for part in (_word("concealment_method", (header.get("concealment") or {}).get("method")), str((header.get("concealment") or {}).get("note") or "")) if part)  # fmt: skip
    nationalities = sorted({_word("country", one.get("nationality")) for one in header.get("persons", []) if one.get("nationality")})  # fmt: skip
    said = "; ".join(
        part for part in (str(fields.get("specimen_note") or ""), str(header.get("narrative") or "")) if part
    )
    return [
        case.date.isoformat()[: {"year": 4, "month": 7}.get(case.date_precision, 10)], _species(fields.get("species")), _word("cites_term", line.subtype),
        float(line.quantity) if line.quantity is not None else None, _word("unit", line.unit), str(header.get("office") or _word("country", case.administration)),
        place, why, _word("detection_method", (header.get("detection") or {}).get("method")), _word("mode", case.mode), hidden, _word("country", line.origin or ""),
        "; ".join(part for part in transit if part), _word("country", case.destination), "; ".join(nationalities), "",
        float(line.value) if line.value is not None else None, line.currency or "", str(fields.get("placed_with") or ""), said, case.national_ref,
    ]  # fmt: skip


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
