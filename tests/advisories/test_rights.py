"""Who sees and does what with a warning, person by person, by page, by program and at the TAXII door."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from tests.advisories.conftest import WARNING, page_of, program_of
from tests.advisories.test_taxii import Machine
from tidewaiter.advisories import actions
from tidewaiter.advisories.models import Advisory

pytestmark = pytest.mark.django_db
PEOPLE = ("expert", "colleague", "ghana", "editor", "bank", "stranger", "officer", "steward")
SEE_PUBLISHED = {"expert", "colleague", "ghana", "editor", "steward", "bank"}
SEE_STRICT = SEE_PUBLISHED - {"bank"}
SEE_DRAFT = SEE_STRICT
PUBLISH = {"expert", "colleague", "ghana", "editor", "steward"}
AT_HOME = {"expert", "colleague", "editor", "steward"}
"""Of Kenya's warning: Kenya's experts, and the secretariat (the steward here is of it)."""


def _deed(staff: SimpleNamespace, name: str, ref: str, deed: str, **said: str) -> int:
    return page_of(getattr(staff, name)).post(f"/advisories/{ref}/do/{deed}/", said).status_code


def test_each_sees_what_their_mark_lets_them_see(staff: SimpleNamespace, eceg: Any) -> None:
    amber = actions.warn(collection=eceg, said=WARNING, by=staff.expert)
    strict = actions.warn(collection=eceg, said={**WARNING, "tlp": "AMBER+STRICT"}, by=staff.expert)
    red = actions.warn(collection=eceg, said={**WARNING, "tlp": "RED"}, by=staff.editor)
    draft = actions.draft_warning(collection=eceg, said=WARNING, by=staff.ghana)
    for one, who in (
        (amber, SEE_PUBLISHED),
        (strict, SEE_STRICT),
        (red, {"editor", "steward"}),
        (draft, SEE_DRAFT),
    ):
        for name in PEOPLE:
            expected = 200 if name in who else 404
            person = getattr(staff, name)
            for rest in ("", "bundle.json", "indicators.csv"):
                assert page_of(person).get(f"/advisories/{one.ref}/{rest}").status_code == expected, (name, rest)
            assert program_of(person).get(f"/api/v1/advisories/{one.ref}").status_code == expected, name


def test_each_does_what_their_role_lets_them_do(staff: SimpleNamespace, eceg: Any) -> None:
    for name in PEOPLE:
        draft = actions.draft_warning(collection=eceg, said=WARNING, by=staff.bank)
        sees = name in SEE_DRAFT | {"bank"}
        expected = 302 if name in PUBLISH else 400 if sees else 404
        assert _deed(staff, name, draft.ref, "publish") == expected, name
    for name in PEOPLE:
        one = actions.warn(collection=eceg, said=WARNING, by=staff.expert)
        expected = 302 if name in AT_HOME else 400 if name in SEE_PUBLISHED else 404
        assert _deed(staff, name, one.ref, "revoke", reason="wrong") == expected, name
        assert (Advisory.objects.get(pk=one.pk).state == "warning_revoked") is (name in AT_HOME), name
    one = actions.warn(collection=eceg, said=WARNING, by=staff.expert)
    for name in PEOPLE:
        expected = 302 if name in SEE_PUBLISHED else 404
        assert _deed(staff, name, one.ref, "acknowledge", state="concerned") == expected, name
        assert _deed(staff, name, one.ref, "sight", times="1") == expected, name


def test_a_client_gets_what_its_person_sees(staff: SimpleNamespace, eceg: Any) -> None:
    reports = {
        mark: actions.warn(collection=eceg, said={**WARNING, "tlp": mark}, by=staff.editor).report_id
        for mark in ("CLEAR", "GREEN", "AMBER", "AMBER+STRICT", "RED")
    }
    for name, root, ceiling in (("bank", "partners", 3), ("expert", "members", 4), ("editor", "members", 5)):
        machine = Machine(getattr(staff, name), "read", root)
        page = machine.get("collections/eceg/objects/", limit=1000, **{"match[type]": "report"})
        assert [one["id"] for one in page["objects"]] == list(reports.values())[:ceiling], name
