"""Deeds of the trade room: starting an analysis, doing it, forgetting it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.apart import Pulse, apart
from tidewaiter.foundation.json_types import JsonMapping
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refs import new_ref
from tidewaiter.foundation.refusals import BadInput, Missing, Refusal
from tidewaiter.foundation.text import read_name
from tidewaiter.ledger.actions import record
from tidewaiter.trade import run_folders
from tidewaiter.trade.analyses import Order, analyse, parameters_of
from tidewaiter.trade.engines import memory_of
from tidewaiter.trade.files.sources import FOLDER, folder_of, name_of, path_of, run_named
from tidewaiter.trade.mirror.mirror_data import MirrorParameters
from tidewaiter.trade.models import TradeRun
from tidewaiter.trade.parameters import analysis_named, read_settings
from tidewaiter.trade.policy import may_analyse


def start(
    *, analysis: str, source: str, name: str, mapping: Mapping[str, str], parameters: JsonMapping, by: Actor
) -> TradeRun:
    """Asks for an analysis of a file; the caller has it done (a job). Raises `BadInput`, `Missing`, `NotAllowed`."""
    may_analyse(by)
    chosen = analysis_named(analysis)
    said = read_settings(chosen, parameters)
    path_of(source, by)
    if not settings.HOLDS_NAMES and source.startswith(FOLDER) and analysis.startswith("select_"):
        raise BadInput(
            "names",
            _(
                "This node holds no names: bring the file by page or program, which drops the columns that say who"
                " traded."
            ),
        )
    for setting in chosen.settings:
        if setting.kind == "file" and said[setting.name]:
            path_of(said[setting.name], by)
        if setting.kind == "model":
            model_of(said[setting.name], by)
    if analysis == "unit_prices":
        parameters_of(said, None)
    if analysis == "mirror":
        MirrorParameters(factor=said["factor"], relative=said["relative"])
    with transaction.atomic():
        made = TradeRun.objects.create(
            ref=new_ref("TA"),
            analysis=analysis,
            name=read_name(name, 120) or name_of(source, by),
            source=source,
            mapping={ours: head for ours, head in mapping.items() if head},
            parameters=said,
            administration=by.administration_code,
            started_by=by.username,
            started_at=now(),
        )
        record(by=by, deed="trade.analysis_started", ref=made.ref, detail={"analysis": analysis})
    return made


def forget(*, ref: str, by: Actor) -> None:
    """Deletes a run and its rows. Raises `Missing`, `NotAllowed`."""
    may_analyse(by)
    with transaction.atomic():
        run = run_named(ref, by)
        run.delete()
        record(by=by, deed="trade.analysis_forgotten", ref=ref)
    run_folders.drop(ref)


def model_of(ref: str, by: Actor) -> Path:
    """The model of a training of one's administration. Raises `Missing`."""
    run = run_named(ref, by)
    path = folder_of(run) / "model.json"
    if run.analysis != "select_train" or not path.exists():
        raise Missing("no_model", _("There is no such model."))
    return path


def perform(run: TradeRun, by: Actor, pulse: Pulse) -> None:
    """Does an analysis in a child process: rows and summaries into the run's folder, its figures into the run.

    `pulse(step, share)` is called at least once a second, with the share of the whole that is done (0 to 1); what it
    raises (a job that was cancelled) ends the child. Raises a refusal, which the run keeps as its reason.
    """
    folder = folder_of(run)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        order = asdict(_order(run, by, folder))
        answer = apart(
            analyse,
            order,
            pulse=pulse,
            memory="analysis_memory_bytes",
            seconds="analysis_seconds",
            disk="analysis_disk_bytes",
        )
    except Refusal as refusal:
        TradeRun.objects.filter(pk=run.pk).update(why=refusal.sentence, ended_at=now())
        raise
    run_folders.keep(run.ref)
    TradeRun.objects.filter(pk=run.pk).update(answer=answer, why="", ended_at=now())


def _order(run: TradeRun, by: Actor, folder: Path) -> Order:
    """The run with every file that it names looked up for this person. Raises `Missing`."""
    said = dict(run.parameters)
    for setting in analysis_named(run.analysis).settings:
        if setting.kind == "file" and said[setting.name]:
            said[setting.name] = str(path_of(said[setting.name], by))
        if setting.kind == "model":
            said[setting.name] = str(model_of(said[setting.name], by))
    memory = memory_of("analysis_memory_bytes")
    source = str(path_of(run.source, by))
    return Order(run.analysis, source, run.mapping, said, str(folder), memory, settings.HOLDS_NAMES)
