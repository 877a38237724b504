"""Finding cases by words: an index of folded words and of codes that follows the ledger.

A code is found by its name in any language: the index holds the code, what is searched for is turned
into codes. Scripts and accents are folded on both sides. FTS5 on SQLite, `tsvector` on PostgreSQL; both
hold one row for each version of a case.
"""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_left
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from functools import lru_cache
from typing import Any

from django.core.exceptions import EmptyResultSet
from django.db import OperationalError, connection, transaction
from django.db.models import Q, QuerySet
from django.db.models.expressions import RawSQL

from tidewaiter.cases.models import Case, Line
from tidewaiter.cases.policy import marks_of, marks_seen, sight, visible
from tidewaiter.codelists.models import Label
from tidewaiter.codelists.queries import BIG, code_views, list_stamp, list_view
from tidewaiter.forms.columns import flatten_header, normal_path
from tidewaiter.forms.engine import Form
from tidewaiter.forms.queries import form_named, forms_in_use
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.aside import patient_for
from tidewaiter.foundation.bulk import among
from tidewaiter.foundation.sql import Where, composed, names
from tidewaiter.foundation.stamped_cache import StampedCache
from tidewaiter.foundation.text import fold
from tidewaiter.jobs.set_aside import due_refs, run_together
from tidewaiter.ledger.queries import advance, follow, is_behind, ledger_end, take_turn

NAME, DEED = "words", "search_follows"
"""As which it follows the ledger, and as which it stands on the schedule."""
TABLE = "cases_words"
_TABLE = names(TABLE)
MOST = 400
"""Cases that a page of the list looks through at most, the latest entered first."""
BY_THE_WAY = 2_000
"""Entries of the ledger that a search itself reads; what is more is the clock's work."""
_BATCH = 2_000
_FEW = 20_000
"""Matches that are found sooner by the index than by walking back along the keys."""
_PATIENCE = 100
"""Milliseconds that a search waits for its turn to read what happened since."""
_MOST_CODES = 300
_MOST_WORDS = 12
_NARROWING = ("form", "country", "year", "mode", "place", "departure", "destination", "kind", "direction", "channel")
"""Columns of a case that never change in one version: kept as words too, so that a word with a filter is one look-up.
"""
_SIGHT = ("latest", "counted", "wide", "administration", "region", "status")
"""Columns that say who sees a version: kept as words too, so that hidden cases are not looked through."""


@lru_cache(maxsize=65_536)
def code_word(list_name: str, code: str) -> str:
    """The index's word for a code of a list, or for a column's value (`=form`,
    `=departure`); no folded word begins like it.
    """
    return "zq" + hashlib.blake2b(f"{list_name}|{code}".encode(), digest_size=5).hexdigest()


@lru_cache(maxsize=8_192)
def _code_words(list_name: str, code: str) -> str:
    """A code and what it stands under: a species is found by the name of its family too."""
    view, found = list_view(list_name), []
    while code and code not in found:
        found.append(code)
        known = view.codes.get(code)
        code = known.parent if known else ""
    return " ".join(code_word(list_name, one) for one in found)


def _text_of(form: Form, case: Sequence[Any], lines: Iterable[dict[str, Any]], places: dict[str, str]) -> str:
    """All words of one version:
    (key, ref, national reference, given reference, header, columns of `_NARROWING`, columns of `_SIGHT`).
    """
    _, ref, national_ref, given_ref, header, *rest = case
    narrowing, sight = rest[: len(_NARROWING)], rest[len(_NARROWING) :]
    said = [fold(str(one)) for one in (ref, national_ref, given_ref) if one]
    said += [code_word("=sight", mark) for mark in marks_of(*sight)]
    said += [code_word(f"={name}", str(value)) for name, value in zip(_NARROWING, narrowing, strict=True) if value]
    said.append(_code_words("commodity", form.code))
    for path, value in flatten_header(header):
        column = form.header_columns.get(normal_path(path)[1])
        if column is not None and not column.nominal and path != "national_ref":
            said += _said(column.type, column.list, value, places)
    for photo in header.get("photos", []):
        said.append(fold(str(photo.get("caption", ""))))
    for line in lines:
        for name, value in (*line.items(), *line.get("fields", {}).items()):
            column = form.line_columns.get(name)
            if column is not None and not column.nominal:
                said += _said(column.type, column.list, value, places)
    return " ".join(word for word in said if word)


def _said(kind: str, list_name: str, value: Any, places: dict[str, str]) -> Iterator[str]:
    values = value if isinstance(value, list) else [value]
    for one in map(str, values):
        if kind == "place":
            yield places.get(one, "") or one.lower()
        elif list_name and one in list_view(list_name).codes:
            yield _code_words(list_name, one)
        elif kind == "hs":
            yield one
            yield _code_words("hs", one)
        elif kind in ("text", "long_text") or list_name:
            yield fold(one)


def _write(keys: Sequence[int]) -> None:
    """Puts the words of these versions in place of what the index has of them."""
    forget(keys)
    cases = list(
        Case.objects.filter(pk__in=among(keys)).values_list(
            "pk", "ref", "national_ref", "given_ref", "header", *_NARROWING, *_SIGHT, "form_version"
        )
    )
    lines: dict[int, list[dict[str, Any]]] = {}
    for key, document in Line.objects.filter(case_id__in=among(keys)).values_list("case_id", "document"):
        lines.setdefault(key, []).append(document)
    wanted = {leg["place"] for case in cases for leg in case[4].get("route", []) if leg.get("place")}
    wanted |= {case[4]["place"] for case in cases if case[4].get("place")}
    places = {
        code: " ".join({code.lower(), *(fold(label) for label in view.labels.values())})
        for code, view in code_views("unlocode", wanted).items()
    }
    forms: dict[tuple[str, int], Form] = {}
    rows = []
    for *case, version in cases:
        about = (case[5], version)
        if about not in forms:
            forms[about] = form_named(*about)
        rows.append((case[0], _text_of(forms[about], case, lines.get(case[0], ()), places)))
    words = Where("to_tsvector('simple', %s)" if connection.vendor == "postgresql" else "%s")
    inserting = composed("INSERT INTO {table} (rowid, words) VALUES (%s, {words})", table=_TABLE, words=words)
    with connection.cursor() as cursor:
        cursor.executemany(inserting.sql, rows)


def forget(keys: Sequence[int]) -> None:
    """Takes versions out of the index."""
    chosen = among(keys)
    if isinstance(chosen, RawSQL):
        with connection.cursor() as cursor:
            picked = Where(chosen.sql, tuple(chosen.params))
            deleting = composed("DELETE FROM {table} WHERE rowid IN ({picked})", table=_TABLE, picked=picked)
            cursor.execute(deleting.sql, deleting.values)


def bring_up_to_date(most: int = 0) -> int:
    """Indexes what changed since last time, at most `most` entries of the
    ledger if that is given; gives how many cases.

    A transaction for every few entries: people who write are not kept waiting. Where another process is at it, it is
    left to that one. A case that cannot be indexed is set aside, and searched for in vain until it is changed.
    """
    done = read = 0
    while is_behind(NAME) and (not most or read < most):
        with transaction.atomic():
            if not take_turn(NAME):
                return done
            changed, reached = follow(NAME, ("cases.",), limit=_BATCH)
            done += _index(list(dict.fromkeys(ref for ref, _ in changed)))
            advance(NAME, reached)
        read += _BATCH
    if not most and (again := due_refs(DEED)):
        with transaction.atomic():
            done += _index(again)
    return done


def _index(refs: list[str]) -> int:
    """Puts the standing versions of cases into the index; gives how many cases."""
    return len(run_together(refs, _write_cases, deed=DEED, ref_of=str).done)


def _write_cases(refs: Sequence[str]) -> None:
    versions = Case.objects.filter(ref__in=among(refs))
    forget(list(versions.filter(latest=False, counted=False).values_list("pk", flat=True)))
    _write(list(versions.filter(Q(latest=True) | Q(counted=True)).values_list("pk", flat=True)))


def rebuild() -> int:
    """Indexes every standing version anew; gives how many cases. One that cannot be indexed is set aside. No word of
    what is indexed no more is left in the file.
    """
    done, after = 0, ""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(composed("DELETE FROM {table}", table=_TABLE).sql)
        standing = Case.objects.filter(Q(latest=True) | Q(counted=True)).order_by("ref")
        every = standing.values_list("ref", flat=True).distinct()
        while refs := list(every.filter(ref__gt=after)[:_BATCH]):
            done, after = done + _index(refs), refs[-1]
        advance(NAME, ledger_end())
        with connection.cursor() as cursor:
            if connection.vendor == "postgresql":  # or its planner knows nothing of what was just written
                cursor.execute(f"ANALYZE {TABLE}")
            else:  # or words that were taken out stay in the index's own pages, beside a mark that they are gone
                cursor.execute(composed("INSERT INTO {table} ({table}) VALUES ('optimize')", table=_TABLE).sql)
    return done


def merge_pages(most: int) -> bool:
    """Merges some pages of the index on SQLite towards one part, in which nothing is left of what was deleted; whether
    there may be more to do: a step that does nothing changes one row at most (FTS5's manual).
    """
    merging = composed("INSERT INTO {table} ({table}, rank) VALUES ('merge', {pages})", table=_TABLE, pages=-most)
    with transaction.atomic(), connection.cursor() as cursor:
        before = connection.connection.total_changes
        cursor.execute(merging.sql)
        return bool(connection.connection.total_changes - before > 1)


_names: StampedCache[list[tuple[str, str]]] = StampedCache(1)


def _named() -> list[tuple[str, str]]:
    """(word of a name, word that stands for its code) of every list that forms draw
    on, sorted; places are indexed by name.
    """
    lists = {column.list for form in forms_in_use() for column in form.columns if column.list} | {"commodity", "hs"}
    stamp = tuple(sorted((name, list_stamp(name)) for name in lists - BIG))

    def read() -> list[tuple[str, str]]:
        rows = Label.objects.filter(list_id__in=lists - BIG).values_list("list_id", "code__code", "folded")
        found = {(word, code_word(name, code)) for name, code, folded in rows.iterator() for word in folded.split()}
        return sorted(found)

    return _names.of("names", stamp, read)


def warm() -> None:
    """Reads what the first search would read: the names of all codes that forms draw on."""
    _named()


def _codes_named(word: str) -> list[str]:
    """Words for the codes one of whose names has this word; for one of four letters and more, a word that begins so."""
    names = _named()
    found: dict[str, None] = {}
    for name, code in names[bisect_left(names, (word, "")) :]:
        if name != word and not (len(word) > 3 and name.startswith(word)):
            break
        found[code] = None
        if len(found) >= _MOST_CODES:
            break
    return list(found)


def _parts(said: str) -> list[tuple[list[str], list[str]]]:
    """What was said: of each part its words and the words for codes that it may name."""
    quoted = [part for pair in re.findall(r'"([^"]*)"|(\S+)', said[:300]) for part in pair if part]
    parts = []
    for part in quoted[:_MOST_WORDS]:
        words = fold(part).split()
        codes = _codes_named(words[0]) if len(words) == 1 else []
        if words and all(word.isascii() and word.isalnum() for word in words):
            parts.append((words, codes))
    return parts


def _sight_words(by: Actor) -> list[list[str]]:
    """One of these words has every version that the person may see; none where any will do."""
    seen = marks_seen(by)
    return [] if seen is None else [[code_word("=sight", mark) for mark in seen]]


def _expression(said: str, narrowing: Mapping[str, Collection[str]], by: Actor | None = None) -> str:
    """What to look for, in the engine's words; empty where nothing was said. Every part must be found."""
    parts = _parts(said)
    narrow = [
        [code_word(f"={name}", value) for value in values]
        for name, values in narrowing.items()
        if name in _NARROWING and values
    ]
    narrow += _sight_words(by) if by is not None else []
    if not parts:
        return ""
    if connection.vendor == "postgresql":
        said_parts = [" | ".join([" <-> ".join(words) + ":*" * _begins(words), *codes]) for words, codes in parts]
        # what narrows comes first: a row that fails it is not asked for the many words that a name may be coded as
        return " & ".join(f"({part})" for part in [*(" | ".join(one) for one in narrow), *said_parts])
    said_parts = [" OR ".join([f'"{" ".join(words)}"{" *" * _begins(words)}', *codes]) for words, codes in parts]
    return " AND ".join(f"({part})" for part in [*said_parts, *(" OR ".join(one) for one in narrow)])


def _begins(words: list[str]) -> bool:
    """Whether a word may go on: one of three letters and more, and the last part of a reference."""
    return len(words) > 1 or len(words[0]) > 2


def _matching(expression: str) -> Where:
    where = "words @@ to_tsquery('simple', %s)" if connection.vendor == "postgresql" else f"{TABLE} MATCH %s"
    return composed("SELECT rowid FROM {table} WHERE {where}", table=_TABLE, where=Where(where, (expression,)))


def _latest(expression: str, seen: QuerySet[Case], most: int) -> list[int]:
    """Keys of the latest entered cases that match and are among `seen`, `most` at most.

    The index may be behind by what was done a moment ago; each row is therefore held against the record before it is
    taken, and the limit counts those alone that are. PostgreSQL would walk back along the keys until it has so many,
    however far that is: a country's cases often came in one file, long ago. So where it expects few, it is told to find
    all of them by its index first and to sort these. There too it would rather read all cases once than look up five
    thousand: `OFFSET 0` has it look up each, the latest first, until there are enough.
    """
    matching = _matching(expression)
    try:
        picked, values = seen.order_by().values("id").query.sql_with_params()
    except EmptyResultSet:
        return []
    of_table = {
        name: composed(
            "EXISTS (SELECT 1 FROM ({picked}) AS seen WHERE seen.id = {table}.rowid {each})",
            picked=Where(picked, tuple(values)),
            table=names(name),
            each=Where("OFFSET 0" if connection.vendor == "postgresql" else ""),
        )
        for name in (TABLE, "latest")
    }
    asked = composed(
        "{matching} AND {seen} ORDER BY rowid DESC LIMIT {most}", matching=matching, seen=of_table[TABLE], most=most
    )
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(composed("EXPLAIN (FORMAT JSON) {matching}", matching=matching).sql, matching.values)
            if cursor.fetchone()[0][0]["Plan"]["Plan Rows"] < _FEW:
                # a scan of what was put aside gives its rows as they lie there
                asked = composed(
                    "WITH latest AS MATERIALIZED ({matching} ORDER BY rowid DESC) "
                    "SELECT rowid FROM latest WHERE {seen} LIMIT {most}",
                    matching=matching,
                    seen=of_table["latest"],
                    most=most,
                )
        cursor.execute(asked.sql, asked.values)
        return [int(key) for (key,) in cursor.fetchall()]


def _follow_a_little() -> None:
    """Reads what happened since; while somebody writes for long, what is indexed is searched."""
    with suppress(OperationalError), patient_for(_PATIENCE):
        bring_up_to_date(BY_THE_WAY)


def with_words(said: str) -> Q:
    """The cases that have all the words, however many."""
    _follow_a_little()
    expression = _expression(said, {})
    if not expression:
        return Q(pk__in=[])
    matching = _matching(expression)
    return Q(pk__in=RawSQL(matching.sql, matching.values))  # noqa: S611 -- composed of names and values


def latest_with(said: str, narrowing: Mapping[str, Collection[str]], by: Actor) -> tuple[list[int], bool]:
    """Keys of the latest entered cases that have all the words and that the person
    sees, and whether they see more of them.

    `MOST` at most. Nothing of what is given depends on cases that the person does not see.
    """
    _follow_a_little()
    expression = _expression(said, narrowing, by)
    if not expression:
        return [], False
    keys = _latest(expression, Case.objects.filter(sight(by, narrowing)), MOST + 1)
    return keys[:MOST], len(keys) > MOST


def keys_with(terms: Sequence[str], by: Actor, most: int) -> list[int]:
    """Keys of the latest entered cases that the person sees and that have all of these
    words of the index, as far as it has read.
    """
    parts = [[f'"{term}"' if connection.vendor != "postgresql" else term] for term in terms] + _sight_words(by)
    joins = (" & ", " | ") if connection.vendor == "postgresql" else (" AND ", " OR ")
    expression = joins[0].join(f"({joins[1].join(part)})" for part in parts)
    return _latest(expression, Case.objects.filter(visible(by)), most)
