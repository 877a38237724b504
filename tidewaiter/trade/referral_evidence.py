"""The evidence of a referral: one finding with what it was compared with, frozen so that no later run changes it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.canonical import canonical
from tidewaiter.foundation.json_types import JsonObject
from tidewaiter.foundation.limits import most
from tidewaiter.foundation.moments import now, stamp
from tidewaiter.foundation.refusals import Missing
from tidewaiter.trade.files.sources import name_of, path_of
from tidewaiter.trade.models import TradeRun
from tidewaiter.trade.results import distribution_of, flows_of_pair, pair_by_years

FORMAT = "tidewaiter referral evidence 1"
BEHIND = 2000
"""Flows of a pair that are kept with a finding, the greatest gaps first."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """A finding as it is given away."""

    title: str
    amount: float | None
    content: bytes
    """Canonical JSON: whoever has it can hash it again."""


def evidence_of(run: TradeRun, finding: str, by: Actor) -> Evidence:
    """Freezes a finding of a run that is done: its row, what it was compared with, the run's settings and figures (with
    what was left out of them), the file with its digest. Raises `Missing` where there is no such finding.
    """
    if not run.answer:
        raise Missing("no_row", _("There is no such finding."))
    row, compared = _FINDINGS[run.analysis](run, finding) if run.analysis in _FINDINGS else ({}, {})
    if not row:
        raise Missing("no_row", _("There is no such finding."))
    document = {
        "format": FORMAT,
        "frozen_at": stamp(now()),
        "finding": row,
        "compared_with": compared,
        "analysis": {
            "kind": run.analysis,
            "ref": run.ref,
            "name": run.name,
            "started_at": stamp(run.started_at),
            "parameters": run.parameters,
            "mapping": run.mapping,
            "figures": run.answer,
        },
        "input": {"name": name_of(run.source, by), "vintage": run.answer.get("vintage")} | _digest_of(run.source, by),
    }
    return Evidence(_title(run.analysis, row)[:300], row.get("amount", row.get("gap")), canonical(document))


def _digest_of(source: str, by: Actor) -> JsonObject:
    """The SHA-256 of the file as it lies there now; nothing of one that is gone, or of a folder of many."""
    try:
        path = path_of(source, by)
    except Missing:
        return {"size": None, "sha256": None}
    if not path.is_file() or path.stat().st_size > most("upload_bytes"):
        return {"size": None, "sha256": None}
    return {"size": path.stat().st_size, "sha256": _sha256(path)}


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _price(run: TradeRun, finding: str) -> tuple[JsonObject, JsonObject]:
    found = distribution_of(run, finding)
    return found.row, {
        "group": found.keys,
        "nearest_in_price": found.like,
        "prices": {"edges": found.edges, "rows": found.counts},
    }


def _flow(run: TradeRun, finding: str) -> tuple[JsonObject, JsonObject]:
    exporter, importer, product, year = ([*finding.split("-"), "", "", ""])[:4]
    flows = flows_of_pair(run, exporter, importer, BEHIND)
    one = next((one for one in flows if one["product"] == product and str(one["year"]) == year), {})
    if not one or one.get("kind") is None:  # only what the run lists as a gap is a finding
        return {}, {}
    return one, {"pair_by_years": pair_by_years(run, exporter, importer), "flows_of_pair": flows}


_FINDINGS = {"unit_prices": _price, "mirror": _flow}


def _title(analysis: str, row: JsonObject) -> str:
    if analysis == "mirror":
        return f"{row['exporter']} → {row['importer']}, {row['product']}, {row['year']}"
    return f"{row['hs']}, {row['partner'] or '–'}: {row['reason'] or ''}"
