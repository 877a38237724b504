"""The graph of a record: its neighbours counted before anything is drawn, some of them drawn, the path between two.

Things are read through the canonical record: what a decision says is one is one node. Nothing that a person does not
see is counted, drawn or walked through.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import timedelta

from django.utils.translation import get_language, gettext_lazy, ngettext
from django.utils.translation import gettext as _

from tidewaiter.cases.models import Case
from tidewaiter.cases.queries import visible_cases
from tidewaiter.codelists.queries import code_view
from tidewaiter.forms.queries import form_named
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.bulk import among
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refusals import BadInput, Missing
from tidewaiter.registry.graph_ties import (
    Tie,
    Ties,
    case_key,
    is_case,
    is_value,
    ties_of,
    value_id,
)
from tidewaiter.registry.models import Entity, Suspect
from tidewaiter.registry.policy import may_read, visible
from tidewaiter.registry.vocabulary import CONVEYANCES

MOST_ADDED = 200
"""Things that are added to a graph at once; where there are more, the person chooses which."""
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
OF_VALUES = ("phones", "emails", "addresses", "documents")
DAYS = (30, 90, 365)
MOST_WORDS = 6


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
    sources: set[str] = field(default_factory=set)
    graded: bool = False

    @property
    def one_source(self) -> bool:
        """Whether one source alone says so; that somebody has part in a case is the node's own record."""
        return self.kind != "case" and len(self.sources) < 2


@dataclass(slots=True)
class Question:
    """Which of many: its code, its words, how many it leaves."""

    code: str
    word: str
    number: int


@dataclass(slots=True)
class Group:
    """Neighbours of one kind."""

    code: str
    word: str
    number: int
    questions: list[Question]


@dataclass(slots=True)
class Neighbourhood:
    """A thing and what stands around it, counted."""

    node: Node
    groups: list[Group]
    common: list[Node]
    whole: bool


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
        case_key(one.ref): Node(case_key(one.ref), one.ref, "case", one.national_ref, one.ref, _goods(one))
        for one in rows
    }


def _goods(case: Case) -> str:
    try:
        subtypes = form_named(case.form, case.form_version).definition.list_of_subtypes
    except Missing:
        subtypes = ""
    view = code_view(subtypes, case.main_subtype) if subtypes and case.main_subtype else None
    return view.label(get_language() or "en") if view else ""


def _commons(rows: Iterable[Tie]) -> dict[str, int]:
    return {tie.other: tie.common for tie in rows if tie.common}


def neighbours_of(key: str, actor: Actor) -> Neighbourhood:
    """A thing's neighbours by kind, and for each kind the questions by which some of them are chosen."""
    found = ties_of([key], actor)
    common = _commons(found.rows)
    near = nodes_of({key, *(tie.other for tie in found.rows)}, actor, common)
    if key not in near:
        raise Missing("no_entity", _("There is no such record in the registry."))
    by_group: dict[str, dict[str, list[Tie]]] = defaultdict(lambda: defaultdict(list))
    for tie in found.rows:
        if tie.other in near and tie.other not in common:
            by_group[near[tie.other].group][tie.other].append(tie)
    groups = [
        Group(code, str(word), len(by_group[code]), _questions(by_group[code]))
        for code, word in GROUPS.items()
        if code in by_group
    ]
    one = near[key]
    one.neighbours = sum(group.number for group in groups)
    return Neighbourhood(one, groups, sorted((near[at] for at in common), key=lambda node: node.caption), found.whole)


def _questions(near: dict[str, list[Tie]]) -> list[Question]:
    """The questions that part them, each with how many it leaves: those that leave none or all are not asked."""
    asked = [f"days:{days}" for days in DAYS]
    counted: dict[str, set[str]] = defaultdict(set)
    for key, ties in near.items():
        for tie in ties:
            if tie.mark:
                counted[f"form:{tie.mark}"].add(key)
            counted[f"role:{tie.word}"].add(key)
    asked += sorted(
        (code for code in counted if code.startswith("form:")), key=lambda code: (-len(counted[code]), code)
    )
    roles = sorted((code for code in counted if code.startswith("role:")), key=lambda code: (-len(counted[code]), code))
    asked += [*roles[:MOST_WORDS], "graded", "sources:2"]
    made = []
    for code in asked:
        passes = question(code)
        number = sum(passes(ties) for ties in near.values())
        if 0 < number < len(near):
            made.append(Question(code, word_of_question(code), number))
    return made


def word_of_question(code: str) -> str:
    """A question in words."""
    what, _colon, said = code.partition(":")
    if what == "days":
        return ngettext("of the last day", "of the last %(n)s days", int(said)) % {"n": said}
    if what == "form":
        try:
            return form_named(said).title(get_language() or "en")
        except Missing:
            return said
    if what == "role":
        return _("as %(role)s") % {"role": said}
    return _("graded") if what == "graded" else _("said by two sources or more")


def question(code: str) -> Callable[[list[Tie]], bool]:
    """Whether a neighbour, by what ties it, is among those that a question chooses. Raises `BadInput` for none."""
    what, _colon, said = code.partition(":")
    if what == "days" and said.isdigit() and 0 < int(said) < 40_000:
        since = (now().date() - timedelta(days=int(said))).isoformat()
        return lambda ties: any(tie.last and _padded(tie.last) >= since for tie in ties)
    if what == "form" and said:
        return lambda ties: any(tie.mark == said for tie in ties)
    if what == "role" and said:
        return lambda ties: any(tie.word == said for tie in ties)
    if code == "graded":
        return lambda ties: any(tie.graded for tie in ties)
    if what == "sources" and said.isdigit():
        least = int(said)
        return lambda ties: len({tie.source for tie in ties if tie.source}) >= least
    raise BadInput("ask", _("Choose by one of the questions that stand with the count."))


def _padded(day: str) -> str:
    """A month or a year as its last day, so that what may lie within is not left out."""
    return day if len(day) == 10 else f"{day}-31" if len(day) == 7 else f"{day}-12-31"


def expand(key: str, actor: Actor, *, group: str, asks: Iterable[str] = (), drawn: Iterable[str] = ()) -> Drawn:
    """The thing's neighbours of one kind that any of the questions chooses (all where none is asked), the newest
    first, at most `MOST_ADDED`; with what ties them to each other and to what is drawn already.

    A telephone, mail, address or document comes with the records that share it. Raises `BadInput` for a kind or a
    question that is none.
    """
    if group not in GROUPS:
        raise BadInput("kind", _("Say which kind: %(kinds)s.") % {"kinds": ", ".join(GROUPS)})
    tests = [question(code) for code in asks]
    found = ties_of([key], actor).rows
    near: dict[str, list[Tie]] = defaultdict(list)
    for tie in found:
        near[tie.other].append(tie)
    common = _commons(found)
    known = nodes_of([key, *near], actor, common)
    wanted = [
        at
        for at, ties in near.items()
        if at in known and known[at].group == group and (not tests or any(passes(ties) for passes in tests))
    ]
    wanted.sort(key=lambda at: (max(tie.last for tie in near[at]), known[at].id), reverse=True)
    chosen = wanted[:MOST_ADDED]
    if group in OF_VALUES:
        chosen = _with_sharers(chosen, common, actor)
    left_off = len(set(wanted) - set(chosen))
    keys = list(dict.fromkeys([key, *chosen]))
    return drawing(keys, actor, drawn=drawn, common=common, chosen=len(wanted), left_off=left_off)


def _with_sharers(values: list[str], common: dict[str, int], actor: Actor) -> list[str]:
    """Values, each followed by the records that share it, as many as are added at once."""
    near: dict[str, list[str]] = defaultdict(list)
    for tie in ties_of([key for key in values if key not in common], actor).rows:
        near[tie.one].append(tie.other)
    made = dict.fromkeys(at for key in values for at in (key, *sorted(set(near[key]))))
    return list(made)[:MOST_ADDED]


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
    common |= _commons(ties)
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
        edge.ends = max(edge.ends, tie.ends or tie.begins)
        edge.sources |= {tie.source} - {""}
        edge.graded = edge.graded or tie.graded
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
    made = drawing(list(dict.fromkeys(called.values())), actor, common=_commons(ties.rows))
    shown = {node.key: node.id for node in made.nodes}
    made.now_called = {one: shown[key] for one, key in called.items() if key in shown}
    return made
