"""Who freezes data sets and writes reports, in plain words."""

from __future__ import annotations

import pytest

from tests.tables import person, rows
from tidewaiter.foundation.refusals import NotAllowed
from tidewaiter.statistics import policy
from tidewaiter.statistics.models import Snapshot

WHO = {
    "analyst": person("KE", "analyst"),
    "editor": person("KE", "editor"),
    "analyst and steward": person("KE", "analyst", "steward"),
    "steward": person("KE", "steward"),
    "reviewer": person("KE", "reviewer"),
    "contact": person("KE", "contact"),
    "foreign editor": person("UG", "editor"),
    "secretariat's analyst": person("INT", "analyst"),
    "secretariat's editor": person("INT", "editor"),
    "secretariat's steward": person("INT", "steward"),
    "secretariat's reviewer": person("INT", "reviewer"),
    "partner": person("INT", "partner"),
    "expert": person("KE", "expert"),
}
# Freezing an edition for members or the public; writing one of Kenya, of the secretariat, of the secretariat for the
# public; reading reports.
DEEDS = """
                                members  public  of_KE  of_INT  public_of_INT  public_of_KE  reads
    analyst                     yes      -       yes    -       -              -             yes
    editor                      yes      -       yes    -       -              -             yes
    analyst and steward         yes      -       yes    -       -              -             yes
    steward                     -        -       -      -       -              -             yes
    reviewer                    -        -       -      -       -              -             yes
    contact                     -        -       -      -       -              -             yes
    foreign editor              yes      -       -      -       -              -             yes
    secretariat's analyst       yes      yes     -      yes     yes            -             yes
    secretariat's editor        yes      yes     -      yes     yes            -             yes
    secretariat's steward       yes      -       -      yes     -              -             yes
    secretariat's reviewer      -        -       -      -       -              -             yes
    partner                     -        -       -      -       -              -             -
    expert                      -        -       -      -       -              -             -
"""
EDITIONS = {
    "of_KE": Snapshot(administration="KE", audience="members"),
    "of_INT": Snapshot(administration="INT", audience="members"),
    "public_of_INT": Snapshot(administration="INT", audience="public"),
    "public_of_KE": Snapshot(administration="KE", audience="public"),
}


def test_who_freezes_writes_and_reads() -> None:
    head, *lines = DEEDS.strip().splitlines()
    columns = head.split()
    table = rows("\n".join(lines), len(columns))
    assert set(table) == set(WHO)
    for who, cells in table.items():
        said = {column for column, cell in zip(columns, cells, strict=True) if cell == "yes"}
        actor = WHO[who]
        may = {name for name, edition in EDITIONS.items() if policy.writes(actor, edition)}
        may |= {audience for audience in ("members", "public") if _freezes(actor, audience)}
        assert may | ({"reads"} if policy.reads_reports(actor) else set()) == said, who
        assert policy.writes_reports(actor) == ("members" in said), who


def _freezes(actor: object, audience: str) -> bool:
    try:
        policy.may_freeze(actor, audience)  # type: ignore[arg-type] -- a stand-in for a person
    except NotAllowed:
        return False
    return True


@pytest.mark.parametrize(
    ("who", "edition", "code"),
    [
        ("contact", "of_KE", "role"),
        ("foreign editor", "of_KE", "not_your_edition"),
        ("secretariat's analyst", "of_KE", "not_your_edition"),
        ("secretariat's steward", "public_of_INT", "public_edition"),
        ("editor", "public_of_KE", "public_edition"),
    ],
)
def test_what_is_said_to_whom_it_is_refused(who: str, edition: str, code: str) -> None:
    with pytest.raises(NotAllowed) as refused:
        policy.may_write_report(WHO[who], EDITIONS[edition])
    assert refused.value.code == code


def test_what_is_frozen_is_for_members_unless_it_is_said() -> None:
    policy.may_freeze(WHO["editor"])
