"""The JSON door of the trade analyses."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _
from ninja import Body, Query, Router, Schema
from pydantic import Field

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.doors import known_only
from tidewaiter.foundation.refusals import Missing
from tidewaiter.jobs.actions import enqueue
from tidewaiter.people.tokens import reader, writer
from tidewaiter.trade.besides import beside
from tidewaiter.trade.files import bring_file, listed, path_of, run_named
from tidewaiter.trade.models import TradeRun
from tidewaiter.trade.policy import analyses_trade, own
from tidewaiter.trade.results import first_rows
from tidewaiter.trade.runs import forget, perform, start
from tidewaiter.trade.taking import taken
from tidewaiter.trade.tasks import run_trade

router = Router(tags=["trade"])
AT_ONCE = 2 * 1024**2
"""Bytes of a file that is analysed while the program waits."""


def _analyst(by: Actor) -> Actor:
    if not analyses_trade(by):
        raise Missing("missing", _("There is no such page."))
    return by


class FileOut(Schema):
    """A file that an analysis may be run on: `file` names it."""

    file: str
    name: str
    size: int


class FileAsked(Schema):
    """What the file is called: the end of its name says what it is."""

    name: str = Field(..., min_length=1, max_length=120)


@router.get("/trade/files", response=list[FileOut], operation_id="trade_files", summary="Files for the analyses")
def trade_files(request: HttpRequest) -> list[dict[str, Any]]:
    """Files that were brought, the latest first, and those of the node's folder."""
    by = _analyst(reader(request))
    known_only(request, ())
    return [{"file": one["source"], "name": one["name"], "size": one["size"]} for one in listed(by)]


@router.post(
    "/trade/files", response={201: FileOut}, operation_id="bring_trade_file", summary="Bring a file for the analyses",
    openapi_extra={"requestBody": {"required": True, "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}}}},
)  # fmt: skip
def bring_trade_file(request: HttpRequest, asked: Query[FileAsked]) -> tuple[int, dict[str, Any]]:
    """CSV (packed or not) or Parquet; the same content again is the same file."""
    by = _analyst(writer(request))
    made = bring_file(name=asked.name, chunks=[request.body], by=by)
    return 201, {"file": made.ref, "name": made.name, "size": made.size}


class RunIn(Schema):
    """An analysis of a file: which columns say what where they are not recognised, and its settings where they are not the usual ones."""

    analysis: Literal["unit_prices", "mirror", "select_train", "select_score", "select_evaluate"]
    file: str = Field(..., max_length=140)
    name: str = Field("", max_length=120)
    mapping: dict[str, str] = {}
    parameters: dict[str, bool | float | str | list[str]] = {}


class RunOut(Schema):
    """An analysis: `state` is waiting, done or failed; `answer` are its figures, `why` says why it failed."""

    ref: str
    analysis: str
    name: str
    state: str
    parameters: dict[str, Any]
    answer: dict[str, Any]
    why: str
    started_at: datetime
    ended_at: datetime | None


def _run(run: TradeRun) -> dict[str, Any]:
    state = "failed" if run.why else "done" if run.answer else "waiting"
    return {name: getattr(run, name) for name in RunOut.model_fields if name != "state"} | {"state": state}


@router.get("/trade/runs", response=list[RunOut], operation_id="trade_runs", summary="Analyses that were run")
def trade_runs(request: HttpRequest) -> list[dict[str, Any]]:
    """The last fifty of one's administration."""
    by = _analyst(reader(request))
    known_only(request, ())
    return [_run(one) for one in TradeRun.objects.filter(own(by)).order_by("-started_at")[:50]]


@router.post(
    "/trade/runs", response={201: RunOut, 202: RunOut}, operation_id="analyse_trade", summary="Run an analysis"
)
def new_trade_run(request: HttpRequest, said: Body[RunIn]) -> tuple[int, dict[str, Any]]:
    """A file up to 2 MiB is analysed at once (201); a larger one waits for its turn (202): ask for the run again."""
    by = _analyst(writer(request))
    small = path_of(said.file, by)
    made = start(
        analysis=said.analysis,
        source=said.file,
        name=said.name,
        mapping=said.mapping,
        parameters=said.parameters,
        by=by,
    )
    if small.is_dir() or small.stat().st_size > AT_ONCE:
        enqueue(task=run_trade, key=f"trade:{made.ref}", subject=made.ref, by=by)
        return 202, _run(made)
    perform(made, by, lambda _stage: None)
    made.refresh_from_db()
    return 201, _run(made)


@router.get(
    "/trade/runs/{ref}", response=RunOut, operation_id="trade_run", summary="How far an analysis is, or what it found"
)
def one_trade_run(request: HttpRequest, ref: str) -> dict[str, Any]:
    """Its figures, once it is done."""
    return _run(run_named(ref, _analyst(reader(request))))


class BesideOut(Schema):
    """Two analyses of one kind: the settings that differ, the figures of both (`[first, second]`), how many ranked rows both have."""

    settings: dict[str, list[Any]]
    figures: dict[str, list[float | None]]
    rows: dict[str, int]


@router.get(
    "/trade/runs/{ref}/beside/{other}", response=BesideOut, operation_id="trade_runs_beside", summary="Two analyses side by side"
)  # fmt: skip
def two_trade_runs(request: HttpRequest, ref: str, other: str) -> dict[str, Any]:
    """What another file, or other settings, change."""
    by = _analyst(reader(request))
    known_only(request, ())
    return beside(run_named(ref, by), run_named(other, by)).answer()


class RowsAsked(Schema):
    """How many rows, the weightiest first; without likely typing errors (`slips=false`)."""

    limit: int = Field(100, ge=1, le=10000)
    slips: bool = True


@router.get(
    "/trade/runs/{ref}/rows", response=list[dict[str, Any]], operation_id="trade_rows", summary="What an analysis ranks"
)
def trade_rows(request: HttpRequest, ref: str, asked: Query[RowsAsked]) -> list[dict[str, Any]]:
    """Flagged declarations, gaps, or scored consignments."""
    by = _analyst(reader(request))
    known_only(request, RowsAsked.model_fields)
    return first_rows(run_named(ref, by), asked.limit, slips=asked.slips)


@router.get(
    "/trade/runs/{ref}/file/{kind}", operation_id="trade_file", summary="The rows as a file",
    openapi_extra={"responses": {200: {"description": "the file", "content": {"application/octet-stream": {}}}}},
)  # fmt: skip
def trade_rows_file(
    request: HttpRequest, ref: str, kind: Literal["csv", "xlsx", "parquet", "json"]
) -> HttpResponseBase:
    """All rows that an analysis ranks."""
    return taken(run_named(ref, _analyst(reader(request))), kind)


@router.delete("/trade/runs/{ref}", response={204: None}, operation_id="forget_trade_run", summary="Delete an analysis")
def end_trade_run(request: HttpRequest, ref: str) -> tuple[int, None]:
    """The run and its rows."""
    forget(ref=ref, by=_analyst(writer(request)))
    return 204, None
