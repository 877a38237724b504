"""Nothing is read whole without a bound, unless it comes with the program or the
node wrote it (DESIGN.md §4, rule 21).
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.sources import HOUSE, SOURCES, of_each_file, tree_of

SIZED = {"read", "read1", "readline", "readlines", "fetchmany", "recv"}
"""Bounded where they are given a size."""
WHOLE = {
    "read_text",
    "read_bytes",
    "readall",
    "fetchall",
    "communicate",
    "check_output",
    "getoutput",
    "read_table",
    "to_arrow_table",
}
"""Never bounded."""
UNPACKED = {"gzip.decompress", "zlib.decompress", "bz2.decompress", "lzma.decompress", "subprocess.run"}
SHIPPED = "comes with the program"
STARTED = "whoever runs the node names it, before anybody is let in"
OURS = "the node itself wrote it, in a folder that it alone may write"
GROUPED = "one row a group of coded columns: bounded by the lists, not by how much is kept"
BODY = "the door has bounded the body (json_body_bytes) before anybody reads it"
ALLOWED = {
    "cases/api.py": ({"request.body"}, BODY),
    "cases/facets.py": ({"cursor.fetchall()"}, "groups of as many cases as `number` says, which its callers name"),
    "cases/search_index.py": ({"cursor.fetchall()"}, "the statement ends with LIMIT"),
    "codelists/actions.py": (
        {"(Path(settings.CODES_FOLDER) / 'lists.toml').read_text()", "path.read_bytes()"},
        SHIPPED,
    ),
    "codelists/readers.py": (
        {"path.read_bytes()", "gzip.decompress(raw)"},
        "shipped lists alone, after their digest fitted",
    ),
    "forms/actions.py": ({"path.read_text()"}, SHIPPED),
    "forms/queries.py": ({"(Path(settings.FORMS_FOLDER) / 'common.toml').read_text()"}, SHIPPED),
    "foundation/data_folder.py": ({"path.read_text(encoding='utf-8')"}, OURS),
    "foundation/encryption/rotation.py": (
        {"link.execute(…).fetchall()", "tables.fetchall()"},
        "what a pragma says, and the names of tables",
    ),
    "intake/reading/number_formats.py": ({"stream.read()"}, "counted by its reader (sheet_parts_bytes)"),
    "foundation/sign_on_file.py": (
        {"Path(path).read_text(encoding='utf-8')", "Path(file).read_text(encoding='utf-8')"},
        STARTED,
    ),
    "foundation/files/text_child.py": ({"to.read_bytes()"}, "the beginning of a file, cut before it was written"),
    "evidence/digital_api.py": ({"request.body"}, BODY),
    "evidence/proof/one_file.py": ({"(HERE / name).read_text(encoding='utf-8')"}, SHIPPED),
    "evidence/disposal_api.py": ({"request.body"}, BODY),
    "evidence/checklists/reading.py": ({"SHIPPED.read_text(encoding='utf-8')"}, SHIPPED),
    "evidence/scene_views.py": ({"SHIPPED.read_text(encoding='utf-8')"}, SHIPPED),
    "evidence/disposal/methods.py": ({"FILE.read_text(encoding='utf-8')"}, SHIPPED),
    "offline/api.py": ({"request.body"}, BODY),
    "foundation/doors.py": ({"request.body"}, BODY),
    "experts/actions/needs.py": ({"path.read_text(encoding='utf-8')"}, SHIPPED),
    "response/api.py": ({"request.body"}, BODY),
    "advisories/api.py": ({"request.body"}, BODY),
    "advisories/taxii/views.py": ({"request.body"}, BODY),
    "advisories/indicators.py": ({"SAFE.read_text(encoding='utf-8')"}, SHIPPED),
    "response/money_api.py": ({"request.body"}, BODY),
    "response/letters/bases.py": ({"FILE.read_text(encoding='utf-8')"}, SHIPPED),
    "response/payments/schemes.py": ({"RULES.read_text(encoding='utf-8')"}, SHIPPED),
    "offline/storage.py": ({"place_of(ref).read_bytes()"}, "an item of a device, bounded when it came"),
    "offline/views.py": ({"path.read_bytes()", "(APP / 'mark.svg').read_bytes()"}, SHIPPED),
    "site/demo_network.py": (
        {
            "path.read_text()",
            "subprocess.run([sys.executable, '-m', 'tidewaiter', *words, '--format', 'json'], env=self.environment, "
            "input=said, capture_output=True, text=True, check=False)",
        },
        "the demo's own notes, and what its own commands answered",
    ),
    "drawing/world.py": ({"(Path(__file__).parent / 'data' / 'world.json').read_text()"}, SHIPPED),
    "drawing/sea.py": ({"(Path(__file__).parent / 'data' / 'sea_lanes.json').read_text()"}, SHIPPED),
    "drawing/fonts.py": ({"Path(path).read_bytes()"}, SHIPPED),
    "drawing/printing.py": ({"out.read_bytes()"}, "a child of ours wrote it with its disk limited (PAPER)"),
    "drawing/printing_child.py": (
        {"path.read_text(encoding='utf-8')", "source.read_text(encoding='utf-8')"},
        OURS,
    ),
    "intake/api.py": ({"request.body"}, BODY),
    "intake/demo.py": (
        {
            "(Path(settings.MAPPINGS_FOLDER) / mapping).read_text()",
            "(Path(settings.DEMO_FOLDER) / f'story_{country}.json').read_text(encoding='utf-8')",
        },
        SHIPPED,
    ),
    "registry/demo.py": ({"(settings.DEMO_FOLDER / 'national.toml').read_text(encoding='utf-8')"}, SHIPPED),
    "registry/names/labelled.py": ({"(settings.CODES_FOLDER / name).read_text(encoding='utf-8')"}, SHIPPED),
    "intake/invented/drawings.py": (
        {"(Path(settings.DEMO_FOLDER) / 'world_shapes.toml').read_text(encoding='utf-8')"},
        SHIPPED,
    ),
    "intake/invented/world.py": (
        {
            "(folder / 'world_countries.toml').read_text(encoding='utf-8')",
            "(folder / 'world_goods.toml').read_text(encoding='utf-8')",
        },
        SHIPPED,
    ),
    "intake/proposals/words.py": ({"(Path(settings.FORMS_FOLDER) / 'words.toml').read_text()"}, SHIPPED),
    "intake/queries.py": ({"path.read_text(encoding='utf-8')"}, SHIPPED),
    "intake/reading/workbook_child.py": (
        {"Path('/proc/self/statm').read_text()"},
        "the kernel's line about this process",
    ),
    "jobs/worker_process.py": ({"(folder / 'stat').read_text()"}, "the kernel's line about a process"),
    "foundation/scratch.py": ({"Path(f'/proc/{pid}/stat').read_text()"}, "the kernel's line about a process"),
    "site/supervisor.py": ({"thread.read_text()"}, "the kernel's line about a process"),
    "forms/shapes_child.py": (
        {"sys.stdin.buffer.read()"},
        "shapes of one definition, by the process that began the child",
    ),
    "jobs/results.py": ({"path.read_text()"}, OURS),
    "privacy/caseless.py": ({"file.read()"}, SHIPPED),
    "privacy/words.py": ({"(settings.CODES_FOLDER / 'person_words.toml').read_text()"}, SHIPPED),
    "trade/tables/columns.py": ({"_LAYOUTS.read_text()"}, SHIPPED),
    "registry/vocabulary.py": ({"path.read_text(encoding='utf-8')"}, SHIPPED),
    "registry/names/words.py": (
        {"(settings.CODES_FOLDER / 'name_words.toml').read_text(encoding='utf-8')"},
        SHIPPED,
    ),
    "registry/names/groups.py": ({"file.read()"}, SHIPPED),
    "ledger/export.py": ({"Path(__file__).with_name('verifier.py').read_text(encoding='utf-8')"}, SHIPPED),
    "ledger/queries.py": ({"cursor.fetchall()"}, "a page: the statement ends with LIMIT"),
    "library/demo.py": ({"path.read_text(encoding='utf-8')"}, SHIPPED),
    "library/api.py": ({"request.body"}, BODY),
    "mail/api.py": ({"request.body"}, BODY),
    "operations/definitions.py": ({"(FOLDER / f'{code}.toml').read_text(encoding='utf-8')"}, SHIPPED),
    "operations/demo.py": ({"(Path(settings.DEMO_FOLDER) / FILE).read_text(encoding='utf-8')"}, SHIPPED),
    "search/api.py": ({"request.body"}, BODY),
    "site/api.py": ({"request.body"}, BODY),
    "site/binding.py": (
        {"cursor.fetchall()", "found.fetchall()"},
        "one row (LIMIT 1), or the names of rooms",
    ),
    "site/demo.py": (
        {"path.read_text()"},
        "the demo's own people",
    ),
    "site/shapes/__init__.py": (
        {"(Path(__file__).parent / f'{shape}.py').read_text(encoding='utf-8')"},
        SHIPPED,
    ),
    "site/management/commands/sbom.py": (
        {
            "lock.read_text()",
            "(static / 'vendor' / 'ASSETS.toml').read_text()",
            "(Path(settings.CODES_FOLDER) / 'lists.toml').read_text()",
        },
        SHIPPED,
    ),
    "site/running.py": ({"(home / CHILDREN).read_bytes()"}, OURS),
    "statistics/comparisons/external_tables.py": (
        {"pq.read_table(file_of(table.file))"},
        "what the node kept of a table that is bounded by table_sums",
    ),
    "statistics/dashboard/cases_behind.py": (
        {"executed(connection, listed).fetchall()"},
        "a page: the statement ends with LIMIT",
    ),
    "statistics/dashboard/quarters.py": (
        {"executed(connection, cells).fetchall()", "executed(connection, known).fetchall()"},
        GROUPED,
    ),
    "statistics/dashboard/reported_months.py": ({"connection.execute(…).fetchall()"}, GROUPED),
    "statistics/report/medicines.py": ({"connection.execute(…).fetchall()"}, GROUPED),
    "statistics/dashboard/figures.py": ({"executed(connection, statement).fetchall()"}, GROUPED),
    "statistics/dashboard/goods_seized.py": ({"connection.execute(…).fetchall()"}, GROUPED),
    "statistics/dashboard/route_legs.py": ({"connection.execute(…).fetchall()"}, GROUPED),
    "statistics/report/frozen_data.py": (
        {
            "connection.execute(…).fetchall()",
            "connection.execute(…).to_arrow_table()",
            "pq.read_table(path, columns=[name for name in names if name in TAKEN])",
            "pq.read_table(file_of(snapshot), columns=['ref'])",
        },
        "a frozen data set is written as one file of the vault; its names of columns",
    ),
    "statistics/tables/grouping.py": ({"connection.execute(…).fetchall()"}, GROUPED),
    "statistics/comparisons/gtric.py": ({"executed(connection, statement).fetchall()"}, GROUPED),
    "statistics/queries.py": ({"executed(connection, _grouped(by, measure, only)).fetchall()"}, GROUPED),
    "drawing/reports.py": ({"(_DATA / 'ink.css').read_text()", "_SHEET.read_text()"}, SHIPPED),
    "statistics/signals.py": ({"executed(connection, counted).fetchall()"}, GROUPED),
    "statistics/store.py": (
        {"path.read_text()", "pq.read_table(path, columns=['ref'])", "pq.read_table(path, schema=SCHEMA)"},
        "a part of the store, which holds a year and a share of the cases",
    ),
    "statistics/tables/cross_tables.py": ({"executed(connection, statement).fetchall()"}, GROUPED),
    "trade/api.py": ({"request.body"}, BODY),
    "trade/run_comparison.py": ({"(one / 'report.json').read_text()"}, OURS),
    "trade/engines.py": ({"connection.con.execute(…).fetchall()"}, "one row a file of a folder"),
    "trade/mirror/mirror_run.py": ({"notes.read_text()"}, OURS),
    "trade/results.py": ({"path.read_text()"}, OURS),
    "trade/prices/price_run.py": ({"notes.read_text()"}, OURS),
    "vault/actions.py": (
        {"out.read_bytes()"},
        "pictures that a child drew",
    ),
}
"""File: what of it reads without a size, and why that is bounded all the same."""


def _reads(tree: ast.AST) -> Iterator[str]:
    """Reads without a size, as they are written; what a statement says to a database is left out."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and node.attr in ("body", "raw_post_data") and _is_request(node.value):
            yield ast.unparse(node)
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            continue
        sized = any(not _endless(one) for one in [*node.args, *(keyword.value for keyword in node.keywords)])
        if node.func.attr in WHOLE or (node.func.attr in SIZED and not sized) or ast.unparse(node.func) in UNPACKED:
            yield _written(node)


def _is_request(value: ast.expr) -> bool:
    return "request" in ast.unparse(value).lower()


def _endless(size: ast.expr) -> bool:
    """`None` and `-1`: all of it."""
    return ast.unparse(size) in ("None", "-1")


def _written(call: ast.Call) -> str:
    inner = call.func.value if isinstance(call.func, ast.Attribute) else None
    if (
        isinstance(call.func, ast.Attribute)
        and isinstance(inner, ast.Call)
        and not ast.unparse(call).startswith("database")
    ):
        if isinstance(inner.func, ast.Attribute) and inner.func.attr == "execute":
            return f"{ast.unparse(inner.func)}(…).{call.func.attr}()"
    return ast.unparse(call)


def _holds(path: Path) -> None:
    name = str(path.relative_to(HOUSE))
    found = set(_reads(tree_of(path)))
    allowed, why = ALLOWED.get(name, (set(), SHIPPED))
    assert found - allowed == set(), f"{name}: use foundation.reading, or give a size"
    assert allowed - found == set(), f"{name}: this is not read any more"
    assert why


def test_nothing_is_read_without_a_size_but_what_is_named_here() -> None:
    of_each_file(_holds)


def test_every_file_named_here_is_there() -> None:
    assert ALLOWED.keys() <= {str(path.relative_to(HOUSE)) for path in SOURCES}


@pytest.mark.parametrize(
    "text",
    [
        "file.read()",
        "file.read(-1)",
        "file.read(None)",
        "file.read(size=-1)",
        "sys.stdin.readline()",
        "file.readlines()",
        "path.read_text()",
        "path.read_text('utf-8')",
        "path.read_bytes()",
        "open(path).read()",
        "archive.open(name).read()",
        "request.body",
        "self.request.body",
        "cursor.fetchall()",
        "child.communicate()",
        "child.stdout.read()",
        "subprocess.check_output(['ls'])",
        "subprocess.run(['ls'], capture_output=True)",
        "gzip.decompress(data)",
        "raw.readall()",
        "pq.read_table(path)",
    ],
)
def test_the_check_sees_a_read_however_it_is_written(text: str) -> None:
    assert list(_reads(ast.parse(text)))


@pytest.mark.parametrize(
    "text", ["file.read(64)", "file.readline(LONGEST)", "item.body", "cursor.fetchone()", "spool.readlines(4000)"]
)
def test_the_check_passes_over_what_is_bounded(text: str) -> None:
    assert not list(_reads(ast.parse(text)))
