"""What may be decided of two records: that they are one, are apart, or cannot be told."""

from __future__ import annotations

ONE, APART, UNSURE = "one", "apart", "unsure"
