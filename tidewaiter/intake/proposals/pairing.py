"""Each column of a file gets the field that it most surely is; each field is given away once, but for offices."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from tidewaiter.forms.columns import Column
from tidewaiter.forms.engine import Form
from tidewaiter.intake.proposals.contents import Contents
from tidewaiter.intake.proposals.fitting import VETO, fit, fit_part, tells
from tidewaiter.intake.proposals.vocabulary import DATE_PARTS, NOT_READ, Meaning, Vocabulary
from tidewaiter.intake.proposals.words import words_of_head

LEAST = 0.62
"""How sure a proposal must be, of 1."""
SECOND = 0.74
"""The same, of a column whose likeliest field another column took."""
NEVER = frozenset({"date_precision", "kind", "form_version", "reported", "handling"})
"""Fields that no column of another agency's file becomes by itself."""
MOST_OFFICES = 3
_LONGEST_REF = 30
_DATED = 0.8
"""How much less sure a date is whose head names but a part of it."""


@dataclass(slots=True)
class Paired:
    """What a column was found to be: a field, a part of a date, or `-`; by its name, its values, or both."""

    contents: Contents
    path: str = ""
    sure: float = 0.0
    by_name: float = 0.0
    by_values: float = 0.0
    measure: str = ""
    meanings: dict[str, Meaning] = field(default_factory=dict)
    vetoed: str = ""
    """The field that the head says and the values deny."""
    others: list[tuple[float, str]] = field(default_factory=list)


def pair(form: Form, vocabulary: Vocabulary, columns: Sequence[Contents]) -> list[Paired]:
    """What each column is, in their order."""
    targets = [column for column in form.columns if column.path not in NEVER]
    found = [Paired(contents) for contents in columns]
    scored: list[tuple[float, int, str]] = []
    for at, one in enumerate(found):
        meanings = vocabulary.meanings(one.contents.head)
        for sure, path in _scores(targets, one, meanings):
            scored.append((sure, at, path))
            one.others.append((sure, path))
        one.meanings = meanings
    given: set[str] = set()
    for sure, at, path in sorted(scored, key=lambda one: (-one[0], _order(one[2]), one[1])):
        one = found[at]
        best_sure = max(one.others)[0]
        if one.path or sure < LEAST or (sure < best_sure - 0.02 and sure < SECOND):
            continue
        if path in (NOT_READ, "office") or path not in given:
            _give(one, path, sure, form)
            given.add(path)
    _keep_few_offices(found)
    if "national_ref" not in given:
        _numbered(found)
    return found


def _numbered(found: list[Paired]) -> None:
    """The first column that is called a number of something unknown («WSD No.») and holds signs that never repeat."""
    for one in found:
        said = one.contents
        called = {"number", "id", "reference", "code"} & set(words_of_head(said.head))
        signs = said.share(lambda text: any(map(str.isdigit, text)) and any(map(str.isalpha, text)))
        if (
            not one.path
            and called
            and signs > 0.9
            and said.unlike == 1
            and said.filled > 2
            and said.length < _LONGEST_REF
        ):
            one.path, one.sure, one.by_name, one.by_values = "national_ref", 0.7, 0.5, 0.9
            return


def _give(one: Paired, path: str, sure: float, form: Form) -> None:
    one.path, one.sure = path, sure
    meaning = one.meanings.get(path)
    one.by_name, one.measure = (meaning.sure, meaning.measure) if meaning else (0.0, "")
    column = form.by_path.get(path)
    one.by_values = max(fit(column, one.contents), 0.0) if column is not None else 1.0


def _order(path: str) -> int:
    """Among equals a field comes before what is not read, the goods' own before a leg of the route."""
    return 2 if path == NOT_READ else 1 if path.startswith(("route.", "persons.")) or path == "office" else 0


def _scores(targets: Sequence[Column], one: Paired, meanings: dict[str, Meaning]) -> list[tuple[float, str]]:
    out: list[tuple[float, str]] = []
    for part in DATE_PARTS:
        if part in meanings and (share := fit_part(part, one.contents)) != VETO:
            out.append((meanings[part].sure * (0.75 + 0.25 * share), part))
    dated = max((meanings[part].sure for part in ("month", "year", "day") if part in meanings), default=0.0)
    if dated > 0.8 and one.contents.days > 0.9:  # «Month» over whole months or days: 2024-01
        out.append((_DATED * dated, "date"))
    if NOT_READ in meanings:
        out.append((meanings[NOT_READ].sure * 0.97, NOT_READ))
    for column in targets:
        name = meanings[column.path].sure if column.path in meanings else 0.0
        told = tells(column, one.contents) if name < 0.9 else 0.0
        if name < 0.4 and not told:
            continue
        share = fit(column, one.contents)
        if share == VETO:
            if name > 0.8:
                one.vetoed = column.path
            continue
        out.append((max(name * (0.75 + 0.25 * share), told), column.path))
    return out


def _keep_few_offices(found: list[Paired]) -> None:
    offices = [one for one in found if one.path == "office"]
    for one in sorted(offices, key=lambda one: -one.sure)[MOST_OFFICES:]:
        one.path = ""
    best = max((one.sure for one in offices), default=0.0)
    for one in offices:
        if one.sure < max(0.8, best - 0.25):
            one.path = ""
