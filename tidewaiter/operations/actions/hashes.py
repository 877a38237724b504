"""Lists of digests of files that are known, loaded by a steward; files of rooms that stand on one are restricted.

A match is told, and shows nothing: the file opens by two people as every restricted one.
"""

from __future__ import annotations

from collections.abc import Iterable
from itertools import batched

from django.db import transaction
from django.utils.translation import gettext as _

from tidewaiter.foundation.actors import NODE, Actor, must_be_steward
from tidewaiter.foundation.bulk import among
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refusals import BadInput, Missing
from tidewaiter.foundation.text import read_name
from tidewaiter.jobs.set_aside import left_alone, run_each
from tidewaiter.ledger.actions import record
from tidewaiter.operations import states
from tidewaiter.operations.events import happened, held
from tidewaiter.operations.hash_lists import ListReader
from tidewaiter.operations.known_pictures import likeness_of, lists_like, pictures_listed
from tidewaiter.operations.models import Attachment, HashList, KnownHash, KnownPicture, Operation
from tidewaiter.operations.opened import opened_file
from tidewaiter.operations.room_keys import RoomKey, key_of

_AT_ONCE, COMPARED_AT_ONCE = 5_000, 20
_COMPARED = "operations_pictures_compared"


def load_hashes(*, name: str, source: str, lines: Iterable[str], by: Actor, pictures: bool = False) -> HashList:
    """Puts a list of digests in the place of the one of that name; looks at once through the files of open rooms.

    Digests are MD5, SHA-1 or SHA-256 of files and PDQ of pictures in hexadecimal, in the layouts that `hash_lists`
    knows (`pictures`: those of 64 signs are PDQ); remarks are passed over. A steward's. Raises `BadInput` that names
    the line.
    """
    must_be_steward(by)
    called = read_name(name, 100)
    if not called:
        raise BadInput("name", _("Give the list a name."))
    made = HashList.objects.create(
        name=called, source=read_name(source, 200), size=0, loaded_by=by.username, loaded_at=now()
    )
    try:
        read = ListReader(pictures=pictures).read(lines)
        for some in batched(read, _AT_ONCE):  # each by itself: nobody waits to write until a million are in
            files = dict.fromkeys(one.text for one in some if not one.picture)
            pictures_ = dict.fromkeys(one.text for one in some if one.picture)
            KnownHash.objects.bulk_create([KnownHash(list=made, digest=one) for one in files], ignore_conflicts=True)
            KnownPicture.objects.bulk_create(
                [KnownPicture(list=made, digest=one) for one in pictures_], ignore_conflicts=True
            )
        _put_in_use(made, by)
    except BaseException:
        made.delete()
        raise
    for operation in Operation.objects.filter(phase__in=states.OPEN):
        look_through(operation)
    return made


def _put_in_use(made: HashList, by: Actor) -> None:
    made.size = made.hashes.count() + made.pictures.count()
    if not made.size:
        raise BadInput("hashes", _("There is no digest in it: a line each, MD5, SHA-1, SHA-256 or PDQ."))
    with transaction.atomic():
        HashList.objects.filter(name=made.name, ready=True).delete()
        made.ready = True
        made.save(update_fields=["size", "ready"])
        record(by=by, deed="operations.hashes_loaded", ref="", detail={"list": made.pk, "size": made.size})


def drop_hashes(*, name: str, by: Actor) -> None:
    """Takes a list out of use; what it has restricted stays so. A steward's. Raises a refusal."""
    must_be_steward(by)
    with transaction.atomic():
        gone = HashList.objects.filter(name=name, ready=True).first()
        if gone is None:
            raise Missing("no_list", _("There is no such list."))
        record(by=by, deed="operations.hashes_dropped", ref="", detail={"list": gone.pk, "size": gone.size})
        gone.delete()


def lists_with(digests: Iterable[str]) -> list[str]:
    """The names of the lists that one of the digests of a file stands on."""
    found = HashList.objects.filter(ready=True, hashes__digest__in=list(digests)).distinct().order_by("name")
    return list(found.values_list("name", flat=True))


def look_through(operation: Operation) -> int:
    """Restricts the files of an open room that stand on a list since they came; gives how many."""
    key, count = key_of(operation.ref, operation.key_print), 0
    for row in Attachment.objects.filter(operation=operation, restricted=False):
        file = opened_file(key, row)
        if lists := sorted({*lists_with(file.digests), *lists_like(file.likeness)}):
            count += _restrict(key, row, lists)
    return count


def compare_pictures() -> int:
    """Looks at pictures that came before any list knew pictures, some at a time; gives how many files."""
    if not pictures_listed():
        return 0
    waiting = Attachment.objects.filter(likeness=None, restricted=False, operation__phase__in=states.OPEN)
    rows = waiting.exclude(ref__in=among(left_alone(_COMPARED))).select_related("operation").order_by("at")
    ran = run_each(
        list(rows[:COMPARED_AT_ONCE]), _compare, deed=_COMPARED, ref_of=lambda one: one.ref, in_transaction=False
    )
    return len(ran.done)


def _compare(row: Attachment) -> None:
    key = key_of(row.operation_id, row.operation.key_print)
    likeness = likeness_of(key, row.ref, row.size)
    Attachment.objects.filter(pk=row.pk, likeness=None, restricted=False).update(
        likeness=key.seal(f"likeness {row.ref}", likeness.encode())
    )
    if lists := lists_like(likeness):
        _restrict(key, row, lists)


def _restrict(key: RoomKey, row: Attachment, lists: list[str]) -> int:
    with transaction.atomic():
        operation = held(row.operation_id)
        fresh = Attachment.objects.filter(pk=row.pk, restricted=False).first()
        if fresh is None or operation.phase not in states.OPEN:
            return 0
        about = key.open_json(f"attachment {fresh.ref}", fresh.about)
        fresh.about = key.seal_json(f"attachment {fresh.ref}", about | {"lists": lists})
        fresh.restricted, fresh.words, fresh.likeness = True, None, None
        fresh.save(update_fields=["about", "restricted", "words", "likeness"])
        record(
            by=NODE,
            deed="operations.file_restricted",
            ref=operation.ref,
            version=fresh.number or 0,
            detail={"file": fresh.ref},
        )
        if fresh.number is not None:
            happened(operation, "restricted", fresh.number)
    return 1
