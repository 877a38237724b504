"""Reading the ledger: verification, heads, followers."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.asymmetric.mldsa import MLDSA65PublicKey
from django.db import DatabaseError, connection
from django.db.models import Q, QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext as _

from tidewaiter.foundation.moments import now, stamp
from tidewaiter.foundation.refusals import BadInput, Missing, Refusal
from tidewaiter.foundation.sql import Where, composed
from tidewaiter.ledger import chain
from tidewaiter.ledger.actions import TABLE_TAKEN, signed
from tidewaiter.ledger.keys import known_prints, known_public_keys, print_of, public_key_hex
from tidewaiter.ledger.models import ChainEnd, Cursor, Entry, Head

PAGE = 10_000
_day = re.compile(r"\d{4}-\d{2}-\d{2}")
_TYPES = {"seq": "integer", "version": "integer"}
_COLUMNS = ("seq", "at", "by", "deed", "ref", "version", "detail", "hash")


def _raw_entries() -> Iterator[tuple[bytes, ...]]:
    """Every entry as the bytes that are stored, in order of seq."""
    quote = connection.ops.quote_name
    blob = "CAST({} AS BLOB)" if connection.vendor == "sqlite" else "convert_to({}::text, 'UTF8')"
    columns = ", ".join(blob.format(quote(name)) for name in _COLUMNS)
    if connection.vendor == "sqlite":  # a flipped type keeps the bytes: what is no text or number any more shows here
        whole = " AND ".join(f"typeof({quote(name)}) = '{_TYPES.get(name, 'text')}'" for name in _COLUMNS)
        columns = columns.replace(blob.format(quote("seq")), f"CASE WHEN {whole} THEN {blob.format(quote('seq'))} END")
    last: Any = None
    while True:
        # the page's end travels as the stored value, so that a damaged seq cannot skip what follows it
        page_of = composed(
            "SELECT seq, {columns} FROM ledger_entry {behind} ORDER BY seq LIMIT {most}",
            columns=Where(columns),
            behind=Where("") if last is None else Where("WHERE seq > %s", (last,)),
            most=PAGE,
        )
        with connection.cursor() as cursor:
            cursor.execute(page_of.sql, page_of.values)
            page = cursor.fetchall()
        for row in page:
            yield tuple(bytes(value) if value is not None else b"" for value in row[1:])
        if len(page) < PAGE:
            return
        last = page[-1][0]


def verify(head: dict[str, Any] | None = None, *, heads: Sequence[dict[str, Any]] = ()) -> dict[str, Any]:
    """Recomputes the whole chain and checks the signed heads, and that it continues `head` and `heads`, kept elsewhere.

    Gives `{"entries", "heads", "intact"}`, and with a fault `wrong_entry` (the first seq that is wrong) and `why`.
    """
    end = ChainEnd.objects.first()
    signed_heads = list(Head.objects.order_by("seq"))
    kept = sorted([*([head] if head else []), *heads], key=lambda one: int(one["seq"]))
    answer: dict[str, Any] = {"entries": 0, "heads": len(signed_heads), "intact": True}
    wanted = {row.seq for row in signed_heads} | {int(one["seq"]) for one in kept} | ({end.seq} if end else set())
    before = chain.genesis(end.node) if end else ""
    seen: dict[int, str] = {}
    expected = 1
    try:
        for *values, stored in _raw_entries():
            if not end or values[0] != str(expected).encode():
                return _broken(answer, expected, _("The entry is missing, or its number was changed."))
            before = chain.link(before, tuple(values))
            if before.encode() != stored:
                return _broken(answer, expected, _("The entry's content does not fit its hash."))
            if expected in wanted:
                seen[expected] = before
            answer["entries"] = expected
            expected += 1
    except (DatabaseError, UnicodeDecodeError):
        return _broken(answer, expected, _("The entry cannot be read."))
    if end and not _ends_rightly(end, seen.get(end.seq, before), expected - 1, before):
        return _broken(answer, expected, _("The chain ends before or beyond the end that was kept."))
    for row in signed_heads:
        if (
            seen.get(row.seq) != row.hash
            or not _signature_fits(row.day, row.seq, row.hash, row.public_key, row.signature)
            or not _second_fits(row.day, row.seq, row.hash, row.ml_dsa_key, row.ml_dsa_signature)
        ):
            return _broken(answer, row.seq, _("The signed head of %(day)s does not fit the chain.") % {"day": row.day})
    keys = _keys_of_the_node() if kept else set()
    for one in kept:
        if why := _why_not_continued(one, seen, answer["entries"], keys, end.node if end else ""):
            return _broken(answer, int(one["seq"]), why)
    return answer


def _ends_rightly(end: ChainEnd, hash_there: str, entries: int, last: str) -> bool:
    """Whether the chain that was read ends where the node says. A node at work writes on meanwhile: the end that stood
    before must be in the chain, and the one that stands now must not lie before what was read.
    """
    now = ChainEnd.objects.get(pk=end.pk)
    if entries < end.seq or hash_there != end.hash:
        return False
    return now.seq > entries or (now.seq, now.hash) == (entries, last)


def _why_not_continued(head: dict[str, Any], seen: dict[int, str], entries: int, keys: set[str], node: str) -> str:
    """What is wrong between the chain and a head that somebody has kept; nothing where the chain continues it."""
    seq = int(head["seq"])
    if not _signature_fits(head["day"], seq, head["hash"], head["public_key"], head["signature"]):
        return _("The exported head is not signed by the key it names.")
    second, signature = str(head.get("ml_dsa_key") or ""), str(head.get("ml_dsa_signature") or "")
    if not _second_fits(head["day"], seq, head["hash"], second, signature):
        return _("The exported head is not signed by the key it names.")
    if second and known_prints() and print_of(second) not in known_prints():
        return _("The exported head is signed by another node's key.")
    if (head.get("node") or node) != node:
        return _("The exported head is signed by another node's key.")
    if seq > entries:
        return _("The chain ends before the exported head: the database is an older copy, or its end was cut off.")
    if head["public_key"] not in keys:
        return _("The exported head is signed by another node's key.")
    if seq and seen.get(seq) != head["hash"]:
        return _("The chain does not continue the exported head: history was rewritten.")
    return ""


def _keys_of_the_node() -> set[str]:
    """Public keys that are or were this node's; without its private key it is looked through all the same."""
    try:
        return {public_key_hex(), *known_public_keys()}
    except Refusal:
        return known_public_keys()


def head_fits(head: dict[str, Any], public_key: str) -> bool:
    """Whether a head that another node has shown is signed by this key of a ledger."""
    if head.get("public_key") != public_key:
        return False
    said = (str(head.get("day", "")), int(head.get("seq", 0)), str(head.get("hash", "")))
    return _signature_fits(*said, public_key, str(head.get("signature", "")))


def _signature_fits(day: str, seq: int, hash_: str, public_key: str, signature: str) -> bool:
    try:
        key = Ed25519PublicKey.from_public_bytes(bytes.fromhex(public_key))
        key.verify(bytes.fromhex(signature), chain.head_text(day, seq, hash_))
    except (InvalidSignature, ValueError):
        return False
    return True


def _second_fits(day: str, seq: int, hash_: str, public_key: str, signature: str) -> bool:
    """Whether the ML-DSA-65 signature fits; a head of an earlier release has none."""
    if not public_key and not signature:
        return True
    try:
        key = MLDSA65PublicKey.from_public_bytes(bytes.fromhex(public_key))
        key.verify(bytes.fromhex(signature), chain.head_text(day, seq, hash_))
    except (InvalidSignature, ValueError):
        return False
    return True


def _broken(answer: dict[str, Any], seq: int, why: str) -> dict[str, Any]:
    return {**answer, "intact": False, "wrong_entry": seq, "why": why}


def current_head() -> dict[str, Any]:
    """The chain's end as it stands now, signed: keep it elsewhere, and `verify_ledger --head` holds the node to it."""
    end = ChainEnd.objects.first()
    if end is None:
        raise Missing("no_entries", gettext("The ledger has no entries yet."))
    last = Entry.objects.filter(seq=end.seq).first()
    day = last.at[:10] if last else ""
    return {"day": day, "node": end.node, **signed(day, end.seq, end.hash)}


def follow_entries(name: str, kinds: tuple[str, ...], *, limit: int = 5_000) -> tuple[list[Entry], int]:
    """The entries themselves that the follower `name` has not read yet,
    of deeds in `kinds`, and the seq they reach to.
    """
    cursor = Cursor.objects.filter(name=name).first()
    rows = list(Entry.objects.filter(seq__gt=cursor.seq if cursor else 0).order_by("seq")[:limit])
    prefixes = tuple(kind for kind in kinds if kind.endswith("."))
    found = [row for row in rows if row.deed in kinds or row.deed.startswith(prefixes)]
    return found, rows[-1].seq if rows else (cursor.seq if cursor else 0)


def follow(name: str, kinds: tuple[str, ...], *, limit: int = 50_000) -> tuple[list[tuple[str, int]], int]:
    """What the follower `name` has not read yet: distinct (ref, version)
    of deeds in `kinds`, and the seq they reach to.

    `kinds` are deed names or prefixes ending in a dot (`cases.`). Nothing moves until `advance` is called.
    """
    cursor = Cursor.objects.filter(name=name).first()
    start = cursor.seq if cursor else 0
    rows = Entry.objects.filter(seq__gt=start).order_by("seq").values_list("seq", "deed", "ref", "version")[:limit]
    found: dict[tuple[str, int], None] = {}
    reached = start
    prefixes = tuple(kind for kind in kinds if kind.endswith("."))
    for seq, deed, ref, version in rows:
        reached = seq
        if deed in kinds or deed.startswith(prefixes):
            found[(ref, version)] = None
    return list(found), reached


FILTERS = ("by", "ref", "deed", "since", "until")


def narrowed(*, by: str = "", ref: str = "", deed: str = "", since: str = "", until: str = "") -> QuerySet[Entry]:
    """Entries of a person, a thing, a deed (or a room's, as `cases.`),
    from and up to a day (UTC). Raises `BadInput`.
    """
    found = Entry.objects.all()
    if by:
        found = found.filter(by=by)
    if ref:
        found = found.filter(ref=ref)
    if deed:
        found = found.filter(deed__startswith=deed) if deed.endswith(".") else found.filter(deed=deed)
    for name, day in (("since", since), ("until", until)):
        if day and not _day.fullmatch(day):
            raise BadInput("date", _("«%(said)s» is not a date (YYYY-MM-DD).") % {"said": day[:20]})
        if day:
            found = found.filter(at__gte=day) if name == "since" else found.filter(at__lt=f"{day}U")
    return found


def taken_lately(username: str) -> int:
    """How many entries this person has taken away as tables in the last day."""
    day_ago = stamp(now() - timedelta(days=1))
    taken = Entry.objects.filter(deed=TABLE_TAKEN, by=username, at__gt=day_ago).values_list("detail", flat=True)
    return sum(int(json.loads(detail).get("rows", 0)) for detail in taken)


def ledger_end() -> int:
    """The number of the last entry: while it stays, nothing on this node was done."""
    return ChainEnd.objects.values_list("seq", flat=True).first() or 0


def any_since(seq: int, deeds: Sequence[tuple[str, int]]) -> bool:
    """Whether any of these deeds was done after the entry `seq`, with a version not below the number beside it."""
    either = Q()
    for deed, version in deeds:
        either |= Q(deed=deed, version__gte=version)
    return Entry.objects.filter(either, seq__gt=seq).exists()


def is_behind(name: str) -> bool:
    """Whether there are entries that the follower `name` has not done."""
    return position(name) < ledger_end()


def position(name: str) -> int:
    """The number of the last entry that the follower `name` has done."""
    return Cursor.objects.filter(name=name).values_list("seq", flat=True).first() or 0


def take_turn(name: str) -> bool:
    """Keeps other processes from following as `name` until the transaction ends; false where one does so already."""
    Cursor.objects.get_or_create(name=name, defaults={"seq": 0})
    return Cursor.objects.select_for_update(skip_locked=True).filter(name=name).first() is not None


def advance(name: str, seq: int) -> None:
    """Says that the follower `name` has done all entries up to `seq`; call it in the follower's transaction."""
    Cursor.objects.update_or_create(name=name, defaults={"seq": seq, "moved_at": now()})


def history(ref: str) -> list[Entry]:
    """The deeds done to one thing, oldest first."""
    return list(Entry.objects.filter(ref=ref).order_by("seq"))
