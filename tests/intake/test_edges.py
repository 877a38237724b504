"""Edges that a change of one line passed without any test noticing."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from tests.cases.test_photos import parcel, picture
from tests.intake.files import ROW, csv_of, xlsx_of
from tests.intake.test_bad_files import taken


def refused(path: Any, by: Any) -> str:
    from tidewaiter.foundation.refusals import BadInput
    from tidewaiter.intake.actions import receive, take_in
    from tidewaiter.jobs.actions import Progress

    receipt = receive(path=path, name=path.name, mapping_text="", mapping_name="", options={}, by=by)
    with pytest.raises(BadInput) as said:
        take_in(receipt=receipt, by=by, progress=Progress(None))
    return said.value.sentence


@pytest.mark.django_db
def test_a_case_of_too_many_bytes_is_rejected_and_the_others_are_taken(
    people: SimpleNamespace, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tests.intake.files import ROW, csv_of

    monkeypatch.setenv("TIDEWAITER_LIMIT_FILE_CASE_BYTES", "20000")
    path = tmp_path / "file.csv"
    large = [{**ROW, "narrative": "n" * 3000, "quantity": str(n + 1)} for n in range(10)]
    path.write_bytes(csv_of(*large, {**ROW, "national_ref": "R-2"}))
    receipt, code = taken(path, people.contact)
    assert (code, receipt.rejected, receipt.accepted) == ("", 10, 1)


def test_a_file_that_is_looked_at_first_has_a_bound_of_its_own(
    people: SimpleNamespace, settings: Any, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.TIDEWAITER_HOME = str(tmp_path)
    monkeypatch.setenv("TIDEWAITER_LIMIT_HELD_BYTES", "1000")
    client = Client()
    client.force_login(people.contact)
    answer = client.post(
        "/intake/map/", {"file": SimpleUploadedFile("f.csv", csv_of(ROW) + b"\n" * 2000), "form": "WPN"}
    )
    assert "A file that is looked at first may have 1000 B." in answer.content.decode()
    assert not list(tmp_path.glob("held/*"))


def test_an_archive_brings_no_more_pictures_than_it_may(
    people: SimpleNamespace, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TIDEWAITER_LIMIT_ARCHIVE_PICTURES", "2")
    path = tmp_path / "p.zip"
    row = {**ROW, "photos": "a.jpg"}
    path.write_bytes(parcel("cases.csv", csv_of(row), a=picture(), b=picture(colour="red"), c=picture(colour="blue")))
    assert "An archive may bring 2 pictures." in refused(path, people.contact)


def test_a_sheet_of_too_many_cells_is_refused(
    people: SimpleNamespace, tmp_path: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TIDEWAITER_LIMIT_FILE_CELLS", "1000")
    path = tmp_path / "p.xlsx"
    path.write_bytes(xlsx_of(*({**ROW, "national_ref": f"R-{n}"} for n in range(200))))
    assert "A sheet may reach over 1\u202f000 cells" in refused(path, people.contact)
