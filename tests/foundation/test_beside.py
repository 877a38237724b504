"""Work in a second process: in order, in the caller's language, its refusals are ours, its death is told."""

from __future__ import annotations

import os
from contextlib import closing
from pathlib import Path

import pytest
from django.db import connection
from django.utils import translation

from tests.conftest import Program
from tests.foundation.counting import count_to, fall
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.foundation.worker_process import Broken, can_run_second_process, in_second_process


def test_a_second_process_counts_in_the_language_of_the_first() -> None:
    with translation.override("fr"):
        counted = list(in_second_process(count_to, 3))
    assert [number for number, *_ in counted] == [0, 1, 2]
    assert {said for *_, said in counted} == {"Oui"}
    assert os.getpid() not in {pid for _, pid, _ in counted}


def test_its_refusal_is_raised_here_and_its_death_is_told() -> None:
    with pytest.raises(BadInput, match="no rows") as refused:
        list(in_second_process(count_to, -1))
    assert refused.value.code == "negative"
    given = in_second_process(fall)
    assert next(given) == 1
    with pytest.raises(Broken):
        next(given)


def test_it_ends_when_nobody_wants_more() -> None:
    with closing(in_second_process(count_to, 10**9)) as counting:
        _, pid, _ = next(counting)
        assert Path(f"/proc/{pid}").exists()
    assert not Path(f"/proc/{pid}").exists()


@pytest.mark.django_db
def test_it_is_not_asked_inside_a_transaction_that_it_cannot_see() -> None:
    assert connection.in_atomic_block
    assert not can_run_second_process()


def test_a_large_file_is_taken_in_by_two_processes_as_by_one(node: Program, tmp_path: Path) -> None:
    """25,000 lines, those of a case far apart, one in a thousand wrong, brought twice;
    then as lines of JSON of another node.
    """
    node.person("o.ke", "KE", "officer")
    lines, cases = 25_000, 10_000
    path = tmp_path / "large.csv"
    with path.open("w") as file:
        file.write("form,national_ref,date,country,place,narrative,subtype,quantity,unit\n")
        for n in range(lines):
            case = n % cases
            quantity = "many" if n % 1000 == 999 else str(1 + n % 97)
            day = f"2026-0{1 + case % 9}-{1 + case % 28:02}"
            file.write(
                f"WPN,L-{case},{day},KE,{('KEMBA', 'Nairobi')[case % 2]},found behind the panels of container number"
                f" {case},pistol,{quantity},H87\n"
            )
    assert path.stat().st_size > 2 * 1024**2
    wrong = {n % cases for n in range(999, lines, 1000)}
    rejected = sum(n % cases in wrong for n in range(lines))
    answer = node.json("import_cases", str(path), "--by", "o.ke", code=1)
    assert (answer["rows"], answer["accepted"], answer["rejected"]) == (lines, lines - rejected, rejected)
    assert answer["cases"] == cases - len(wrong)
    again = node.json("import_cases", str(path), "--by", "o.ke", code=1)
    assert (again["accepted"], again["unchanged"], again["rejected"]) == (0, lines - rejected, rejected)
    out = tmp_path / "out.ndjson"
    assert node.json("export_cases", "--by", "o.ke", "-o", str(out))["cases"] == cases - len(wrong)
    back = node.json("import_cases", str(out), "--by", "o.ke")
    assert (back["rows"], back["unchanged"]) == (cases - len(wrong), cases - len(wrong))
    assert node.json("verify_ledger")["intact"] is True
