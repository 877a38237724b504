"""Lists of digests of files that are known, loaded by a steward; files of rooms that stand on one are restricted.

A match is told, and shows nothing: the file opens by two people as every restricted one.
"""

from __future__ import annotations

import re
from codecs import BOM_UTF16_BE, BOM_UTF16_LE
from collections.abc import Iterable, Iterator
from io import BufferedReader, RawIOBase, TextIOWrapper
from itertools import batched
from typing import IO, cast

from django.db import transaction
from django.utils.translation import gettext as _

from tidewaiter.foundation.actors import Actor, must_be_steward
from tidewaiter.foundation.budgets import over
from tidewaiter.foundation.limits import most
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refusals import BadInput, Missing
from tidewaiter.foundation.text import read_name
from tidewaiter.ledger.actions import record
from tidewaiter.operations import states
from tidewaiter.operations.events import happened, held
from tidewaiter.operations.models import Attachment, HashList, KnownHash, Operation
from tidewaiter.operations.opened import opened_file
from tidewaiter.operations.room_keys import RoomKey, key_of

_digest = re.compile(r"[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{64}", re.ASCII)
_between = re.compile(r"[\s,;:|=\"'()*{}\[\]]+")
_cut = re.compile(r"[0-9a-f]{24,}", re.ASCII)
_named = re.compile(r"""[\s{}\[\],]*$|\s*["']?@?\w[\w .@-]{0,40}["']?\s*[:=]""")
"""A line of brackets alone, or one that names something: «Path : …», «"Category": 1,»."""
_AT_ONCE = 5_000
LONGEST_LINE = 2_000
BESIDE = 40
"""Lines that may stand beside each digest: what a list says of a picture."""
OTHERS = (56, 96, 128)
"""Signs of digests of other kinds, SHA-224, SHA-384 and SHA-512, that stand beside ours."""
OF_NOTHING = frozenset(
    (
        "d41d8cd98f00b204e9800998ecf8427e",
        "da39a3ee5e6b4b0d3255bfef95601890afd80709",
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    )
)
"""Digests of an empty file: they stand on many lists by mistake, and would restrict every empty file."""


def load_hashes(*, name: str, source: str, lines: Iterable[str], by: Actor) -> HashList:
    """Puts a list of digests in the place of the one of that name; looks at once through the files of open rooms.

    Digests are MD5, SHA-1 or SHA-256 in hexadecimal, in the layouts that `_read` knows; remarks are passed over. A
    steward's. Raises `BadInput` that names the line.
    """
    must_be_steward(by)
    called = read_name(name, 100)
    if not called:
        raise BadInput("name", _("Give the list a name."))
    made = HashList.objects.create(
        name=called, source=read_name(source, 200), size=0, loaded_by=by.username, loaded_at=now()
    )
    try:
        for some in batched(_read(lines), _AT_ONCE):  # each by itself: nobody waits to write until a million are in
            rows = [KnownHash(list=made, digest=digest) for digest in dict.fromkeys(some)]
            KnownHash.objects.bulk_create(rows, ignore_conflicts=True)
        _put_in_use(made, by)
    except BaseException:
        made.delete()
        raise
    for operation in Operation.objects.filter(phase__in=states.OPEN):
        look_through(operation)
    return made


def _put_in_use(made: HashList, by: Actor) -> None:
    made.size = made.hashes.count()
    if not made.size:
        raise BadInput("hashes", _("There is no digest in it: a line each, MD5, SHA-1 or SHA-256."))
    with transaction.atomic():
        HashList.objects.filter(name=made.name, ready=True).delete()
        made.ready = True
        made.save(update_fields=["size", "ready"])
        record(by=by, deed="operations.hashes_loaded", ref="", detail={"list": made.pk, "size": made.size})


def lines_of(file: IO[bytes]) -> Iterator[str]:
    """The lines of a list, in UTF-8 or UTF-16 as PowerShell writes it; none is held that is longer than any line of a
    list is: of a longer one the parts, cut between words.
    """
    buffered = BufferedReader(cast("RawIOBase", file))
    encoding = "utf-16" if buffered.peek(2)[:2] in (BOM_UTF16_LE, BOM_UTF16_BE) else "utf-8-sig"
    text, rest = TextIOWrapper(buffered, encoding, "replace"), ""
    while line := text.readline(LONGEST_LINE):
        line, rest = rest + line, ""
        if not line.endswith("\n") and len(line) < 2 * LONGEST_LINE:
            at = max(line.rfind(sign) for sign in ", ;") + 1
            line, rest = line[:at], line[at:]
        if line:
            yield line
    yield from filter(None, [rest])
    text.detach()  # the file is its owner's to close


def drop_hashes(*, name: str, by: Actor) -> None:
    """Takes a list out of use; what it has restricted stays so. A steward's. Raises a refusal."""
    must_be_steward(by)
    with transaction.atomic():
        gone = HashList.objects.filter(name=name, ready=True).first()
        if gone is None:
            raise Missing("no_list", _("There is no such list."))
        record(by=by, deed="operations.hashes_dropped", ref="", detail={"list": gone.pk, "size": gone.size})
        gone.delete()


def _read(lines: Iterable[str]) -> Iterator[str]:
    """The digests of a list, in any of the layouts in which such lists come: a digest a line, first or further on;
    several in a row of columns; under names, as JSON and PowerShell have them. Raises `BadInput` for a line that has
    none and is no head, remark or name of something, and for a digest that was cut.
    """
    found, free = 0, False
    for number, line in enumerate(lines, 1):
        words = [word.lstrip("\\").lower() for word in _between.split(line.strip().strip("\ufeff"))]
        if number == 1:
            free = line.lstrip("\ufeff \t").startswith(("{", "["))
        digests = [word for word in words if _digest.fullmatch(word)]
        found += len(digests)
        if max(found, number // BESIDE) > most("hash_list_rows"):
            raise over("hash_list_rows")
        yield from (digest for digest in digests if digest not in OF_NOTHING)
        if digests or not line.strip() or line.lstrip().startswith(("#", "%", "//")):
            continue
        cut = next((word for word in words if _cut.fullmatch(word) and len(word) not in OTHERS), "")
        if cut or (found and not free and not _named.match(line)):
            said = cut or next(filter(None, words), "")
            raise BadInput(
                "hash",
                _("Line %(line)s: «%(said)s» is no MD5, SHA-1 or SHA-256 in hexadecimal.")
                % {"line": number, "said": said[:40]},
            )


def lists_with(digests: Iterable[str]) -> list[str]:
    """The names of the lists that one of the digests of a file stands on."""
    found = HashList.objects.filter(ready=True, hashes__digest__in=list(digests)).distinct().order_by("name")
    return list(found.values_list("name", flat=True))


def look_through(operation: Operation) -> int:
    """Restricts the files of an open room that stand on a list since they came; gives how many."""
    key, count = key_of(operation.ref, operation.key_print), 0
    for row in Attachment.objects.filter(operation=operation, restricted=False):
        if lists := lists_with(opened_file(key, row).digests):
            count += _restrict(key, row, lists)
    return count


def _restrict(key: RoomKey, row: Attachment, lists: list[str]) -> int:
    with transaction.atomic():
        operation = held(row.operation_id)
        fresh = Attachment.objects.filter(pk=row.pk, restricted=False).first()
        if fresh is None or operation.phase not in states.OPEN:
            return 0
        about = key.open_json(f"attachment {fresh.ref}", fresh.about)
        fresh.about = key.seal_json(f"attachment {fresh.ref}", about | {"lists": lists})
        fresh.restricted, fresh.words = True, None
        fresh.save(update_fields=["about", "restricted", "words"])
        if fresh.number is not None:
            happened(operation, "restricted", fresh.number)
    return 1
