"""References that are none, and years that are no months: rows of strangers do not become
one case, nor days that nobody wrote.
"""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from tests.intake.test_understood import (
    DRUGS,
    HEAD,
    _contact,  # noqa: F401 -- the fixture that `take` needs
    lines,
    take,
)

pytestmark = pytest.mark.django_db


def test_words_for_no_reference_and_references_cut_short_make_no_case_of_strangers(
    people: SimpleNamespace, tmp_path: Path
) -> None:
    said = ("N/A", "N/A", "-", "0", "2.02E+11", "2.02E+11", "A-1", "", "00012")
    rows = "".join(f"{ref};2024-01-{day:02};KE;heroin;{day};kg\n" for day, ref in enumerate(said, 1))
    answer = take(people, tmp_path, "ref;" + HEAD + rows, DRUGS + 'national_ref = "ref"\n')
    assert (answer["accepted"], answer["rejected"]) == (3, 6)
    assert answer["error_counts"] == {"no_reference": 4, "reference_rounded": 2}
    assert [line[0][-2:] for line in lines()] == ["07", "08", "09"]
    mapping = DRUGS + 'national_ref = "ref"\n[empty]\nref = ["N/A", "-", "0"]\n'
    assert take(people, tmp_path, "ref;" + HEAD + rows, mapping)["error_counts"] == {"reference_rounded": 2}


@pytest.mark.parametrize(
    ("said", "kept", "why"),
    [
        (("2009/10", "2010/11", "2011/12", "2012/13"), [], {"date_span": 4}),
        (("2010-11", "2011-12", "2014-15"), [], {"date_span": 3}),
        (("2010/11",), [], {"date_ambiguous": 1}),
        (("2011/10", "2011/11", "2011/12"), ["2011-10", "2011-11", "2011-12"], {}),
        (("2010-11", "2010-12"), ["2010-11", "2010-12"], {}),
    ],
)
def test_a_fiscal_year_is_no_month_of_its_first_year(
    said: tuple[str, ...], kept: list[str], why: dict[str, int], people: SimpleNamespace, tmp_path: Path
) -> None:
    answer = take(people, tmp_path, HEAD + "".join(f"{day};GB;heroin;1;kg\n" for day in said), DRUGS)
    assert [line[0] for line in lines()] == kept
    assert answer["error_counts"] == why
