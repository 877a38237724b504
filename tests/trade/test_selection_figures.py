"""Selection says no more than it knows: how sure a figure is, what was expected of the top of the list,
what was never met, why, and which day.
"""

from __future__ import annotations

import csv
import io
import json
import random
import re
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from django.core.management import CommandError, call_command

from tidewaiter.trade.risk.metrics import auc_interval, figures, top_calibration
from tidewaiter.trade.risk.reasons import against_usual, figure

pytestmark = pytest.mark.django_db
HEADS = ["date", "importer", "hs", "origin", "net_weight", "value", "illicit"]


def _rows(number: int, seed: int, first: date, written: str = "%Y-%m-%d") -> list[list[Any]]:
    """Two importers cheat on shoes from China, some of them far below the usual price."""
    dice, found = random.Random(seed), []
    for at in range(number):
        importer, hs, origin = dice.randrange(12), ("640411", "870323")[at % 2], ("CN", "VN", "DE")[dice.randrange(3)]
        bad = int(dice.random() < (0.85 if importer < 2 and hs == "640411" and origin == "CN" else 0.03))
        weight = dice.randint(10, 900)
        price = 10 * dice.uniform(0.5, 1.5) * (0.45 if bad and at % 3 == 0 else 1)
        day = first + timedelta(days=at * 300 // number)
        found.append([day.strftime(written), f"IMP{importer}", hs, origin, weight, round(weight * price, 2), bad])
    return found


def _written(path: Path, rows: list[list[Any]]) -> str:
    with path.open("w", newline="") as file:
        csv.writer(file).writerows([HEADS, *rows])
    return str(path)


def _called(name: str, *words: str, **said: Any) -> dict[str, Any]:
    out = io.StringIO()
    call_command(name, *words, stdout=out, stderr=io.StringIO(), format="json", **said)
    answer: dict[str, Any] = json.loads(out.getvalue())
    return answer


def _refused(name: str, *words: str, **said: Any) -> dict[str, Any]:
    out = io.StringIO()
    with pytest.raises(CommandError) as ended:
        call_command(name, *words, stdout=out, stderr=io.StringIO(), format="json", **said)
    assert ended.value.returncode == 2
    answer: dict[str, Any] = json.loads(out.getvalue())
    return answer


@pytest.fixture(scope="module")
def learnt(
    tmp_path_factory: pytest.TempPathFactory, django_db_setup: None
) -> tuple[Path, list[list[Any]], dict[str, Any]]:
    """A model of 1,600 rows whose dates are written 25/12/2024, and its card: made once, asked by all below."""
    folder = tmp_path_factory.mktemp("honest")
    rows = _rows(1600, 1, date(2024, 1, 1), "%d/%m/%Y")
    rows[5][0], rows[6][0], rows[7][0] = "30/02/2024", "30/02/2024", ""
    path = _written(folder / "train.csv", rows)
    return folder, rows, _called("select_train", path, label="illicit", output=str(folder / "m.json"))


def test_31_of_100_is_said_with_wilsons_interval_and_the_method_by_its_name() -> None:
    label = np.array([1] * 31 + [0] * 69 + [1] * 19 + [0] * 881)
    said = figures(label, np.arange(1000)[::-1].astype(float))
    assert (said["precision_at"]["10"], said["recall_at"]["10"]) == (0.31, 0.62)
    assert said["intervals"]["precision_at"]["10"] == [0.2278, 0.4063]
    assert said["intervals"]["recall_at"]["10"] == [0.4815, 0.7414]
    assert said["intervals"]["level"] == 0.95
    assert said["intervals"]["method"]["precision_at"].startswith("Wilson")


def test_the_worth_found_has_an_interval_by_bootstrap() -> None:
    label = np.array([1] * 5 + [0] * 5 + [0] * 40 + [1] * 5 + [0] * 45)
    said = figures(label, np.arange(100)[::-1].astype(float), np.ones(100))
    assert said["revenue_at"]["10"] == 0.5
    assert said["intervals"]["revenue_at"]["10"] == pytest.approx([0.2, 0.8], abs=0.1), "ten finds say little"
    everything = figures(np.array([1] * 5 + [0] * 95), np.arange(100)[::-1].astype(float), np.ones(100))
    assert everything["intervals"]["revenue_at"]["10"] == [0.5655, 1.0], "five of five are no certainty"
    assert "bootstrap" in said["intervals"]["method"]["revenue_at"]


def test_the_interval_of_an_area_is_delongs() -> None:
    low, high = auc_interval(np.array([1, 1, 0, 0]), np.array([3.0, 2.0, 1.0, 2.5]))
    assert (round(low, 3), high) == (0.057, 1.0), "0.75 of four pairs"
    assert auc_interval(np.array([1, 1, 0, 0]), np.array([4.0, 3.0, 2.0, 1.0]))[0] < 0.4, "two of two prove nothing"


def test_of_the_100_highest_we_expected_38_and_found_31() -> None:
    label = np.array([1] * 31 + [0] * 69 + [0] * 100)
    probability = np.array([0.38] * 100 + [0.01] * 100)
    first, whole = top_calibration(label, probability, np.arange(200)[::-1].astype(float))
    assert first == {"rows": 100, "expected": 38.0, "found": 31, "likely": [28, 48]}
    assert (whole["rows"], whole["expected"], whole["found"]) == (200, 39.0, 31)


def test_the_card_says_how_sure_it_is(learnt: tuple[Path, list[list[Any]], dict[str, Any]]) -> None:
    card = learnt[2]
    for name in ("precision_at", "recall_at"):
        for rate, share in card["judged"][name].items():
            low, high = card["judged"]["intervals"][name][rate]
            assert 0 <= low <= share <= high <= 1
            assert high - low > 0.02, "some hundred rows never make a figure certain"
    assert [one["rows"] for one in card["top"]] == [100, card["judged"]["rows"]]
    assert set(card["unseen"]) == {"importer", "hs", "origin", "net_weight", "value"}


def test_days_are_read_by_the_one_reader_and_what_is_no_day_is_counted(
    learnt: tuple[Path, list[list[Any]], dict[str, Any]],
) -> None:
    card = learnt[2]
    assert (card["from"], card["until"]) == ("2024-01-01", "2024-10-26")
    assert card["rows"] == 1597
    assert card["dates_not_read"] == {"rows": 2, "share": 0.0013, "values": {"30/02/2024": 2}}


def test_days_that_can_be_read_two_ways_are_asked_about(tmp_path: Path) -> None:
    rows = [[f"0{1 + at % 4}/0{5 + at % 5}/2025", *row[1:]] for at, row in enumerate(_rows(600, 2, date(2025, 1, 1)))]
    path = _written(tmp_path / "t.csv", rows)
    said = _refused("select_train", path, label="illicit", output=str(tmp_path / "m.json"))
    assert said["error"] == "date_order"
    assert "2025-05-01" in json.dumps(said)
    assert "2025-01-05" in json.dumps(said)
    card = _called("select_train", path, label="illicit", output=str(tmp_path / "m.json"), date_order="mdy")
    assert card["from"] == "2025-01-05"


def test_a_column_that_holds_hardly_a_date_is_refused(tmp_path: Path) -> None:
    rows = [["soon", *row[1:]] for row in _rows(600, 2, date(2025, 1, 1))]
    said = _refused("select_train", _written(tmp_path / "t.csv", rows), label="illicit", output=str(tmp_path / "m"))
    assert said["error"] == "date"
    assert "600 of 600" in json.dumps(said)


def test_a_reason_is_a_sentence_that_anybody_can_count_again(
    learnt: tuple[Path, list[list[Any]], dict[str, Any]],
) -> None:
    folder, before, _card = learnt
    late = _written(folder / "late.csv", _rows(400, 3, date(2025, 1, 1)))
    _called("select_score", late, model=str(folder / "m.json"), output=str(folder / "s.csv"))
    with (folder / "s.csv").open() as file:
        scored = sorted(csv.DictReader(file), key=lambda row: -float(row["score"]))
    sentence = re.compile(r"([\d,]+) of ([\d,]+) earlier consignments? (.+) w(?:as|ere) illicit")
    words = {"of importer": 1, "of product": 2, "from": 3}
    counted = 0
    for row in scored[:40]:
        for reason in row["reasons"].split("; "):
            if not (match := sentence.fullmatch(reason)):
                continue
            parts = [part.rsplit(" ", 1) for part in match[3].split(" and ")]
            if not all(name in words for name, _value in parts):
                continue  # a band, a heading
            like = [one for one in before if one[0] and one[0] != "30/02/2024"]
            like = [one for one in like if all(str(one[words[name]]) == value for name, value in parts)]
            assert (int(match[1]), int(match[2].replace(",", ""))) == (sum(one[6] for one in like), len(like)), reason
            counted += 1
    assert counted > 20, [row["reasons"] for row in scored[:10]]
    assert "% below the usual price" in "; ".join(row["reasons"] for row in scored[:40])


@pytest.mark.parametrize(
    ("ratio", "words"),
    [
        (0.45, "55 % below the usual price"),
        (1.3, "30 % above the usual price"),
        (3.2, "3.2 times the usual price"),
        (1.001, "at the usual price"),
        (float("nan"), "the usual price is not known"),
    ],
)
def test_a_price_is_said_against_the_usual_one(ratio: float, words: str) -> None:
    assert against_usual(ratio) == words
    assert figure(1825) == "1,825"


def test_the_share_of_rows_with_values_never_met_is_said_by_column(
    learnt: tuple[Path, list[list[Any]], dict[str, Any]],
) -> None:
    folder, _before, _card = learnt
    rows = _rows(400, 4, date(2025, 1, 1))
    for at, row in enumerate(rows):
        if at < 100:
            row[3] = "ZZ"
        if at < 40:
            row[1] = f"NEW{at}"
        row[4] = 5000 if at < 20 else 400
    path = _written(folder / "new.csv", rows)
    said = _called("select_score", path, model=str(folder / "m.json"), output=str(folder / "n.csv"))
    assert said["unseen"] == {"origin": 0.25, "importer": 0.1, "net_weight": 0.05, "hs": 0.0, "value": 0.0}
    assert next(iter(said["unseen"])) == "origin"
    with (folder / "n.csv").open() as file:
        scored = list(csv.DictReader(file))
    assert [one["rows"] for one in said["top"]] == [100, 400]
    highest = sorted((float(row["probability"]) for row in scored), reverse=True)
    assert said["top"][0]["expected"] == pytest.approx(sum(highest[:100]), abs=0.1)


def test_outcomes_that_come_back_are_held_against_what_was_expected(tmp_path: Path) -> None:
    with (tmp_path / "s.csv").open("w", newline="") as file:
        out = csv.writer(file)
        out.writerow(["score", "probability", "selected", "found"])
        for at in range(200):
            high = at < 100
            out.writerow([1 - at / 1000, 0.38 if high else 0.01, ("score", "chance")[at % 10 == 0], int(at < 31)])
    said = _called("select_evaluate", str(tmp_path / "s.csv"), label="found")
    assert said["top"][0] == {"rows": 100, "expected": 38.0, "found": 31, "likely": [28, 48]}
    assert said["by_choice"]["chance"] == {"rows": 20, "precision": 0.2, "interval": [0.0807, 0.416]}
