"""Selection of consignments: what leaks is refused, later rows judge, scores stand beside the rows as
they were, places are shared as asked.
"""

from __future__ import annotations

import base64
import csv
import io
import json
import tracemalloc
import zlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.management import CommandError, call_command
from hypothesis import given, settings
from hypothesis import strategies as st

from tidewaiter.foundation.refusals import BadInput
from tidewaiter.trade.risk.metrics import auc, calibration_error, figures
from tidewaiter.trade.risk.model_file import read_model
from tidewaiter.trade.risk.risk_profiles import DECAY, Profile, Recent, encoded, folds_of, key_of, recent

pytestmark = pytest.mark.django_db
HEADS = ("declaration_id", "date", "office", "importer", "hs", "origin", "net_weight", "value", "illicit", "penalty")


def _rows(number: int, seed: int, first_day: int = 0) -> list[list[Any]]:
    """Declarations in which two importers cheat on one product, and a penalty that is known afterwards."""
    dice = np.random.default_rng(seed)
    found: list[list[Any]] = []
    for at in range(number):
        importer, hs = int(dice.integers(0, 30)), ("640411", "870323", "220830")[dice.integers(0, 3)]
        chance = 0.8 if importer < 4 and hs == "640411" else 0.03
        bad = int(dice.random() < chance)
        day = np.datetime64("2025-01-01") + np.timedelta64(first_day + at * 300 // number, "D")
        weight = round(float(dice.uniform(1, 900)), 2)
        found.append(
            [
                f"D{seed}-{at:05d}",
                str(day),
                f"O{at % 4}",
                f"IMP{importer}",
                hs,
                ("CN", "DE")[at % 2],
                weight,
                round(weight * float(dice.uniform(5, 9)), 2),
                bad,
                round(bad * float(dice.uniform(50, 900)), 2),
            ]
        )
    return found


def _written(path: Path, rows: list[list[Any]]) -> Path:
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([HEADS, *rows])
    return path


def _called(name: str, *words: str, **said: Any) -> dict[str, Any]:
    out = io.StringIO()
    call_command(name, *words, stdout=out, stderr=io.StringIO(), format="json", **said)
    answer: dict[str, Any] = json.loads(out.getvalue())
    return answer


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory, django_db_setup: None) -> tuple[Path, dict[str, Any]]:
    folder = tmp_path_factory.mktemp("selection")
    path = _written(folder / "train.csv", _rows(4000, 1))
    card = _called("select_train", str(path), label="illicit", exclude=["penalty"], output=str(folder / "model.json"))
    return folder, card


def test_a_column_that_gives_the_label_away_is_refused_by_name(tmp_path: Path) -> None:
    path = _written(tmp_path / "train.csv", _rows(1000, 1))
    out = io.StringIO()
    with pytest.raises(CommandError) as ended:
        call_command(
            "select_train",
            str(path),
            label="illicit",
            output=str(tmp_path / "m.json"),
            format="json",
            stdout=out,
            stderr=io.StringIO(),
        )
    assert ended.value.returncode == 2
    said = json.loads(out.getvalue())
    assert said["error"] == "leak"
    sentence = " ".join(str(part) for part in said.values())
    assert "«penalty»" in sentence
    assert "importer" not in sentence
    assert not (tmp_path / "m.json").exists()


def test_what_finds_were_worth_is_not_learnt_from(tmp_path: Path) -> None:
    path = _written(tmp_path / "train.csv", _rows(2000, 1))
    card = _called("select_train", str(path), label="illicit", revenue="penalty", output=str(tmp_path / "m.json"))
    assert card["unused"]["penalty"] == "known after the inspection"
    assert "penalty" not in card["columns"]
    assert set(card["judged"]["revenue_at"]) == {"1", "2", "5", "10"}
    late = _written(tmp_path / "late.csv", _rows(800, 2, 400))
    _called("select_score", str(late), model=str(tmp_path / "m.json"), output=str(tmp_path / "s.csv"), blend=1.0)
    said = _called("select_evaluate", str(tmp_path / "s.csv"), label="illicit", revenue="penalty")
    assert said["revenue_at"]["10"] > 0.3


def test_the_second_head_alone_finds_more_of_the_worth(tmp_path: Path) -> None:
    rows = _rows(4000, 1)
    for row in rows:  # what comes from one country is worth more
        row[HEADS.index("penalty")] = row[HEADS.index("illicit")] * (900 if row[HEADS.index("origin")] == "DE" else 20)
    path = _written(tmp_path / "train.csv", rows)
    card = _called("select_train", str(path), label="illicit", revenue="penalty", output=str(tmp_path / "m.json"))
    assert card["judged_by_worth"]["revenue_at"]["2"] > card["judged"]["revenue_at"]["2"] + 0.1


def test_earlier_rows_teach_and_later_ones_judge(trained: tuple[Path, dict[str, Any]]) -> None:
    _folder, card = trained
    assert card["from"] <= card["learnt_until"] < card["tuned_until"] < card["until"]
    assert card["judged"]["rows"] == pytest.approx(600, abs=60), "the last 15 per cent, in whole days"
    assert card["unused"] == {"declaration_id": "identifies the row", "date": "date", "penalty": "excluded"}
    assert any(set(one.split(" × ")) >= {"hs", "importer"} for one in card["profiles"])
    assert card["judged"]["auc"] > 0.75


def test_a_model_is_text_and_names_no_importer(trained: tuple[Path, dict[str, Any]]) -> None:
    text = (trained[0] / "model.json").read_text()
    assert json.loads(text)["format"] == "tidewaiter selection 1"
    assert "IMP3" not in text


def test_a_model_made_to_harm_is_refused_and_nothing_of_it_is_unpacked(
    trained: tuple[Path, dict[str, Any]], tmp_path: Path
) -> None:
    model = json.loads((trained[0] / "model.json").read_text())
    zeros, cut = zlib.compress(bytes(64 * 1024**2)), zlib.compress(bytes(range(256)))[:-9]
    for harm in (zeros, cut, b"no zlib", zlib.compress(b"1234567")):
        for name in ("keys", "rows", "illicit"):
            profile = {**model["profiles"][0], name: base64.b64encode(harm).decode()}
            bad = tmp_path / "bad.json"
            bad.write_text(json.dumps({**model, "profiles": [profile]}))
            tracemalloc.start()
            with pytest.raises(BadInput, match=r"bad\.json is no model"):
                read_model(bad)
            assert tracemalloc.get_traced_memory()[1] < 48 * 1024**2
            tracemalloc.stop()


def test_the_rows_come_back_in_their_order_with_score_probability_and_reasons(
    trained: tuple[Path, dict[str, Any]],
) -> None:
    folder, _card = trained
    rows = _rows(900, 3, 400)
    late = _written(folder / "late.csv", rows)
    _called("select_score", str(late), model=str(folder / "model.json"), output=str(folder / "scored.csv"))
    with (folder / "scored.csv").open() as file:
        scored = list(csv.DictReader(file))
    assert [row["declaration_id"] for row in scored] == [row[0] for row in rows]
    assert list(scored[0]) == [*HEADS, "score", "probability", "reasons"]
    assert all(0 < float(row["probability"]) < 1 and 0 < float(row["score"]) <= 1 and row["reasons"] for row in scored)
    top = max(scored, key=lambda row: float(row["score"]))
    assert top["hs"] == "640411"
    assert "640411" in top["reasons"]
    said = _called("select_evaluate", str(folder / "scored.csv"), label="illicit")
    order = sorted(range(900), key=lambda at: -float(scored[at]["score"]))
    assert said["precision_at"]["5"] == round(sum(rows[at][8] for at in order[:45]) / 45, 4)
    assert said["recall_at"]["10"] == round(sum(rows[at][8] for at in order[:90]) / sum(row[8] for row in rows), 4)
    assert said["precision_at"]["5"] > 0.7
    assert said["calibration_error"] < 0.05


def test_a_day_of_an_office_has_so_many_places_some_by_chance_rules_first(trained: tuple[Path, dict[str, Any]]) -> None:
    folder, _card = trained
    late = _written(folder / "late.csv", _rows(1200, 4, 400))
    (folder / "rules.csv").write_text("rule,importer,hs\nwatch list,IMP29,\nboats,,8703*\n")
    answer = _called(
        "select_score",
        str(late),
        model=str(folder / "model.json"),
        output=str(folder / "listed.csv"),
        capacity=1,
        office="office",
        chance=0.3,
        rules=str(folder / "rules.csv"),
    )
    with (folder / "listed.csv").open() as file:
        listed = list(csv.DictReader(file))
    days: dict[tuple[str, str], list[dict[str, str]]] = {}
    for row in listed:
        days.setdefault((row["date"], row["office"]), []).append(row)
    for rows in days.values():
        chosen = [row for row in rows if row["selected"]]
        assert len(chosen) == 1
        if chosen[0]["selected"] == "score":
            assert not any(row["rule"] for row in rows), "a rule comes before the score"
            assert float(chosen[0]["score"]) == max(float(row["score"]) for row in rows)
    assert sum(answer["chosen"].values()) == len(days)
    assert answer["chosen"]["chance"] == pytest.approx(0.3 * len(days), abs=0.12 * len(days))
    assert {row["rule"] for row in listed} == {"", "watch list", "boats"}


def test_a_column_that_changed_is_said(trained: tuple[Path, dict[str, Any]]) -> None:
    folder, _card = trained
    rows = _rows(900, 5, 400)
    same = _called(
        "select_score",
        str(_written(folder / "same.csv", rows)),
        model=str(folder / "model.json"),
        output=str(folder / "o.csv"),
    )
    assert same["drifted"] == []
    for row in rows:
        row[5] = "ZZ"
    other = _called(
        "select_score",
        str(_written(folder / "other.csv", rows)),
        model=str(folder / "model.json"),
        output=str(folder / "o.csv"),
    )
    assert other["drifted"] == ["origin"]


@pytest.mark.parametrize(
    ("change", "said", "code"),
    [
        (lambda rows: rows[:60], {}, "too_few"),
        (lambda rows: [[*row[:8], "maybe", row[9]] for row in rows], {}, "label"),
        (lambda rows: [[*row[:8], 0, row[9]] for row in rows], {}, "label"),
        (lambda rows: [[row[0], "2025-01-01", *row[2:]] for row in rows], {}, "time"),
        (lambda rows: rows, {"label": "nothing"}, "mapping"),
        (lambda rows: rows, {"exclude": ["penalti"]}, "mapping"),
    ],
)
def test_what_cannot_be_learnt_from_ends_with_the_reason(
    tmp_path: Path, change: Any, said: dict[str, Any], code: str
) -> None:
    path, out = _written(tmp_path / "t.csv", change(_rows(900, 6))), io.StringIO()
    with pytest.raises(CommandError) as ended:
        call_command(
            "select_train",
            str(path),
            **{
                "label": "illicit",
                "exclude": ["penalty"],
                "output": str(tmp_path / "m.json"),
                "format": "json",
                "stdout": out,
                "stderr": io.StringIO(),
            }
            | said,
        )
    assert ended.value.returncode == 2
    assert json.loads(out.getvalue())["error"] == code


def test_rows_that_nobody_looked_at_are_left_out(tmp_path: Path) -> None:
    rows = _rows(3000, 7)
    for at, row in enumerate(rows):
        if at % 3 == 0:
            row[8] = ""
    card = _called(
        "select_train",
        str(_written(tmp_path / "t.csv", rows)),
        label="illicit",
        exclude=["penalty"],
        output=str(tmp_path / "m.json"),
    )
    assert (card["rows"], card["not_inspected"]) == (2000, 1000)


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 1), st.integers(0, 6)), min_size=2, max_size=40))
def test_the_auc_is_the_share_of_pairs_in_the_right_order(pairs: list[tuple[int, int]]) -> None:
    label, score = np.array([one for one, _s in pairs]), np.array([s for _one, s in pairs], dtype=float)
    bad, good = score[label == 1], score[label == 0]
    wanted = (
        0.5 if not len(bad) or not len(good) else float(np.mean([(b > g) + 0.5 * (b == g) for b in bad for g in good]))
    )
    assert auc(label, score) == pytest.approx(wanted)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 5), st.integers(0, 1)), min_size=1, max_size=60), st.integers(0, 9))
def test_a_row_does_not_see_its_own_outcome(rows: list[tuple[int, int]], seed: int) -> None:
    values, label = (
        np.array([value for value, _l in rows], dtype=np.uint64),
        np.array([one for _v, one in rows], dtype=float),
    )
    fold, key = folds_of(len(rows), seed), key_of({"a": values}, ("a",))
    share, others, (keys, number, illicit) = encoded(key, label, fold, 0.1)
    for at in range(len(rows)):
        like = (values == values[at]) & (fold != fold[at])
        assert others[at] == like.sum()
        assert share[at] == pytest.approx((label[like].sum() + 0.5) / (like.sum() + 5))
    again = Profile.read(json.loads(json.dumps(Profile(("a",), keys, number, illicit).said())))
    _share, met, bad = again.of({"a": values}, 0.1)
    assert met.tolist() == [int((values == value).sum()) for value in values]
    assert bad.tolist() == [float(label[values == value].sum()) for value in values]


def test_figures_of_a_perfect_and_of_a_blind_order() -> None:
    label = np.array([1] * 10 + [0] * 90)
    perfect = figures(label, np.arange(100)[::-1].astype(float), np.ones(100))
    assert (perfect["precision_at"]["10"], perfect["recall_at"]["10"], perfect["revenue_at"]["5"], perfect["auc"]) == (
        1.0,
        1.0,
        0.5,
        1.0,
    )
    assert figures(label, np.zeros(100))["auc"] == 0.5
    assert calibration_error(label, np.where(label == 1, 1.0, 0.0)) == 0.0


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 1), st.integers(0, 400)), min_size=1, max_size=50))
def test_what_was_met_lately_is_what_was_known_the_day_before(rows: list[tuple[int, int, int]]) -> None:
    values, label, days = (np.array(one) for one in zip(*rows, strict=True))
    key = key_of({"a": values.astype(np.uint64)}, ("a",))
    share, met, after = recent(key, label.astype(float), days, 0.1, ("a",))
    for at in range(len(rows)):
        earlier = (values == values[at]) & (days < days[at])
        weights = np.exp((days - days[at]) / DECAY) * earlier
        assert met[at] == pytest.approx(weights.sum(), abs=1e-9)
        assert share[at] == pytest.approx(((weights * label).sum() + 0.5) / (weights.sum() + 5))
    again = Recent.read(json.loads(json.dumps(after.said())))
    tomorrow = np.full(len(rows), days.max() + 30)
    _share, weighed = again.of({"a": values.astype(np.uint64)}, tomorrow, 0.1)
    for at in range(len(rows)):
        wanted = np.exp((days - tomorrow[at]) / DECAY)[values == values[at]].sum()
        assert weighed[at] == pytest.approx(wanted, rel=1e-4)
