"""What a device carries of forms and lists: dated, by its digest, and within five megabytes for every country."""

from __future__ import annotations

import hashlib
import json

import pytest

from tidewaiter.offline.packs import packs_for

pytestmark = pytest.mark.django_db
LARGEST = 5 * 1024 * 1024


@pytest.mark.parametrize("administration", ["KE", "FR", "DE", "GB", "US", "JP", "EG", "SN", "AO", "AM", "XX"])
def test_the_packs_of_every_region_find_room_in_five_megabytes(administration: str) -> None:
    packs = packs_for(administration, "ru")
    assert sum(len(pack.content) for pack in packs.values()) <= LARGEST
    assert sorted(packs) == ["countries", "definitions", "folding", "goods", "lists", "places", "units"]
    assert all(hashlib.sha256(pack.content).hexdigest().startswith(pack.digest) for pack in packs.values())
    places = json.loads(packs["places"].content)
    assert administration in places["countries"]
    assert {row[0][:2] for row in places["codes"]} <= set(places["countries"])


def test_a_region_with_too_many_places_leaves_out_whole_countries_but_never_its_own() -> None:
    places = json.loads(packs_for("FR", "en")["places"].content)
    held, codes = set(places["countries"]), {row[0] for row in places["codes"]}
    assert {"FR", "BE", "CH", "LU"} <= held
    assert {"FRPAR", "FRLEH", "BEANR"} <= codes
    left = {"DE", "GB", "IT", "ES", "PL"} - held
    assert left, "the countries with the most places are left to the node"
    assert not {code for code in codes if code[:2] in left}
    assert all(places["elsewhere"][country] for country in left), "their codes are known all the same"
    german = json.loads(packs_for("DE", "en")["places"].content)
    assert "DE" in german["countries"]
    assert "DEHAM" in {row[0] for row in german["codes"]}


def test_packs_say_of_which_day_their_lists_are() -> None:
    packs = packs_for("KE", "en")
    lists = {one["name"]: one["edition"] for one in json.loads(packs["lists"].content)["lists"]}
    assert all(lists.values())
    assert packs["places"].edition[:2] == "20"
    assert packs["goods"].edition == json.loads(packs["goods"].content)["lists"][0]["edition"] != ""
