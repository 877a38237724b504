"""Edges that a change of one line passed without any test noticing."""

from __future__ import annotations

import json

import pytest

from tidewaiter.foundation.budgets import OverLimit
from tidewaiter.foundation.decoding import read_json


def test_a_bound_of_bytes_counts_bytes_and_not_signs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TIDEWAITER_LIMIT_JSON_BODY_BYTES", "1000")
    with pytest.raises(OverLimit):
        read_json('"' + "é" * 600 + '"')


def test_a_backslash_at_the_edge_of_a_window_hides_no_nesting() -> None:
    window = 1 << 20
    edge = '["' + "x" * (window - 3) + "\\"
    text = edge + '"' + "[" * 70 + '"]'
    assert read_json(text) == json.loads(text)
    with pytest.raises(OverLimit):
        read_json(edge + '"",'[0:1] + '",' + "[" * 70 + "]" * 71)
