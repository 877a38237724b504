"""Ships on the board move over sea: no lane crosses land, and each way goes by the straits that ships take."""

from __future__ import annotations

import re
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from tests.operations.conftest import page_of
from tidewaiter.drawing.lines import great_circle
from tidewaiter.drawing.sea import is_land, lanes, line_of, port, sea_lanes, sea_way, waypoints
from tidewaiter.operations.actions.messages import Written, send

JEBEL_ALI, MOMBASA, SANTOS, CASABLANCA = (55.06, 25.01), (39.67, -4.05), (-46.3, -23.95), (-7.62, 33.6)
ROTTERDAM, SINGAPORE, GUAYAQUIL, AQABA = (4.1, 51.95), (103.8, 1.26), (-79.9, -2.28), (35.0, 29.5)


def test_land_is_where_it_is() -> None:
    for at, land in (((2.35, 48.85), True), ((36.8, -1.3), True), ((-40.0, 30.0), False), ((75.0, 0.0), False)):
        assert is_land(at) == land, at


def test_no_lane_crosses_land_but_through_canals_and_straits() -> None:
    straits = {
        *("belt-kattegat", "gibraltar_west-gibraltar", "dardanelles-marmara", "marmara-bosporus", "port_said-suez"),
        *("suez-red_north", "malacca-singapore", "magellan-chile_south", "panama_south-panama_north", "java-sunda"),
        "torres-coral",
    }
    assert set(sea_lanes()["straits"]) == straits
    wrong = [
        f"{one}-{other}"
        for one, other in lanes()
        if f"{one}-{other}" not in straits
        and any(is_land(at) for at in great_circle(waypoints()[one], waypoints()[other], 80))
    ]
    assert wrong == []
    assert {name for lane in lanes() for name in lane} == set(waypoints())


@pytest.mark.parametrize(
    ("start", "end", "by", "never"),
    [
        (JEBEL_ALI, MOMBASA, ["oman", "guardafui", "somalia"], ["bab"]),
        (SANTOS, CASABLANCA, ["frio", "recife", "canaries"], ["gibraltar"]),
        (ROTTERDAM, SINGAPORE, ["wight", "gibraltar", "suez", "bab", "dondra", "malacca"], ["cape"]),
        (GUAYAQUIL, ROTTERDAM, ["panama_south", "panama_north", "wight"], ["magellan"]),
        (AQABA, MOMBASA, ["red_middle", "bab", "guardafui"], ["suez"]),
    ],
)
def test_a_ship_goes_by_its_straits(start: Any, end: Any, by: list[str], never: list[str]) -> None:
    way = sea_way(start, end)
    names = [name for at in way for name, where in waypoints().items() if where == at]
    assert (way[0], way[-1]) == (start, end)
    assert [name for name in names if name in by] == by
    assert not set(names) & set(never)
    assert len(line_of(way)) > 30


@pytest.mark.django_db
def test_large_ports_without_coordinates_in_the_list_are_where_they_are(
    room: Callable[..., Any], staff: SimpleNamespace
) -> None:
    seizure = {"form": "DRG", "date": "2026-11-26", "country": "ES", "place": "ESALG", "subtype": "cocaine"}
    seizure |= {"quantity": "3", "unit": "KGM"}
    send(room=room(staff.spain), said=Written(template="seizure", data=seizure), by=staff.spain)
    page = page_of(staff.kenya).get(f"/operations/{room(staff.kenya).ref}/board/").content.decode()
    assert '<circle class="spot"' in page
    assert port("KEMBA") == (39.66, -4.06)
    assert port("ESZZZ") is None


@pytest.mark.django_db
def test_the_board_draws_a_ship_over_sea_and_a_flight_straight(
    room: Callable[..., Any], staff: SimpleNamespace
) -> None:
    ref = room(staff.jordan).ref

    def drawn(mode: str) -> list[str]:
        data = {"goods": "Pumps", "mode": mode, "from_place": "AEJEA", "to_place": "KEMBA", "eta": "2030-01-02"}
        send(room=room(staff.jordan), said=Written(template="warning", data=data), by=staff.jordan)
        page = page_of(staff.kenya).get(f"/operations/{ref}/board/").content.decode()
        assert "Jebel Ali → Mombasa: 1" in page
        return re.findall(r'class="flow" d="([^"]+)"[^>]*?(stroke-dasharray)?', page)

    by_sea = [path for path, _dash in drawn("1")]
    assert sum(path.count("L") for path in by_sea) >= 4, "round the Horn of Africa"
    page = page_of(staff.kenya).get(f"/operations/{ref}/board/").content.decode()
    assert "stroke-dasharray" in page[page.index('class="flow"') :], "what lies ahead is dotted"
    assert len(drawn("4")) > len(by_sea)
