"""Which function of the house calls which, as far as names tell."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

type Scope = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Lambda
type Place = tuple[str, tuple[str, ...]]
"""Module, and the names of classes and functions down to one."""
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


@dataclass
class Module:
    """A file: its functions and classes by their path of names, and what it has imported under which name."""

    name: str
    tree: ast.Module
    scopes: dict[tuple[str, ...], ast.AST] = field(default_factory=dict)
    imports: dict[str, tuple[str, str]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self._enter(self.tree, ())
        for node in ast.walk(self.tree):
            if isinstance(node, ast.ImportFrom) and node.module:
                self.imports |= {(one.asname or one.name): (node.module, one.name) for one in node.names}
            elif isinstance(node, ast.Import):
                self.imports |= {one.asname: (one.name, "") for one in node.names if one.asname}

    def _enter(self, node: ast.AST, path: tuple[str, ...]) -> None:
        waiting = [(node, path)]
        while waiting:
            outer, before = waiting.pop()
            for inner in ast.iter_child_nodes(outer):
                here = (*before, inner.name) if isinstance(inner, (*FUNCTIONS, ast.ClassDef)) else before
                if here != before:
                    self.scopes[here] = inner
                waiting.append((inner, here))


def modules_of(folder: Path) -> dict[str, Module]:
    """The modules below a folder, without migrations."""
    found = {}
    for path in sorted(folder.rglob("*.py")):
        if "migrations" not in path.parts:
            parts = path.relative_to(folder.parent).with_suffix("").parts
            name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
            found[name] = Module(name, ast.parse(path.read_text()))
    return found


def _own(function: ast.AST) -> Iterator[ast.AST]:
    """What stands in a function itself and not in one inside it; decorators and
    defaults belong to whoever defines it.
    """
    waiting: list[ast.AST] = list(getattr(function, "body", []))
    while waiting:
        node = waiting.pop()
        yield node
        if not isinstance(node, (*FUNCTIONS, ast.ClassDef)):
            waiting += ast.iter_child_nodes(node)


def _bound(function: ast.AST) -> set[str]:
    """Names that are the function's own: its arguments, and what it assigns."""
    names = {one.arg for one in ast.walk(getattr(function, "args", ast.Module([], []))) if isinstance(one, ast.arg)}
    return names | {one.id for one in _own(function) if isinstance(one, ast.Name) and not isinstance(one.ctx, ast.Load)}


def _made(modules: dict[str, Module], module: str, path: tuple[str, ...]) -> Iterator[Place]:
    """The function at a place; of a class what runs when one is made."""
    node = modules[module].scopes.get(path) if module in modules else None
    if isinstance(node, FUNCTIONS):
        yield module, path
    elif isinstance(node, ast.ClassDef):
        for name in ("__init__", "__post_init__", "__new__"):
            if (*path, name) in modules[module].scopes:
                yield module, (*path, name)


def _named(modules: dict[str, Module], module: Module, path: tuple[str, ...], name: str) -> Iterator[Place]:
    """What a bare name means at a place: classes around it do not count, as in Python."""
    for depth in range(len(path), -1, -1):
        around = module.scopes.get(path[:depth])
        if isinstance(around, ast.ClassDef):
            continue
        if (*path[:depth], name) in module.scopes:
            yield from _made(modules, module.name, (*path[:depth], name))
            return
        if isinstance(around, FUNCTIONS) and name in _bound(around):
            return
    if name in module.imports:
        home, said = module.imports[name]
        yield from _made(modules, home, (said,))


def _attribute(
    modules: dict[str, Module], module: Module, path: tuple[str, ...], node: ast.Attribute
) -> Iterator[Place]:
    """What `name.attribute` means: of `self` a method of the class or of one it
    comes from; of a module its function.
    """
    if not isinstance(node.value, ast.Name):
        return
    owner = node.value.id
    if owner in ("self", "cls"):
        for depth in range(len(path) - 1, 0, -1):
            if isinstance(module.scopes.get(path[:depth]), ast.ClassDef):
                yield from _method(modules, module, path[:depth], node.attr)
                return
    elif owner in module.imports:
        home, said = module.imports[owner]
        yield from _made(modules, f"{home}.{said}" if said else home, (node.attr,))
        yield from _made(modules, home, (said, node.attr))
    elif (owner, node.attr) in module.scopes:
        yield from _made(modules, module.name, (owner, node.attr))


def _method(modules: dict[str, Module], module: Module, path: tuple[str, ...], name: str) -> Iterator[Place]:
    waiting, seen = [(module, path)], set()
    while waiting:
        where, at = waiting.pop(0)
        if (where.name, at) in seen or at not in where.scopes:
            continue
        seen.add((where.name, at))
        if (*at, name) in where.scopes:
            yield from _made(modules, where.name, (*at, name))
            return
        for base in getattr(where.scopes[at], "bases", []):
            if isinstance(base, ast.Name):
                home, said = where.imports.get(base.id, (where.name, base.id))
                if home in modules:
                    waiting.append((modules[home], (said,)))


def graph_of(modules: dict[str, Module]) -> dict[Place, set[Place]]:
    """Each function, and those that it names: whoever is named may be called."""
    graph: dict[Place, set[Place]] = {}
    for module in modules.values():
        for path, function in module.scopes.items():
            if not isinstance(function, FUNCTIONS):
                continue
            found = graph.setdefault((module.name, path), set())
            if _same_method_of_another(module, path, function):
                found.add((module.name, path))
            for node in _own(function):
                if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load):
                    found |= set(_named(modules, module, path, node.id))
                elif isinstance(node, ast.Attribute):
                    found |= set(_attribute(modules, module, path, node))
    return graph


def _same_method_of_another(module: Module, path: tuple[str, ...], function: ast.AST) -> bool:
    """`for child in …: child.walk()` in the method `walk`: a tree is walked so."""
    if not isinstance(module.scopes.get(path[:-1]), ast.ClassDef):
        return False
    each = {
        one.id
        for node in _own(function)
        if isinstance(node, ast.For | ast.comprehension)
        for one in ast.walk(node.target)
        if isinstance(one, ast.Name)
    }
    return any(
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == path[-1]
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id in each
        for node in _own(function)
    )


def circles_of(graph: dict[Place, set[Place]]) -> list[set[Place]]:
    """Functions that reach themselves, together with those they do it through (strongly connected, Kosaraju)."""
    order: list[Place] = []
    seen: set[Place] = set()
    for start in graph:
        waiting = [(start, iter(graph[start]))] if start not in seen else []
        seen.add(start)
        while waiting:
            place, rest = waiting[-1]
            following = next((one for one in rest if one in graph and one not in seen), None)
            if following is None:
                order.append(place)
                waiting.pop()
            else:
                seen.add(following)
                waiting.append((following, iter(graph[following])))
    callers: dict[Place, set[Place]] = {place: set() for place in graph}
    for place, called in graph.items():
        for one in called & graph.keys():
            callers[one].add(place)
    found, done = [], set()
    for start in reversed(order):
        circle, heap = set(), [start]
        while heap:
            place = heap.pop()
            if place not in done:
                done.add(place)
                circle.add(place)
                heap += callers[place]
        if len(circle) > 1 or start in graph[start]:
            found.append(circle)
    return found
