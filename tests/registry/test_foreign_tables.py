"""Tables of other publishers, without a mapping: what is a firm or a vessel there is none of our persons, and nothing
that is said is dropped in silence. The rows are invented, the layouts are theirs.
"""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from tidewaiter.registry.actions.bringing import bring_entities
from tidewaiter.registry.models import Entity, Statement

pytestmark = [pytest.mark.django_db]
SANCTIONS = """"id","schema","name","aliases","birth_date","countries","addresses","identifiers","phones","emails"
"a1","Person","Arkadi Testov","Аркадий Тестов;Testov A.","1971-02-03","ru","Moscow","123456789","+74950000000",""
"a2","Vessel","TEST HERON","OLD HERON","","pa","","IMO9074729","",""
"a3","LegalEntity","Test Holding OOO","","","ru","","7701230000","","a@example.org"
"""
LEI = """LEI,Entity.LegalName,Entity.LegalAddress.City,Entity.LegalJurisdiction
529900T8BM49AURSDO55,Ubung Pruf GmbH,Hamburg,DE
"""
SHIPS = """IMO Number,Ship Name,MMSI,Flag,Call Sign
9074729,TEST HERON,351234000,Panama,3FAB2
"""
COMPANIES = """company_number,name,jurisdiction_code,incorporation_date,registered_address
01234567,TEST PUMPS LIMITED,gb,1999-05-04,"1 Test Street, Leeds"
"""


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        (
            SANCTIONS,
            {
                ("person", "Arkadi Testov"): {"alias", "birthDate", "country", "address", "idNumber", "phone"},
                ("vessel", "TEST HERON"): {"alias", "country", "imoNumber"},
                ("company", "Test Holding OOO"): {"country", "registrationNumber", "email"},
            },
        ),
        (LEI, {("company", "Ubung Pruf GmbH"): {"country", "leiCode"}}),
        (SHIPS, {("vessel", "TEST HERON"): {"imoNumber", "mmsi", "flag", "callSign"}}),
        (
            COMPANIES,
            {
                ("company", "TEST PUMPS LIMITED"): {
                    "registrationNumber",
                    "country",
                    "incorporationDate",
                    "address",
                }
            },
        ),
    ],
)
def test_the_tables_of_others_are_read_as_what_they_are(
    staff: SimpleNamespace, tmp_path: Path, text: str, wanted: dict[tuple[str, str], set[str]]
) -> None:
    path = tmp_path / "table.csv"
    path.write_text(text, encoding="utf-8")
    done = bring_entities(path=path, by=staff.investigator)
    assert (done.accepted, done.rejected) == (len(wanted), 0)
    found = {
        (one.kind, one.caption): set(Statement.objects.filter(entity=one).values_list("prop", flat=True)) - {"name"}
        for one in Entity.objects.all()
    }
    assert found == wanted
