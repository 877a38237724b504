"""Photos of entries that were given up do not stay: a day after they were brought they leave the vault."""

from __future__ import annotations

from datetime import timedelta

from django.db.models import Exists, OuterRef, Q

from tidewaiter.cases.models import CasePhoto
from tidewaiter.foundation.actors import NODE
from tidewaiter.foundation.bulk import among
from tidewaiter.foundation.moments import now
from tidewaiter.jobs.set_aside import left_alone, run_each
from tidewaiter.vault.actions import claim_pictures, shred
from tidewaiter.vault.models import Picture

WAITS = timedelta(days=1)
AT_ONCE = 200
_SWEPT = "entry_photos_swept"
"""As which sweeping stands on the schedule."""


def sweep_entry_photos() -> int:
    """Lets photos stay that a case has, and shreds those that have waited for a day; gives how many."""
    waiting = Picture.objects.filter(unclaimed_since__isnull=False)
    in_a_case = CasePhoto.objects.filter(Q(digest=OuterRef("digest")) | Q(blurred=OuterRef("digest")))
    claim_pictures(digests=list(waiting.filter(Exists(in_a_case)).values_list("digest", flat=True)))
    late = waiting.filter(unclaimed_since__lt=now() - WAITS).exclude(digest__in=among(left_alone(_SWEPT)))
    ran = run_each(late[:AT_ONCE], _shred, deed=_SWEPT, ref_of=lambda one: one.digest, in_transaction=False)
    return len(ran.done)


def _shred(picture: Picture) -> None:
    shred(digest=picture.digest, by=NODE)
