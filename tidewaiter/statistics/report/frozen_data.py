"""Data sets that do not change any more: what a report rests on, and can be recomputed from."""

from __future__ import annotations

import hashlib
import io
import json
from pathlib import Path
from typing import Any, BinaryIO

import duckdb
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
from django.db import transaction
from django.utils.translation import gettext as _

from tidewaiter.cases.queries import validated_cases
from tidewaiter.codelists.models import CodeList
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.bulk import among
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refs import new_ref
from tidewaiter.foundation.refusals import BadInput, Missing
from tidewaiter.foundation.sql import Where, composed, names
from tidewaiter.foundation.text import read_name
from tidewaiter.ledger.actions import record
from tidewaiter.statistics import store
from tidewaiter.statistics.dashboard.scope import PUBLIC, Scope, month_number, month_text
from tidewaiter.statistics.disclosure.thresholds import must_be_a_year
from tidewaiter.statistics.models import Snapshot
from tidewaiter.statistics.policy import may_freeze
from tidewaiter.statistics.queries import connect, executed
from tidewaiter.statistics.store_rows import SCHEMA
from tidewaiter.vault.actions import file_of as kept_file
from tidewaiter.vault.actions import keep, path_of

AUDIENCES = ("members", "public")
HISTORY = 36
"""Months before the period that are frozen with it: the year before, and three years of quarters."""
USED = (
    "commodity",
    "rilo_region",
    "country",
    "mode",
    "detection_method",
    "direction",
    "location_type",
    "concealment_method",
    "conversion",
    "unit",
    "weapon",
    "substance",
    "cites_term",
    "unlocode",
)
"""The lists whose words and factors stand in a report."""
_OF_WAITING = ("pending", "latest", "status")
"""Columns of the store that tell of a version which waits beside the validated one; whoever
reads a data set may see that one alone.
"""
TAKEN = tuple(column.name for column in SCHEMA if column.name not in _OF_WAITING)
"""The columns of a frozen data set."""


def freeze(*, name: str, since: str, until: str, audience: str, by: Actor) -> Snapshot:
    """Freezes the validated cases of a period that everybody may see, and three years before it. What the person's
    administration has frozen already is given again.

    Cases with a mark that narrows them are left out for every audience. Raises `BadInput` and `NotAllowed`.
    """
    may_freeze(by, audience)
    called = read_name(name, 120)
    if audience not in AUDIENCES:
        raise BadInput("audience", _("The audience is members or public."))
    if month_number(since) > month_number(until):
        raise BadInput("period", _("The period ends before it begins."))
    if audience == "public":
        must_be_a_year(since, until)
    store.bring_up_to_date()
    lists = {
        one.name: f"{one.version} {one.sha256[:12]}" for one in CodeList.objects.filter(name__in=USED).order_by("name")
    }
    with connect() as connection:
        digest = _frozen_rows(connection, since, until, [since, until, audience, lists])
        # what the report says inside is said of it outside too: the years before are frozen with it, and not counted
        of_period = composed(
            "SELECT count(DISTINCT ref), count(line) FROM frozen WHERE {period}", period=Scope(since, until).condition()
        )
        counted = executed(connection, of_period).fetchone()
        here = (
            Snapshot.objects.filter(digest=digest, administration=by.administration_code).order_by("frozen_at").first()
        )
        if here is not None and path_of(here.file).exists():
            return here
        out = io.BytesIO()
        ordered = connection.execute("SELECT * FROM frozen ORDER BY ref, version, line NULLS FIRST").to_arrow_table()
        pq.write_table(ordered, out, compression="zstd")
    kept = keep(content=out.getvalue(), media_type="application/vnd.apache.parquet", by=by)
    cases, lines = counted if counted else (0, 0)
    with transaction.atomic():
        made = Snapshot.objects.create(
            ref=new_ref("SN"),
            name=called or f"{since} – {until}",
            since=since,
            until=until,
            audience=audience,
            digest=digest,
            file=kept.digest,
            cases=cases,
            lines=lines,
            lists=lists,
            frozen_by=by.username,
            administration=by.administration_code,
            frozen_at=now(),
        )
        record(by=by, deed="statistics.frozen", ref=made.ref, detail={"digest": made.digest, "cases": cases})
    return made


def _frozen_rows(connection: duckdb.DuckDBPyConnection, since: str, until: str, about: list[Any]) -> str:
    """Makes the table `frozen` of the period and of `HISTORY` months before it;
    the digest of `about`, its columns and its rows.
    """
    first = month_text(month_number(since) - HISTORY)
    frozen = composed(
        """CREATE TEMP TABLE frozen AS SELECT {columns} FROM lines WHERE {public}
        AND (({within}) OR (month IS NULL AND {whole_years}))""",
        columns=names(*TAKEN),
        public=PUBLIC,
        within=Where("month BETWEEN ? AND ?", (first, until)),
        whole_years=Where("year BETWEEN ? AND ?", (int(first[:4]), int(until[:4]))),
    )
    executed(connection, frozen)
    columns = [row[0] for row in connection.execute("DESCRIBE frozen").fetchall()]
    said = ", ".join(f"coalesce(CAST(\"{column}\" AS VARCHAR), '~')" for column in columns)
    digests = composed(
        "SELECT sha256(concat_ws(chr(31), {said})) FROM frozen ORDER BY ref, version, line NULLS FIRST",
        said=Where(said),
    )
    rows = executed(connection, digests)
    digest = hashlib.sha256(json.dumps([*about, columns], sort_keys=True).encode())
    while batch := rows.fetchmany(50_000):
        digest.update("".join(row[0] for row in batch).encode())
    return digest.hexdigest()


def left_out(snapshot: Snapshot, by: Actor) -> set[str]:
    """Refs of frozen cases that this person may not read any more: withdrawn since, or marked since and not theirs
    to see.

    Of a public data set a marked case is nobody's to read.
    """
    refs = set(pq.read_table(file_of(snapshot), columns=["ref"]).column("ref").unique().to_pylist())
    still = validated_cases(by).filter(ref__in=among(refs))
    return refs - set(
        (still.filter(wide=True) if snapshot.audience == "public" else still).values_list("ref", flat=True)
    )


def opened(snapshot: Snapshot, by: Actor) -> tuple[BinaryIO, int]:
    """The frozen lines as they are given away to this person, and how many cases were left out of them (`left_out`).

    What was frozen with other columns than today's is given without them. The file says itself how many cases it lacks.
    """
    path, gone = file_of(snapshot), left_out(snapshot, by)
    names = pq.read_schema(path).names
    if set(names) <= set(TAKEN) and not gone:
        return path.open("rb"), 0
    rows = pq.read_table(path, columns=[name for name in names if name in TAKEN])
    if gone:
        rows = rows.filter(pc.invert(pc.is_in(rows.column("ref"), pa.array(sorted(gone)))))
        rows = rows.replace_schema_metadata(
            {**(rows.schema.metadata or {}), b"cases_left_out": str(len(gone)).encode()}
        )
    out = io.BytesIO()
    pq.write_table(rows, out, compression="zstd")
    out.seek(0)
    return out, len(gone)


def file_of(snapshot: Snapshot) -> Path:
    """A path at which the frozen lines can be read. Raises `Missing` where they are gone."""
    try:
        return kept_file(snapshot.file)
    except Missing as error:
        raise Missing("no_snapshot", _("The frozen data set is not here any more.")) from error
