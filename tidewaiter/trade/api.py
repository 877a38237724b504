"""The JSON door of the trade analyses."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _
from ninja import Body, Query, Router, Schema, Status
from pydantic import Field

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.doors import known_only
from tidewaiter.foundation.refusals import Missing
from tidewaiter.foundation.slots import heavy_page
from tidewaiter.jobs.models import Job
from tidewaiter.notices.documents import document_asked
from tidewaiter.people.tokens import reader, writer
from tidewaiter.trade.downloads import is_long, taken
from tidewaiter.trade.files.sources import bring_file, listed, run_named
from tidewaiter.trade.models import TradeRun
from tidewaiter.trade.policy import analyses_trade, own
from tidewaiter.trade.results import first_rows
from tidewaiter.trade.run_comparison import compare_runs
from tidewaiter.trade.tasks import begin, forget_run, take_rows

router = Router(tags=["trade"])


def _analyst(by: Actor) -> Actor:
    if not analyses_trade(by):
        raise Missing("missing", _("There is no such page."))
    return by


class TradeFileOut(Schema):
    """A file that an analysis may be run on: `file` names it."""

    file: str
    name: str
    size: int
    dropped: list[str] = []
    """Of a file that was just brought, the columns that a node which holds no names has not kept."""


class FileAsked(Schema):
    """What the file is called: the end of its name says what it is."""

    name: str = Field(..., min_length=1, max_length=120)


@router.get("/trade/files", response=list[TradeFileOut], operation_id="trade_files", summary="Files for the analyses")
def trade_files(request: HttpRequest) -> list[dict[str, Any]]:
    """Files that were brought, the latest first, and those of the node's folder."""
    by = _analyst(reader(request))
    known_only(request, ())
    return [{"file": one["source"], "name": one["name"], "size": one["size"]} for one in listed(by)]


@router.post(
    "/trade/files",
    response={201: TradeFileOut},
    operation_id="bring_trade_file",
    summary="Bring a file for the analyses",
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {"application/octet-stream": {"schema": {"type": "string", "format": "binary"}}},
        }
    },
)
def bring_trade_file(request: HttpRequest, asked: Query[FileAsked]) -> Status[dict[str, Any]]:
    """CSV (packed or not) or Parquet; the same content again is the same file."""
    by = _analyst(writer(request))
    made = bring_file(name=asked.name, chunks=[request.body], by=by)
    return Status(201, {"file": made.ref, "name": made.name, "size": made.size, "dropped": list(made.dropped)})


class RunIn(Schema):
    """An analysis of a file: which columns say what where they are not recognised, and its
    settings where they are not the usual ones.
    """

    analysis: Literal["unit_prices", "mirror", "select_train", "select_score", "select_evaluate"]
    file: str = Field(..., max_length=140)
    name: str = Field("", max_length=120)
    mapping: dict[str, str] = {}
    parameters: dict[str, bool | float | str | list[str]] = {}


class RunOut(Schema):
    """An analysis: `state` is waiting, done or failed; `answer` are its figures, `why` says why
    it failed; `job` is its piece of work.
    """

    ref: str
    job: str
    analysis: str
    name: str
    state: str
    parameters: dict[str, Any]
    answer: dict[str, Any]
    why: str
    started_at: datetime
    ended_at: datetime | None


def _run(run: TradeRun) -> dict[str, Any]:
    [found] = _runs([run])
    return found


def _runs(runs: list[TradeRun]) -> list[dict[str, Any]]:
    jobs = dict(Job.objects.filter(subject__in=[run.ref for run in runs]).values_list("subject", "ref"))
    names = [name for name in RunOut.model_fields if name not in ("state", "job")]
    return [
        {name: getattr(run, name) for name in names}
        | {"job": jobs.get(run.ref, ""), "state": "failed" if run.why else "done" if run.answer else "waiting"}
        for run in runs
    ]


@router.get("/trade/runs", response=list[RunOut], operation_id="trade_runs", summary="Analyses that were run")
def trade_runs(request: HttpRequest) -> list[dict[str, Any]]:
    """The last fifty of one's administration."""
    by = _analyst(reader(request))
    known_only(request, ())
    return _runs(list(TradeRun.objects.filter(own(by)).order_by("-started_at")[:50]))


@router.post("/trade/runs", response={202: RunOut}, operation_id="analyse_trade", summary="Run an analysis")
def new_trade_run(request: HttpRequest, said: Body[RunIn]) -> Status[dict[str, Any]]:
    """It waits for its turn (202), however small its file: ask for the run again. `job` names its piece of work."""
    by = _analyst(writer(request))
    made = begin(
        analysis=said.analysis,
        source=said.file,
        name=said.name,
        mapping=said.mapping,
        parameters=said.parameters,
        by=by,
    )
    return Status(202, _run(made))


@router.get(
    "/trade/runs/{ref}", response=RunOut, operation_id="trade_run", summary="How far an analysis is, or what it found"
)
def one_trade_run(request: HttpRequest, ref: str) -> dict[str, Any]:
    """Its figures, once it is done."""
    return _run(run_named(ref, _analyst(reader(request))))


class BesideOut(Schema):
    """Two analyses of one kind: the settings that differ, the figures of both (`[first, second]`),
    how many ranked rows both have.
    """

    settings: dict[str, list[Any]]
    figures: dict[str, list[float | None]]
    rows: dict[str, int]


@router.get(
    "/trade/runs/{ref}/beside/{other}",
    response=BesideOut,
    operation_id="trade_runs_beside",
    summary="Two analyses side by side",
)
def two_trade_runs(request: HttpRequest, ref: str, other: str) -> dict[str, Any]:
    """What another file, or other settings, change."""
    by = _analyst(reader(request))
    known_only(request, ())
    return compare_runs(run_named(ref, by), run_named(other, by)).answer()


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
    "/trade/runs/{ref}/file/{kind}",
    operation_id="trade_file",
    summary="The rows as a file",
    openapi_extra={
        "responses": {
            200: {"description": "the file", "content": {"application/octet-stream": {}}},
            202: {"description": "a piece of work that makes it", "content": {"application/json": {}}},
        }
    },
)
def trade_rows_file(
    request: HttpRequest, ref: str, kind: Literal["csv", "xlsx", "parquet", "json"]
) -> HttpResponseBase:
    """All rows that an analysis ranks; many are written by the worker (202): ask for the job, then for its result."""
    by = _analyst(reader(request))
    run = run_named(ref, by)
    if is_long(run, kind):
        return document_asked(task=take_rows, subject=ref, asked={"run": ref, "kind": kind}, by=by)
    with heavy_page(by.username):
        return taken(run, kind)


@router.delete("/trade/runs/{ref}", response={204: None}, operation_id="forget_trade_run", summary="Delete an analysis")
def end_trade_run(request: HttpRequest, ref: str) -> Status[None]:
    """The run and its rows."""
    forget_run(ref=ref, by=_analyst(writer(request)))
    return Status(204, None)
