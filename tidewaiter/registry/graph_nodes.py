"""Things of a graph as they are drawn, and what ties them: read through the canonical record, of what a person sees."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from tidewaiter.cases.models import Case
from tidewaiter.cases.queries import visible_cases
from tidewaiter.codelists.queries import code_view
from tidewaiter.forms.queries import form_named
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.bulk import among
from tidewaiter.foundation.refusals import Missing
from tidewaiter.registry.graph_ties import Tie, Ties, case_key, is_case, is_value, ties_of, value_id
from tidewaiter.registry.models import Entity, Suspect
from tidewaiter.registry.policy import may_read, visible
from tidewaiter.registry.vocabulary import CONVEYANCES

MOST_DRAWN = 5_000
GROUPS = {
    "cases": gettext_lazy("Cases"),
    "persons": gettext_lazy("Persons"),
    "companies": gettext_lazy("Companies"),
    "conveyances": gettext_lazy("Conveyances"),
    "phones": gettext_lazy("Telephones"),
    "emails": gettext_lazy("Mails"),
    "addresses": gettext_lazy("Addresses"),
    "documents": gettext_lazy("Documents"),
}
_OF_KIND = {
    "case": "cases",
    "person": "persons",
    "company": "companies",
    **dict.fromkeys(CONVEYANCES, "conveyances"),
    "phone": "phones",
    "email": "emails",
    "address": "addresses",
    "document": "documents",
}


@dataclass(slots=True)
class Node:
    """A thing as it is drawn."""

    key: str
    id: str
    kind: str
    caption: str
    ref: str = ""
    """Of a record or a case; a value has none."""
    sub: str = ""
    neighbours: int = 0
    common: int = 0
    """How many share a value that is too common to tie."""

    @property
    def group(self) -> str:
        """The group of its kind."""
        return _OF_KIND[self.kind]


@dataclass(slots=True)
class Edge:
    """What ties two nodes, all sources together."""

    source: str
    target: str
    kind: str
    words: list[str] = field(default_factory=list)
    begins: str = ""
    ends: str = ""
    """Empty too where one of them lasts."""
    lasts: bool = False
    sources: set[str] = field(default_factory=set)
    graded: bool = False

    @property
    def one_source(self) -> bool:
        """Whether one source alone says so; that somebody has part in a case is the node's own record."""
        return self.kind != "case" and len(self.sources) < 2


@dataclass(slots=True)
class Drawn:
    """Nodes and edges to be drawn; `chosen` of how many, `left_off` for being too many."""

    nodes: list[Node]
    edges: list[Edge]
    chosen: int = 0
    left_off: int = 0
    now_called: dict[str, str] = field(default_factory=dict)
    """Of ids that were kept once: under which id each is drawn now."""


def key_named(actor: Actor, ref: str, value: str = "") -> str:
    """The key of a record, of a case, or of a value that the record or case `ref` says of itself.

    Raises `Missing` for what is absent and what is not seen alike.
    """
    may_read(actor)
    found = Entity.objects.filter(visible(actor), ref=ref).values_list("canonical", flat=True).first()
    key = found or (case_key(ref) if visible_cases(actor).filter(ref=ref).exists() else "")
    if key and value:
        key = next((tie.other for tie in ties_of([key], actor).rows if value_id(tie.other) == value), "")
    if not key:
        raise Missing("no_entity", _("There is no such record in the registry."))
    return key


def nodes_of(keys: Iterable[str], actor: Actor, common: dict[str, int] | None = None) -> dict[str, Node]:
    """What is drawn of each key, of what the person sees."""
    wanted = set(keys)
    made = _records(sorted(key for key in wanted if not is_case(key) and not is_value(key)), actor)
    made |= _cases(sorted(key[2:] for key in wanted if is_case(key)), actor)
    for key in wanted:
        if is_value(key):
            _v, kind, value = key.split("|", 2)
            made[key] = Node(key, value_id(key), kind, value, common=(common or {}).get(key, 0))
    return made


def _records(keys: list[str], actor: Actor) -> dict[str, Node]:
    if not keys:
        return {}
    rows = Entity.objects.filter(visible(actor), canonical__in=among(keys)).order_by("ref")
    found: dict[str, Entity] = {}
    for row in rows.only("ref", "canonical", "kind", "caption", "listed"):
        if row.ref == row.canonical or row.canonical not in found:
            found[row.canonical] = row
    watched = dict(
        Suspect.objects.filter(visible(actor, "entity__"), administration=actor.administration_code)
        .filter(entity__canonical__in=among(keys))
        .values_list("entity__canonical", "state")
    )
    return {
        key: Node(key, one.ref, one.kind, one.caption, one.ref, watched.get(key, one.listed))
        for key, one in found.items()
    }


def _cases(refs: list[str], actor: Actor) -> dict[str, Node]:
    if not refs:
        return {}
    rows = visible_cases(actor).filter(ref__in=among(refs)).order_by("version")
    return {
        case_key(one.ref): Node(case_key(one.ref), one.ref, "case", one.reference, one.ref, _goods(one)) for one in rows
    }


def _goods(case: Case) -> str:
    try:
        subtypes = form_named(case.form, case.form_version).definition.list_of_subtypes
    except Missing:
        subtypes = ""
    view = code_view(subtypes, case.main_subtype) if subtypes and case.main_subtype else None
    return view.label(get_language() or "en") if view else ""


def commons_of(rows: Iterable[Tie]) -> dict[str, int]:
    return {tie.other: tie.common for tie in rows if tie.common}


def drawing(
    keys: list[str],
    actor: Actor,
    *,
    drawn: Iterable[str] = (),
    common: dict[str, int] | None = None,
    chosen: int = 0,
    left_off: int = 0,
) -> Drawn:
    """Nodes of these keys with how many neighbours each has, and what ties them to each other and to `drawn` (ids)."""
    common = dict(common or {})
    ties = ties_of([key for key in keys if key not in common], actor).rows
    common |= commons_of(ties)
    nodes = nodes_of(keys, actor, common)
    near: dict[str, set[str]] = defaultdict(set)
    for tie in ties:
        if not tie.common:
            near[tie.one].add(tie.other)
    for key, node in nodes.items():
        node.neighbours = len(near[key])
    there = {key: node.id for key, node in nodes.items()}
    there |= _among_drawn(set(drawn) - set(there.values()), {tie.other for tie in ties} - set(there), actor)
    edges = _edges(ties, there)
    ordered = [nodes[key] for key in keys if key in nodes]
    return Drawn(ordered, edges, chosen, left_off)


def _among_drawn(ids: set[str], others: set[str], actor: Actor) -> dict[str, str]:
    """Of the things that were met, those that are drawn already: key and id."""
    if not ids or not others:
        return {}
    made = {key: value_id(key) for key in others if is_value(key) and value_id(key) in ids}
    made |= {key: key[2:] for key in others if is_case(key) and key[2:] in ids}
    seen = Entity.objects.filter(visible(actor), ref__in=among(sorted(ids))).values_list("canonical", "ref")
    return made | {key: ref for key, ref in seen if key in others}


def _edges(ties: Iterable[Tie], there: dict[str, str]) -> list[Edge]:
    """One edge for each pair, whichever side was asked and however many say so."""
    made: dict[tuple[str, str], Edge] = {}
    seen: set[tuple[str, str, str, str, str]] = set()
    for tie in ties:
        if tie.one not in there or tie.other not in there:
            continue
        first, second = sorted((there[tie.one], there[tie.other]))
        edge = made.setdefault((first, second), Edge(there[tie.one], there[tie.other], tie.kind))
        if (once := (first, second, tie.word, tie.source, tie.begins)) in seen:
            continue
        seen.add(once)
        if tie.word not in edge.words:
            edge.words.append(tie.word)
        edge.begins = min(filter(None, (edge.begins, tie.begins)), default="")
        edge.ends = max(edge.ends, tie.ends)
        edge.lasts = edge.lasts or bool(tie.begins and not tie.ends)
        edge.sources |= {tie.source} - {""}
        edge.graded = edge.graded or tie.graded
    for edge in made.values():
        edge.ends = "" if edge.lasts else edge.ends
    return sorted(made.values(), key=lambda edge: (edge.source, edge.target))


def drawn_again(ids: Iterable[str], actor: Actor) -> Drawn:
    """What was drawn once, as the person sees it now: what is not seen is left out, what was merged is one."""
    wanted = set(ids)
    seen = Entity.objects.filter(visible(actor), ref__in=among(sorted(wanted))).order_by("ref")
    called = dict(seen.values_list("ref", "canonical"))
    cases = visible_cases(actor).filter(ref__in=among(sorted(wanted))).values_list("ref", flat=True)
    called |= {ref: case_key(ref) for ref in sorted(set(cases))}
    values = wanted - called.keys()
    ties: Ties = ties_of(called.values(), actor) if values else Ties()
    called |= {
        value_id(tie.other): tie.other for tie in ties.rows if is_value(tie.other) and value_id(tie.other) in values
    }
    made = drawing(list(dict.fromkeys(called.values())), actor, common=commons_of(ties.rows))
    shown = {node.key: node.id for node in made.nodes}
    made.now_called = {one: shown[key] for one, key in called.items() if key in shown}
    return made
