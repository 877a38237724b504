"""Which columns of a trade table say what: known layouts, heads in five languages (`data/layouts.toml`), or a mapping.

UN Comtrade, WITS, BACI, Comext, Comex Stat and national declarations are told here alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any, Literal

from django.utils.translation import gettext as _

from tidewaiter.foundation.decoding import NotToml, read_toml
from tidewaiter.foundation.json_types import JsonObject
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.foundation.text import fold
from tidewaiter.intake.mapping.foreign_columns import Asked

type Kind = Literal["reported", "declarations"]
CONSTANT = "="
"""A mapping's value that begins so is a value for every row, and no head: `=BR`."""
_LAYOUTS = Path(__file__).parent.parent / "data" / "layouts.toml"
_note = re.compile(r"[\[(]([^\])]*)[\])]|\b(?:in|en|em)\s+(.+)$", re.IGNORECASE)

_word = re.compile(r"[^\W\d_]+|[0-9]+")
_thousands = re.compile(r"(?<=[0-9])[ ,.'](?=000)")


@dataclass(frozen=True, slots=True)
class Columns:
    """What was taken for what."""

    kind: Kind
    taken: dict[str, tuple[str, ...]]
    """Our name → heads of the file; of several that identify the same thing the first is asked first, row by row."""
    constants: dict[str, str] = field(default_factory=dict)
    layout: str = ""
    countries: str = "m49"
    """Whose numbers numeric countries are: `m49`, `geonom` (Comext), `secex` (Comex Stat)."""
    value_times: float = 1.0
    weight_times: float = 1.0
    """What makes a weight kilograms."""

    def first(self) -> dict[str, str]:
        """Our name → the head, or `=` and the constant, as a mapping says it."""
        said = {name: heads[0] for name, heads in self.taken.items()}
        return said | {name: f"{CONSTANT}{value}" for name, value in self.constants.items()}

    def has(self, name: str) -> bool:
        """Whether the table says it, by a column or for all rows."""
        return name in self.taken or name in self.constants


@cache
def layouts() -> JsonObject:
    """The file of layouts."""
    found: JsonObject = read_toml(_LAYOUTS.read_text())
    return found


@cache
def words(name: str) -> frozenset[str]:
    """A list of words of the file of layouts, in small letters."""
    return frozenset(word.lower() for word in layouts()[name])


@cache
def asked(kind: Kind) -> tuple[Asked, ...]:
    """The columns that a person may name, with the heads they go by."""
    table = layouts()[kind]
    return tuple(Asked(name, tuple(heads), name in table["needed"]) for name, heads in table["heads"].items())


def read_mapping(text: str) -> dict[str, str]:
    """`{our name: head, or = and a constant}` of a mapping file: its `[columns]`, `[constants]`, and `decimal` of its
    `[formats]`. Raises `BadInput` for what is none.
    """
    try:
        said = read_toml(text)
    except NotToml as error:
        raise BadInput("mapping", _("The mapping is not TOML: %(why)s") % {"why": error.why}) from error
    columns, constants, formats = (said.get(name, {}) for name in ("columns", "constants", "formats"))
    tables = (columns, constants, formats)
    if not all(isinstance(table, dict) and all(isinstance(one, str) for one in table.values()) for table in tables):
        raise BadInput("mapping", _("A mapping says under [columns], for each of our columns, the head of theirs."))
    decimal = {"decimal": formats["decimal"]} if formats.get("decimal") in (".", ",") else {}
    found: dict[str, str] = columns | {name: f"{CONSTANT}{value}" for name, value in (constants | decimal).items()}
    return found


def bare(head: str) -> str:
    """A head as it is compared: small ASCII letters and digits."""
    return re.sub(r"[^a-z0-9]", "", fold(head))


def _forms(head: str) -> tuple[str, ...]:
    """A head as it is compared: whole, and without what it says of its unit."""
    whole, short = bare(head), bare(_note.sub(" ", head))
    return (whole, short) if short and short != whole else (whole,)


def columns_of(heads: Sequence[str], kind: Kind, mapping: Mapping[str, str] | None = None) -> Columns:
    """What the columns of a table say. A mapping names heads, or constants (`=BR`); what it does not name is told by
    the heads. Raises `BadInput` for a mapping to a head that is not there, and where something needed is not said.
    """
    chosen = {name: head for name, head in (mapping or {}).items() if head}
    constants = {name: head[1:].strip() for name, head in chosen.items() if head.startswith(CONSTANT)}
    named = {name: head for name, head in chosen.items() if name not in constants}
    if unknown := [head for head in named.values() if head not in heads]:
        raise BadInput("mapping", _("The file has no column «%(head)s».") % {"head": unknown[0][:80]})
    layout = _layout(heads)
    if layout.get("taken") and (not named or set(named.items()) <= set(layout["taken"].items())):
        return _as_laid_out(heads, kind, layout, constants)
    taken = _taken(heads, kind, named)
    constants = {**layout.get("constants", {}), **constants} if kind == "reported" else constants
    constants = {name: value for name, value in constants.items() if name not in taken}
    if kind == "declarations":
        taken = _one_quantity(taken, named)
    elif "month" in taken and not {"year", "period"} & {*taken, *constants}:
        taken["period"] = taken.pop("month")  # a month that stands alone says its year too («2019-01»)
    found = Columns(
        kind,
        taken,
        constants,
        layout.get("name", ""),
        layout.get("countries", "m49"),
        value_times=_scale(taken.get("value", ("",))[0]),
        weight_times=_mass(taken.get("weight", ("",))[0]),
    )
    if missing := missing_of(found):
        raise BadInput(
            "missing_column",
            _("The file has no column for: %(names)s. Say which column it is; it has: %(heads)s.")
            % {"names": ", ".join(missing), "heads": ", ".join(heads)[:400]},
        )
    return found


def missing_of(found: Columns) -> list[str]:
    """What is needed and not said."""
    if "exporter" in found.taken:
        return []
    also = {"quantity": "weight"} if found.kind == "declarations" else {}
    needed = layouts()[found.kind]["needed"]
    return [name for name in needed if not found.has(name) and not found.has(also.get(name, name))]


def recognised(heads: Sequence[str], kind: Kind) -> Columns | None:
    """As `columns_of` without a mapping; nothing where something needed is not told."""
    try:
        return columns_of(heads, kind)
    except BadInput:
        return None


def _layout(heads: Sequence[str]) -> JsonObject:
    folded = {bare(head) for head in heads}
    exact = set(heads)
    for one in layouts()["layout"]:
        known = exact if one.get("taken") else folded
        if all((head if one.get("taken") else bare(head)) in known for head in one["heads"]):
            return dict(one)
    return {}


def _as_laid_out(heads: Sequence[str], kind: Kind, layout: Mapping[str, Any], constants: dict[str, str]) -> Columns:
    taken: dict[str, tuple[str, ...]] = {name: (head,) for name, head in layout["taken"].items() if head in heads}
    return Columns(
        kind,
        taken,
        constants,
        layout["name"],
        value_times=float(layout.get("value", 1)),
        weight_times=float(layout.get("weight", 1)),
    )


def _taken(heads: Sequence[str], kind: Kind, named: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Heads by our names: those that a mapping names, then those that are known, none twice."""
    table = layouts()[kind]
    by_form: dict[str, str] = {}
    for at in (0, 1):
        for head in heads:
            written = _forms(head)
            if len(written) > at:
                by_form.setdefault(written[at], head)
    used = set(named.values())
    found: dict[str, tuple[str, ...]] = {}
    for name, known in table["heads"].items():
        if name in named and name not in table.get("together", {}):
            found[name] = (named[name],)
            continue
        forms_known = [by_form[form] for said in (name, *known) if (form := bare(said)) in by_form]
        here = [head for head in forms_known if head not in used]
        told = list(dict.fromkeys(([named[name]] if name in named else []) + _ordered(name, known, here)))
        if told:
            found[name] = _together(told, name, table.get("together", {}))
            used |= set(found[name])
    return found


def _ordered(name: str, known: Sequence[str], here: Sequence[str]) -> list[str]:
    """Heads in the order of the list, where our own name stands as it is listed (else first)."""
    order = [bare(said) for said in known]
    own = bare(name)
    if own not in order:
        order.insert(0, own)
    return sorted(here, key=lambda head: min((order.index(form) for form in _forms(head) if form in order), default=0))


def _together(told: Sequence[str], name: str, together: Mapping[str, Sequence[str]]) -> tuple[str, ...]:
    """The first head, and those that identify the same thing as it does."""
    alike = together.get(name, ())
    if "*" in alike:
        return tuple(told)
    same = {bare(one) for one in alike}
    if same & set(_forms(told[0])):
        return tuple(head for head in told if same & set(_forms(head)))
    return (told[0],)


def _one_quantity(taken: dict[str, tuple[str, ...]], named: Mapping[str, str]) -> dict[str, tuple[str, ...]]:
    """Which of the quantities of a declaration is priced, so that no two are ever pooled: the one that a mapping names;
    else one whose unit is said, with the net weight where that unit is not understood; else the net weight, in
    kilograms; else the only one there is.
    """
    taken = dict(taken)
    other = taken.pop("other_quantity", None)
    if "quantity" in taken and "unit" in taken and ("weight" not in named or "quantity" in named):
        return taken
    if "quantity" in named:
        taken.pop("weight", None)
        return taken
    if "weight" in taken:
        if ("quantity" in taken or other) and "unit" not in named:
            taken.pop("unit", None)  # it is the unit of the other quantity
        taken.pop("quantity", None)
        return taken
    if "quantity" not in taken and other:
        taken["quantity"] = other
    return taken


def _words_of(head: str) -> list[str]:
    """What a head says beside its name («(miles de US$)», «in 1000 kg»), then all of it, as words and whole numbers."""
    beside = [part for found in _note.findall(head) for part in found if part]
    return [word for part in (*beside, head) for word in _word.findall(_thousands.sub("", fold(part)))]


def _scale(head: str) -> float:
    scales: dict[str, float] = layouts()["scales"]
    said = " ".join(_words_of(head))
    whole = next((scales[phrase] for phrase in scales if " " in phrase and phrase in said), None)
    return whole or next((scales[word] for word in said.split() if word in scales), 1.0)


def _mass(head: str) -> float:
    """Kilograms of one: of the unit that a head says, as many as it says before it («1000 kg», «thousand tonnes»)."""
    masses: dict[str, float] = layouts()["masses"]
    said = [word for word in _words_of(head) if word not in words("joints")]
    at = next((at for at, word in enumerate(said) if word in masses), None)
    if at is None:
        return 1.0
    before = said[at - 1] if at else ""
    many = float(before) if before in ("10", "100", "1000") else float(layouts()["scales"].get(before, 1))
    return float(masses[said[at]]) * many
