"""The rail of a national node shows a person the rooms that have something for them."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from lxml import html

from tests.registry.conftest import page_of

pytestmark = pytest.mark.django_db


def test_a_data_protection_officer_finds_no_room_that_is_empty_for_them(staff: SimpleNamespace) -> None:
    tree = html.fromstring(page_of(staff.protection, "").get("/").content)
    rail = set(tree.xpath("//nav[@class='tw-rail']//a/@href"))
    theirs = {"/registry/held-on/", "/registry/agencies/"}
    of_everybody = {"/", "/library/", "/codelists/", "/mail/", "/operations/"}
    assert rail == theirs | of_everybody, "mail comes to everybody, and anybody may be asked into an operation"
