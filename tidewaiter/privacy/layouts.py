"""What the layout of a note, a form or a transcript, and its grammar, say of a run: a label before it, who is who with
«is», kin in commas, what is done to somebody, a speaker, a nickname behind its article.

By kinds of words and signs alone: no list of names.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable

from tidewaiter.foundation.text import fold
from tidewaiter.privacy.clauses import RULES as OF_CLAUSES
from tidewaiter.privacy.phrases_before import is_a_done_deed
from tidewaiter.privacy.reading import SPACES, Reading, Run, Span, Token, is_capital, sure_name
from tidewaiter.privacy.runs import ENOUGH
from tidewaiter.privacy.words import NAME, Case, Is, some
from tidewaiter.privacy.words_behind import is_a_deed

_NOTHING_ELSE = Is.HEAD | Is.MAKE | Is.VESSEL | Is.NATION | Is.ENDS | Is.PLATE | Is.PAPER
_A_STORY = 6
"""Words from which a text tells something, and is no list of codes."""
_label_gap = re.compile(r"\s?[:：]\s{0,2}")
_IS = frozenset(
    ("is", "was", "es", "era", "é", "foi", "est", "était", "serait", "seria", "sería", "ni", "ndiye", "adalah", "ialah")
)
"""Between a role and who it is."""
_WHO = frozenset(("who", "quien", "quem", "qui", "siapa", "nani"))
_given_to = re.compile(
    r"(?i)\b(?:entreg|envi|reenv|mand|escrib|escrev|pag|dij|diz|dic[eh]|vend|llam|lig[ao]|fal[ao]|dio|deu|pass[ao]|"
    r"remet|remis|"
    r"donn|vers|appel|t[ée]l[ée]f|avis|prest|prêt|conf[ií])\w*[^.;:!?]{0,60}$"
)
"""A deed that goes on to somebody, earlier in the sentence."""
_OF = frozenset(("of", "de", "del", "do", "da", "du", "d", "dos", "ya", "wa", "terhadap"))
_TO = frozenset(("to", "a", "à", "ao", "al", "au", "kepada", "kwa"))
_THE = frozenset(("o", "a", "el", "la", "le", "O", "A", "El", "La", "Le"))
_SMALL_BEFORE_DEEDS = frozenset(
    ("se", "lo", "le", "les", "la", "nos", "me", "te", "não", "no", "ne", "já", "ya", "qui", "que")
)
_quoted_before = re.compile(r"[«“\"„]\s?([A-ZÀ-Þ][^\W\d_]{1,20})\s?[»”\"]\s$")
_initial_in_marks = re.compile(r"\s[«“\"]([A-Z]\.?)[»”\"]")
_speaker = re.compile(r"(?:^|(?<=[.?!…»\"”\n–—])\s|(?<=\n))([A-ZÀ-Þ][^\W\d_]{2,20})\s?:\s(?=[a-zà-ÿ«¿¡“\"—–-])")


def by_layout(reading: Reading) -> None:
    """Raises what each rule knows to be a person."""
    if reading.loud:
        return
    for run in reading.runs:
        if run.weight < ENOUGH and not run.barred and any(rule(reading, run) for rule in _RULES):
            run.weight = ENOUGH


def around(reading: Reading, found: list[Run]) -> list[Span]:
    """What belongs to a name that was found: its honour («Don Pepe»), a nickname in marks before it, an initial in
    marks behind it; and who speaks in a transcript.
    """
    spans: list[Span] = []
    tokens, text = reading.tokens, reading.text
    for run in found:
        start, end = tokens[run.first].start, tokens[run.last - 1].end
        if run.first and text[tokens[run.first - 1].end : start] in SPACES and _is_an_honour(tokens[run.first - 1]):
            spans.append((tokens[run.first - 1].start, end, "name"))
        if hit := _quoted_before.search(text, max(0, start - 26), start):
            spans.append((*hit.span(1), "name"))
        if hit := _initial_in_marks.match(text, end):
            spans.append((start, hit.end(1), "name"))
    return spans + _speakers(text)


def _is_an_honour(token: Token) -> bool:
    return token.word.folded in some("honours") and (is_capital(token) or token.said in ("seu", "ña", "ño", "nhô"))


def _speakers(text: str) -> list[Span]:
    """Who speaks in a transcript: a word before «:» and small letters, more than once."""
    hits = list(_speaker.finditer(text)) if text.count(":") > 1 else []
    often = Counter(hit[1] for hit in hits)
    asks = some("asks")
    return [(*hit.span(1), "name") for hit in hits if often[hit[1]] > 1 and fold(hit[1]) not in asks]


def _may_be(reading: Reading, run: Run) -> bool:
    """Whether the words may be a name: one or more that are nothing else."""
    words = reading.tokens[run.first : run.last]
    if any(token.word.flags & _NOTHING_ELSE and not token.word.flags & NAME for token in words):
        return False
    if len(words) == 1:
        flags, case = words[0].word.flags, words[0].word.case
        long = case == Case.CAPITAL or (case == Case.CAPITALS and len(words[0].said) > 3)
        return long and not (flags & (Is.PLACE | Is.ORDINARY) and not flags & NAME) and not flags & (Is.HEAD | Is.MAKE)
    return any(not token.word.flags or sure_name(token) for token in words)


def _gap(reading: Reading, run: Run) -> str:
    return reading.text[reading.tokens[run.first - 1].end : reading.tokens[run.first].start]


def _is_behind_a_label(reading: Reading, run: Run) -> bool:
    """«Verificó: Sosa», «Notify party: …», «Received by: …»."""
    if not run.first:
        return False
    label = reading.tokens[run.first - 1]
    if label.word.case == Case.INITIAL and run.first > 1:
        label = reading.tokens[run.first - 2]  # «Équipe B : Diouf»
    if _gap(reading, run) in SPACES and label.begins and label.word.folded in some("signs"):
        return run.last - run.first < 3 and _may_be(reading, run)
    if not _label_gap.fullmatch(_gap(reading, run)):
        return False
    named = label.word.folded in some("labels") or bool(label.word.flags & Is.BY and run.first > 1)
    return named and _may_be(reading, run) and not _is_of_a_title(reading, run)


def _is_of_a_title(reading: Reading, run: Run) -> bool:
    """Whether a title or a role with a capital stands right behind: «Firma: Ilustre Magistrado …»."""
    if run.last >= len(reading.tokens):
        return False
    behind = reading.tokens[run.last]
    return is_capital(behind) and bool(behind.word.flags & (Is.TITLE | Is.ROLE)) and not behind.begins


def _is_who_it_is(reading: Reading, run: Run) -> bool:
    """«the driver is Comfort», «el dueño es …»: a role, few words, «is» and who."""
    if run.first < 2 or _gap(reading, run) not in SPACES or reading.tokens[run.first - 1].said not in _IS:
        return False
    words = reading.tokens[run.first : run.last]
    if any(token.word.flags & _NOTHING_ELSE & ~NAME and not token.word.flags & NAME for token in words):
        return False
    start = max(run.first - 5, 0)
    said = reading.text[reading.tokens[start].start : reading.tokens[run.first].start]
    clause = re.split(r"[.;:!?]\s", said)[-1]
    ahead = [
        token
        for token in reading.tokens[start : run.first - 1]
        if token.start >= reading.tokens[run.first].start - len(clause)
    ]
    role = any(token.word.flags & Is.ROLE and token.word.case == Case.SMALL and token.said != "mr" for token in ahead)
    asked = run.first > 1 and fold(reading.tokens[run.first - 2].said) in _WHO
    return (role or asked) and not words[0].word.flags & Is.PLACE and words[0].word.case == Case.CAPITAL


def _is_done_to(reading: Reading, run: Run) -> bool:
    """«the arrest of …», «a prisão de …», «belonged to …», «pertenece a …»."""
    if run.first < 2 or _gap(reading, run) not in (*SPACES, "'", "’"):
        return False
    small, deed = reading.tokens[run.first - 1], reading.tokens[run.first - 2]
    if deed.word.case != Case.SMALL or not _may_be(reading, run):
        return False
    return (small.said in _OF and deed.word.folded in some("done_to_somebody")) or (
        small.said in _TO and deed.word.folded in some("belonging_to")
    )


def _is_kin_in_commas(reading: Reading, run: Run) -> bool:
    """«La mujer de Stoica, Anca, no quiso»: kin of somebody, and the name in commas."""
    tokens, text = reading.tokens, reading.text
    if run.first < 3 or run.last - run.first > 2 or _gap(reading, run) != ", ":
        return False
    if text[tokens[run.last - 1].end : tokens[run.last - 1].end + 1] not in ",.;":
        return False
    if not is_capital(tokens[run.first - 1]) and tokens[run.first - 1].said not in (
        "este",
        "éste",
        "aquele",
        "celui-ci",
    ):
        return False
    at = run.first - 1
    while at and is_capital(tokens[at]):
        at -= 1
    kin = at > 0 and tokens[at].said in _OF and tokens[at - 1].word.folded in some("kin")
    flags = tokens[run.first].word.flags
    return kin and not flags & (Is.HEAD | Is.MAKE) and not (flags & Is.PLACE and not flags & NAME)


def _is_called_with_an_article(reading: Reading, run: Run) -> bool:
    """«O Gaúcho comanda», «le Gitan passe»: an everyday word with a capital behind an article, that does something."""
    tokens = reading.tokens
    if run.last - run.first != 1 or not run.first or run.last >= len(tokens) or _gap(reading, run) != " ":
        return False
    token, article, behind = tokens[run.first], tokens[run.first - 1], tokens[run.last]
    other = _NOTHING_ELSE & ~Is.NATION | Is.PLACE | Is.TITLE | Is.ROLE | Is.ACT_BEFORE | Is.SOURCE
    if article.said not in _THE or token.word.case != Case.CAPITAL or token.word.flags & other or len(token.said) < 4:
        return False
    if token.word.folded in some("institutions") or reading.text[token.end : behind.start] != " ":
        return False
    if behind.said in _SMALL_BEFORE_DEEDS and run.last + 1 < len(tokens):
        return not is_capital(tokens[run.last + 1])
    return (
        behind.word.case == Case.SMALL
        and (bool(behind.word.flags & (Is.ACT_AFTER | Is.SPEECH)) or is_a_deed(behind))
        and (not behind.word.flags & (Is.JOINS | Is.PARTICLE | Is.ARTICLE | Is.PLACE_BEFORE))
    )


def _is_right_behind_kin(reading: Reading, run: Run) -> bool:
    """«su hermana Ginger», «sa fille Bintou», «his wife, Mei,»."""
    end = reading.tokens[run.last - 1].end
    apart = run.first > 1 and _gap(reading, run) == ", " and reading.text[end : end + 1] in ("", ",", ".", ";", ")")
    if run.first < 2 or not (apart or _gap(reading, run) in SPACES):
        return False
    kin, flags = reading.tokens[run.first - 1], reading.tokens[run.first].word.flags
    if kin.word.case != Case.SMALL or kin.word.folded not in some("kin"):
        return False
    return not flags & (Is.HEAD | Is.MAKE | Is.TITLE) and not (flags & Is.PLACE and not flags & NAME)


def _is_a_family_alone(reading: Reading, run: Run) -> bool:
    """A family name and nothing else that stands alone behind «:» or what signs, or does something at the start of a
    sentence: «Contrôle visite : Marchal.», «Firma Ojeda.», «Chango baja».
    """
    tokens, text = reading.tokens, reading.text
    if run.last - run.first != 1 or not run.first:
        return False
    token = tokens[run.first]
    if token.word.case != Case.CAPITAL or not token.word.flags & NAME or token.word.flags & ~NAME:
        return False
    if _label_gap.fullmatch(_gap(reading, run)):
        return text[token.end : token.end + 1] in ("", ".", ",", ";", "\n")
    if not token.begins or run.last >= len(tokens) or text[token.end : tokens[run.last].start] != " ":
        return False
    behind = tokens[run.last]
    return behind.word.case == Case.SMALL and not behind.word.flags & (
        Is.PARTICLE | Is.PLACE_BEFORE | Is.JOINS | Is.ARTICLE
    )


def _is_done_by_one(reading: Reading, run: Run) -> bool:
    """«moved by Terry»: a given name, whatever else it is, behind a deed and «by»."""
    tokens = reading.tokens
    if run.last - run.first != 1 or run.first < 2 or _gap(reading, run) != " ":
        return False
    token = tokens[run.first]
    flags = token.word.flags
    given = bool(flags & Is.GIVEN) and not flags & (Is.HEAD | Is.MAKE | Is.ENDS) and token.word.case == Case.CAPITAL
    by = bool(tokens[run.first - 1].word.flags & Is.BY) and tokens[run.first - 1].word.case == Case.SMALL
    return given and by and is_a_done_deed(tokens[run.first - 2].said)


def _is_given_something(reading: Reading, run: Run) -> bool:
    """«reenvía la foto a Papo»: a word that is no place we know, behind «a» and a deed that goes on to somebody."""
    token = reading.tokens[run.first]
    if run.last - run.first != 1 or run.first < 2 or token.word.flags or token.word.case != Case.CAPITAL:
        return False
    if reading.tokens[run.first - 1].said not in ("a", "ao", "al", "pro", "pra") or _gap(reading, run) != " ":
        return False
    end = reading.tokens[run.first - 1].start
    return _given_to.search(reading.text, max(0, end - 70), end) is not None


def _is_ranked_in_letters(reading: Reading, run: Run) -> bool:
    """«DC Whitmore», «LS Mbatha»: a rank in two to four letters and a family name."""
    if run.last - run.first != 2 or len(reading.tokens) < _A_STORY:
        return False
    rank, name = reading.tokens[run.first], reading.tokens[run.first + 1]
    letters = (
        rank.word.case == Case.CAPITALS and len(rank.said) < 5 and not rank.word.flags & (Is.HEAD | Is.MAKE | Is.VESSEL)
    )
    return letters and name.word.case == Case.CAPITAL and name.word.flags & ~Is.GIVEN == Is.FAMILY


def _is_quoted_and_does(reading: Reading, run: Run) -> bool:
    """«"Pops" paid him»: one word in marks that does something."""
    tokens, text = reading.tokens, reading.text
    if run.last - run.first != 1 or run.last >= len(tokens):
        return False
    token, behind = tokens[run.first], tokens[run.last]
    if text[token.start - 1 : token.start] not in ("“", "«", '"') or text[token.end : behind.start] not in (
        "” ",
        "» ",
        '" ',
    ):
        return False
    if run.first and tokens[run.first - 1].word.flags & (Is.VESSEL | Is.HEAD | Is.MAKE):
        return False
    did = bool(behind.word.flags & (Is.ACT_AFTER | Is.SPEECH)) and not behind.word.flags & (Is.JOINS | Is.PLACE_BEFORE)
    return token.word.case == Case.CAPITAL and did and not token.word.flags & (_NOTHING_ELSE | Is.PLACE)


_RULES: tuple[Callable[[Reading, Run], bool], ...] = (
    _is_behind_a_label,
    _is_who_it_is,
    _is_done_to,
    _is_kin_in_commas,
    _is_called_with_an_article,
    _is_right_behind_kin,
    _is_a_family_alone,
    _is_done_by_one,
    _is_given_something,
    _is_ranked_in_letters,
    _is_quoted_and_does,
    *OF_CLAUSES,
)
