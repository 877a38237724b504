"""What the ledger proves, and what it does not: the chain, the heads, and the records
of every room held against its entries.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from tidewaiter.foundation.data_folder import read_mark
from tidewaiter.foundation.decoding import read_json
from tidewaiter.foundation.reading import bytes_of
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.foundation.room_cards import rooms_of_node
from tidewaiter.ledger.claims import Claim, Fault
from tidewaiter.ledger.models import ChainEnd
from tidewaiter.ledger.queries import verify

type KeptHead = dict[str, Any]


def proof(heads: Sequence[KeptHead] = ()) -> dict[str, Any]:
    """`{"entries", "heads", "records", "intact", "proven": […], "not_proven": […]}`.

    With a fault also `why`, and `wrong_entry` (its number) or `wrong_record` (`{"what", "ref", "version", "deed"}`).
    """
    answer = verify(heads=heads) | {"records": 0}
    claims: list[Claim] = [claim for room in reversed(rooms_of_node()) for claim in room.claims]
    if answer["intact"]:
        answer |= _of_node() or _of_records(claims)
    answer["proven"] = _proven(answer, heads) if answer["intact"] else []
    answer["not_proven"] = _not_proven(heads)
    return answer


def _of_node() -> dict[str, Any]:
    """What is wrong where the ledger is not that of the node to which the data folder belongs."""
    mark, end = read_mark(Path(settings.TIDEWAITER_HOME)), ChainEnd.objects.first()
    if mark is None or (end is not None and end.node == mark.node):
        return {}
    why = _("The ledger is that of another node, or of none; the data folder belongs to %(node)s.") % {
        "node": mark.node
    }
    return {"intact": False, "wrong_entry": 1, "why": why}


def _of_records(claims: Sequence[Claim]) -> dict[str, Any]:
    for claim in claims:
        if fault := claim.first_fault():
            return {"intact": False, "why": _sentence(fault)} | _named(fault)
    return {"records": sum(claim.every.count() for claim in claims if claim.counts)}


def _named(fault: Fault) -> dict[str, Any]:
    if fault.seq:
        return {"wrong_entry": fault.seq}
    said = {"what": fault.what, "ref": fault.ref, "version": fault.version, "deed": fault.deed}
    return {"wrong_record": said}


def _sentence(fault: Fault) -> str:
    said = {"what": _(fault.what), "ref": fault.ref, "version": fault.version, "deed": fault.deed, "seq": fault.seq}
    if fault.seq:
        return (
            _("Entry %(seq)s tells of «%(deed)s» of %(ref)s (version %(version)s), and there is no such %(what)s.")
            % said
        )
    return (
        _(
            "The %(what)s %(ref)s (version %(version)s) stands here, and the ledger does not end with its entry"
            " (%(deed)s)."
        )
        % said
    )


def _proven(answer: dict[str, Any], heads: Sequence[KeptHead]) -> list[str]:
    said = [
        _("that no entry was changed, taken out, put in or moved since the heads were signed"),
        _(
            "that each of %(n)s records has the entry of its making and of the state in which it is, and none that is"
            " told of is gone"
        )
        % {"n": answer["records"]},
    ]
    if heads:
        said.append(
            ngettext(
                "that the ledger continues the head that you gave (up to entry %(seq)s)",
                "that the ledger continues the %(n)s heads that you gave (up to entry %(seq)s)",
                len(heads),
            )
            % {"n": len(heads), "seq": max(int(one["seq"]) for one in heads)}
        )
    return said


def _not_proven(heads: Sequence[KeptHead]) -> list[str]:
    said = (
        []
        if heads
        else [
            _(
                "that the node's owner has not rewritten everything: hold it to a head that left the node (--head,"
                " --heads)"
            )
        ]
    )
    return [
        *said,
        _("that the node's owner has not rewritten what came after the last head that left the node"),
        _("that a record's content is what its people wrote: the ledger keeps refs and versions, never content"),
        _(
            "that passwords, second factors, names, marks of handling and the texts of the library are what their"
            " owners set: the ledger tells that they were set, not to what"
        ),
        _("that what was recorded is true, or that everything that happened was recorded"),
    ]


def read_head(path: Path) -> KeptHead:
    """A head from its file. Raises `BadInput` for what is none."""
    try:
        said = read_json(bytes_of(path, "key_file_bytes"))
        head = {key: str(said[key]) for key in ("day", "hash", "public_key", "signature")}
        for name in ("ml_dsa_key", "ml_dsa_signature"):
            head[name] = str(said.get(name) or "")
        return head | {"seq": int(said["seq"]), "node": str(said.get("node", ""))}
    except (BadInput, ValueError, KeyError, TypeError) as error:
        raise BadInput(
            "head_unreadable",
            _("%(name)s cannot be read as a head: give one written by ledger_head.") % {"name": path.name},
        ) from error


def read_heads(folder: Path) -> list[KeptHead]:
    """All heads of a folder (`head-….json`). Raises `BadInput` where there is none, or one cannot be read."""
    heads = [read_head(path) for path in sorted(folder.glob("head-*.json"))]
    if not heads:
        raise BadInput("no_heads", _("There are no heads (head-….json) in %(name)s.") % {"name": folder})
    return heads
