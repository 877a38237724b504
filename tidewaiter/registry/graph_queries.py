"""The graph of a record: its neighbours counted before anything is drawn, and some of them drawn.

Nothing that a person does not see is counted or drawn.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta

from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from tidewaiter.forms.queries import form_named
from tidewaiter.foundation.actors import Actor
from tidewaiter.foundation.moments import now
from tidewaiter.foundation.refusals import BadInput, Missing
from tidewaiter.registry.graph_nodes import GROUPS, Drawn, Node, commons_of, drawing, nodes_of
from tidewaiter.registry.graph_ties import Tie, ties_of

MOST_ADDED = 200
"""Things that are added to a graph at once; where there are more, the person chooses which."""
OF_VALUES = ("phones", "emails", "addresses", "documents")
DAYS = (30, 90, 365)
MOST_WORDS = 6


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


def neighbours_of(key: str, actor: Actor) -> Neighbourhood:
    """A thing's neighbours by kind, and for each kind the questions by which some of them are chosen."""
    found = ties_of([key], actor)
    common = commons_of(found.rows)
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
        return _("tied as «%(role)s»") % {"role": said}
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
    common = commons_of(found)
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
