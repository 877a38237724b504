"""Edges that a change of one line passed without any test noticing."""

from __future__ import annotations


def test_nobody_has_more_than_two_fifths_of_the_weight() -> None:
    """Two of 1 and three of 41 and 59 hundredths: at two fifths the middle is theirs where at 0.45 it would not be."""
    from tidewaiter.checks.norms import _most_weight

    for numbers in ([100, 20, 20], [100_000, 30, 30], [60, 50, 1], [34, 33, 33]):
        most = _most_weight(numbers)
        weights = [min(n, most) for n in numbers]
        assert max(weights) / sum(weights) <= 0.4 + 1e-9, numbers
