"""How a foreign file could be mapped: proposed from the heads of its columns and from what stands in them.

The name of a column is understood in many languages (`proposals.vocabulary`); values that cannot be a field's veto
its name; a few lists tell a column by its values alone. What the file does not tell is asked and not guessed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext
from msgspec import structs

from tidewaiter.codelists.queries import list_view
from tidewaiter.forms.columns import Column
from tidewaiter.forms.engine import Form
from tidewaiter.intake.mapping.mapping_file import Mapping, ReaderHints, Values, head_of, holes
from tidewaiter.intake.proposals.contents import Contents, codes_in
from tidewaiter.intake.proposals.days import tell_days
from tidewaiter.intake.proposals.found import Found, Question, Said
from tidewaiter.intake.proposals.goods import form_of, tell_goods
from tidewaiter.intake.proposals.keys import KEY, tell_key
from tidewaiter.intake.proposals.pairing import NEVER, Paired, pair
from tidewaiter.intake.proposals.tables import headings_in, sums_in
from tidewaiter.intake.proposals.vocabulary import DATE_PARTS, NOT_READ, Vocabulary
from tidewaiter.intake.proposals.words import says_fiscal_year, says_subdivision

SAMPLE = 10_000
"""Rows that are looked at."""
SHEET = "sheet"
"""What a question is about that names sheets which are not read."""
LINES = "lines"
"""Stands for the target of a column that is a line of its own."""
_VALUES = 60
_SURE, _LIKELY = 0.88, 0.75


@dataclass(slots=True)
class Proposal:
    """One source column: what it may be, how sure (0 to 1), and why, in a sentence."""

    head: str
    path: str = ""
    sure: float = 0.0
    why: str = ""
    samples: list[str] = field(default_factory=list)

    @property
    def how_sure(self) -> str:
        """How sure, in a word."""
        if not self.path:
            return ""
        if self.sure >= _SURE:
            return gettext("sure")
        return gettext("likely") if self.sure >= _LIKELY else gettext("look at it")


@dataclass(slots=True)
class Proposed:
    """What is proposed for a file: the mapping, what each column is and why, and what a person must say."""

    mapping: Mapping
    columns: list[Proposal]
    questions: list[Question]

    @property
    def sure(self) -> dict[str, float]:
        """How sure each target is, by path: of several columns the least sure."""
        out: dict[str, float] = {}
        for one in self.columns:
            if one.path and one.path != LINES:
                out[one.path] = min(one.sure, out.get(one.path, 1.0))
        return out


@dataclass(frozen=True, slots=True)
class Choice:
    """What a person chose: path by head, constants by path, codes by value and path, and how the file is written."""

    chosen: dict[str, str]
    constants: dict[str, str] = field(default_factory=dict)
    values: dict[str, dict[str, str]] = field(default_factory=dict)
    said: Said = field(default_factory=Said)


@lru_cache(maxsize=32)
def vocabulary_of(form: Form) -> Vocabulary:
    """The words of a form, compiled once."""
    return Vocabulary(form)


def targets_of(form: Form) -> list[Column]:
    """The columns that a file's column may become."""
    return [column for column in form.columns if column.path not in NEVER - {"handling"}]


def columns_of_table(heads: Sequence[str], rows: Sequence[Sequence[str]]) -> list[Contents]:
    """The columns of a table, each with its different values and how often they stand."""
    wide = len(heads)
    filled = [row if len(row) == wide else [*row[:wide], *[""] * (wide - len(row))] for row in rows]
    cells = zip(*filled, strict=True) if filled else ((),) * wide
    return [Contents(head, column) for head, column in zip(heads, cells, strict=True)]


def likely_forms(forms: Sequence[Form], heads: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """The codes of the forms that a table's goods may belong to; one alone where it is likelier than all others."""
    return form_of(forms, vocabulary_of(forms[0]), columns_of_table(heads, rows[:1_000]))


def propose(
    form: Form,
    heads: Sequence[str],
    rows: Sequence[Sequence[str]],
    *,
    country: str = "",
    reader: ReaderHints | None = None,
) -> Proposed:
    """What a table of these heads and rows may be, held against a form.

    `country`: whose file it is, where that is known: it stands for the country of all rows where no column says it.
    """
    found = Found(form.code, whole=len(rows) < SAMPLE, reader=reader or ReaderHints())
    heads = [head_of(head) for head in heads]
    sums = sums_in(heads, [[row[at] for row in rows if at < len(row)] for at in range(len(heads))])
    headings = headings_in(heads, rows)
    kept = _cases_alone(heads, rows, sums, headings)
    paired = _nameable(found, pair(form, vocabulary_of(form), columns_of_table(heads, kept)))
    if country and all(one.path != "country" for one in paired):
        found.constants["country"] = country
    tell_goods(found, form, paired)
    _fill(found, form, paired, kept, heads)
    if headings:
        found.reader = _with_headings(found.reader, headings)
    found.skip = sums
    tell_key(found, paired, kept, heads)
    _questions(found, form, paired)
    return Proposed(found.mapping(), [_proposal(form, found, one) for one in paired], found.questions)


def mapped(form: Form, before: Proposed, rows: Sequence[Sequence[str]], choice: Choice) -> Proposed:
    """The mapping that a person's choices make of a file; what they do not touch stays as it was proposed."""
    heads = [one.head for one in before.columns]
    found = Found(
        form.code, choice.said, len(rows) < SAMPLE, reader=before.mapping.reader, constants=dict(choice.constants)
    )
    paired = _nameable(found, [Paired(contents) for contents in columns_of_table(heads, rows)])
    allowed = {column.path for column in targets_of(form)} | {LINES}
    for one in paired:
        path = choice.chosen.get(one.contents.head, "")
        one.path = path if path in allowed and not set(one.contents.head) & set("{}") else ""
    _parts_of_date(paired)
    chosen = {one.contents.head for one in paired if one.path == LINES}
    found.lines = [line for line in before.mapping.lines if chosen & set(holes(line["quantity"]))]
    _fill(found, form, paired, rows, heads)
    if choice.said.decimal:
        found.decimal = choice.said.decimal
    found.skip, found.clean = dict(before.mapping.skip), {**before.mapping.clean, **found.clean}
    found.empty = {**before.mapping.empty, **found.empty}
    _key_chosen(found, before, choice.said.key)
    _questions(found, form, paired)
    mapping = structs.replace(found.mapping(), values=_values(choice, found))
    shown = [
        replace(one, path=two.path and _shown_path(two.path)) for one, two in zip(before.columns, paired, strict=True)
    ]
    return Proposed(mapping, shown, found.questions)


def _key_chosen(found: Found, before: Proposed, said: str) -> None:
    """The key that was proposed or that a person chose, where no column is the
    reference; what was asked stays asked.
    """
    asked = {one.about: one for one in before.questions if one.about in (KEY, SHEET)}
    if "national_ref" in found.columns:
        asked.pop(KEY, None)
    elif KEY in asked and said in asked[KEY].choices:
        found.key = (said,)
    else:
        found.key = before.mapping.key
    found.questions += asked.values()


def _values(choice: Choice, found: Found) -> dict[str, Values]:
    targets = {*found.columns, *(path for line in found.lines for path in line)}
    given = {path: {text: code for text, code in codes.items() if code} for path, codes in choice.values.items()}
    return {path: dict(codes) for path, codes in given.items() if codes and path in targets}


def _parts_of_date(paired: list[Paired]) -> None:
    """Several columns that a person calls the date are its year, its month and its day."""
    several = [one for one in paired if one.path == "date"]
    if len(several) < 2:
        return
    for one in several:
        said = one.contents
        one.path = "year" if said.years >= 0.8 else "month" if said.months >= 0.8 else "day"
        if one.path == "year" and says_fiscal_year(said.head):
            one.path = "fiscal_year"


def _fill(found: Found, form: Form, paired: list[Paired], rows: Sequence[Sequence[str]], heads: Sequence[str]) -> None:
    tell_days(found, paired, rows, heads)
    _fields(found, paired)
    _numbers(found, form, paired)


def _cases_alone(
    heads: Sequence[str], rows: Sequence[Sequence[str]], sums: dict[str, tuple[str, ...]], headings: str
) -> Sequence[Sequence[str]]:
    """The rows without sums and headings."""
    places = {heads.index(head): frozenset(said) for head, said in sums.items()}
    if not places and not headings:
        return rows
    return [
        row
        for row in rows
        if not any(at < len(row) and row[at].strip() in said for at, said in places.items())
        and not (headings and sum(bool(cell.strip()) for cell in row) == 1)
    ]


def _nameable(found: Found, paired: list[Paired]) -> list[Paired]:
    """A mapping names a column by its head: what has none, or shares it with another, cannot be read."""
    heads = Counter(one.contents.head for one in paired)
    for one in paired:
        head = one.contents.head
        if not head or heads[head] > 1 or set(head) & set("{}"):
            one.path = ""
            if heads[head] > 1 and head:
                found.left_out[head] = gettext(
                    "Two columns are called «%(head)s»: a mapping cannot tell them apart."
                ) % {"head": head}
    return paired


def _fields(found: Found, paired: list[Paired]) -> None:
    """The fields that are read from one column each; offices from up to three, joined."""
    offices = [one.contents.head for one in paired if one.path == "office"]
    for one in paired:
        if one.path and one.path not in (NOT_READ, LINES, "date", "office", *DATE_PARTS):
            found.columns.setdefault(one.path, one.contents.head)
    if offices:
        found.columns["office"] = offices[0] if len(offices) == 1 else ", ".join(f"{{{head}}}" for head in offices)
    reference = next((one for one in paired if one.path == "national_ref"), None)
    if reference is not None and reference.contents.filled:
        head = reference.contents.head
        if reference.contents.share(lambda text: text.endswith(".0") and text[:-2].lstrip("-").isdigit()) > 0.9:
            found.clean[head] = r"\d+"
            below = tuple(text for text in reference.contents.counts if text.startswith("-"))
            if below:
                found.empty[head] = below[:20]


def _numbers(found: Found, form: Form, paired: list[Paired]) -> None:
    """The decimal mark, where all columns of numbers that tell one tell the same."""
    marks: set[str] = set()
    for one in paired:
        column = form.by_path.get(one.path)
        if one.path == LINES or (column is not None and column.type in ("decimal", "integer")):
            marks.add(one.contents.mark)
    if "?" in marks:
        found.ask("decimal", gettext("A column writes its decimals by points and by commas: mend the file."))
    told = marks - {"", "?"}
    if told == {","}:
        found.decimal = ","
    elif told == {"."}:
        found.decimal = "."


def _with_headings(reader: ReaderHints, headings: str) -> ReaderHints:
    return ReaderHints(reader.sheet, reader.header, reader.delimiter, reader.encoding, headings)


def _questions(found: Found, form: Form, paired: list[Paired]) -> None:
    """What every case needs and the file does not tell, and words that no list knows."""
    said = {*found.columns, *found.constants, *(path for line in found.lines for path in line)}
    asked = {question.about for question in found.questions}
    for path in ("date", "country", "subtype", "quantity"):
        if path not in said and path not in asked and not (path == "quantity" and "value" in said):
            title = form.by_path[path].title("en")
            found.ask(path, gettext("No column says the field «%(field)s».") % {"field": title})
    for one in paired:
        column = form.by_path.get(one.path)
        if column is None or column.type != "code" or column.open or found.columns.get(one.path) is None:
            continue
        view = list_view(column.list)
        unknown = [text for text in one.contents.texts[:_VALUES] if not codes_in(view, text)]
        if unknown:
            words = gettext("The list does not know these words of «%(head)s»: give each a code.")
            found.ask(one.path, words % {"head": one.contents.head}, *(text[:60] for text in unknown[:20]))


def _proposal(form: Form, found: Found, one: Paired) -> Proposal:
    """What is said of a column to a person."""
    path = _shown_path(one.path)
    proposal = Proposal(one.contents.head, path, round(one.sure, 2) if path else 0.0, samples=one.contents.samples())
    proposal.why = _why(form, found, one, path)
    return proposal


def _shown_path(path: str) -> str:
    return "" if path == NOT_READ else "date" if path in DATE_PARTS else path


def _why(form: Form, found: Found, one: Paired, path: str) -> str:
    head = one.contents.head
    if not path and found.key == (head,):
        return gettext("Says which case a row is: a later release restates it.")
    if not path:
        if head in found.left_out:
            return found.left_out[head]
        if one.vetoed and one.vetoed in form.by_path:
            return gettext("Its head would be «%(field)s», but what stands in it is not.") % {
                "field": form.by_path[one.vetoed].title("en")
            }
        if one.path == NOT_READ and says_subdivision(head):
            return gettext(
                "A part of the country: it is neither an office nor a place of UN/LOCODE, and no field holds it."
            )
        return ""
    if path == LINES:
        return gettext("Its head names goods or a year: a line of its own.")
    if one.path in DATE_PARTS:
        return gettext("A part of the date.")
    if one.by_name < 0.4:
        return gettext("Told by its values alone.")
    if one.measure.startswith("unit "):
        return gettext("Its head says so, and the unit.")
    if one.measure.startswith("currency "):
        return gettext("Its head says so, and the currency.")
    if one.by_values >= 0.9:
        return gettext("Its head says so, and its values fit.")
    if one.by_values >= 0.5:
        return gettext("Its head says so, and most of its values fit.")
    return gettext("Its head says so; few of its values are known.")


def values_of(form: Form, path: str, values: Sequence[str]) -> dict[str, str]:
    """Values of a code column that no list knows, with the code that is most like each, or nothing."""
    column = form.by_path.get(path)
    if column is None or column.type != "code" or column.open:
        return {}
    view = list_view(column.list)
    wanted: dict[str, str] = {}
    for text, _ in Counter(value for value in values if value).most_common(200):
        if len(wanted) >= 40:
            break
        if not codes_in(view, text):
            wanted[text] = next(iter(view.nearest(text[:80], 1)), "")
    return wanted


def proposal_document(answer: Proposed, seconds: float) -> dict[str, Any]:
    """What is proposed, as `propose_mapping` and the JSON door answer it: columns and how sure each is, constants, key,
    lines, why each column is what it is, and what a person must say (`[{"about", "why", "choices"}]`).
    """
    mapping, sure = answer.mapping, answer.sure
    return {
        "form": mapping.form,
        "columns": dict(mapping.columns),
        "sure": {path: sure[path] for path in mapping.columns if path in sure},
        "constants": dict(mapping.constants),
        "key": list(mapping.key),
        "lines": [dict(line) for line in mapping.lines],
        "why": {one.head: one.why for one in answer.columns if one.why},
        "asked": [{"about": one.about, "why": one.why, "choices": list(one.choices)} for one in answer.questions],
        "seconds": round(seconds, 2),
    }
