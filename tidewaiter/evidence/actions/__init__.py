"""Deeds of the room (DESIGN.md §3: `seize`, `hand_over`, `seal`, `dispose`, and those beside them)."""

from tidewaiter.evidence.actions.exhibits import seize as seize
from tidewaiter.evidence.actions.reading import look_at as look_at
