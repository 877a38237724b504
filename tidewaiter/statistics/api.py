"""The JSON door of the figures."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any, Literal

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase
from django.utils.translation import gettext as _
from ninja import Body, Query, Router, Schema, Status
from pydantic import Field

from tidewaiter.cases import states
from tidewaiter.cases.filter_params import read_where
from tidewaiter.foundation.doors import known_only
from tidewaiter.foundation.parameters import MONTH, Year
from tidewaiter.foundation.refusals import Missing
from tidewaiter.notices.documents import document_asked
from tidewaiter.people.tokens import reader, writer
from tidewaiter.statistics.comparisons.comparison_display import WILDLIFE_HEADS, wildlife_rows
from tidewaiter.statistics.comparisons.external_tables import brought_named
from tidewaiter.statistics.comparisons.gtric import gtric
from tidewaiter.statistics.comparisons.wildlife_trade import compared
from tidewaiter.statistics.dashboard.figures import span
from tidewaiter.statistics.dashboard.scope import Scope
from tidewaiter.statistics.models import Snapshot
from tidewaiter.statistics.policy import reads_reports
from tidewaiter.statistics.queries import compute
from tidewaiter.statistics.report.cites_report import HEADS, illegal_trade_report
from tidewaiter.statistics.report.downloads import lines_answer, snapshot_named
from tidewaiter.statistics.report.frozen_data import freeze
from tidewaiter.statistics.report_views import asked_for
from tidewaiter.statistics.signals import signals
from tidewaiter.statistics.tables.predefined import QUESTIONS, question_named
from tidewaiter.statistics.tasks import make_report

router = Router(tags=["statistics"])


class FiguresAsked(Schema):
    """Which figures."""

    by: str = Field("", description="dimensions, separated by commas", max_length=200)
    question: str = Field(
        "", description="instead of dimensions and measure, a predefined table by its name", max_length=40
    )
    measure: str = Field("cases", description="cases, seizures, quantity or value")
    where: list[str] = Field([], description="FIELD=VALUE; a field given twice means either value")
    status: str = Field(states.VALIDATED, description="a state, or all")


@router.get("/statistics", response=list[dict[str, Any]], operation_id="compute", summary="Figures by dimensions")
def figures(request: HttpRequest, asked: Query[FiguresAsked]) -> list[dict[str, Any]]:
    """Counts over what this person may see: validated, current versions unless `status` says otherwise."""
    known_only(request, FiguresAsked.model_fields)
    dimensions, measure = [name.strip() for name in asked.by.split(",") if name.strip()], asked.measure
    if asked.question:
        question = question_named(asked.question)
        dimensions, measure = question.dimensions, question.measure
    return compute(
        by=dimensions, measure=measure, where=read_where(asked.where), status=asked.status, actor=reader(request)
    )


class SignalsAsked(Schema):
    """Up to which month; by default the latest with a case."""

    until: str = Field("", pattern=f"^$|{MONTH}")


@router.get(
    "/statistics/signals", response=list[dict[str, Any]], operation_id="early_signals", summary="What rose lately"
)
def rising(request: HttpRequest, asked: Query[SignalsAsked]) -> list[dict[str, Any]]:
    """Goods, routes and methods whose last three months are more than their own
    history explains, least likely first.
    """
    by = reader(request)
    known_only(request, SignalsAsked.model_fields)
    known = span(by)
    until = asked.until or (known[1] if known else "")
    found = signals(by, until)[0] if until else []
    return [
        {
            "keys": one.keys,
            "months": one.months,
            "lately": one.lately,
            "expected": one.expected,
            "ratio": one.ratio,
            "p": one.p,
            "q": one.q,
        }
        for one in found
    ]


class CitesAsked(Schema):
    """Whether the Secretariat may share the report."""

    do_not_share: bool = False


@router.get(
    "/statistics/cites/{party}/{year}",
    response=list[dict[str, Any]],
    operation_id="cites_report",
    summary="CITES annual illegal trade report",
)
def cites(request: HttpRequest, party: str, year: Year, asked: Query[CitesAsked]) -> list[dict[str, Any]]:
    """A row for each species and specimen of a Party's validated cases, in the columns of the CITES form, each with
    what stands above them in a file: Party, year, and whether the report may be shared.
    """
    by = reader(request)
    known_only(request, CitesAsked.model_fields)
    report = illegal_trade_report(by, party.upper(), year, do_not_share=asked.do_not_share)
    top = {title: text for title, text in report.top if title in ("Party", "Year", "Sharing")}
    return [top | dict(zip(HEADS, row, strict=True)) for row in report.rows]


class BesideAsked(Schema):
    """Of which period, beside which table (its ref; the latest without), and how it is counted."""

    since: str = Field(..., pattern=MONTH)
    until: str = Field(..., pattern=MONTH)
    table: str = Field("", max_length=64)
    count: Literal["seizures", "value"] = "seizures"
    fixed_point: float | None = Field(None, gt=0, le=1)


@router.get("/statistics/gtric", response=dict[str, Any], operation_id="gtric", summary="Propensity of counterfeits")
def counterfeits(request: HttpRequest, asked: Query[BesideAsked]) -> dict[str, Any]:
    """GTRIC-p and GTRIC-e of a period: products and provenances, beside a table of imports that an analyst brought."""
    by = reader(request)
    known_only(request, BesideAsked.model_fields)
    table = brought_named(by, "imports", asked.table)
    return asdict(gtric(Scope(asked.since, asked.until), by, table, by=asked.count, fixed_point=asked.fixed_point))


class WildlifeAsked(Schema):
    """Of which years, beside which table (its ref; the latest without)."""

    since: Year
    until: Year
    table: str = Field("", max_length=64)


@router.get(
    "/statistics/wildlife",
    response=list[dict[str, Any]],
    operation_id="compare_cites",
    summary="Wildlife beside CITES trade",
)
def wildlife(request: HttpRequest, asked: Query[WildlifeAsked]) -> list[dict[str, Any]]:
    """Species and routes of the seizures, beside what Parties reported to CITES: a table that an analyst brought."""
    by = reader(request)
    known_only(request, WildlifeAsked.model_fields)
    found, _unsaid = compared(by, brought_named(by, "cites", asked.table), asked.since, asked.until)
    return [dict(zip(WILDLIFE_HEADS, row, strict=True)) for row in wildlife_rows(found, "en")]


class PredefinedTableOut(Schema):
    """A question that is asked every month: its name for `question`, and the table that answers it."""

    name: str
    title: str
    by: list[str]
    measure: str


@router.get(
    "/statistics/questions", response=list[PredefinedTableOut], operation_id="questions", summary="Predefined tables"
)
def questions(request: HttpRequest) -> list[dict[str, Any]]:
    """The twenty predefined tables; `GET /statistics?question=NAME` answers one."""
    reader(request)
    known_only(request, ())
    return [
        {"name": one.name, "title": str(one.title), "by": one.dimensions, "measure": one.measure} for one in QUESTIONS
    ]


class FreezeIn(Schema):
    """What is frozen: whole months, both ends in it."""

    name: str = Field("", max_length=120)
    since: str = Field(..., pattern=MONTH)
    until: str = Field(..., pattern=MONTH)
    audience: Literal["members", "public"] = "members"


class SnapshotOut(FreezeIn):
    """A frozen data set."""

    ref: str
    digest: str
    cases: int
    lines: int
    frozen_by: str
    frozen_at: datetime


@router.get(
    "/statistics/snapshots", response=list[SnapshotOut], operation_id="list_snapshots", summary="Frozen data sets"
)
def snapshots(request: HttpRequest) -> list[Snapshot]:
    """The latest 200, newest first."""
    by = reader(request)
    known_only(request, ())
    if not reads_reports(by):
        raise Missing("missing", _("There is no such page."))
    return list(Snapshot.objects.order_by("-frozen_at")[:200])


@router.post("/statistics/snapshots", response={201: SnapshotOut}, operation_id="freeze", summary="Freeze a data set")
def new_snapshot(request: HttpRequest, said: Body[FreezeIn]) -> Status[Snapshot]:
    """Analysts and editors. The same content again is the same data set."""
    return Status(201, freeze(**said.model_dump(), by=writer(request)))


class ReportAsked(Schema):
    """In which language."""

    lang: str = Field("en", max_length=8)


@router.get(
    "/statistics/snapshots/{ref}/report.{kind}",
    operation_id="take_report",
    summary="The report of a data set",
    openapi_extra={
        "responses": {
            200: {"description": "The file", "content": {"application/octet-stream": {}}},
            202: {"description": "A piece of work that makes it", "content": {"application/json": {}}},
        }
    },
)
def report_file(
    request: HttpRequest, ref: str, kind: Literal["pdf", "html", "xlsx", "parquet"], asked: Query[ReportAsked]
) -> HttpResponseBase:
    """The frozen lines as Parquet (200; the header `Cases-Left-Out` says how many cases one may not read any more);
    the report as PDF, HTML or workbook is made by the worker (202): ask for the job.
    """
    by = reader(request)
    known_only(request, ReportAsked.model_fields)
    frozen, lang = snapshot_named(by, ref), asked.lang if asked.lang in dict(settings.LANGUAGES) else "en"
    if kind == "parquet":
        return lines_answer(frozen, by)
    return document_asked(task=make_report, subject=ref, asked=asked_for(frozen, kind, lang), by=by)
