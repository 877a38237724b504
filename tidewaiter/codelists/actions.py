"""Deeds of codelists: loading a list."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext

from tidewaiter.codelists.models import Code, CodeList, Label, Load
from tidewaiter.codelists.names import is_sign, sign_key
from tidewaiter.codelists.readers import CodeRow, read_list
from tidewaiter.foundation.actors import NODE, Actor
from tidewaiter.foundation.bulk import allocate_keys, calm_collector, in_batches, insert_rows
from tidewaiter.foundation.canonical import digest
from tidewaiter.foundation.decoding import read_toml
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.foundation.text import fold
from tidewaiter.ledger.actions import record

_as_json = json.JSONEncoder(ensure_ascii=False).encode  # made once: a list has a hundred thousand codes
_other_script = re.compile("[\u0250-\u1dff\u2c00-\uffff]")


def load_list(
    *, name: str, path: Path, meta: dict[str, str], by: Actor, dry_run: bool = False, ours: bool = False
) -> dict[str, Any]:
    """Brings a list to what `path` says and tells the difference:
    `{"list", "version", "added", "changed", "retired", …}`.

    A code that the file no longer has is retired (it keeps its row, valid until today), never deleted.
    `meta`: title, version, source, licence. With `dry_run` nothing is written.
    `ours`: the file comes with the program. Raises `BadInput`, `OverLimit`.
    """
    rows = read_list(path, ours=ours)
    if not rows:
        raise BadInput("empty", gettext("%(name)s holds no codes.") % {"name": path.name})
    with path.open("rb") as file:
        sha256 = hashlib.file_digest(file, "sha256").hexdigest()
    digests = {row.code: _digest(row, rank) for rank, row in enumerate(rows)}
    with transaction.atomic():
        known = dict(Code.objects.filter(list_id=name).values_list("code", "digest"))
        gone = Code.objects.filter(list_id=name, valid_to=None).values_list("code", flat=True)
        retired = [code for code in gone if code not in digests]
        added = [(rank, row) for rank, row in enumerate(rows) if row.code not in known]
        changed = [
            (rank, row) for rank, row in enumerate(rows) if row.code in known and known[row.code] != digests[row.code]
        ]
        difference = {"list": name, "version": meta["version"], "codes": len(rows)} | _difference(
            added=[row.code for _, row in added], changed=[row.code for _, row in changed], retired=retired
        )
        if dry_run:
            return difference
        CodeList.objects.update_or_create(
            name=name,
            defaults={
                **{key: meta[key] for key in ("title", "version", "source", "licence")},
                "sha256": sha256,
                "codes": len(rows),
                "loaded_at": now(),
            },
        )
        _take_out(name, [row for _, row in changed], retired)
        _insert(name, added + changed, digests)
        Load.objects.create(
            list_id=name,
            version=meta["version"],
            sha256=sha256,
            added=len(added),
            changed=len(changed),
            retired=len(retired),
            loaded_by=by.username,
            loaded_at=now(),
        )
        if added or changed or retired:
            record(
                by=by,
                deed="codelists.loaded",
                ref=f"list:{name}",
                detail={"version": meta["version"], "sha256": sha256},
            )
    return difference


def _difference(**codes: list[str]) -> dict[str, Any]:
    """How many codes were added, changed and retired, and the first ten of each."""
    counts: dict[str, Any] = {kind: len(some) for kind, some in codes.items()}
    return counts | {"examples": {kind: some[:10] for kind, some in codes.items()}}


def _take_out(name: str, changed: list[CodeRow], retired: list[str]) -> None:
    """Deletes the codes that are written anew (their other names are kept),
    and ends the validity of those that the file has no longer.
    """
    _keep_other_names(name, changed)
    for batch in in_batches([row.code for row in changed], 500):
        Code.objects.filter(list_id=name, code__in=batch).delete()
    today = date.today()  # noqa: DTZ011 -- a calendar day of the node
    for batch in in_batches(retired, 500):
        Code.objects.filter(list_id=name, code__in=batch).update(valid_to=today, digest="")


def name_code(*, name: str, row: CodeRow, source: str, by: Actor) -> None:
    """Puts one code into a list as `row` says, at its end or where it is, unless the list has it in these words.

    For codes that come from elsewhere than the list's file: `source` says from where, and is kept with the code. A code
    of the list's own file that is in force is left as the file names it. Raises `BadInput` where there is no such list.
    """
    row.data |= {"source": source}
    with transaction.atomic():
        codes = CodeList.objects.select_for_update().filter(name=name).first()
        if codes is None:
            raise BadInput("unknown_list", gettext("There is no list «%(name)s».") % {"name": name})
        known = Code.objects.filter(list_id=name, code=row.code).first()
        if known is not None and known.valid_to is None and "source" not in known.data:
            return  # the list's own file names it
        last = Code.objects.filter(list_id=name).order_by("-rank").values_list("rank", flat=True).first()
        rank = known.rank if known is not None else 0 if last is None else last + 1
        digests = {row.code: _digest(row, rank)}
        if known is not None and known.digest == digests[row.code]:
            return
        Code.objects.filter(list_id=name, code=row.code).delete()
        _insert(name, [(rank, row)], digests)
        codes.loaded_at = now()
        codes.codes += known is None or known.valid_to is not None
        codes.save(update_fields=["loaded_at", "codes"])
        record(by=by, deed="codelists.loaded", ref=f"list:{name}", detail={"version": codes.version, "code": row.code})


def _digest(row: CodeRow, rank: int) -> str:
    return digest([row.code, row.parent, row.valid_from, row.valid_to, row.labels, row.alternatives, row.data, rank])


def _keep_other_names(name: str, rows: list[CodeRow]) -> None:
    """An official file often has one language: names that it has no column for stay as they were."""
    by_code = {row.code: row for row in rows}
    spoken = {lang for row in rows for lang in row.labels}
    says_others = any(row.alternatives for row in rows)
    for batch in in_batches(list(by_code), 500):
        former = Label.objects.filter(list_id=name, code__code__in=batch).values_list(
            "code__code", "lang", "preferred", "text"
        )
        for code, lang, preferred, text in former:
            if preferred and lang not in spoken:
                by_code[code].labels[lang] = text
            elif not preferred and not says_others:
                by_code[code].alternatives.append(text)


def _key_of(text: str) -> str:
    """By what a name of a code is told from its others: as it is folded; of another script as it is written, for
    folding makes different names alike («طن» and «tn»), and so signs of money.
    """
    return sign_key(text) if is_sign(text) or _other_script.search(text) else fold(text)[:200]


def _insert(name: str, rows: list[tuple[int, CodeRow]], digests: dict[str, str]) -> None:
    first = allocate_keys(Code, len(rows)) if rows else 0

    def codes() -> Iterator[tuple[Any, ...]]:
        for number, (rank, row) in enumerate(rows):
            yield (
                first + number,
                name,
                row.code,
                row.parent,
                row.valid_from or None,
                row.valid_to or None,
                rank,
                _as_json(row.data),
                digests[row.code],
            )

    def labels() -> Iterator[tuple[Any, ...]]:
        for number, (_, row) in enumerate(rows):
            written: set[str] = set()
            for lang, text in row.labels.items():
                if row.alternatives:
                    written.add(_key_of(text))
                yield (first + number, name, lang, True, text, fold(text)[:200])
            for text in row.alternatives:
                folded = fold(text)[:200]
                key = _key_of(text)
                if folded and key not in written:
                    written.add(key)
                    yield (first + number, name, "", False, text, folded)

    insert_rows(Code, ("pk", "list_id", "code", "parent", "valid_from", "valid_to", "rank", "data", "digest"), codes())
    insert_rows(Label, ("code_id", "list_id", "lang", "preferred", "text", "folded"), labels())


def shipped_lists() -> dict[str, dict[str, str]]:
    """What `codes/lists.toml` says of each list that the program brings."""
    return read_toml((Path(settings.CODES_FOLDER) / "lists.toml").read_text())


def load_shipped_lists(*, by: Actor = NODE) -> dict[str, int]:
    """Loads the lists that come with the program where they are newer than what is here; gives codes a list.

    A list that a steward has loaded from a later file is left alone. Raises `BadInput` for a damaged file.
    """
    loaded = dict(CodeList.objects.values_list("name", "sha256"))
    past = set(Load.objects.values_list("list_id", "sha256"))
    with calm_collector():
        for name, meta in shipped_lists().items():
            path = Path(settings.CODES_FOLDER) / meta["file"]
            if hashlib.sha256(path.read_bytes()).hexdigest() != meta["sha256"]:
                raise BadInput(
                    "damaged_list",
                    gettext("codes/%(file)s does not fit its checksum in codes/lists.toml.") % {"file": meta["file"]},
                )
            if loaded.get(name) != meta["sha256"] and (name, meta["sha256"]) not in past:
                load_list(name=name, path=path, meta=meta, by=by, ours=True)
    return dict(CodeList.objects.order_by("name").values_list("name", "codes"))
