"""From which score an administration is told that a name may be known, or that two records may be one."""

from __future__ import annotations

from dataclasses import dataclass

from tidewaiter.foundation.actors import Actor
from tidewaiter.registry.models import Threshold

SCREENING, DOUBLES = 0.7, 0.8
"""While nobody has set others."""
LEAST, MOST = 0.5, 0.95


@dataclass(frozen=True, slots=True)
class Thresholds:
    """What holds for an administration, and who set it."""

    screening: float = SCREENING
    doubles: float = DOUBLES
    set_by: str = ""


def thresholds_of(actor: Actor) -> Thresholds:
    """Of the person's administration."""
    held = Threshold.objects.filter(administration=actor.administration_code).first()
    return Thresholds(held.screening, held.doubles, held.set_by) if held is not None else Thresholds()
