"""Pages of the trade room: files, an analysis with its settings, what it found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.doors import actor_of, takes_files
from tidewaiter.foundation.json_types import JsonObject
from tidewaiter.foundation.refusals import BadInput, Missing
from tidewaiter.foundation.slots import heavy_page
from tidewaiter.intake.mapping.foreign_columns import proposed
from tidewaiter.jobs.models import Job
from tidewaiter.notices.documents import document_page
from tidewaiter.privacy.masking import mask_personal_data
from tidewaiter.trade import tasks
from tidewaiter.trade.downloads import is_long, taken
from tidewaiter.trade.files.sources import bring_file, forget_file, heads_of, listed, name_of, path_of, run_named
from tidewaiter.trade.models import TradeRun
from tidewaiter.trade.parameters import ANALYSES
from tidewaiter.trade.policy import analyses_trade, own
from tidewaiter.trade.presenters import runs as shown
from tidewaiter.trade.tables.columns import Kind, recognised
from tidewaiter.trade.tables.long_form import wide_heads, wide_rows
from tidewaiter.trade.tasks import begin, take_rows


def _analyst(request: HttpRequest) -> Actor:
    by = actor_of(request)
    if not analyses_trade(by):
        raise Missing("missing", _("There is no such page."))
    return by


@require_safe
def trade(request: HttpRequest) -> HttpResponse:
    """The analyses, the files they may be run on, and what was run."""
    by = _analyst(request)
    runs = TradeRun.objects.filter(own(by)).order_by("-started_at")[:50]
    files = listed(by)
    said = {
        "analyses": ANALYSES,
        "files": files,
        "runs": [(run, ANALYSES[run.analysis].title, shown.in_short(run)) for run in runs if run.analysis in ANALYSES],
        "chosen": request.GET.get("file", "") or (files[0]["source"] if files else ""),
    }
    return render(request, "trade/index.html", said)


@takes_files
@require_POST
def bring(request: HttpRequest) -> HttpResponse:
    """Keeps a file, or forgets one."""
    by = _analyst(request)
    if request.POST.get("forget"):
        forget_file(ref=request.POST["forget"], by=by)
        messages.info(request, _("The file is forgotten."))
        return redirect("trade")
    upload = request.FILES.get("file")
    if not isinstance(upload, UploadedFile):
        messages.error(request, _("Choose a file."))
        return redirect("trade")
    try:
        made = bring_file(name=upload.name or "", chunks=upload.chunks(), by=by)
    except BadInput as refusal:
        messages.error(request, mask_personal_data(refusal.sentence))
        return redirect("trade")
    if made.dropped:
        messages.info(request, _told_of(made.dropped))
    return redirect(f"{reverse('trade')}?file={made.ref}")


def _told_of(dropped: Sequence[str]) -> str:
    """That columns were not kept, and which."""
    words = _("This node holds no names. %(n)s columns that no analysis asks for were not kept: %(heads)s.")
    return words % {"n": len(dropped), "heads": mask_personal_data(", ".join(dropped)[:400])}


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, analysis: str) -> HttpResponse:
    """The settings of an analysis of a file, with what its columns are taken for; posted, it is begun."""
    by = _analyst(request)
    if analysis not in ANALYSES:
        raise Missing("missing", _("There is no such page."))
    chosen = ANALYSES[analysis]
    source = request.POST.get("source", "") or request.GET.get("file", "")
    said: JsonObject = {"analysis": analysis, "of": chosen, "source": source, "files": listed(by), "refusal": ""}
    if not source:
        return redirect("trade")
    if request.method == "POST":
        settings: JsonObject = {
            one.name: request.POST.getlist(one.name) if one.kind == "columns" else request.POST.get(one.name, "")
            for one in chosen.settings
        }
        mapping = {one.name: request.POST.get(f"c.{one.name}", "") for one in chosen.columns}
        try:
            made = begin(
                analysis=analysis,
                source=source,
                name=request.POST.get("name", ""),
                mapping=mapping,
                parameters=settings,
                by=by,
            )
        except BadInput as refusal:
            said |= {"refusal": refusal.sentence, "status": 400}
        else:
            return redirect("trade_run", made.ref)
    before = TradeRun.objects.filter(own(by), ref=request.GET.get("again", ""), analysis=analysis).first()
    said |= _columns(request, analysis, source, by, before.mapping if before else {})
    models = [
        run
        for run in TradeRun.objects.filter(own(by), analysis="select_train", why="").order_by("-started_at")[:50]
        if run.answer
    ]
    kept = before.parameters if before else {}
    said["settings"] = [
        (
            one,
            request.POST.get(one.name, kept.get(one.name, one.default)),
            request.POST.getlist(one.name) or (kept.get(one.name) or [] if one.kind == "columns" else []),
        )
        for one in chosen.settings
    ]
    return render(request, "trade/new.html", said | {"models": models}, status=said.get("status", 200))


KINDS: dict[str, Kind] = {"unit_prices": "declarations", "mirror": "reported"}
"""What kind of table an analysis reads by our columns."""


def _columns(request: HttpRequest, analysis: str, source: str, by: Actor, before: Mapping[str, str]) -> JsonObject:
    """Heads of the file, its first rows, and which of them is taken for what; `before` is what was said last time."""
    chosen = ANALYSES[analysis]
    said: JsonObject = {"name": name_of(source, by), "heads": [], "first": [], "columns": []}
    try:
        heads, first = heads_of(path_of(source, by))
    except BadInput as refusal:
        return said | {"unreadable": refusal.sentence}
    kind = KINDS.get(analysis)
    if kind is not None:
        heads, first = wide_heads(heads), wide_rows(heads, first)
    said |= {"heads": heads, "first": first}
    if kind is None:
        return said
    whole = recognised(said["heads"], kind)
    found = whole.first() if whole is not None else proposed(said["heads"], chosen.columns)
    found = {**found, **{name: head for name, head in before.items() if head in said["heads"]}}
    said["columns"] = [
        (one, request.POST.get(f"c.{one.name}", found.get(one.name, "")), one.needed and whole is None)
        for one in chosen.columns
    ]
    said["unsaid"] = [one.name for one in chosen.columns if whole is None and one.needed and one.name not in found]
    return said


@require_GET
def run_page(request: HttpRequest, ref: str) -> HttpResponse:
    """How far an analysis is, or what it found; a row, a pair of countries where one is asked for."""
    by = _analyst(request)
    run = run_named(ref, by)
    job = Job.objects.filter(subject=run.ref).first()
    running = not run.answer and not run.why and not (job and job.state in ("failed", "cancelled"))
    said: JsonObject = {"run": run, "of": ANALYSES[run.analysis], "job": job, "running": running}
    if request.headers.get("HX-Request") and running:
        return render(request, "trade/_progress.html", said)
    if request.headers.get("HX-Request"):
        answer = HttpResponse(status=204)
        answer["HX-Refresh"] = "true"
        return answer
    lang = get_language() or "en"
    if running or not run.answer:
        return render(request, "trade/run.html", said)
    others = TradeRun.objects.filter(own(by), analysis=run.analysis, why="").exclude(pk=run.pk).order_by("-started_at")
    said |= {
        "source_name": name_of(run.source, by),
        "parameters": shown.parameters_of(run, by),
        "others": [one for one in others[:50] if one.answer],
    }
    template, made_of = shown.PAGES[run.analysis]
    return render(request, template, said | made_of(run, request.GET, lang, by))


@require_GET
def beside_run(request: HttpRequest, ref: str) -> HttpResponse:
    """A run beside another one of its kind: what other settings, or another file, change."""
    by = _analyst(request)
    run, other = run_named(ref, by), run_named(request.GET.get("other", ""), by)
    said = {"run": run, "other": other, "of": ANALYSES[run.analysis], "whole": True}
    return render(request, "trade/beside.html", said | shown.comparison_page(run, other, by))


@require_POST
def forget_run(request: HttpRequest, ref: str) -> HttpResponse:
    """Deletes an analysis and its rows."""
    tasks.forget_run(ref=ref, by=_analyst(request))
    messages.info(request, _("The analysis is forgotten."))
    return redirect("trade")


@require_http_methods(["GET", "HEAD", "POST"])
def take(request: HttpRequest, ref: str, kind: str) -> HttpResponseBase:
    """The ranked rows as CSV, Excel or Parquet (many are written by the worker); a model's card as JSON."""
    by = _analyst(request)
    run = run_named(ref, by)
    if is_long(run, kind):
        return document_page(request, task=take_rows, subject=ref, asked={"run": ref, "kind": kind}, by=by)
    with heavy_page(by.username):
        return taken(run, kind)
