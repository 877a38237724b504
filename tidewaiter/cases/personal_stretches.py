"""«A person?»: what was found in the texts of a case, as its officer is asked about it and answers.

A question is about words in one field; wherever they stand there, one answer holds. What is hidden always is shown, not
asked. The words themselves are not sent back by the page: an answer names its question by a digest.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tidewaiter.forms.attachments import CAPTION
from tidewaiter.forms.columns import normal_path
from tidewaiter.forms.engine import Form
from tidewaiter.forms.judgements import Found
from tidewaiter.foundation.canonical import digest
from tidewaiter.privacy.stretches import certain

YES, NO = "yes", "no"
PREFIX = "person."
"""Before the key of a question, as the page's answer is named."""
_AROUND, _SENTENCES = 90, 3
"""Signs shown on either side of a stretch at most, and places shown of words that stand in a field often."""
_STOPS = ".!?;\n"
KINDS = {
    "name": gettext_lazy("A name with an age"),
    "plate": gettext_lazy("A number plate"),
    "document": gettext_lazy("An identity document"),
    "email": gettext_lazy("A mail address"),
    "phone": gettext_lazy("A telephone number"),
    "birth": gettext_lazy("A date of birth"),
    "account": gettext_lazy("A card or an account"),
}
"""What is hidden always, in words."""


@dataclass(slots=True)
class Question:
    """Words of a field that may be a person, with where they stand."""

    key: str
    words: str
    title: str
    always: str
    """What they are, where they are hidden whatever is said; else nothing."""
    proposed: str
    """`yes` where they are a person beyond doubt, `no` where they were judged to be none; else nothing."""
    answer: str = ""
    sentences: list[tuple[str, str, str]] = field(default_factory=list)
    """(before, the words, behind) of the first places."""


def key_of(found: Found) -> str:
    """Names a question: the same words in the same field."""
    return digest([found.field, found.stretch.words])[:20]


def questions(found: Sequence[Found], answers: Mapping[str, str], form: Form, lang: str) -> list[Question]:
    """What is asked about what was found, each once, in the order of the texts, with the answers that are given."""
    asked: dict[str, Question] = {}
    sure = _certain(found)
    for one in found:
        key, words = key_of(one), one.stretch.words
        question = asked.get(key)
        if question is None:
            column = form.by_path.get(normal_path(one.field)[1])
            proposed = NO if one.kept else YES if (one.field, words) in sure else ""
            always = str(KINDS.get(one.stretch.kind, "")) if one.stretch.always else ""
            title = column.spoken(lang) if column is not None else _("Caption") if one.field == CAPTION else one.field
            question = asked[key] = Question(key, words, title, always, proposed, answers.get(key, ""))
            if one.kept and not question.answer:
                question.answer = NO
        if len(question.sentences) < _SENTENCES:
            question.sentences.append(around(one.text, one.stretch.start, one.stretch.end))
    return list(asked.values())


def _certain(found: Iterable[Found]) -> set[tuple[str, str]]:
    by_text: dict[tuple[str, str], list[Found]] = {}
    for one in found:
        by_text.setdefault((one.field, one.text), []).append(one)
    return {
        (name, words)
        for (name, text), some in by_text.items()
        for words in certain(text, some[0].about, [one.stretch for one in some])
    }


def around(text: str, start: int, end: int) -> tuple[str, str, str]:
    """The sentence in which a stretch stands: before it, the stretch, behind it; long ones are cut with dots."""
    first = max((at + 1 for at in range(max(start - _AROUND, 0), start) if _ends(text, at)), default=start - _AROUND)
    last = next((at + 1 for at in range(end, min(end + _AROUND, len(text))) if _ends(text, at)), end + _AROUND)
    before = text[max(first, 0) : start].lstrip()
    behind = text[end:last].rstrip()
    return (
        ("… " if first > 0 and not _ends(text, first - 1) else "") + before,
        text[start:end],
        (behind + (" …" if last < len(text) and not _ends(text, last - 1) else "")),
    )


def _ends(text: str, at: int) -> bool:
    return text[at] in _STOPS and (text[at] == "\n" or text[at + 1 : at + 2] in ("", " ", "\n"))


def answers_in(posted: Mapping[str, Any]) -> dict[str, str]:
    """The answers that a page sent, by the key of their question."""
    return {
        name.removeprefix(PREFIX): said
        for name, said in posted.items()
        if name.startswith(PREFIX) and said in (YES, NO)
    }


def with_answers(
    judged: Mapping[str, Iterable[str]], found: Iterable[Found], answers: Mapping[str, str]
) -> dict[str, list[str]]:
    """What is judged to be nobody, by field, after the answers: «no» adds the words, «yes» takes them away."""
    words = {name: list(some) for name, some in judged.items()}
    for one in found:
        answer, own = answers.get(key_of(one)), words.setdefault(one.field, [])
        if answer == NO and not one.stretch.always:
            own.append(one.stretch.words)
        elif answer == YES:
            own[:] = [said for said in own if said not in one.stretch.words]
    return words


def told(found: Iterable[Found]) -> list[dict[str, Any]]:
    """What was hidden, for the program that sent it: `{"field", "text", "kind", "may_stay"}`; what may stay
    does when `judged` says `field=text`.
    """
    return [
        {"field": one.path, "text": one.stretch.words, "kind": one.stretch.kind, "may_stay": not one.stretch.always}
        for one in found
        if not one.kept
    ]


def why_hidden(found: Found) -> str:
    """Why a stretch is hidden, in words."""
    if found.stretch.always:
        return str(KINDS.get(found.stretch.kind, found.stretch.kind))
    return _("It looks like a person's name")
