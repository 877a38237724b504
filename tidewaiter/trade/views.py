"""Pages of the trade room: files, an analysis with its settings, what it found."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.doors import actor_of
from tidewaiter.foundation.refusals import BadInput, Missing
from tidewaiter.intake.foreign import proposed
from tidewaiter.jobs.actions import enqueue
from tidewaiter.jobs.models import Job
from tidewaiter.trade import shown
from tidewaiter.trade.asked import ANALYSES, Analysis
from tidewaiter.trade.files import bring_file, forget_file, listed, name_of, path_of, run_named
from tidewaiter.trade.models import TradeRun
from tidewaiter.trade.policy import analyses_trade, own
from tidewaiter.trade.results import heads_of
from tidewaiter.trade.runs import forget, start
from tidewaiter.trade.taking import taken
from tidewaiter.trade.tasks import run_trade


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
        "analyses": ANALYSES, "files": files, "runs": [(run, ANALYSES[run.analysis].title, shown.in_short(run)) for run in runs if run.analysis in ANALYSES],
        "chosen": request.GET.get("file", "") or (files[0]["source"] if files else ""),
    }  # fmt: skip
    return render(request, "trade/index.html", said)


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
        messages.error(request, refusal.sentence)
        return redirect("trade")
    return redirect(f"{reverse('trade')}?file={made.ref}")


@require_http_methods(["GET", "HEAD", "POST"])
def new(request: HttpRequest, analysis: str) -> HttpResponse:
    """The settings of an analysis of a file, with what its columns are taken for; posted, it is begun."""
    by = _analyst(request)
    if analysis not in ANALYSES:
        raise Missing("missing", _("There is no such page."))
    chosen = ANALYSES[analysis]
    source = request.POST.get("source", "") or request.GET.get("file", "")
    said: dict[str, Any] = {"analysis": analysis, "of": chosen, "source": source, "files": listed(by), "refusal": ""}
    if not source:
        return redirect("trade")
    if request.method == "POST":
        settings: dict[str, Any] = {
            one.name: request.POST.getlist(one.name) if one.kind == "columns" else request.POST.get(one.name, "")
            for one in chosen.settings
        }
        mapping = {one.name: request.POST.get(f"c.{one.name}", "") for one in chosen.columns}
        try:
            made = start(
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
            enqueue(task=run_trade, key=f"trade:{made.ref}", subject=made.ref, by=by)
            return redirect("trade_run", made.ref)
    said |= _columns(request, chosen, source, by)
    models = [
        run
        for run in TradeRun.objects.filter(own(by), analysis="select_train", why="").order_by("-started_at")[:50]
        if run.answer
    ]
    said["settings"] = [
        (one, request.POST.get(one.name, one.default), request.POST.getlist(one.name)) for one in chosen.settings
    ]
    return render(request, "trade/new.html", said | {"models": models}, status=said.get("status", 200))


def _columns(request: HttpRequest, chosen: Analysis, source: str, by: Actor) -> dict[str, Any]:
    """Heads of the file, its first rows, and which of them is taken for what."""
    said: dict[str, Any] = {"name": name_of(source, by), "heads": [], "first": [], "columns": []}
    try:
        said["heads"], said["first"] = heads_of(path_of(source, by))
    except BadInput as refusal:
        return said | {"unreadable": refusal.sentence}
    found = proposed(said["heads"], chosen.columns)
    said["columns"] = [(one, request.POST.get(f"c.{one.name}", found.get(one.name, ""))) for one in chosen.columns]
    said["unsaid"] = [one.name for one in chosen.columns if one.needed and one.name not in found]
    return said


@require_GET
def run_page(request: HttpRequest, ref: str) -> HttpResponse:
    """How far an analysis is, or what it found; a row, a pair of countries where one is asked for."""
    by = _analyst(request)
    run = run_named(ref, by)
    job = Job.objects.filter(subject=run.ref).first()
    running = not run.answer and not run.why and not (job and job.state in ("failed", "cancelled"))
    said: dict[str, Any] = {"run": run, "of": ANALYSES[run.analysis], "job": job, "running": running}
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
    said |= {"source_name": name_of(run.source, by), "parameters": shown.parameters_of(run, by), "others": [one for one in others[:50] if one.answer]}  # fmt: skip
    template, made_of = shown.PAGES[run.analysis]
    return render(request, template, said | made_of(run, request.GET, lang, by))


@require_GET
def beside_run(request: HttpRequest, ref: str) -> HttpResponse:
    """A run beside another one of its kind: what other settings, or another file, change."""
    by = _analyst(request)
    run, other = run_named(ref, by), run_named(request.GET.get("other", ""), by)
    said = {"run": run, "other": other, "of": ANALYSES[run.analysis], "whole": True}
    return render(request, "trade/beside.html", said | shown.beside_page(run, other, by))


@require_POST
def forget_run(request: HttpRequest, ref: str) -> HttpResponse:
    """Deletes an analysis and its rows."""
    forget(ref=ref, by=_analyst(request))
    messages.info(request, _("The analysis is forgotten."))
    return redirect("trade")


@require_GET
def take(request: HttpRequest, ref: str, kind: str) -> HttpResponseBase:
    """The ranked rows as CSV, Excel or Parquet; a model's card as JSON."""
    return taken(run_named(ref, _analyst(request)), kind)
