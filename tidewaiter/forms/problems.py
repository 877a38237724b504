"""What can be wrong with a value, as a code for programs and a sentence for people."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext, gettext_noop

SENTENCES = {
    "required": gettext_noop("This is needed."),
    "no_line": gettext_noop("The row names goods but gives no quantity: there is no line."),
    "unknown_code": gettext_noop("No such code."),
    "ambiguous_code": gettext_noop("This can mean several codes."),
    "unknown_place": gettext_noop("No such place in this country."),
    "not_a_number": gettext_noop("This is not a number."),
    "not_positive": gettext_noop("A quantity is greater than zero."),
    "not_a_whole_number": gettext_noop("This is not a whole number."),
    "number_too_long": gettext_noop("The number has too many digits."),
    "not_yes_or_no": gettext_noop("Write yes or no."),
    "date_unreadable": gettext_noop("This is not a date. Write it as 2026-11-21."),
    "date_ambiguous": gettext_noop("Day and month cannot be told apart. Write the date as 2026-11-21."),
    "hs_unreadable": gettext_noop("An HS code has 2, 4 or 6 digits."),
    "hs_unknown": gettext_noop("The Harmonized System 2022 has no such code."),
    "too_long": gettext_noop("The text is too long."),
    "control_characters": gettext_noop("The text holds signs that cannot be printed."),
    "unknown_form": gettext_noop("There is no such form on this node."),
    "unknown_field": gettext_noop("The form has no such field."),
    "header_conflict": gettext_noop("Rows of one case differ here."),
    "code_retired": gettext_noop("The code was no longer in force on that day."),
    "not_your_country": gettext_noop("You may file cases for your own country alone."),
    "other_administration": gettext_noop("The case belongs to another administration."),
    "withdrawn_case": gettext_noop(
        "A case with this reference was withdrawn; that is its end. Give another reference."
    ),
    "unknown_layout": gettext_noop("This is not a case record."),
    "personal_data": gettext_noop(
        "This holds what looks like a person's name. This node keeps no names: give a reference without one."
    ),
    "no_picture": gettext_noop("No picture of this name came with the table, or it is none that can be read."),
    "ragged_row": gettext_noop("The row has more cells than the header."),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with one value: where (`path`), what (`code`), what was said, what may have been meant."""

    path: str
    code: str
    said: str = ""
    proposals: tuple[tuple[str, str], ...] = ()

    def sentence(self) -> str:
        """What is wrong and what to do, in the reader's language."""
        words = gettext(SENTENCES.get(self.code, self.code))
        if self.proposals:
            nearest = ", ".join(code if code == label else f"{code} ({label})" for code, label in self.proposals)
            words += " " + gettext("Nearest: %(codes)s.") % {"codes": nearest}
        return words

    def plain(self) -> dict[str, object]:
        """As JSON takes it."""
        return {
            "path": self.path,
            "code": self.code,
            "said": self.said[:200],
            "proposals": [list(pair) for pair in self.proposals],
        }


def problem_of(plain: dict[str, object]) -> Problem:
    """The problem that `Problem.plain` wrote."""
    pairs = plain.get("proposals")
    proposals = tuple((str(pair[0]), str(pair[1])) for pair in pairs) if isinstance(pairs, list) else ()
    return Problem(str(plain["path"]), str(plain["code"]), str(plain.get("said", "")), proposals)
