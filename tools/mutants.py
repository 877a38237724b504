"""Changes one thing at a time in the modules that matter, and says which changes no test noticed (DESIGN.md, rule 23).

`make mutants`, or `python tools/mutants.py [--minutes N] [--seed N] [MODULE …]`. Works on a copy of the tree; each
change is made by an operator of Cosmic Ray, then the module's tests run in a child of a process that has everything
imported (tools/mutant_server.py), or in a process of their own where a child cannot take the change on. Changes are
tried in an order drawn by the seed until the time is over, so that a short run is a fair sample. What survives is
printed with its line. Exit code 2 where the tests fail before anything is changed, else 0: a survivor is read by a
person, for some changes change nothing.
"""

from __future__ import annotations

import argparse
import ast
import difflib
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path

from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.plugins import get_operator

PROJECT = Path(__file__).resolve().parents[1]
MODULES: dict[str, tuple[str, ...]] = {
    "cases/policy.py": ("tests/cases/test_who_may_do_what.py",),
    "library/policy.py": ("tests/library/test_who_may_do_what.py",),
    "review/policy.py": ("tests/review/test_who_may_do_what.py",),
    "people/policy.py": ("tests/people/test_who_may_do_what.py",),
    "statistics/policy.py": ("tests/statistics/test_who_writes_reports.py",),
    "statistics/disclosure/thresholds.py": ("tests/statistics/test_thresholds.py",),
    "statistics/disclosure/disclosure_control.py": ("tests/statistics/test_thresholds.py",),
    "statistics/tables/cross_tables.py": ("tests/statistics/test_cross_tables.py",),
    "statistics/conversion.py": ("tests/statistics/test_conversion.py",),
    "statistics/signals.py": ("tests/statistics/test_signals.py", "tests/statistics/test_signals_ratio.py"),
    "checks/norms.py": ("tests/checks/test_norms_together.py", "tests/checks/test_norms.py"),
    "checks/goods.py": ("tests/checks/test_goods_tables.py",),
    "checks/journey.py": ("tests/checks/test_journey_tables.py",),
    "checks/identifiers.py": ("tests/checks/test_goods_tables.py",),
    "cases/findings/duplicates.py": ("tests/cases/test_match_keys.py", "tests/cases/test_doubles_days.py"),
    "cases/findings/match_keys.py": ("tests/cases/test_match_keys.py",),
    "review/queries.py": ("tests/review/test_sampling_share.py", "tests/review/test_review.py"),
    "codelists/readers.py": ("tests/codelists/test_codelists.py", "tests/codelists/test_load_page.py"),
    "codelists/queries.py": ("tests/codelists/test_last_day.py", "tests/codelists/test_codelists.py"),
    "forms/types.py": ("tests/forms/test_types.py", "tests/forms/test_forms.py"),
    "foundation/numbers.py": ("tests/forms/test_forms.py", "tests/intake/test_intake.py"),
    "foundation/text.py": ("tests/house/test_formulas.py", "tests/codelists/test_codelists.py"),
    "foundation/readings/numbers.py": ("tests/foundation/test_reader_tables.py", "tests/foundation/test_readings.py"),
    "foundation/readings/dates.py": ("tests/foundation/test_reader_tables.py", "tests/foundation/test_readings.py"),
    "foundation/readings/quantities.py": (
        "tests/foundation/test_reader_tables.py",
        "tests/foundation/test_readings.py",
    ),
    "codelists/units.py": ("tests/codelists/test_reader_tables.py", "tests/foundation/test_readings.py"),
    "codelists/countries.py": ("tests/codelists/test_countries.py", "tests/codelists/test_reader_tables.py"),
    "codelists/names.py": ("tests/codelists/test_names.py", "tests/codelists/test_countries.py"),
    "codelists/flows.py": ("tests/codelists/test_reader_tables.py",),
    "forms/engine.py": ("tests/forms/test_forms.py", "tests/intake/test_understood.py"),
    "forms/lines.py": ("tests/intake/test_understood.py", "tests/intake/test_foreign_kinds.py"),
    "forms/dates.py": ("tests/intake/test_references_and_years.py", "tests/intake/test_understood.py"),
    "forms/row_plans.py": ("tests/forms/test_forms.py", "tests/intake/test_intake.py"),
    "intake/mapping/mapper.py": ("tests/intake/test_mapper.py",),
    "intake/reading/number_formats.py": ("tests/intake/test_number_formats.py",),
    "exchange/policy.py": ("tests/exchange/test_what_is_agreed.py",),
    "exchange/agreements.py": ("tests/exchange/test_what_is_agreed.py", "tests/exchange/test_envelopes.py"),
    "ledger/chain.py": ("tests/ledger/test_ledger.py",),
    "ledger/verifier.py": ("tests/ledger/test_verifier.py",),
    "operations/policy.py": ("tests/operations/test_who_may_do_what.py",),
    "operations/states.py": ("tests/operations/test_who_may_do_what.py",),
    "operations/waiting.py": ("tests/operations/test_who_may_do_what.py",),
    "operations/shares.py": ("tests/operations/test_ending.py",),
    "operations/actions/ending.py": ("tests/operations/test_ending.py", "tests/operations/test_shares.py"),
    "registry/policy.py": ("tests/registry/test_who_reads_names.py",),
    "registry/screening.py": ("tests/registry/test_screening.py", "tests/registry/test_bringing.py"),
    "trade/mirror/mirror_data.py": ("tests/trade/test_mirror_weights.py", "tests/trade/test_mirror.py"),
}
"""The modules that matter, and the tests that should notice a change of them, the quick ones first."""
SHAPES = {"registry": "national", "operations": "operation"}
"""The shape in which the tests of a room run, where that is not the centre's."""
OPERATORS = (
    "ReplaceComparisonOperator_Lt_LtE",
    "ReplaceComparisonOperator_LtE_Lt",
    "ReplaceComparisonOperator_Gt_GtE",
    "ReplaceComparisonOperator_GtE_Gt",
    "ReplaceComparisonOperator_Eq_NotEq",
    "ReplaceComparisonOperator_NotEq_Eq",
    "ReplaceComparisonOperator_Is_IsNot",
    "ReplaceComparisonOperator_IsNot_Is",
    "ReplaceBinaryOperator_Add_Sub",
    "ReplaceBinaryOperator_Sub_Add",
    "ReplaceBinaryOperator_Mul_Div",
    "ReplaceBinaryOperator_Div_Mul",
    "ReplaceBinaryOperator_FloorDiv_Mul",
    "ReplaceBinaryOperator_Mod_Mul",
    "ReplaceBinaryOperator_BitOr_BitAnd",
    "ReplaceBinaryOperator_BitAnd_BitOr",
    "ReplaceAndWithOr",
    "ReplaceOrWithAnd",
    "ReplaceTrueWithFalse",
    "ReplaceFalseWithTrue",
    "AddNot",
    "ReplaceUnaryOperator_Delete_Not",
    "ReplaceUnaryOperator_Delete_USub",
    "ReplaceUnaryOperator_Delete_Invert",
    "NumberReplacer",
    "ReplaceBreakWithContinue",
    "ReplaceContinueWithBreak",
    "ZeroIterationForLoop",
)
"""What is changed: one neighbour for each operator, not all of them; a test that
tells `<` from `<=` tells it from `>`.
"""
PYTEST = ("-m", "pytest", "-p", "tools.mutant_server", "-x", "-q", "-p", "no:warnings", "--tb=no", "--show-capture=no")


@dataclass(frozen=True, slots=True)
class Mutant:
    """A changed source and what was changed in it."""

    operator: str
    source: str
    line: int
    was: str
    now: str

    @property
    def inside(self) -> bool:
        """Whether a line inside a function has been changed, and no constant that others may have taken."""
        return any(
            node.body[0].lineno <= self.line <= (node.end_lineno or 0)
            for node in ast.walk(ast.parse(self.source))
            if isinstance(node, ast.FunctionDef)
        )


def mutants_of(source: str) -> list[Mutant]:
    """Every change of a source that changes what it does, each once."""
    plain = _as_run(source)
    found: dict[str, Mutant] = {}
    for name in OPERATORS:
        operator = get_operator(f"core/{name}")()
        number = sum(1 for node in ast_nodes(get_ast(source)) for _place in operator.mutation_positions(node))
        for occurrence in range(number):
            changed = mutate_code(source, operator, occurrence)
            if changed is not None and changed not in found and _as_run(changed) not in ("", plain):
                found[changed] = Mutant(name, changed, *_difference(source, changed))
    return list(found.values())


def _as_run(source: str) -> str:
    """A source without what tests cannot notice: annotations, how a class is decorated, how much a function remembers;
    empty where it cannot run at all.
    """
    try:
        tree = ast.parse(source)
    except SyntaxError:
        return ""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            node.returns = None
            node.decorator_list = [one for one in node.decorator_list if not _remembers(one)]
        elif isinstance(node, ast.arg):
            node.annotation = None
        elif isinstance(node, ast.arguments):  # the «*» among arguments is no product, and how they are given no matter
            node.args = [*node.posonlyargs, *node.args, *node.kwonlyargs]
            node.defaults = [*node.defaults, *(one for one in node.kw_defaults if one is not None)]
            node.posonlyargs, node.kwonlyargs, node.kw_defaults = [], [], []
        elif isinstance(node, ast.ClassDef):
            node.decorator_list = []  # a dataclass that is frozen or not behaves the same to who does not write to it
        elif isinstance(node, ast.AnnAssign):
            node.annotation = ast.Constant(None)
        elif isinstance(node, ast.TypeAlias):
            node.value = ast.Constant(None)
    return ast.dump(tree)


def _remembers(decorator: ast.expr) -> bool:
    """Whether a decorator says how much is remembered, which changes how long a thing takes and nothing else."""
    return isinstance(decorator, ast.Call) and isinstance(decorator.func, ast.Name) and decorator.func.id == "lru_cache"


def _difference(source: str, changed: str) -> tuple[int, str, str]:
    """(number of the first line that differs, it before, it after)."""
    before, after = source.splitlines(), changed.splitlines()
    for kind, at, until, start, end in difflib.SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind != "equal":
            return at + 1, " ".join(before[at:until]).strip(), " ".join(after[start:end]).strip()
    return 0, "", ""


class Copy:
    """A copy of the tree with a test database that is prepared once."""

    def __init__(self, folder: Path) -> None:
        self.tree, self._folder = folder / "tree", folder
        skipped = shutil.ignore_patterns(".*", "__pycache__", "bench", "*.sqlite3")
        shutil.copytree(PROJECT, self.tree, ignore=skipped)
        self._environment = {name: value for name, value in os.environ.items() if name != "DATABASE_URL"} | {
            "PYTHONPATH": str(self.tree),
            "PYTHONDONTWRITEBYTECODE": "1",
            "TIDEWAITER_SHARE": "none",
            "XDG_CACHE_HOME": str(folder / "cache"),
        }
        self._environment.pop("TIDEWAITER_HOME", None)

    def started(self, module: str, connection: Connection | None = None) -> subprocess.Popen[bytes]:
        """Pytest with the tests of a module, in the shape in which its room lives and with a home of its own."""
        shape = SHAPES.get(module.partition("/")[0], "central")
        environment = self._environment | {
            "TIDEWAITER_SHAPE": shape,
            "TIDEWAITER_TEST_PREPARED": "unchanged",
            "TIDEWAITER_TEST_BASE": tempfile.mkdtemp(dir=self._folder),
        }
        if connection:
            environment["TIDEWAITER_MUTANTS"] = str(connection.fileno())
        return subprocess.Popen(
            [sys.executable, *PYTEST, *MODULES[module]],
            cwd=self.tree,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            pass_fds=(connection.fileno(),) if connection else (),
        )

    def passes(self, module: str, timeout: float) -> bool:
        """Whether the tests pass in a process of their own; tests that take longer do not."""
        run = self.started(module)
        try:
            return run.wait(timeout) == 0
        except subprocess.TimeoutExpired:
            return False
        finally:
            if run.poll() is None:
                os.killpg(run.pid, signal.SIGKILL)
                run.wait()


class Server:
    """The tests of a module, imported once (tools/mutant_server.py)."""

    def __init__(self, copy: Copy, module: str) -> None:
        self._name = "tidewaiter." + module.removesuffix(".py").replace("/", ".")
        self._asked, other = Pipe()
        self._run = copy.started(module, other)
        other.close()

    def passes(self, before: str, after: str, timeout: float) -> bool | None:
        """Whether the tests pass with a change; None, where only a process of its own can take it on."""
        try:
            self._asked.send((self._name, before, after, timeout))
            passed, taken = self._asked.recv()
        except (EOFError, OSError):
            raise RuntimeError(f"{self._name}: its tests do not start") from None
        return passed if taken else None

    def close(self) -> None:
        """Ends it."""
        self._asked.close()
        self._run.wait()


def survivors(copy: Copy, module: str, seconds: float, seed: int) -> Iterator[str]:
    """The changes of a module that its tests do not notice, in words, then how many were tried. Raises
    `RuntimeError` where the tests fail as they are.
    """
    path = copy.tree / "tidewaiter" / module
    source = path.read_text(encoding="utf-8")
    server = Server(copy, module)
    start = time.monotonic()
    if not server.passes(source, source, 3600):
        raise RuntimeError(f"{module}: its tests fail before anything is changed: {' '.join(MODULES[module])}")
    timeout = 20 + 4 * (time.monotonic() - start)
    every = mutants_of(source)
    random.Random(seed).shuffle(every)
    end, tried, left = time.monotonic() + seconds, 0, 0
    for one in every:
        if time.monotonic() > end:
            break
        tried += 1
        path.write_text(one.source, encoding="utf-8")
        try:
            passed = server.passes(source, one.source, timeout)
            if passed is None or (passed and not one.inside):
                passed = copy.passes(module, timeout + 60)
            if passed:
                left += 1
                yield (
                    f"  survived  {module}:{one.line}  {one.operator}\n      - {one.was[:160]}\n      + {one.now[:160]}"
                )
        finally:
            path.write_text(source, encoding="utf-8")
    server.close()
    yield f"{module}: {len(every)} changes, {tried} tried, {tried - left} noticed, {left} survived"


def main() -> int:
    """Goes through the modules."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("modules", nargs="*", metavar="MODULE", help="as in the table; without any, all")
    parser.add_argument("--minutes", type=float, default=60.0, help="for all modules together")
    parser.add_argument("--seed", type=int, default=23)
    said = parser.parse_args()
    chosen = [one.removeprefix("tidewaiter/") for one in said.modules] or list(MODULES)
    if unknown := [one for one in chosen if one not in MODULES]:
        parser.error(f"not in the table of tools/mutants.py: {', '.join(unknown)}")
    with tempfile.TemporaryDirectory(prefix="tidewaiter-mutants-") as folder:
        copy = Copy(Path(folder))
        for module in chosen:
            try:
                for line in survivors(copy, module, 60 * said.minutes / len(chosen), said.seed):
                    print(line, flush=True)
            except RuntimeError as error:
                print(error, file=sys.stderr)
                return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
