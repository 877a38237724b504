"""Deeds of intake: staging a file by the row, accepting it by the case."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import replace
from itertools import groupby
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext, gettext_noop

from tidewaiter.cases.actions import draft, submit
from tidewaiter.cases.models import Case
from tidewaiter.cases.policy import INT, may_file
from tidewaiter.cases.queries import context_for, norms_for
from tidewaiter.cases.rows import CaseIn
from tidewaiter.checks.checks import run_checks
from tidewaiter.checks.context import Context
from tidewaiter.checks.findings import NOTE, Finding
from tidewaiter.checks.norms import Norm, norms_of
from tidewaiter.forms.columns import as_text, flatten_header
from tidewaiter.forms.problems import Problem
from tidewaiter.forms.queries import form_named
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.bulk import insert_rows
from tidewaiter.foundation.canonical import canonical, digest
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.personal import kept, kept_name
from tidewaiter.foundation.refs import new_ref
from tidewaiter.foundation.refusals import BadInput, Missing
from tidewaiter.intake import states
from tidewaiter.intake.album import Album
from tidewaiter.intake.mapping import Mapping, ReaderHints, read_mapping
from tidewaiter.intake.models import KeptMapping, Receipt, StagedRow
from tidewaiter.intake.readers import Source, open_source
from tidewaiter.intake.rejected import write_rejected
from tidewaiter.intake.rows import Staged, Stager
from tidewaiter.jobs.actions import Progress
from tidewaiter.ledger.actions import record
from tidewaiter.vault.actions import keep

STAGE_BATCH = 5_000
CASE_BATCH = 2_000
SAMPLE_EACH = 3_000
"""Lines of one kind of goods and unit from which a file's own usual quantities are learnt."""
LONGEST_RAW = 2_000
"""Signs of a wrong value that come back on the error sheet."""
_ROW = ("receipt_id", "number", "key", "form", "header_text", "lines_text", "problems", "raw", "state")


def receive(
    *, path: Path, name: str, mapping_text: str, mapping_name: str, options: dict[str, Any], by: Actor
) -> Receipt:
    """A receipt for a file; the same file brought by the same person after a cut-off import continues that one.

    Raises `NotAllowed` for a person who may not file cases, `BadInput` for a mapping that cannot be read.
    """
    may_file(by, by.administration_code)
    if mapping_text:
        read_mapping(mapping_text)
    try:
        with path.open("rb") as file:
            sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise BadInput("unreadable", gettext("%(name)s cannot be read.") % {"name": name}) from error
    key = digest([sha256, mapping_text, by.username, options])
    with transaction.atomic():
        waiting = Receipt.objects.filter(key=key).exclude(state__in=states.ENDS).first()
        if waiting is not None:
            if waiting.file_path != str(path):
                forget_upload(path=waiting.file_path)
            Receipt.objects.filter(pk=waiting.pk).update(file_path=str(path))
            waiting.file_path = str(path)
            return waiting
        receipt = Receipt.objects.create(
            ref=new_ref("RC"), key=key, file_name=kept_name(name[:200]), file_sha256=sha256, file_path=str(path), mapping_name=mapping_name[:200],
            mapping_text=mapping_text, options=options, brought_by=by.username, administration=by.administration_code, brought_at=now(),
        )  # fmt: skip
        record(by=by, deed="intake.received", ref=receipt.ref, detail={"sha256": sha256})
    return receipt


def incoming_folder() -> Path:
    """Where uploads lie until they have been read."""
    return Path(settings.TIDEWAITER_HOME) / "incoming"


def keep_upload(*, chunks: Iterable[bytes]) -> Path:
    """Writes what is brought to a file of its own, readable by the node alone, and gives where it lies."""
    folder = incoming_folder()
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    path = folder / new_ref("UP")
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        for chunk in chunks:
            file.write(chunk)
    return path


def forget_upload(*, path: str) -> None:
    """Deletes an upload that has been read; a file elsewhere (brought by the command line) is its owner's."""
    upload = Path(path)
    if upload.parent == incoming_folder():
        upload.unlink(missing_ok=True)


def take_in(*, receipt: Receipt, by: Actor, progress: Progress) -> Receipt:
    """Does all that is still to do for a receipt: staging, then accepting. May be cut off and called again."""
    if receipt.state == states.STAGING:
        try:
            stage(receipt=receipt, by=by, progress=progress)
        except BadInput as refusal:
            with transaction.atomic():
                StagedRow.objects.filter(receipt=receipt).delete()
                Receipt.objects.filter(pk=receipt.pk).update(
                    state=states.UNREADABLE,
                    why=kept(refusal.sentence),
                    ended_at=now(),
                )
                record(by=by, deed="intake.refused", ref=receipt.ref, detail={"code": refusal.code})
            forget_upload(path=receipt.file_path)
            raise
        forget_upload(path=receipt.file_path)
    if receipt.state == states.ACCEPTING:
        accept(receipt=receipt, by=by, progress=progress)
    return receipt


def stage(*, receipt: Receipt, by: Actor, progress: Progress) -> None:
    """Reads the file row by row into the database, a batch a transaction; continues after the last batch that was kept.

    Raises `BadInput` when the file cannot be read or holds no rows.
    """
    mapping: Mapping | None = read_mapping(receipt.mapping_text) if receipt.mapping_text else None
    source = open_source(Path(receipt.file_path), mapping.reader if mapping else ReaderHints())
    try:
        _stage_rows(receipt, source, mapping, by, progress)
    finally:
        if source.folder is not None:
            shutil.rmtree(source.folder, ignore_errors=True)


def _stage_rows(receipt: Receipt, source: Source, mapping: Mapping | None, by: Actor, progress: Progress) -> None:
    rows = receipt.rows
    album = Album(source.pictures, by)
    for batch in Stager(source, mapping).staged(STAGE_BATCH):
        album.put_into(batch)
        fresh = [row for row in batch if row.number > receipt.staged_to]
        if not fresh:
            continue
        with transaction.atomic():
            insert_rows(StagedRow, _ROW, (_row(receipt.pk, row, by) for row in fresh if not row.skipped))
            receipt.skipped += sum(row.skipped for row in fresh)
            rows += len(fresh)
            receipt.rows, receipt.staged_to = rows, fresh[-1].number
            receipt.save(update_fields=["rows", "staged_to", "skipped"])
        progress.report(gettext_noop("Reading rows"), rows, 0)
    if not rows:
        raise BadInput("no_rows", gettext("The file has column heads but no rows."))
    with transaction.atomic():
        receipt.state, receipt.notes = states.ACCEPTING, _how_read(source)
        receipt.save(update_fields=["state", "notes"])
        record(by=by, deed="intake.staged", ref=receipt.ref, detail={"rows": rows})


def _how_read(source: Source) -> dict[str, Any]:
    """What was guessed and what was passed over; heads are a stranger's words, and may name somebody."""
    said: dict[str, Any] = {name: kept(text) for name, text in source.guessed.items() if text}
    if source.pictures:
        said["pictures"] = str(len(source.pictures))
    if source.passed_over:
        said["passed_over"] = [kept(head) for head in dict.fromkeys(source.passed_over)][:40]
    return said


def _row(receipt: int, row: Staged, by: Actor) -> tuple[Any, ...]:
    country = row.header.get("country")
    if country and by.administration_code not in (INT, country):
        row.problems.append(Problem("country", "not_your_country", str(country)))
    if row.problems:  # what was said and is wrong is kept too, but on a node without names never a name
        row.problems = [replace(problem, said=kept(problem.said)) for problem in row.problems]
        row.raw = {path: kept(said[:LONGEST_RAW]) for path, said in row.raw.items()}
    problems = json.dumps([problem.plain() for problem in row.problems], ensure_ascii=False) if row.problems else ""
    raw = json.dumps(row.raw, ensure_ascii=False).replace("\\u0000", "") if row.problems else ""
    key = row.key if len(row.key) <= 110 else f"#{digest(row.key)}"
    return (
        receipt,
        row.number,
        key,
        row.form,
        canonical(row.header).decode(),
        canonical(row.lines).decode(),
        problems,
        raw,
        "",
    )


def accept(*, receipt: Receipt, by: Actor, progress: Progress) -> None:
    """Turns staged rows into cases, some thousand cases a transaction; continues where it was cut off."""
    contexts: dict[str, Context] = {}
    norms = _norms_of_file(receipt)
    done = receipt.accepted + receipt.rejected + receipt.unchanged + receipt.changed + receipt.skipped
    while groups := _next_groups(receipt):
        with transaction.atomic():
            _accept_groups(receipt, groups, contexts, norms, by)
        done += sum(len(rows) for _, rows in groups)
        progress.report(gettext_noop("Making cases"), done, receipt.rows)
    with transaction.atomic():
        if receipt.rejected:
            content, media_type, suffix = write_rejected(receipt)
            receipt.rejected_digest = keep(content=content, media_type=media_type, by=by).digest
            receipt.rejected_name = f"{receipt.ref}.{suffix}"
        receipt.state, receipt.ended_at, receipt.file_path = states.DONE, now(), ""
        receipt.save()
        record(
            by=by,
            deed="intake.accepted",
            ref=receipt.ref,
            detail={"cases": receipt.cases, "rejected": receipt.rejected},
        )


def _next_groups(receipt: Receipt) -> list[tuple[str, list[StagedRow]]]:
    """The next staged cases: all rows of each, by key. Rows of the last key of a page wait for the next."""
    limit = CASE_BATCH
    while True:
        page = list(StagedRow.objects.filter(receipt=receipt, state="").order_by("key", "number")[: limit + 1])
        groups = [(key, list(rows)) for key, rows in groupby(page, key=lambda row: row.key)]
        if len(page) <= limit:
            return groups
        if len(groups) > 1:
            return groups[:-1]
        limit *= 4


def _accept_groups(
    receipt: Receipt,
    groups: list[tuple[str, list[StagedRow]]],
    contexts: dict[str, Context],
    norms: dict[str, dict[tuple[str, str], Norm]],
    by: Actor,
) -> None:
    good: list[tuple[CaseIn, list[StagedRow]]] = []
    finished: list[tuple[StagedRow, str]] = []
    rejected: list[StagedRow] = []
    for key, rows in groups:
        kept, twice = _without_repeats(key, rows, bool(receipt.options.get("keep_duplicates")))
        _mark_conflicts(kept)
        if any(row.problems for row in kept):
            rejected += rows
            continue
        header = kept[0].header
        case = CaseIn(header, [line for row in kept for line in row.lines])
        if key.startswith("="):
            number = kept[0].number if receipt.options.get("keep_duplicates") and len(rows) > 1 else 0
            header["national_ref"] = f"AUTO-{digest([key, number])[:20].upper()}"
        case.findings = [Finding("duplicate_in_file", NOTE, "", {"row": str(row.number)}) for row in twice]
        good.append((case, kept))
        finished += [(row, "unchanged") for row in twice]
    _check([case for case, _ in good], contexts, norms)
    outcome = draft(cases=[case for case, _ in good], by=by, channel=_channel(receipt))
    findings: Counter[str] = Counter(receipt.findings)
    taken: list[str] = []
    for (case, rows), word, ref in zip(good, outcome.words, outcome.refs, strict=True):
        if word == "withdrawn":
            for row in rows:
                row.problems = json.dumps([Problem("national_ref", "withdrawn_case", case.national_ref).plain()])
            rejected += rows
            continue
        receipt.cases += 1
        findings.update(finding.code for finding in case.findings)
        finished += [(row, word) for row in rows]
        if word != "unchanged":
            taken.append(ref)
    if receipt.options.get("submit") and taken:
        done, _ = submit(cases=Case.objects.filter(ref__in=taken), by=by)
        receipt.submitted += done
    receipt.findings = dict(findings)
    for _, word in finished:
        setattr(receipt, word, getattr(receipt, word) + 1)
    receipt.rejected += len(rejected)
    for row in rejected:
        row.state = "rejected"
    StagedRow.objects.bulk_update(rejected, ["state", "problems"], batch_size=500)
    for some in range(0, len(finished), 5000):
        StagedRow.objects.filter(pk__in=[row.pk for row, _ in finished[some : some + 5000]]).delete()
    receipt.save()


def _channel(receipt: Receipt) -> str:
    return str(receipt.options.get("channel") or "csv")


def _without_repeats(key: str, rows: list[StagedRow], keep_all: bool) -> tuple[list[StagedRow], list[StagedRow]]:
    """In a source without references equal rows are one case: the first is kept, the others repeat it."""
    if not key.startswith("=") or len(rows) == 1 or any(row.problems for row in rows):
        return rows, []
    return (rows, []) if keep_all else (rows[:1], rows[1:])


def _mark_conflicts(rows: list[StagedRow]) -> None:
    """Header values that differ under one reference are an error on every row but the first."""
    if all(row.header_text == rows[0].header_text for row in rows[1:]):
        return
    first = rows[0].header
    flat = dict(flatten_header(first))
    for row in rows[1:]:
        own = dict(flatten_header(row.header))
        differing = [path for path in flat.keys() | own.keys() if flat.get(path) != own.get(path)]
        if differing:
            problems = json.loads(row.problems or "[]")
            problems += [
                Problem(
                    path,
                    "header_conflict",
                    as_text(own.get(path)),
                    ((as_text(flat.get(path)), as_text(flat.get(path))),),
                ).plain()
                for path in sorted(differing)
            ]
            row.problems = json.dumps(problems, ensure_ascii=False)


def _check(cases: list[CaseIn], contexts: dict[str, Context], norms: dict[str, dict[tuple[str, str], Norm]]) -> None:
    places: dict[str, set[str]] = {}
    for case in cases:
        form = str(case.header["form"])
        places.setdefault(form, set())
        if case.header.get("place"):
            places[form].add(str(case.header["place"]))
    for form, found in places.items():
        known = contexts.get(form)
        if known is None:
            contexts[form] = context_for(form_named(form), found, {**norms_for(form), **norms.get(form, {})})
        elif unknown := found - known.place_functions.keys():
            known.place_functions |= context_for(known.form, unknown, {}, {}).place_functions
    for case in cases:
        case.findings += run_checks(case.header, case.lines, contexts[str(case.header["form"])])


def _norms_of_file(receipt: Receipt) -> dict[str, dict[tuple[str, str], Norm]]:
    """What is usual within the file itself, so that the first file of a new node is checked too."""
    counts: Counter[tuple[str, str, str]] = Counter()
    lines: dict[str, list[tuple[str, str, float]]] = {}
    for form, row_lines in _sampled(receipt):
        for line in row_lines:
            key = (form, str(line.get("subtype", "")), str(line.get("unit", "")))
            if "quantity" in line and counts[key] < SAMPLE_EACH:
                counts[key] += 1
                lines.setdefault(form, []).append((key[1], key[2], float(line["quantity"])))
    return {form: norms_of(found) for form, found in lines.items()}


def _sampled(receipt: Receipt) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    rows = StagedRow.objects.filter(receipt=receipt).order_by("key").only("form", "lines_text")[:100_000]
    yield from ((row.form, row.lines) for row in rows.iterator(chunk_size=10_000))


def keep_mapping(*, name: str, text: str, by: Actor) -> None:
    """Keeps a mapping for the administration; the same name again replaces it. Raises `BadInput` for one that cannot be read."""
    may_file(by, by.administration_code)
    if not name.strip() or len(name) > 60 or "/" in name:
        raise BadInput("mapping_name", gettext("Give the mapping a name of at most 60 signs, without a slash."))
    read_mapping(text)
    with transaction.atomic():
        KeptMapping.objects.update_or_create(
            administration=by.administration_code,
            name=name.strip(),
            defaults={"text": text, "made_by": by.username, "made_at": now()},
        )
        record(
            by=by, deed="intake.mapping_kept", ref=f"mapping:{by.administration_code}", detail={"digest": digest(text)}
        )


def drop_mapping(*, name: str, by: Actor) -> None:
    """Drops a mapping of one's own administration. Raises `Missing`."""
    may_file(by, by.administration_code)
    with transaction.atomic():
        gone, _ = KeptMapping.objects.filter(administration=by.administration_code, name=name).delete()
        if not gone:
            raise Missing("no_mapping", gettext("There is no such mapping."))
        record(by=by, deed="intake.mapping_dropped", ref=f"mapping:{by.administration_code}")
