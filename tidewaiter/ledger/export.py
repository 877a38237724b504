"""The ledger taken away: the whole chain with what checks it, as one zip."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import IO

from django.db import transaction

from tidewaiter.foundation.actors import Actor
from tidewaiter.ledger.actions import record
from tidewaiter.ledger.models import ChainEnd, Entry, Head
from tidewaiter.ledger.queries import current_head

COLUMNS = ("seq", "at", "by", "deed", "ref", "version", "detail", "hash")
_HEAD = ("day", "seq", "hash", "signed_at", "public_key", "signature", "ml_dsa_key", "ml_dsa_signature")
README = """The ledger of a Tidewaiter node.

entries.ndjson  every entry: who (by) did what (deed) to which thing (ref, version), when (at, UTC); never content
heads.json      the chain's end at the close of each day, signed with the node's Ed25519 and ML-DSA-65 keys
node.json       the node, and its chain's end when this was exported, signed
verify.py       checks all of it:  python verify.py [--head HEAD.json] [--key PUBLIC_KEY_HEX]

What it proves, and what it cannot, verify.py says itself.
"""


def export_ledger(*, file: IO[bytes], by: Actor) -> int:
    """Writes the whole chain to a zip, the entry of this deed in it; gives how many entries there are."""
    with transaction.atomic():
        record(by=by, deed="ledger.exported", ref="ledger")
    return _write_zip(file)


def _write_zip(file: IO[bytes]) -> int:
    """Writes the entries up to the chain's end as it stood at the start."""
    head = current_head()
    end = ChainEnd.objects.get()
    entries = Entry.objects.filter(seq__lte=head["seq"]).order_by("seq").values_list(*COLUMNS)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=3) as box:
        with box.open("entries.ndjson", "w", force_zip64=True) as lines:
            for row in entries.iterator(chunk_size=5000):
                entry = dict(zip(COLUMNS, (str(value) for value in row), strict=True))
                lines.write(json.dumps(entry, ensure_ascii=True).encode() + b"\n")
        heads = list(Head.objects.filter(seq__lte=head["seq"]).order_by("seq").values(*_HEAD))
        box.writestr("heads.json", json.dumps(heads, indent=1))
        box.writestr("node.json", json.dumps({"node": end.node, "head": head}, indent=1))
        box.writestr("verify.py", (Path(__file__).with_name("verifier.py")).read_text(encoding="utf-8"))
        box.writestr("README.txt", README)
    return int(head["seq"])
