"""Deeds of exports: every one is an event of each exhibit and an entry of the ledger, with what it is for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from django.db import transaction
from django.utils.translation import gettext as _

from tidewaiter.evidence import policy, states
from tidewaiter.evidence.actions.stamps import close_batch, stamp_waiting
from tidewaiter.evidence.keeping import append_all, entry_of, held_all, told
from tidewaiter.evidence.models import Bundle, Exhibit
from tidewaiter.evidence.proof.court_bundle import print_bundle
from tidewaiter.evidence.proof.exporting import Case, Frozen, look_through, write
from tidewaiter.evidence.proof.writing import Writer, to_folder, to_zip
from tidewaiter.evidence.queries import case_exhibits, exhibit_named
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.disk import whole
from tidewaiter.foundation.moments import now, stamp
from tidewaiter.foundation.refs import new_ref
from tidewaiter.foundation.refusals import BadInput, NotAllowed
from tidewaiter.foundation.scratch import scratch
from tidewaiter.ledger.actions import record, record_many

Hears = Callable[[str, int, int], None]


def begin_export(*, case: str, purpose: str, by: Actor, order: str = "") -> tuple[Bundle, Case]:
    """Writes into every exhibit of a case that it is exported, by whom and for what, and freezes where each stands.

    Raises `Missing` where one sees none, `BadInput` without a purpose, `NotAllowed` for what is restricted without an
    order.
    """
    policy.must_order(by)
    purpose = policy.must_have_purpose(purpose)
    found = case_exhibits(by, case) or [exhibit_named(by, case)]
    order = " ".join(order.split())[:300]
    if any(one.restricted for one in found) and not order:
        raise NotAllowed("no_order", _("Some of it is restricted: it leaves by an order alone. Name the order."))
    with transaction.atomic():
        exhibits = held_all([one.ref for one in found])
        bundle = _bundle(exhibits, purpose, order, by)
        detail = {"bundle": bundle.ref}
        made = append_all(exhibits, states.EXPORT, by, note=purpose, authority=order, detail=detail)
        entries = (told(event, purpose=purpose, bundle=bundle.ref) for event in made)
        record_many(by=by, deed="evidence.exported", things=map(entry_of, made), details=entries)
        bundle.events = sum(one.events_count for one in exhibits)
        bundle.save(update_fields=["events"])
    frozen = [Frozen(one.ref, one.events_count, one.head) for one in exhibits]
    return bundle, Case(bundle.case, bundle.case_reference, by, purpose, stamp(bundle.made_at), frozen, order)


def _bundle(exhibits: list[Exhibit], purpose: str, order: str, by: Actor) -> Bundle:
    return Bundle.objects.create(
        ref=new_ref("EB"),
        administration=by.administration_code,
        case=exhibits[0].case,
        case_reference=exhibits[0].case_reference,
        purpose=purpose,
        order=order,
        exhibits=len(exhibits),
        events=0,
        made_by=by.username,
        made_at=now(),
    )


def export_case(
    *, case: str, path: Path, purpose: str, by: Actor, order: str = "", report: Hears = lambda _s, _d, _t: None
) -> Bundle:
    """Exports a case to a zip, or to a folder where the path does not end in `.zip`. Raises what `begin_export` does.

    Events are stamped first where an authority is there now; else they are exported without, and that is said.
    """
    if path.suffix != ".zip" and path.exists() and (not path.is_dir() or any(path.iterdir())):
        raise BadInput("output", _("«%(path)s» is there already and is not empty.") % {"path": str(path)})
    bundle, said = begin_export(case=case, purpose=purpose, by=by, order=order)
    report(_("Having the events stamped"), 0, 0)
    while close_batch(by=by):
        pass
    stamp_waiting(by=by)
    look_through(said)

    def written(to: Writer) -> None:
        with scratch() as folder:
            print_bundle(said, folder, report)
            write(said, to, folder, report)

    if path.suffix == ".zip":
        with whole(path) as part:
            digest = to_zip(part, written)
    else:
        digest = to_folder(path, written)
    return finish_export(bundle=bundle, digest=digest, files=sum(said.files.values()), size=_size(path), by=by)


def _size(path: Path) -> int:
    files = [path] if path.is_file() else [one for one in path.rglob("*") if one.is_file()]
    return sum(one.stat().st_size for one in files)


def finish_export(*, bundle: Bundle, digest: str, files: int, size: int, by: Actor) -> Bundle:
    """Keeps the digest of what was written, so that a copy can be told from the export."""
    with transaction.atomic():
        bundle = Bundle.objects.select_for_update().get(pk=bundle.pk)
        bundle.sha256, bundle.files, bundle.size, bundle.written_at = digest, files, size, now()
        bundle.save(update_fields=["sha256", "files", "size", "written_at"])
        record(by=by, deed="evidence.export_written", ref=bundle.ref, detail={"sha256": digest, "files": files})
    return bundle
