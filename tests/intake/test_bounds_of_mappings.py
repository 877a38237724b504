"""Numbers and words of a mapping that no file could be read by are refused when it is read, not later."""

from __future__ import annotations

import pytest

from tidewaiter.foundation.refusals import BadInput
from tidewaiter.intake.mapping.mapping_file import read_mapping

HEAD = 'form = "WPN"\n[columns]\ndate = "d"\n'


@pytest.mark.parametrize(
    "wrong",
    [
        "[formats]\nfiscal_year_starts = 0x" + "f" * 6000,
        "[formats]\nfiscal_year_starts = 13",
        "[formats]\nfiscal_year_starts = -1",
        "[formats]\nfiscal_year_starts = " + "9" * 5000,
        "[reader]\nheader = -5",
        "[reader]\nheader = 0x" + "f" * 6000,
        "[reader]\nheader = 1000001",
        '[reader]\ndelimiter = "abc"',
        '[reader]\ndelimiter = "\\""',
        '[reader]\ndelimiter = "\\n"',
        '[reader]\nencoding = "zlib_codec"',
        '[reader]\nencoding = "rot13"',
        '[reader]\nencoding = "nosuch"',
        '[reader]\nencoding = "' + "x" * 41 + '"',
        '[reader]\nsheet = "' + "x" * 201 + '"',
    ],
)
def test_what_no_file_could_be_read_by_is_refused(wrong: str) -> None:
    with pytest.raises(BadInput) as refused:
        read_mapping(HEAD + wrong)
    assert len(refused.value.sentence) < 400


@pytest.mark.parametrize(
    "right",
    [
        "[formats]\nfiscal_year_starts = 12",
        "[reader]\nheader = 7",
        '[reader]\ndelimiter = "\\t"',
        '[reader]\ndelimiter = "|"',
        '[reader]\nencoding = "cp1252"',
        '[reader]\nencoding = "utf-16"',
    ],
)
def test_what_files_are_like_is_taken(right: str) -> None:
    assert read_mapping(HEAD + right).columns == {"date": "d"}
