"""JSON and TOML are parsed by one reader, which measures them first; who parses
otherwise stands here with the reason.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from tests.house.sources import HOUSE, of_each_file, tree_of

PARSERS = {
    "json.loads",
    "json.load",
    "json.JSONDecoder",
    "msgspec.json.decode",
    "msgspec.json.Decoder",
    "msgspec.toml.decode",
    "msgspec.yaml.decode",
    "msgspec.msgpack.decode",
    "msgspec.msgpack.Decoder",
    "tomllib.load",
    "tomllib.loads",
    "yaml.load",
    "yaml.safe_load",
    "ast.literal_eval",
    "plistlib.loads",
    "marshal.loads",
    "eval",
    "exec",
    "orjson.loads",
    "ujson.loads",
}
ALLOWED = {
    "foundation/decoding.py": "it is the reader",
    "foundation/apart.py": "orders and news between the node and a process of its own",
    "foundation/data_folder.py": "the folder's mark, written by the node and read before anything else of it is there",
    "foundation/files/child.py": "hints on the command line of a child, by the process that began it",
    "foundation/files/records.py": (
        "in a child, after the same measuring of nesting; a record is bounded in bytes and values"
    ),
    "foundation/files/text_child.py": "hints on the command line of a child, by the process that began it",
    "foundation/sandbox.py": "the last words of a child of our own, written by foundation.refusing",
    "drawing/sea.py": "ways over the sea, a file that is shipped",
    "advisories/actions/importing.py": "objects that the reader let in, as the node wrote them",
    "advisories/stix/writing.py": "objects that the node wrote itself",
    "advisories/wire.py": "objects that the node wrote itself",
    "drawing/world.py": "the world's outlines, a file that is shipped",
    "cases/findings/rechecking.py": (
        "headers and lines that the node wrote itself, of records that the reader let in; read by the million"
    ),
    "intake/restating.py": "headers and lines that the node wrote itself, of records that the reader let in",
    "cases/export.py": "lines that the same function wrote into a nameless file a moment before",
    "intake/mending/hidden_sheets.py": "what this node itself sealed a moment before, with its own key",
    "intake/accepting.py": "what the second process of the same work packed for the first",
    "intake/reading/lengths_child.py": "in a child, after the same measuring of nesting, a line at a time",
    "forms/shapes_child.py": "shapes that were counted, from the process that began it",
    "intake/mapping/patterns_child.py": "patterns and cells from the process that began it, its frames bounded",
    "intake/reading/workbook_child.py": "hints on the command line of a child, by the process that began it",
    "intake/models.py": (
        "cleaned rows that the node wrote itself, from records that the reader let in; read by the million"
    ),
    "ledger/keys.py": "details that the ledger wrote itself",
    "ledger/queries.py": "details that the ledger wrote itself",
    "site/keyring.py": "details that the ledger wrote itself",
    "ledger/views.py": "details that the ledger wrote itself",
    "exchange/receipt_verifier.py": "runs without Tidewaiter, at a court's or a firm's shell; says what it cannot read",
    "evidence/proof/boxes.py": "of the verifier of one file: runs without Tidewaiter, says what it cannot read",
    "evidence/proof/verifier.py": "runs without Tidewaiter, at a court's shell; says what it cannot read",
    "ledger/verifier.py": "runs without Tidewaiter, at an auditor's shell; says what it cannot read",
    "site/demo.py": "the demo's own notes in its own folder",
    "intake/invented/drawings.py": "shapes of the demo, which come with the program",
    "site/demo_network.py": "the demo's own notes, and what its own commands answered",
    "registry/demo.py": "records of the demo, which come with the program",
    "intake/demo.py": "cases of the demo, which come with the program",
    "foundation/encryption/envelope.py": "the node's own keys, a file of bounded size",
    "library/demo.py": "items of the demo, which come with the program",
    "intake/invented/world.py": "words and routes of the demo, which come with the program",
    "privacy/judging.py": "texts of columns that the node made itself, of what the reader had let in",
    "privacy/words.py": "lists that come with the program",
    "trade/mirror/mirror_run.py": "notes of a step, in a folder that the node alone writes",
    "trade/prices/price_run.py": "notes of a step, in a folder that the node alone writes",
    "trade/results.py": "figures of a run, in a folder that the node alone writes",
    "trade/analyses.py": "what was written down on the same line",
    "trade/risk/model_file.py": "trees that the library gave a moment before; a model's file is read by the reader",
}


def _called(tree: ast.Module) -> Iterator[str]:
    """Every name used in a file, in full: also where a module was given another, or
    a function was taken without a call.
    """
    names: dict[str, str] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {
                (one.asname or one.name.split(".")[0]): one.name if one.asname else one.name.split(".")[0]
                for one in node.names
            }
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {(one.asname or one.name): f"{node.module}.{one.name}" for one in node.names}
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute | ast.Name):
            parts: list[str] = []
            inner: ast.expr = node
            while isinstance(inner, ast.Attribute):
                parts.append(inner.attr)
                inner = inner.value
            if isinstance(inner, ast.Name):
                first = names.get(inner.id, inner.id if inner.id in ("eval", "exec") else "")
                yield ".".join([first, *reversed(parts)])


def _holds(path: Path) -> None:
    found = set(_called(tree_of(path))) & PARSERS
    name = str(path.relative_to(HOUSE))
    assert not found or name in ALLOWED, f"{name}: {found}: use foundation.decoding"


def test_nothing_is_parsed_but_by_the_one_reader() -> None:
    of_each_file(_holds)


def test_every_exception_is_still_needed_and_its_file_exists() -> None:
    for name in ALLOWED:
        assert set(_called(ast.parse((HOUSE / name).read_text()))) & PARSERS, f"{name} parses nothing any more"


def test_the_check_sees_a_parser_under_any_name() -> None:
    for text in (
        "import json\njson.loads('1')",
        "from json import loads\nloads('1')",
        "import json as j\nread = j.loads",
        "import msgspec\nx = msgspec.json.Decoder(dict)",
        "from msgspec import json\njson.decode(b'')",
        "import tomllib as t\nt.load(f)",
        "eval('1')",
    ):
        assert set(_called(ast.parse(text))) & PARSERS, text
