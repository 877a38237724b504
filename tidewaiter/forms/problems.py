"""What can be wrong with a value, as a code for programs and a sentence for people."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from django.utils.dates import MONTHS, WEEKDAYS
from django.utils.translation import gettext, gettext_noop

SENTENCES = {
    "required": gettext_noop("This is needed."),
    "no_line": gettext_noop("The row names goods but gives no quantity: there is no line."),
    "unknown_code": gettext_noop("No such code."),
    "ambiguous_code": gettext_noop("This can mean several codes."),
    "unknown_place": gettext_noop("No such place in this country."),
    "ambiguous_place": gettext_noop("Several places of this name."),
    "several_countries": gettext_noop("This names several countries. Give one."),
    "doubted": gettext_noop("The source doubts this itself: it has a question mark."),
    "unknown_unit": gettext_noop("No unit that this field takes."),
    "units_differ": gettext_noop("The parts of the quantity do not add up."),
    "unit_contradicts": gettext_noop("The quantity's own cell says another unit."),
    "currency_contradicts": gettext_noop("The value's own cell says another currency."),
    "not_a_number": gettext_noop("This is not a number."),
    "number_ambiguous": gettext_noop("A comma or a point here may stand before decimals or between thousands."),
    "number_grouping": gettext_noop("The marks between the digits are not those of thousands."),
    "number_about": gettext_noop("This says about how much, or a bound. Give the quantity itself."),
    "number_between": gettext_noop("This says from how much to how much. Give one number."),
    "number_times": gettext_noop("This is a reckoning or a fraction. Give its result."),
    "not_positive": gettext_noop("A quantity is greater than zero."),
    "not_a_whole_number": gettext_noop("This is not a whole number."),
    "number_too_long": gettext_noop("The number has too many digits."),
    "not_yes_or_no": gettext_noop("Write yes or no."),
    "date_unreadable": gettext_noop("This is not a date. Write it as 2026-11-21."),
    "date_ambiguous": gettext_noop("Day and month cannot be told apart. Write the date as 2026-11-21."),
    "date_day": gettext_noop("There is no such day."),
    "date_month": gettext_noop("There is no such month."),
    "date_year": gettext_noop("The year is none of the common calendar."),
    "date_no_year": gettext_noop("The year is missing."),
    "date_span": gettext_noop("These are two years. Give a day, a month or one year."),
    "date_quarter": gettext_noop("This is a quarter. Give a day, a month or a year."),
    "date_weekday": gettext_noop("The weekday is not that of the day."),
    "reference_taken": gettext_noop(
        "Another case has this reference already, and says something else. Give another reference."
    ),
    "no_reference": gettext_noop("This is no reference, but a word for none."),
    "reference_rounded": gettext_noop("A spreadsheet has cut this reference short."),
    "hs_unreadable": gettext_noop("An HS code has 2, 4 or 6 digits."),
    "hs_unknown": gettext_noop("The Harmonized System 2022 has no such code."),
    "too_long": gettext_noop("The text is too long."),
    "control_characters": gettext_noop("The text holds signs that cannot be printed."),
    "unknown_form": gettext_noop("There is no such form on this node."),
    "unknown_field": gettext_noop("The form has no such field."),
    "too_many_lines": gettext_noop("The case has more lines than one case may have. Split it."),
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

WITH_VALUE = {
    "unknown_code": gettext_noop("«%(said)s» is no code or name of this list."),
    "ambiguous_code": gettext_noop("«%(said)s» can mean several. Give the code of one."),
    "several_countries": gettext_noop("«%(said)s» names several countries. Give one."),
    "doubted": gettext_noop(
        "The source itself doubts «%(said)s». Give it without the question mark if it is so, or leave the cell empty."
    ),
    "unknown_place": gettext_noop("«%(said)s» is no place that is known in this country. Give its UN/LOCODE."),
    "ambiguous_place": gettext_noop("«%(said)s» is the name of several places. Give the UN/LOCODE of one."),
    "unknown_unit": gettext_noop("«%(said)s» is no unit that this field takes. It takes: %(takes)s."),
    "units_differ": gettext_noop("The parts of «%(said)s» do not add up: give one number and one unit."),
    "unit_contradicts": gettext_noop(
        "«%(said)s» says %(own)s, where the column of units, or the mapping, says %(unit)s. Give the quantity in one of"
        " them."
    ),
    "currency_contradicts": gettext_noop(
        "«%(said)s» says %(own)s, where its row says %(currency)s. Give the value in one of them."
    ),
    "not_a_number": gettext_noop("«%(said)s» is not a number. Write digits, with a point before decimals."),
    "number_ambiguous": gettext_noop(
        "«%(said)s» can be read in two ways. Say in the mapping which mark stands before decimals, or write it plainly."
    ),
    "number_grouping": gettext_noop(
        "«%(said)s» is not a number: its marks do not stand before decimals and between groups of three digits as in"
        " the rest."
    ),
    "number_about": gettext_noop("«%(said)s» says about how much, or a bound. Give the quantity itself."),
    "number_between": gettext_noop("«%(said)s» says from how much to how much. Give one number."),
    "number_times": gettext_noop("«%(said)s» is a reckoning or a fraction. Give its result."),
    "not_positive": gettext_noop("«%(said)s» is not greater than zero, as a quantity is."),
    "not_a_whole_number": gettext_noop("«%(said)s» is not a whole number."),
    "not_yes_or_no": gettext_noop("«%(said)s» is neither yes nor no. Write yes or no."),
    "date_unreadable": gettext_noop("«%(said)s» is not a date. Write it as 2026-11-21."),
    "date_ambiguous": gettext_noop(
        "Day and month of «%(said)s» cannot be told apart. Write the date as 2026-11-21, or say the format in the"
        " mapping."
    ),
    "date_day": gettext_noop("«%(said)s» is no day: %(month_name)s %(year)s has %(days)s days."),
    "date_month": gettext_noop("«%(said)s» is no date: there is no month %(month_said)s."),
    "date_year": gettext_noop("«%(said)s» is no date that can be read: %(year)s is no year from 1900 to 2100."),
    "date_no_year": gettext_noop("«%(said)s» has no year. Write the date as 2026-11-21."),
    "date_span": gettext_noop("«%(said)s» are two years. Give a day, a month or one year."),
    "date_quarter": gettext_noop("«%(said)s» is a quarter. Give a day, a month or a year."),
    "date_weekday": gettext_noop("«%(said)s» contradicts itself: %(day)s was a %(weekday_name)s. Give the day alone."),
    "no_reference": gettext_noop(
        "«%(said)s» is a word for no reference: rows that have it would be one case. Leave the cell empty, or name it"
        " under [empty] in the mapping."
    ),
    "reference_rounded": gettext_noop(
        "«%(said)s» is a number that a spreadsheet has cut short. Give the whole reference: make its column text where"
        " the file is made."
    ),
    "hs_unreadable": gettext_noop("«%(said)s» is no HS code of 2, 4 or 6 digits."),
    "hs_unknown": gettext_noop("The Harmonized System 2022 has no code «%(said)s»."),
    "unknown_form": gettext_noop("There is no form «%(said)s» on this node."),
    "code_retired": gettext_noop("«%(said)s» was not in force on that day."),
    "not_your_country": gettext_noop("This is a case of «%(said)s»: you may file cases for your own country alone."),
    "header_conflict": gettext_noop("Rows of one case differ here: this one says «%(said)s»."),
    "no_picture": gettext_noop("«%(said)s» was not taken. %(why)s"),
    "ragged_row": gettext_noop(
        "Line %(line)s has %(cells)s cells, the heads are %(heads)s. Is a separator inside a text?"
    ),
}
"""What is wrong with a value, with the value, why, and what to do."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with one value: where (`path`), what (`code`), what was said, what may have been
    meant, and facts that the sentence tells.
    """

    path: str
    code: str
    said: str = ""
    proposals: tuple[tuple[str, str], ...] = ()
    facts: dict[str, str] = field(default_factory=dict)

    def sentence(self) -> str:
        """What is wrong and what to do, in the reader's language."""
        words = self._with_value() or gettext(SENTENCES.get(self.code, self.code))
        if self.proposals:
            nearest = ", ".join(code if code == label else f"{code} ({label})" for code, label in self.proposals)
            words += " " + gettext("Nearest: %(codes)s.") % {"codes": nearest}
        return words

    def _with_value(self) -> str:
        template = WITH_VALUE.get(self.code, "")
        facts = {"said": self.said[:80], **self.facts}
        if "month" in facts:
            facts["month_name"] = str(MONTHS[int(facts["month"])])
        if "weekday" in facts:
            facts["weekday_name"] = str(WEEKDAYS[int(facts["weekday"])])
        needed = re.findall(r"%\((\w+)\)s", template)
        return gettext(template) % facts if template and all(facts.get(name) for name in needed) else ""

    def plain(self) -> dict[str, object]:
        """As JSON takes it."""
        return {
            "path": self.path,
            "code": self.code,
            "said": self.said[:200],
            "proposals": [list(pair) for pair in self.proposals],
            **({"facts": self.facts} if self.facts else {}),
        }


def problem_of(plain: dict[str, object]) -> Problem:
    """The problem that `Problem.plain` wrote."""
    pairs = plain.get("proposals")
    proposals = tuple((str(pair[0]), str(pair[1])) for pair in pairs) if isinstance(pairs, list) else ()
    facts = plain.get("facts")
    told = {str(name): str(text) for name, text in facts.items()} if isinstance(facts, dict) else {}
    return Problem(str(plain["path"]), str(plain["code"]), str(plain.get("said", "")), proposals, told)
