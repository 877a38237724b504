"""What a clause says of a run: a number or a rank in letters before it, what somebody is or whose kin behind it, a deed
around it; and names whose shape alone tells them: «Perez, M.», «Puig i Vila».

By kinds of words, grammar and signs: no list of names.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from tidewaiter.privacy.phrases_before import is_a_done_deed
from tidewaiter.privacy.reading import SPACES, Reading, Run, Span, Token, is_capital
from tidewaiter.privacy.words import NAME, Case, Is, look_up, some
from tidewaiter.privacy.words_behind import THEIR, is_a_deed

_THINGS = Is.HEAD | Is.MAKE | Is.VESSEL | Is.NATION
_STORY = 6
"""Words from which a text tells something, and is no list of codes."""
_number = re.compile(r"(?:\s(?:n\.?[º°o]\.?\s?|no\.?\s?|nr\.?\s?|#)?\d{1,2})\s?[-–—:.)]\s{1,2}$")
_rank_dotted = re.compile(
    r"\b(?:el|la|al|del|los|las|o|a|ao|do|da|os|le|du|au|der|dem|den|die|il|lo|de)\s([a-z]{2,5})\.\s$"
)
"""An article and a short word with a full stop: what somebody is, shortened as each office likes: «el of. Ordaz»."""
_to_the = frozenset(("de", "del", "do", "da", "du", "des", "of"))
_object_again = re.compile(r"\b(?:[Ll]os|[Ll]as|[Ee]l|[Ll]a)\s\w+\s(?:se\s)?(?:los|las|lo|la)\s[a-zà-ÿ]{3,}\s$")
"""What is said once as a thing and again as «los»: its doer stands behind the verb: «Los sacos los baja Yordano»."""
_object_first = re.compile(r"(?:^|[.!?:«\"]\s?)(?:L[oae]s?|Se l[oa]s?)\s([a-zà-ÿ]{4,})\s$")
_object_in_swahili = re.compile(r"\b(?:a|wa|u|tu|ni)(?:li|me|na|ka)(?:m|mw|wa)[a-z]{3,}\s$")
"""A Swahili verb that has a person as its object: «alimwona», «waliwakamata»."""
_called_out = re.compile(r"(?:[«“\"„]|[—–-]\s)\s?$")
_goes_out = re.compile(
    r",\s(?:fala|diz|manda|avisa|traz|escuta|olha|ouve|dime|dile|dígale|manda|avisa|trae|tráeme|llama|llámame|escucha|"
    r"contesta|mira|apúrate|dis|écoute|appelle|amène|viens|regarde|listen|look|tell|bring|call|hurry|come|get|answer|"
    r"pick|where|are|did|is|the|you|my)\b"
)
_something_else = frozenset(("yes", "yeah", "hey", "well", "man", "bro", "oye", "hola", "bueno", "oi", "sim", "eh"))
_INITIALS = r"[A-ZÀ-Þ]\.(?:[ -]?[A-ZÀ-Þ]\.){0,2}"
_family_and_initials = re.compile(
    r"(?:^|(?<=[:;(\n])|(?<=[:;)\].\n]\s)|(?<= [yeu&]\s)|(?<= e[tn]\s)|(?<= [au]nd\s))"
    rf"([A-ZÀ-Þ][^\W\d_]+(?:[ '’-][A-ZÀ-Þ][^\W\d_]+){{0,2}}), ({_INITIALS})(?=[;.,)\s]|$)"
)
"""«Nowak, P.», as lists of people have them."""
_no_initials = re.compile(
    r"S\. ?[ALCE]\.|C\. ?V\.|[NB]\. ?V\.|[DN]\. ?[CYMJH]\.|U\. ?S\.|P\. ?R\.|R\. ?L\."
    r"|A\. ?[CSG]\.|E\. ?U\."
)
_catalan = re.compile(r"\si\s([A-ZÀ-Þ][^\W\d_]+)")
_left_of_marks = re.compile(r"\s[«“\"„‘][^«»“”\"„’\n]{2,30}[»”\"’]\s$")


def by_shape(reading: Reading, found: list[Run]) -> list[Span]:
    """Names that their shape tells: a family name, a comma and initials; a second family name behind «i»."""
    text = reading.text
    spans: list[Span] = []
    for hit in _family_and_initials.finditer(text):
        flags = look_up(hit[1]).flags
        thing = flags & (Is.HEAD | Is.MAKE | Is.VESSEL) or (flags & (Is.PLACE | Is.ORDINARY) and not flags & NAME)
        if not thing and not _no_initials.fullmatch(hit[2]):
            spans.append((*hit.span(), "name"))
    for run in found if not reading.polish else ():
        end = reading.tokens[run.last - 1].end
        if run.last - run.first > 1 and (second := _catalan.match(text, end)):
            spans.append((*second.span(1), "name"))
    return spans


def _words(reading: Reading, run: Run) -> list[Token]:
    return reading.tokens[run.first : run.last]


def _direct(reading: Reading, run: Run) -> bool:
    """Whether one space stands before it, and a word."""
    gap = reading.text[reading.tokens[run.first - 1].end : reading.tokens[run.first].start] if run.first else ""
    return gap in SPACES


def _before(reading: Reading, run: Run, many: int = 60) -> str:
    start = reading.tokens[run.first].start
    return reading.text[max(0, start - many) : start]


def _is_no_thing(reading: Reading, run: Run) -> bool:
    """Whether no word of a run is a thing, an office or a place, and at least one is written as a name is."""
    words = _words(reading, run)
    if any(token.word.flags & _THINGS and not token.word.flags & NAME for token in words):
        return False
    if len(words) == 1:
        flags = words[0].word.flags
        other = Is.PLACE | Is.ORDINARY | Is.ENDS | Is.TITLE | Is.ROLE
        return words[0].word.case == Case.CAPITAL and not (flags & other and not flags & NAME)
    return len(words) < 5 and words[0].word.case in (Case.CAPITAL, Case.INITIAL, Case.CAPITALS)


def _is_numbered(reading: Reading, run: Run) -> bool:
    """«Subject 1 - Lamar Whitcombe», «Detenido 2: …»: what the list is of, a number, and who."""
    hit = _number.search(_before(reading, run, 16)) if run.first else None
    if hit is None:
        return False
    label = reading.tokens[run.first - 1]
    if label.said in ("no", "n", "nr", "No", "Nr") and run.first > 1:
        label = reading.tokens[run.first - 2]
    named = label.word.folded in some("labels") or label.word.folded in some("numbered")
    return (named or bool(label.word.flags & Is.ROLE)) and _is_no_thing(reading, run)


def _is_ranked(reading: Reading, run: Run) -> bool:
    """«AB Tuilagi», «SA Whitfield»: a rank in letters and one word that is no place and no office."""
    return len(reading.tokens) >= _STORY and are_rank_and_name(_words(reading, run))


def _is_right_behind_a_rank(reading: Reading, run: Run) -> bool:
    """The same, where the rank is a title elsewhere: «AB» of an attorney."""
    alone = run.first > 0 and run.last - run.first == 1 and len(reading.tokens) >= _STORY
    return alone and _direct(reading, run) and are_rank_and_name(reading.tokens[run.first - 1 : run.last])


def _is_second_of_two(reading: Reading, run: Run) -> bool:
    """«des préposés Diouf et Fall»: behind what several people are, one name and «and»."""
    tokens = reading.tokens
    if run.first < 3 or run.last - run.first != 1 or not _direct(reading, run):
        return False
    left = next((one for one in reading.runs if one.last == run.first - 1), None)
    if left is None or not left.first or not tokens[run.first - 1].word.flags & Is.JOINS:
        return False
    role = tokens[left.first - 1]
    gap = reading.text[role.end : tokens[left.first].start]
    several = role.word.flags & Is.ROLE and role.word.case == Case.SMALL and role.said[-1] in "sni"
    flags = tokens[run.first].word.flags
    other = flags & (_THINGS | Is.ENDS | Is.ROLE | Is.TITLE) or (flags & Is.PLACE and not flags & NAME)
    return bool(several) and gap in SPACES and tokens[run.first].word.case == Case.CAPITAL and not other


def _is_honoured(reading: Reading, run: Run) -> bool:
    """«e seu Bené», «ña Petrona»: what somebody is called with, small, and one word that is nothing else."""
    if not run.first or run.last - run.first != 1 or not _direct(reading, run):
        return False
    honour, word = reading.tokens[run.first - 1], _words(reading, run)[0].word
    known = honour.said in some("honours") and honour.word.case == Case.SMALL
    return known and _is_no_thing(reading, run) and bool(not word.flags or word.flags & NAME)


def are_rank_and_name(words: list[Token]) -> bool:
    """Whether two words are a rank in letters and who has it."""
    if len(words) != 2 or words[0].word.folded not in some("ranks_in_letters") or words[1].said == "Box":
        return False
    flags = words[1].word.flags
    other = flags & (_THINGS | Is.ENDS) or (flags & (Is.PLACE | Is.ORDINARY) and not flags & NAME)
    return words[0].word.case == Case.CAPITALS and words[1].word.case == Case.CAPITAL and not other


def _is_dotted(reading: Reading, run: Run) -> bool:
    """«el of. Ordaz», «do insp. Prado»: an article, a short word with a full stop, and who."""
    hit = _rank_dotted.search(_before(reading, run, 16))
    return hit is not None and hit[1] not in some("shortened_things") and _is_no_thing(reading, run)


def _is_right_behind_a_role(reading: Reading, run: Run) -> bool:
    """«l'agent Yao»: a name, whatever else it is, right behind what somebody is."""
    words = _words(reading, run)
    if run.first < 2 or len(words) != 1 or not _direct(reading, run):
        return False
    role, flags = reading.tokens[run.first - 1].word, words[0].word.flags
    name = bool(flags & NAME) and not flags & (_THINGS | Is.ROLE | Is.TITLE) and len(words[0].said) > 2
    plain = role.flags & Is.ROLE and role.case == Case.SMALL and not role.flags & (Is.VESSEL | Is.HEAD)
    article = reading.tokens[run.first - 2]
    ruled = bool(article.word.flags & Is.ARTICLE) or article.said in ("l", "the", "el", "le", "o", "un", "der")
    if run.last < len(reading.tokens) and reading.tokens[run.last].word.flags & (Is.ROLE | Is.HEAD):
        return False  # «a 41-year-old Matamoros resident»
    return name and bool(plain) and ruled and words[0].word.folded not in some("of_offices")


def _is_said_to_be(reading: Reading, run: Run) -> bool:
    """«Hollis, a former inspector,»: an article, at most three small words, and what somebody is."""
    tokens, end = reading.tokens, reading.tokens[run.last - 1].end
    if run.last + 1 >= len(tokens) or reading.text[end : tokens[run.last].start] != ", ":
        return False
    if tokens[run.last].said not in _ONE or not _is_no_thing(reading, run):
        return False
    for at in range(run.last + 1, min(run.last + 4, len(tokens))):
        gap = reading.text[tokens[at - 1].end : tokens[at].start]
        if gap not in (*SPACES, "-") or tokens[at].word.case != Case.SMALL:
            return False
        flags = tokens[at].word.flags
        if flags & Is.ROLE and not flags & (Is.HEAD | Is.VESSEL | Is.PLACE_BEFORE):
            return tokens[at].word.folded not in some("firms_like_roles")
    return False


_ONE = frozenset(("a", "an", "the", "un", "una", "um", "uma", "une", "ein", "eine", "een", "ex"))


def _has_kin_behind(reading: Reading, run: Run) -> bool:
    """«Gaz and his missus»: «and», whose, and kin."""
    tokens = reading.tokens
    if run.last + 2 >= len(tokens) or not tokens[run.last].word.flags & Is.JOINS:
        return False
    whose, kin = tokens[run.last + 1], tokens[run.last + 2]
    flags = _words(reading, run)[0].word.flags
    only = len(_words(reading, run)) > 1 or (
        not flags & (_THINGS | Is.ENDS | Is.TITLE | Is.ROLE) and not (flags & Is.PLACE and not flags & NAME)
    )
    beside = all(reading.text[tokens[at - 1].end : tokens[at].start] in SPACES for at in range(run.last, run.last + 3))
    kind = kin.word.case == Case.SMALL and (kin.word.folded in some("kin") or bool(kin.word.flags & Is.ROLE))
    return whose.said in THEIR and kind and only and beside and _words(reading, run)[0].word.case == Case.CAPITAL


def _is_the_doer(reading: Reading, run: Run) -> bool:
    """«Los sacos los baja Yordano», «La conducía Washington», «alimwona Seif»: whom the verb's own pronoun tells."""
    if not run.first or not _direct(reading, run) or not _is_no_thing(reading, run):
        return False
    said = _before(reading, run)
    if _object_again.search(said) or _object_in_swahili.search(said):
        return True
    verb = reading.tokens[run.first - 1]
    return _object_first.search(said) is not None and (
        is_a_deed(verb) or bool(verb.word.flags & (Is.ACT_AFTER | Is.ACT_BEFORE))
    )


def _is_met_there(reading: Reading, run: Run) -> bool:
    """«he'd met Tiff»: a word with a capital behind somebody who met."""
    if run.first < 2 or not _direct(reading, run) or run.last - run.first > 2:
        return False
    met, who = reading.tokens[run.first - 1], reading.tokens[run.first - 2]
    return met.said in _MET and who.said.lower().partition("'")[0] in some("who_meets") and _is_someone(reading, run)


_MET = frozenset(("met", "meets", "phoned", "texted", "paid", "married", "recruited", "hired", "encontrou", "conoció"))


def _is_someone(reading: Reading, run: Run) -> bool:
    """As `_is_no_thing`, and an everyday word with a capital may be what somebody is called."""
    words = _words(reading, run)
    return words[0].word.case == Case.CAPITAL and not any(
        token.word.flags & (_THINGS | Is.ENDS | Is.ROLE | Is.TITLE) or (token.word.flags & Is.PLACE) for token in words
    )


def _is_spoken_to(reading: Reading, run: Run) -> bool:
    """«“Tuca, fala pro …»: who is called at the start of what is said."""
    if run.last - run.first != 1 or not _called_out.search(_before(reading, run, 3)):
        return False
    word = _words(reading, run)[0].word
    called = _goes_out.match(reading.text, reading.tokens[run.last - 1].end) is not None
    return called and _is_no_thing(reading, run) and word.folded not in _something_else


def _is_around_marks(reading: Reading, run: Run) -> bool:
    """«Sean "Fingers" McArdle»: a given name before a nickname in marks, and a family name behind it."""
    tokens, words = reading.tokens, _words(reading, run)
    if len(words) != 1 or not words[0].word.flags & NAME or words[0].word.flags & (_THINGS | Is.PLACE):
        return False
    behind = re.match(r"\s[«“\"„‘][^«»“”\"„’\n]{2,30}[»”\"’]\s", reading.text[words[0].end : words[0].end + 36])
    if behind and words[0].word.flags & Is.GIVEN and is_capital(words[0]):
        at = words[0].end + behind.end()
        follows = next((token for token in tokens[run.last :] if token.start >= at), None)
        return follows is not None and follows.start == at and _is_family(follows)
    if not _left_of_marks.search(_before(reading, run, 36)) or not _is_family(words[0]):
        return False
    open_at = max(_before(reading, run, 36).rfind(sign, 0, -3) for sign in '«“"„‘')
    end = words[0].start - len(_before(reading, run, 36)) + open_at - 1
    ahead = next((token for token in reversed(tokens[: run.first]) if token.end <= end), None)
    return ahead is not None and ahead.end == end and bool(ahead.word.flags & Is.GIVEN) and is_capital(ahead)


def _is_family(token: Token) -> bool:
    return is_capital(token) and bool(token.word.flags & Is.FAMILY) and not token.word.flags & (_THINGS | Is.PLACE)


def _is_done_by(reading: Reading, run: Run) -> bool:
    """«was met by Grace»: one word that is a name as well, behind a deed and «by»."""
    if run.first < 2 or run.last - run.first != 1 or not _direct(reading, run):
        return False
    by, deed, token = reading.tokens[run.first - 1], reading.tokens[run.first - 2], _words(reading, run)[0]
    name = bool(token.word.flags & Is.GIVEN) and token.word.case == Case.CAPITAL and not token.word.flags & _THINGS
    small = Is.PLACE | Is.ARTICLE | Is.PARTICLE | Is.TITLE | Is.ROLE
    return (
        name
        and not token.word.flags & small
        and bool(by.word.flags & Is.BY)
        and by.word.case == Case.SMALL
        and is_a_done_deed(deed.said)
    )


RULES: tuple[Callable[[Reading, Run], bool], ...] = (
    _is_numbered,
    _is_ranked,
    _is_right_behind_a_rank,
    _is_second_of_two,
    _is_honoured,
    _is_dotted,
    _is_right_behind_a_role,
    _is_said_to_be,
    _has_kin_behind,
    _is_the_doer,
    _is_met_there,
    _is_spoken_to,
    _is_around_marks,
    _is_done_by,
)
"""Each answers whether a run is a person."""
