"""Deeds of the trade room: starting an analysis, doing it, forgetting it."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refs import new_ref
from tidewaiter.foundation.refusals import BadInput, Missing
from tidewaiter.ledger.actions import record
from tidewaiter.trade.asked import LADDERS, analysis_named, read_settings
from tidewaiter.trade.consignments import consignments_of
from tidewaiter.trade.engines import engine
from tidewaiter.trade.evaluating import evaluated
from tidewaiter.trade.files import FOLDER, folder_of, name_of, path_of, run_named
from tidewaiter.trade.mirror import Mirroring
from tidewaiter.trade.mirroring import Reported, compare
from tidewaiter.trade.models import TradeRun
from tidewaiter.trade.policy import may_analyse
from tidewaiter.trade.prices import Parameters
from tidewaiter.trade.reading import rows_of_table
from tidewaiter.trade.scoring import Choosing, read_rules, score, with_results
from tidewaiter.trade.screening import Source, screen
from tidewaiter.trade.selection import Training, read_model, train
from tidewaiter.trade.writing import stage_kept

MEMORY = "2GB"
Tell = Callable[[str], None]
STAGES = {"unit_prices": 3, "mirror": 4, "select_train": 5, "select_score": 2, "select_evaluate": 1}
"""How many stages an analysis has: what progress is told by."""


def start(
    *, analysis: str, source: str, name: str, mapping: Mapping[str, str], parameters: Mapping[str, Any], by: Actor
) -> TradeRun:
    """Asks for an analysis of a file; the caller has it done (a job). Raises `BadInput`, `Missing`, `NotAllowed`."""
    may_analyse(by)
    chosen = analysis_named(analysis)
    said = read_settings(chosen, parameters)
    path_of(source, by)
    if not settings.HOLDS_NAMES and source.startswith(FOLDER) and analysis.startswith("select_"):
        raise BadInput("names", _("This node holds no names: bring the file by page or program, which drops the columns that say who traded."))  # fmt: skip
    for setting in chosen.settings:
        if setting.kind == "file" and said[setting.name]:
            path_of(said[setting.name], by)
        if setting.kind == "model":
            model_of(said[setting.name], by)
    if analysis == "unit_prices":
        _parameters(said, None)
    if analysis == "mirror":
        Mirroring(factor=said["factor"], relative=said["relative"])
    with transaction.atomic():
        made = TradeRun.objects.create(
            ref=new_ref("TA"), analysis=analysis, name=name.strip()[:120] or name_of(source, by), source=source, mapping={ours: head for ours, head in mapping.items() if head},
            parameters=said, administration=by.administration_code, started_by=by.username, started_at=now(),
        )  # fmt: skip
        record(by=by, deed="trade.analysis_started", ref=made.ref, detail={"analysis": analysis})
    return made


def forget(*, ref: str, by: Actor) -> None:
    """Deletes a run and its rows. Raises `Missing`, `NotAllowed`."""
    may_analyse(by)
    with transaction.atomic():
        run = run_named(ref, by)
        folder = folder_of(run)
        run.delete()
        record(by=by, deed="trade.analysis_forgotten", ref=ref)
    shutil.rmtree(folder, ignore_errors=True)


def model_of(ref: str, by: Actor) -> Path:
    """The model of a training of one's administration. Raises `Missing`."""
    run = run_named(ref, by)
    path = folder_of(run) / "model.json"
    if run.analysis != "select_train" or not path.exists():
        raise Missing("no_model", _("There is no such model."))
    return path


def perform(run: TradeRun, by: Actor, tell: Tell) -> None:
    """Does an analysis: rows and summaries into the run's folder, its figures into the run. Raises `BadInput`, which the run keeps as its reason."""
    folder = folder_of(run)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        answer = _DEEDS[run.analysis](run, by, folder, tell)
    except (BadInput, Missing) as refusal:
        TradeRun.objects.filter(pk=run.pk).update(why=refusal.sentence, ended_at=now())
        raise
    TradeRun.objects.filter(pk=run.pk).update(answer=json.loads(json.dumps(answer)), why="", ended_at=now())


def _parameters(said: Mapping[str, Any], reference: Any) -> Parameters:
    return Parameters(
        low=said["low"], high=said["high"], min_group=int(said["min_group"]), floor=said["floor"], ladder=LADDERS[said["ladder"]],
        leave_one_out=said["leave_one_out"], related=said["related"], reference=reference,
    )  # fmt: skip


def _unit_prices(run: TradeRun, by: Actor, folder: Path, tell: Tell) -> dict[str, Any]:
    said = run.parameters
    prices = (
        rows_of_table(str(path_of(said["reference"], by)), ("hs", "unit", "low", "high"), ("low", "high"))
        if said["reference"]
        else None
    )
    listed = rows_of_table(str(path_of(said["rates"], by)), ("currency", "rate"), ("rate",)) if said["rates"] else []
    rates = {row["currency"].upper(): float(row["rate"]) for row in listed} or None
    source = Source(path_of(run.source, by), run.mapping or None, rates, said["flow"], importers=settings.HOLDS_NAMES)
    found = screen(source, folder, _parameters(said, prices), memory=MEMORY, tell=tell)
    (folder / "summaries.json").write_text(json.dumps(found.summaries))
    return found.answer()


def _mirror(run: TradeRun, by: Actor, folder: Path, tell: Tell) -> dict[str, Any]:
    said = run.parameters
    beside = {name: path_of(said[name], by) if said[name] else None for name in ("distances", "correspondence")}
    asked = Mirroring(factor=said["factor"], net_re_exports=said["net_re_exports"], relative=said["relative"])
    found = compare(
        Reported(path_of(run.source, by), run.mapping or None, **beside), folder, asked, memory=MEMORY, tell=tell
    )
    (folder / "summaries.json").write_text(json.dumps(found.summaries))
    return found.answer()


def _select_train(run: TradeRun, by: Actor, folder: Path, tell: Tell) -> dict[str, Any]:
    said = run.parameters
    asked = Training(said["label"], tuple(said["exclude"]), said["date"], said["revenue"])
    table = consignments_of(engine("duckdb", MEMORY, folder), path_of(run.source, by), asked.date)
    model = train(table, asked, tell)
    (folder / "model.json").write_text(model.text())
    return model.card


def _select_score(run: TradeRun, by: Actor, folder: Path, tell: Tell) -> dict[str, Any]:
    said = run.parameters
    model = read_model(model_of(said["model"], by))
    rules = read_rules(path_of(said["rules"], by)) if said["rules"] else ()
    asked = Choosing(said["blend"], said["rate"], int(said["capacity"]), said["office"], said["chance"], rules=rules)
    table = consignments_of(
        engine("duckdb", MEMORY, folder), path_of(run.source, by), model.layout.roles.get("date", "")
    )
    found = score(model, table, asked, tell)
    stage_kept(with_results(table, found), folder / "scored.parquet")
    return found.figures | {
        "drift": found.drift,
        "asked": {name: value for name, value in asdict(asked).items() if name != "rules"},
    }


def _select_evaluate(run: TradeRun, by: Actor, folder: Path, tell: Tell) -> dict[str, Any]:
    tell(_("Adding up"))
    table = consignments_of(engine("duckdb", MEMORY, folder), path_of(run.source, by))
    return evaluated(table, run.parameters["label"], run.parameters["revenue"])


_DEEDS: dict[str, Callable[[TradeRun, Actor, Path, Tell], dict[str, Any]]] = {
    "unit_prices": _unit_prices, "mirror": _mirror, "select_train": _select_train, "select_score": _select_score, "select_evaluate": _select_evaluate,
}  # fmt: skip
