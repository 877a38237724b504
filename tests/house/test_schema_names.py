"""The OpenAPI document keys what programs send and get by the name of its class alone: where two rooms call different
things by one name, one stands for the other in it, and a client made from it sends the other room's fields.
"""

from __future__ import annotations

import ast
import re
from collections import Counter, defaultdict
from types import SimpleNamespace

import pytest
from django.test import Client

from tests.conftest import PROJECT
from tests.house.operation_fields import fields_of_operations

HOUSE = PROJECT / "tidewaiter"

# Of operations whose classes had a name in common: the fields of each.
OF_EVERY_SHAPE = {
    "submit_item": {"answers": "ref"},
    "publish_item": {"takes": "digest"},
    "validate_case": {"takes": "digest version", "answers": "digest ref status version"},
    "attach_item_file": {"answers": "file name size type"},
    "link_cases": {"takes": "kind other reason", "answers": "by kind national_ref reason ref"},
    "list_watches": {"answers": "hits name query"},
    "duty": {"answers.now": "begins ends name night swapped time_zone username"},
}
WITH_FIGURES = {
    "validate_together": {"answers": "cases refused"},
    "ask_office": {"takes": "question subject"},
    "trade_files": {"answers": "dropped file name size"},
    "move_referral": {"takes": "currency outcome reason recovered seen their_ref"},
    "questions": {"answers": "by measure name title"},
    "propose_mapping": {"answers.asked": "about choices why"},
}
WITH_NAMES = {
    "move_suspect": {
        "takes": "action advice deed expires_on owner reason review_on to version",
        "answers": "expires_on ref review_on state version",
    },
    "enter_entity": {"answers": "ref"},
    "link_entities": {"takes": "begins ends object role schema source subject", "answers": "ref"},
    "get_entity": {"answers.links": "begins caption ends other outward ref role schema_ source"},
    "screen_names": {"takes": "birth_date country document kind name"},
    "neighbours_of": {"answers.kinds.questions": "code number word"},
}
OF_LETTERS = {"bring_mail_file": {"answers": "file name size type"}}
FIELDS = {
    "central": OF_EVERY_SHAPE | WITH_FIGURES,
    "national": OF_EVERY_SHAPE | WITH_FIGURES | WITH_NAMES | OF_LETTERS,
    "operation": OF_EVERY_SHAPE | OF_LETTERS,
}
"""Those of central are looked at here; those of the others where each shape is started (test_shapes.py)."""


def must_be_its_own(shape: str, operations: dict[str, dict[str, list[str]]]) -> None:
    """Each of the operations named above takes and answers its own room's fields."""
    for operation, fields in FIELDS[shape].items():
        told = {part: " ".join(operations[operation].get(part, [])) for part in fields}
        assert told == fields, operation


def _schema_classes() -> dict[str, set[str]]:
    """Modules by the name of each class that descends from ninja's `Schema`, in whatever room."""
    bases: dict[tuple[str, str], list[str]] = {}
    for path in sorted(HOUSE.rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        if "Schema" not in text and "api" not in path.stem:
            continue
        module = str(path.relative_to(HOUSE))
        for node in ast.parse(text).body:
            if isinstance(node, ast.ClassDef):
                bases[module, node.name] = [ast.unparse(base) for base in node.bases]
    found = {"Schema"}
    while more := {name for (_module, name), of in bases.items() if found & set(of)} - found:
        found |= more
    modules: dict[str, set[str]] = defaultdict(set)
    for (module, name), of in bases.items():
        if found & set(of):
            modules[name].add(module)
    return modules


def test_no_two_rooms_call_what_programs_send_and_get_by_one_name() -> None:
    modules = _schema_classes()
    assert len(modules) > 140, "the classes are looked for where they are"
    assert {name: where for name, where in modules.items() if len(where) > 1} == {}


def test_no_two_operations_are_called_the_same() -> None:
    texts = [path.read_text(encoding="utf-8") for path in HOUSE.rglob("*.py")]
    named = Counter(name for text in texts for name in re.findall(r"operation_id=\"(\w+)\"", text))
    assert len(named) > 150, "they are looked for where they are"
    assert [name for name, times in named.items() if times > 1] == []


@pytest.mark.django_db
def test_each_operation_of_a_central_node_has_its_own_fields(people: SimpleNamespace) -> None:
    browser = Client()
    browser.force_login(people.analyst)
    must_be_its_own("central", fields_of_operations(browser.get("/api/openapi.json").json()))
