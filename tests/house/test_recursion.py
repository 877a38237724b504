"""No function calls itself, directly or through others: what somebody sends would
say how deep (DESIGN.md §4, rule 21).
"""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from tests.conftest import PROJECT
from tests.house.calls import Module, circles_of, graph_of, modules_of

BOUNDED = {
    frozenset({"foundation.rules:All.query"}): "rules of sight, which are written in this program: two deep",
    frozenset({"foundation.rules:All.predicate"}): "rules of sight: two deep too",
    frozenset({"foundation.rules:All.where"}): "rules of sight: two deep too",
    frozenset({"foundation.rules:Either.query"}): "rules of sight: two deep too",
    frozenset({"foundation.rules:Either.predicate"}): "rules of sight: two deep too",
    frozenset({"foundation.rules:Either.where"}): "rules of sight: two deep too",
    frozenset({"cases.judging:_texts_in"}): "a record that its form has read: as deep as the form's paths",
    frozenset({"cases.leaving:_walked"}): "a record that its form has read: as deep as the form's paths",
    frozenset({"cases.projecting:_leg", "cases.projecting:_value"}): "a record that its form has read: the same",
    frozenset({"drawing.lines:_thinned"}): "lines that the node draws itself: no deeper than they have points",
    frozenset({"exchange.agreements:agreed_kind"}): "once: a kind that is answered answers none",
    frozenset({"exchange.bodies:misshapen", "exchange.bodies:_in_list", "exchange.bodies:_in_object"}): "as deep as a "
    "kind's own schema",
    frozenset({"exchange.presenters:_text"}): "a document that was let in with json_depth",
    frozenset(
        {"foundation.encryption.envelope:Envelope.open"}
    ): "it does not call itself: a slot is opened by its own method of that name",
    frozenset({"foundation.encryption.rotation:settle"}): "once: the second time it holds the lock",
    frozenset(
        {"foundation.encryption.sqlcipher.base:DatabaseOperations._quote_params_for_last_executed_query"}
    ): "once: each part is short enough",
    frozenset({"people.management.commands.duty:_plain"}): "what a query of the house gave: three deep",
    frozenset({"experts.management.commands.expert_group:_plain"}): "what a query of the house gave: three deep",
    frozenset({"advisories.management.commands.advisory:_plain"}): "what a query of the house gave: three deep",
    frozenset({"exchange.envelope_xml:_text"}): "a body that was let in with json_depth",
    frozenset({"advisories.stix.misp:_events"}): "a document that was let in with json_depth",
    frozenset({"offline.keys:make_keys", "offline.keys:own_keys"}): "once: the second time there are keys",
    frozenset({"registry.ownership:_owners"}): "each level draws from the room of the one below: no deeper than it",
    frozenset({"registry.actions.reading:_owner"}): "what was drawn of owners, within the same room",
    frozenset({"registry.actions.reading:_refs"}): "what was drawn of owners, within the same room",
    frozenset(
        {"forms.xml:_branch"}
    ): "the dotted path of a form's column is a name shorter each time; forms are read with form_entries",
    frozenset(
        {"forms.shapes:_ways", "forms.shapes:_ways_of"}
    ): "a shape has no more signs than pattern_signs, and one too deep for Python's own parser is none",
    frozenset(
        {"foundation.sandbox:Answering.close"}
    ): "it closes the pipes of a child, and none of them is an Answering",
    frozenset(
        {"intake.reading.readers:_parcel", "intake.reading.readers:_zipped"}
    ): "once: the table of an archive is opened with may_bring=False",
    frozenset(
        {"intake.reading.readers:open_source"}
    ): "it does not call itself: it hands out how to open the file once more",
    frozenset(
        {
            "privacy.judging:_json",
            "privacy.judging:_toml",
            "privacy.judging:judged_json",
            "privacy.judging:judged_text",
        }
    ): (
        "documents that the reader let in (json_depth, toml_depth), or that the node made; a text in one is judged as"
        " words or as a query"
    ),
    frozenset({"privacy.judging:_table"}): "a mapping's tables, which the reader let in with toml_depth",
    frozenset({"privacy.judging:_value"}): "a mapping's values, which the reader let in with toml_depth",
    frozenset({"intake.proposals.writing:_quoted"}): "a factor of a proposed mapping holds plain values: two deep",
    frozenset(
        {"intake.mapping.helper:_first_rows"}
    ): "it does not call itself: it hands out how to begin the rows once more",
    frozenset(
        {"trade.run_comparison:_flat"}
    ): "three names deep, as its condition counts; the report is the node's own",
}
"""Functions that reach themselves, and the bound that holds them."""


def _circles(modules: dict[str, Module]) -> set[frozenset[str]]:
    return {
        frozenset(f"{module.removeprefix('tidewaiter.')}:{'.'.join(path)}" for module, path in circle)
        for circle in circles_of(graph_of(modules))
    }


def test_no_function_calls_itself_but_those_named_here_and_each_of_these_still_does() -> None:
    found = _circles(modules_of(PROJECT / "tidewaiter"))
    assert found - BOUNDED.keys() == set(), "work with a list of what waits, or name the bound that holds it"
    assert BOUNDED.keys() - found == set(), "these do not call themselves any more"
    assert all(len(why) > 20 for why in BOUNDED.values())


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("def a(x):\n    return a(x[0])", {"a"}),
        ("def a(x):\n    return [b(y) for y in x]\ndef b(x):\n    return a(x)", {"a", "b"}),
        ("def a(x):\n    return map(a, x)", {"a"}),
        ("def a(x):\n    def inner(y):\n        return inner(y)\n    return inner(x)", {"a.inner"}),
        (
            "class C:\n    def a(self):\n        return self.b\n"
            "    @property\n    def b(self):\n        return self.a()",
            {"C.a", "C.b"},
        ),
        ("class C:\n    def a(self):\n        for one in self.inside:\n            one.a()", {"C.a"}),
        (
            "class B:\n    def a(self, c):\n        return c()\n"
            "class C(B):\n    def c(self):\n        return self.a(self.c)",
            {"C.c"},
        ),
        ("class C:\n    def __init__(self):\n        make()\ndef make():\n    return C()", {"C.__init__", "make"}),
        ("class C:\n    @classmethod\n    def a(cls):\n        return cls.a()", {"C.a"}),
        ("async def a():\n    await a()", {"a"}),
        ("def a():\n    def a():\n        return 1\n    return a()", set()),
        ("def a(a):\n    return a()", set()),
        ("class C:\n    def a(self):\n        return a()\ndef a():\n    return 1", set()),
        ("class C(B):\n    def a(self):\n        return super().a()", set()),
    ],
)
def test_the_check_sees_a_circle_whatever_its_shape(text: str, names: set[str]) -> None:
    found = _circles({"tidewaiter.x": Module("tidewaiter.x", ast.parse(text))})
    assert {name.removeprefix("x:") for circle in found for name in circle} == names


def test_the_check_sees_a_circle_through_another_file(tmp_path: Path) -> None:
    folder = tmp_path / "tidewaiter"
    (folder / "room").mkdir(parents=True)
    (folder / "room" / "one.py").write_text("from tidewaiter.room import two\ndef a():\n    return two.b()\n")
    (folder / "room" / "two.py").write_text("def b():\n    from tidewaiter.room.one import a\n    return a()\n")
    assert _circles(modules_of(folder)) == {frozenset({"room.one:a", "room.two:b"})}
