"""A pytest plugin that starts once and tries each change in a child of its own (tools/mutants.py loads it).

Everything is imported and the database prepared before the first change; a child then takes the change on, runs the
tests until one fails, and is gone with all that it did. What it is asked and answers goes through the connection whose
descriptor TIDEWAITER_MUTANTS names: (module, source before, source after, seconds) to (passed, whether the change
was taken on).
"""

from __future__ import annotations

import ast
import functools
import gc
import os
import signal
import sys
from multiprocessing.connection import Connection
from types import CodeType, FunctionType, ModuleType, SimpleNamespace
from typing import Any

import hypothesis
import pytest
from _pytest.runner import runtestprotocol
from django.db import connections

from tests.shares import is_left_out

PASSED, FAILED, NOT_TAKEN = 0, 1, 2


def pytest_configure() -> None:
    """How long a made input takes says nothing of a change: on a busy machine it would fail tests that pass."""
    hypothesis.settings.register_profile(
        "mutants", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow]
    )
    hypothesis.settings.load_profile("mutants")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """A long test would be run for every change: they are left out, though their file is named."""
    items[:] = [item for item in items if not is_left_out(item.nodeid, marked=bool(item.get_closest_marker("long")))]


@pytest.hookimpl(tryfirst=True)
def pytest_runtestloop(session: pytest.Session) -> bool | None:
    """Serves until the other end is closed; a run that serves nobody goes as ever."""
    if "TIDEWAITER_MUTANTS" not in os.environ:
        return None
    asked = Connection(int(os.environ["TIDEWAITER_MUTANTS"]))
    whole = SimpleNamespace(listchain=lambda: [session])  # stands for a next test: what a session shares is kept
    with_database = [
        item
        for item in session.items
        if item.get_closest_marker("django_db") or "db" in getattr(item, "fixturenames", ())
    ]
    # what makes inputs prepares its tables of signs, some seconds long, when it is first asked
    making = [item for item in session.items if hasattr(getattr(item, "obj", None), "hypothesis")]
    for item in (*with_database[:1], *making[:1]):
        runtestprotocol(item, log=False, nextitem=whole)  # type: ignore[arg-type]
    connections.close_all()  # they are not to be shared by processes
    while True:
        try:
            module, before, after, seconds = asked.recv()
        except EOFError:
            return True
        child = os.fork()
        if not child:
            os._exit(_tried(session.items, whole, module, before, after, seconds))
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        if code < 0:  # the alarm: nothing that it started outlives it
            _killed(child)
        asked.send((code == PASSED, code != NOT_TAKEN))


def _tried(items: list[pytest.Item], whole: Any, module: str, before: str, after: str, seconds: float) -> int:
    """What a child does: takes the change on, runs the tests until one fails."""
    os.setsid()
    signal.alarm(int(seconds) + 1)
    _forgotten()
    try:
        if before != after and module in sys.modules and not taken_on(sys.modules[module], before, after):
            return NOT_TAKEN
        for item, following in zip(items, [*items[1:], whole], strict=True):
            if any(report.failed for report in runtestprotocol(item, log=False, nextitem=following)):
                return FAILED
    except BaseException:  # noqa: BLE001 -- whatever ends the tests, they have noticed; a child is never its parent
        return FAILED
    return PASSED


def _forgotten() -> None:
    """What functions remember was said by the program as it was."""
    for one in gc.get_objects():
        if isinstance(one, functools._lru_cache_wrapper) and str(one.__module__).startswith("tidewaiter."):
            one.cache_clear()


def _killed(child: int) -> None:
    try:
        os.killpg(child, signal.SIGKILL)
    except ProcessLookupError:
        return


def taken_on(module: ModuleType, before: str, after: str) -> bool:
    """Gives the functions of a module that is loaded their changed code, its constants and what is made of
    them their changed values; False, where the change is of another kind.
    """
    codes = dict(_codes(compile(after, str(module.__file__), "exec")))
    stale: set[str] = set()
    for old, new in zip(ast.parse(before).body, ast.parse(after).body, strict=True):
        changed = ast.dump(old) != ast.dump(new)
        if isinstance(new, ast.FunctionDef | ast.ClassDef):
            if changed and not (_outside(old) == _outside(new) and _swapped(module, new, codes)):
                return False
        elif changed or (isinstance(new, ast.Assign | ast.AnnAssign) and _names(new) & stale):
            if not isinstance(new, ast.Assign | ast.AnnAssign):
                return False
            targets = new.targets if isinstance(new, ast.Assign) else [new.target]
            kept = {
                one.id: vars(module).get(one.id)
                for one in ast.walk(ast.Tuple(list(targets)))
                if isinstance(one, ast.Name)
            }
            exec(compile(ast.Module([new], []), str(module.__file__), "exec"), vars(module))
            for name, value in kept.items():
                _told(name, value, vars(module)[name])
            stale |= set(kept)
    return True


def _codes(code: CodeType) -> list[tuple[str, CodeType]]:
    """Every code object below one, by its qualified name."""
    below = [one for one in code.co_consts if isinstance(one, CodeType)]
    return [(one.co_qualname, one) for one in below] + [pair for one in below for pair in _codes(one)]


def _names(node: ast.AST) -> set[str]:
    return {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}


def _outside(node: ast.stmt) -> str:
    """A function or a class without the bodies of its functions."""
    tree = ast.parse(ast.unparse(node))
    for one in ast.walk(tree):
        if isinstance(one, ast.FunctionDef):
            one.body = [ast.Pass()]
    return ast.dump(tree)


def _swapped(module: ModuleType, node: ast.stmt, codes: dict[str, CodeType]) -> bool:
    functions = [one for one in ast.walk(node) if isinstance(one, ast.FunctionDef)]
    if isinstance(node, ast.FunctionDef):
        functions = [node]
    for one in functions:
        path = one.name if one is node else f"{node.name}.{one.name}"  # type: ignore[attr-defined]
        live: Any = vars(module).get(node.name)  # type: ignore[attr-defined]
        if one is not node:
            if one not in node.body:  # type: ignore[attr-defined]
                continue  # inside a method: its code has it
            live = vars(live).get(one.name)
        for way in ("fget", "func", "__func__", "__wrapped__"):
            live = getattr(live, way, live)
        if not isinstance(live, FunctionType) or path not in codes:
            return False
        live.__code__ = codes[path]
    return True


def _told(name: str, before: Any, value: Any) -> None:
    """Whoever has imported a constant has it by the same name."""
    for module in list(sys.modules.values()):
        if module is not None and vars(module).get(name) is before:
            vars(module)[name] = value
