"""The national demo's registry: demo/national.toml, an invented list and a passenger list, told as anybody would."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Callable
from datetime import timedelta
from itertools import product
from typing import Any

from django.conf import settings

from tidewaiter.cases.queries import filtered, visible_cases
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.scratch import scratch
from tidewaiter.people.models import Officer
from tidewaiter.people.queries import officer_named
from tidewaiter.registry.actions.agencies import Agreed, agree, let_in
from tidewaiter.registry.actions.bringing import bring_entities
from tidewaiter.registry.actions.doubles import look_for_doubles
from tidewaiter.registry.actions.entering import enter, link, say_of_entity, tie_to_case
from tidewaiter.registry.actions.glass import break_glass
from tidewaiter.registry.actions.graphs import keep_graph
from tidewaiter.registry.actions.merging import merge
from tidewaiter.registry.actions.suspects import (
    Move,
    add_task,
    assign_suspect,
    move_suspect,
    report_sighting,
    signal,
)
from tidewaiter.registry.models import Entity
from tidewaiter.registry.reading.said import SaidThing, read_grading
from tidewaiter.registry.screening_lists import screen_list
from tidewaiter.registry.vocabulary import WORDS

INVESTIGATOR, STEWARD, OFFICER = "w.barasa", "s.otieno", "t.kiplagat"
PURPOSE = "loading the demo"
_LINK = ("kind", "name", "subject", "object", "link", "role", "source", "begins", "share")


def fill_registry(say: Callable[[str], None]) -> dict[str, Any] | None:
    """Fills the registry, unless something is in it already. Gives what screening a passenger list found."""
    if Entity.objects.exists():
        return None
    story = tomllib.loads((settings.DEMO_FOLDER / "national.toml").read_text(encoding="utf-8"))
    by = officer_named(INVESTIGATOR)
    say(f"Filling the registry as {by.username}")
    held = {one["id"]: _entered(one, by) for one in story["record"]}
    _tell(story, held, by)
    for one in story["record"]:
        if "suspect" in one:
            _follow(held[one["id"]], one["suspect"], by)
    bring_entities(path=settings.DEMO_FOLDER / "invented_list.csv", by=by, listed="Invented list")
    pair = [held[name].ref for name in story["merge"]["pair"]]
    merge(left=pair[0], right=pair[1], by=by, reason=story["merge"]["reason"])
    look_for_doubles(by=by)
    break_glass(reason=story["glass"]["reason"], by=officer_named(story["glass"]["by"]))
    places = {held[name].ref: place for name, place in story["graph"]["places"].items()}
    keep_graph(title=story["graph"]["title"], nodes=places, begun_at=held[story["graph"]["begins"]].ref, by=by)
    for one in story["agency"]:
        _let_in(one)
    return _screened(say)


def _entered(one: dict[str, Any], by: Officer) -> Entity:
    scheme, grade = read_grading(one.get("grading", ""))
    values = [(prop, value) for prop in WORDS for value in one.get(prop, [])]
    said = SaidThing(
        key=f"demo-{one['id']}",
        kind=one["kind"],
        values=values,
        source=one["source"],
        scheme=scheme,
        grade=grade,
        handling=one.get("handling", "AMBER"),
    )
    made = enter(said=said, by=by)
    for reference, role in one.get("case", []):
        case = filtered(visible_cases(by), {"national_ref": [reference]}).first()
        if case is not None:
            tie_to_case(entity=made, case=case.ref, role=role, by=by)
    return made


def _tell(story: dict[str, Any], held: dict[str, Entity], by: Officer) -> None:
    """What others say of the same, and what ties them."""
    for one in story["said"]:
        say_of_entity(
            entity=held[one["of"]],
            prop=one["property"],
            value=one["value"],
            source=one["source"],
            grading=one["grading"],
            by=by,
        )
    with scratch() as folder:
        path = folder / "links.csv"
        with path.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, _LINK)
            writer.writeheader()
            for one in story["link"]:
                subject, target = (held[name].ref for name in one["ends"])
                told = {name: one.get(name, "") for name in ("role", "source", "begins", "share")}
                ends = {"kind": "link", "subject": subject, "object": target, "link": one["schema"]}
                writer.writerow({**ends, **told})
        bring_entities(path=path, by=by)
    for one in story["clerks"]:
        for given, name in list(product(one["given"], one["names"]))[: one["number"]]:
            said = SaidThing(key="", kind="person", values=[("name", f"{given} {name}")], source="payroll")
            clerk = enter(said=said, by=by)
            link(subject=clerk, target=held[one["of"]], schema="Employment", role="clerk", source="payroll", by=by)


def _follow(entity: Entity, said: dict[str, Any], by: Officer) -> None:
    """A suspect along its way; what it needs is said with the step that needs it."""
    signal(entity=entity, reason=said["reason"], by=by)
    for deed in said["way"]:
        move = Move(
            deed=deed,
            reason=said["reason"],
            action=said.get("action", "") if deed in ("watch", "investigate") else "",
            advice=said.get("advice", ""),
            owner=said.get("owner", ""),
            to=said.get("to", "") if deed == "hand_over" else "",
        )
        move_suspect(ref=entity.ref, move=move, by=by)
    if said.get("helpers"):
        assign_suspect(ref=entity.ref, owner=said["owner"], helpers=said["helpers"], by=by)
    if "task" in said:
        due = (now().date() + timedelta(days=7)).isoformat()
        add_task(ref=entity.ref, what=said["task"], to=said["helpers"][0], due_on=due, by=by)
    if "sighting" in said:
        place, what = said["sighting"]
        report_sighting(
            ref=entity.ref, seen_on=now().date().isoformat(), place=place, what=what, by=officer_named(OFFICER)
        )


def _let_in(one: dict[str, Any]) -> None:
    steward = officer_named(STEWARD)
    said = Agreed(
        agency=one["name"],
        paper=one["paper"],
        databases=one["databases"],
        purposes=one["purposes"],
        forms=one.get("forms", []),
        states=one.get("states", []),
        most=one["most"],
        ends_on=(now().date() + timedelta(days=one["days"])).isoformat(),
    )
    made = agree(said=said, by=steward)
    for username in one["people"]:
        let_in(ref=made.ref, username=username, by=steward)


def _screened(say: Callable[[str], None]) -> dict[str, Any]:
    path = settings.DEMO_FOLDER / "invented_passengers.csv"
    made = screen_list(path=path, by=officer_named(OFFICER), purpose=PURPOSE)
    for _row in made.rows:
        pass
    say(f"Screened {path.name}: {made.done['hits']} of {made.done['rows']} may be known")
    return {"screened": made.done, "records": Entity.objects.count()}
