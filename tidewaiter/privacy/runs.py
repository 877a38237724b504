"""Runs of capitalised words: where they begin and end, where they are split, and what each weighs in all."""

from __future__ import annotations

from tidewaiter.privacy.ages import age_behind
from tidewaiter.privacy.clauses import are_rank_and_name
from tidewaiter.privacy.look_alikes import is_none
from tidewaiter.privacy.pinyin import is_syllables
from tidewaiter.privacy.reading import Reading, Run, Token, is_capital, joined, sure_given, sure_name
from tidewaiter.privacy.word_weights import CALLED, SUFFIXES, inside
from tidewaiter.privacy.words import NAME, Case, Is, Word, is_look_alike, some
from tidewaiter.privacy.words_before import FORCES, before, is_of_a_force, role_before
from tidewaiter.privacy.words_behind import after, is_a_deed

_LEADS = Is.NAMED | Is.ROLE | Is.TITLE
_BREAKS_LOUD = Is.ACT_AFTER | Is.ACT_BEFORE | Is.SPEECH | Is.PLATE | Is.PAPER | Is.PLACE_BEFORE | Is.JOINS | Is.BY
"""What ends a name in capitals: there no small letter tells a verb, a vehicle, a preposition."""
_SMALL_LOUD = frozenset(
    [
        "SEM",
        "SIN",
        "CON",
        "COM",
        "SANS",
        "AVEC",
        "PAR",
        "POR",
        "PARA",
        "POUR",
        "SUR",
        "SOBRE",
        "DANS",
        "EN",
        "CHEZ",
        "QUE",
        "QUI",
        "AU",
        "AUX",
        *("NO", "NA", "TO", "IN", "AT", "ON", "BY", "FOR"),
    ]
)
"""Small words in capitals, some of them names elsewhere, that end a name where all is in capitals."""
_BREAKS = Is.ENDS | Is.TITLE | Is.ROLE | Is.NAMED | Is.NATION


_NO_PERSON = Is.HEAD | Is.PLACE | Is.ORDINARY | Is.ENDS | Is.MAKE
ENOUGH = 1.29
"""Weight from which a run is a person."""


_german = frozenset(
    [
        "der",
        "die",
        "das",
        "und",
        "den",
        "dem",
        "des",
        "ein",
        "eine",
        "wurde",
        "mit",
        "von",
        "im",
        "bei",
        "nach",
        "auf",
        "ist",
        "für",
        "sich",
        "zu",
        "gegen",
        "laut",
        "nicht",
        "hatte",
        "wird",
        "aus",
        "zum",
        "zur",
        "fuhr",
        "sowie",
        "einem",
        "einen",
        "einer",
        "vom",
        "durch",
    ]
)


def is_loud(tokens: list[Token]) -> bool:
    """Whether most words of a text are in capitals."""
    return sum(token.word.case == Case.CAPITALS for token in tokens) * 2 > len(tokens) > 3


def unknown_in(text: str, tokens: list[Token]) -> float:
    """What an unknown capitalised word weighs in this text: little in capitals or
    titles, and where nouns have capitals.
    """
    small = sum(token.word.case == Case.SMALL for token in tokens)
    if len(tokens) > 3 and small * 4 < len(tokens):
        return 0.25
    if is_loud(tokens):
        return 0.15
    german = sum(token.word.folded in _german for token in tokens)
    return 0.1 if german >= 2 and german * 9 > len(tokens) else 0.6


def read_runs(reading: Reading) -> None:
    tokens, text = reading.tokens, reading.text
    at = 0
    while at < len(tokens):
        if not is_capital(tokens[at]):
            at += 1
            continue
        last = at + 1
        while last < len(tokens) and last - at < 40:
            ahead = last
            while (
                ahead < len(tokens)
                and ahead - last < 3
                and not is_capital(tokens[ahead])
                and tokens[ahead].word.flags & Is.PARTICLE
                and not (reading.polish and tokens[ahead].said in ("do", "ze", "da"))
                and not _is_before_a_place(tokens, ahead)
                and joined(text, tokens[ahead - 1], tokens[ahead])
            ):
                ahead += 1
            if ahead < len(tokens) and is_capital(tokens[ahead]) and joined(text, tokens[ahead - 1], tokens[ahead]):
                conjunction = ahead > last and tokens[last].word.flags & Is.JOINS
                if conjunction:
                    break
                last = ahead + 1
            else:
                break
        _read_run(reading, at, last)
        at = last


def _is_before_a_place(tokens: list[Token], at: int) -> bool:
    """Whether «di» is «in» here, as it is in Indonesian: «di Jalan Sudirman»."""
    ahead = tokens[at + 1].word.flags if at + 1 < len(tokens) else 0
    return tokens[at].said == "di" and bool(ahead & (Is.HEAD | Is.PLACE)) and not ahead & NAME


def _read_run(reading: Reading, first: int, last: int) -> None:
    """Splits a run at words that end a name, and weighs the pieces."""
    tokens = reading.tokens
    start = first
    for at in range(first, last + 1):
        if at < last and not _breaks(tokens, start, at, last) and not (reading.loud and tokens[at].said in _SMALL_LOUD):
            continue
        begin, end = start, at
        while begin < end and tokens[begin].word.flags & Is.PARTICLE and not is_capital(tokens[begin]):
            begin += 1
        while end > begin and not is_capital(tokens[end - 1]):
            end -= 1
        if begin < end:
            _weigh_piece(reading, begin, end, first, last)
        start = at + 1


_BEFORE_A_FAMILY = frozenset(("Van", "Ben", "Ould", "Aït", "Al", "Bin", "Von"))


def _breaks(tokens: list[Token], start: int, at: int, last: int) -> bool:
    flags = tokens[at].word.flags
    if at == start and at + 1 < last and tokens[at].said in FORCES and at and is_of_a_force(tokens[at - 1]):
        return True
    if at == start and at + 1 < last and tokens[at].said in _BEFORE_A_FAMILY and tokens[at + 1].word.flags & NAME:
        return False  # «Agent de saisie : Van Hove S.»
    if at == start and at + 1 < last and _is_a_given_name_too(tokens[at].word) and sure_name(tokens[at + 1]):
        return False  # «Grace Achieng», at the start of a sentence too
    if at == start and at + 2 == last and tokens[at].begins and tokens[at].word.folded in some("signs"):
        return True  # «Firma Ojeda.»
    if at == start and at + 1 < last and tokens[at].begins and is_a_deed(tokens[at]) and not tokens[at].labelled:
        return True  # «Dirigía Oleksandr P.»
    if at == start and at + 2 == last and tokens[at].word.folded in CALLED and not flags & Is.NAMED:
        if flags & (Is.ROLE | Is.NATION) and tokens[at].word.case == Case.CAPITAL:
            return False  # «Mama Njeri»
    if at == start and flags & Is.NATION and tokens[at].word.case == Case.CAPITAL and _is_called(tokens, at):
        return False  # «responde por Alemão»
    if tokens[at].word.case == Case.CAPITALS and flags & _BREAKS_LOUD and not flags & (NAME | Is.PARTICLE | Is.HEAD):
        return True
    if not flags & (_BREAKS | Is.ACT_BEFORE | Is.SOURCE) or not is_capital(tokens[at]):
        return False
    if tokens[at].word.case == Case.INITIAL and tokens[at].dotted:
        return False
    if (
        flags & Is.ENDS
        and flags & NAME
        and not tokens[at].begins
        and not flags & (Is.TITLE | Is.ROLE | Is.NAMED | Is.NATION)
    ):
        return False
    if at > start and at + 1 == last and tokens[at].said.lower() in SUFFIXES:
        return False
    leads = (
        at > 0
        and (tokens[at].labelled or not (tokens[at].begins and tokens[at - 1].word.case == Case.SMALL))
        and tokens[at - 1].word.flags & _LEADS
    )
    if at == start and at + 1 < last and leads and not flags & _BREAKS & ~Is.ENDS:
        if flags & Is.PARTICLE or (
            flags & Is.ENDS and tokens[at].word.case == Case.CAPITAL and _is_a_name(tokens[at + 1])
        ):
            return False  # «Name: El Mourabit», «Destinatario: Jan Hoekstra», «officer Kila Morea»
    if at == start and tokens[at].begins and _says_who_follows(tokens[at]):
        return True
    if _is_balinese(tokens, at, last) or (at == start and _is_chinese_title(tokens, at, last)):
        return False
    if flags & NAME and not flags & (Is.WEAK | Is.ORDINARY) and not flags & Is.ENDS:
        # a name that is a title or a role too (Pan, Bay, Marin): one at the start of a run alone
        return at == start and at + 1 < last and bool(flags & (Is.TITLE | Is.ROLE))
    if flags & Is.PARTICLE and at > start and at + 1 < last:
        return False
    if flags & NAME and at > start and at + 1 == last and tokens[at - 1].word.flags & Is.GIVEN:
        return bool(flags & (Is.TITLE | Is.NATION)) and not flags & Is.FAMILY
    return bool(flags & _BREAKS)


def _is_a_given_name_too(word: Word) -> bool:
    """Whether a word by which a name may end is a given name, and no small word: «Grace», «June», «May»."""
    small = (
        Is.ARTICLE | Is.PARTICLE | Is.PLACE_BEFORE | Is.JOINS | Is.ACT_AFTER | Is.ACT_BEFORE | Is.BY | Is.TITLE | Is.AS
    )
    return bool(word.flags & Is.ENDS and word.flags & Is.GIVEN) and not word.flags & small


def _is_a_name(token: Token) -> bool:
    """Whether a word with a capital is a name, or nothing that is known."""
    return is_capital(token) and (bool(token.word.flags & NAME) or not token.word.flags)


def _is_called(tokens: list[Token], at: int) -> bool:
    return at > 0 and (
        bool(tokens[at - 1].word.flags & Is.NAMED and not tokens[at - 1].word.flags & Is.AS)
        or (at > 1 and bool(tokens[at - 1].word.flags & Is.AS) and bool(tokens[at - 2].word.flags & Is.NAMED))
    )


def _says_who_follows(token: Token) -> bool:
    """Whether a sentence begins with a deed or a source: «Zatrzymano Jana K.», «Laut Petra Roe»."""
    flags = token.word.flags
    return bool(flags & (Is.ACT_BEFORE | Is.SOURCE)) and (not flags & NAME or bool(flags & (Is.WEAK | Is.HEAD)))


def _is_balinese(tokens: list[Token], at: int, last: int) -> bool:
    """Whether «I», «Ni» begins a name of Bali: «I Made Sukerta»."""
    ahead = tokens[at + 1].word.flags if at + 1 < last else 0
    return tokens[at].said in ("I", "Ni") and bool(ahead & Is.GIVEN)


def _is_chinese_title(tokens: list[Token], at: int, last: int) -> bool:
    """Whether what is a title elsewhere is the family name of a Chinese name of two words: «Pan Jie»."""
    return (
        last - at == 2
        and bool(tokens[at].word.flags & Is.FAMILY)
        and not tokens[at].word.flags & Is.PLACE_BEFORE
        and not (tokens[at].word.flags & Is.ARTICLE and tokens[at + 1].word.flags & Is.ENDS)
        and is_syllables(tokens[at].word.folded)
        and is_syllables(tokens[at + 1].word.folded)
    )


def _lives_there(tokens: list[Token], first: int) -> bool:
    """Whether a run begins with the place where somebody lives: «житель Хабаровска Олег Дроздов»."""
    flags = tokens[first].word.flags
    return first > 0 and tokens[first - 1].word.folded in some("residents") and flags & (NAME | Is.PLACE) != Is.GIVEN


def _weigh_piece(reading: Reading, first: int, last: int, whole_first: int, whole_last: int) -> None:
    tokens = reading.tokens
    if last - first > 2 and _lives_there(tokens, first):
        first += 1
    best = Run(first, last)
    if is_none(reading, (first, last), (whole_first, whole_last)):
        best.barred, best.weight = True, -3.0
        reading.runs.append(best)
        return
    _weigh(reading, best, whole_first, whole_last)
    if best.weight < ENOUGH and last - first > 1 and not best.barred:
        begin, end = first, last
        droppable = Is.ORDINARY | Is.PLACE | Is.MAKE | Is.HEAD
        while end - begin > 1 and tokens[begin].word.flags & droppable and not sure_name(tokens[begin]):
            begin += 1
            while end - begin > 1 and not is_capital(tokens[begin]):
                begin += 1
        while end - begin > 1 and (
            (tokens[end - 1].word.flags & (Is.MAKE) and not sure_name(tokens[end - 1]))
            or not is_capital(tokens[end - 1])
        ):
            end -= 1
        if (begin, end) != (first, last) and is_capital(tokens[begin]):
            other = Run(begin, end)
            _weigh(reading, other, whole_first, whole_last)
            surely = 0.2 if any(map(sure_name, tokens[begin:end])) else 0.4
            if other.weight >= ENOUGH + surely and not any(token.word.flags & Is.HEAD for token in tokens[first:begin]):
                best = other
    if best.barred and (behind := _person_behind_an_office(reading, best)):
        best = behind
    reading.runs.append(best)


def _is_short_office(token: Token) -> bool:
    return token.word.case == Case.CAPITALS and len(token.said) > 2 and bool(token.word.flags & Is.HEAD)


def _is_no_person(token: Token) -> bool:
    return bool(token.word.flags & _NO_PERSON) and not token.word.flags & NAME


def _person_behind_an_office(reading: Reading, run: Run) -> Run | None:
    """Where a role stands before an office («the head of Port Service Riau Jane Roe»), the name that ends the run; or
    the name that begins it, where an office follows in capitals.
    """
    tokens = reading.tokens
    if not reading.loud and are_rank_and_name(tokens[run.first : run.last]):
        return Run(run.first, run.last, ENOUGH)
    role = before(reading, run.first)
    if role < 0.9 and _is_short_office(tokens[run.first]):
        role = max(role, role_before(reading, run.first))  # «el agente del SAT Ricardo Benítez»
    told = after(reading, run) >= 1.0
    if role < 0.9 and not told:
        return None
    for end in range(run.first + 2, run.last):
        if tokens[end].word.flags & Is.HEAD and not tokens[end].word.flags & NAME:
            words = tokens[run.first : end]
            if len(words) < 6 and any(map(sure_name, words)) and not any(map(_is_no_person, words)):
                return Run(run.first, end, ENOUGH)
            break
    for begin in range(run.first + 1, run.last - 1):
        ahead, rest = tokens[begin - 1].word, tokens[begin : run.last]
        if (
            ahead.flags & (Is.HEAD | Is.PLACE)
            and len(rest) < 5
            and (
                any(map(sure_given, rest))
                or (role >= 1.2 and _is_short_office(tokens[begin - 1]))
                or (told and any(map(sure_name, rest)))
            )
            and not all(token.word.flags & Is.ORDINARY for token in rest)
            and not any(map(_is_no_person, rest))
            and not rest[0].word.flags & Is.PLACE
            and not is_look_alike(" ".join(token.word.folded for token in rest))
        ):
            return Run(begin, run.last, ENOUGH)
    return None


_BEHIND_PLACES = frozenset({"port", "harbour", "harbor", "airport", "bay", "bridge", "terminal", "road", "street"})
"""What stands behind the name of a place: «King Abdulaziz Port»."""


def _is_given_and_family(tokens: list[Token]) -> bool:
    """Whether a sure given name stands before one word that is a family name and much else, but no «Port»."""
    family = bool(tokens[-1].word.flags & Is.FAMILY) and tokens[-1].word.folded not in _BEHIND_PLACES
    return len(tokens) == 2 and sure_given(tokens[0]) and family


def _is_of_a_firm(text: str, tokens: list[Token]) -> bool:
    """Whether «&» joins it to another: firms are written so («Lambert & Butler»), two given names too."""
    start, end = tokens[0].start, tokens[-1].end
    joins = text[max(0, start - 3) : start] == " & " or text[end : end + 3] == " & "
    return joins and not (len(tokens) == 1 and sure_given(tokens[0]) and not tokens[0].word.flags & Is.FAMILY)


def _weigh(reading: Reading, run: Run, whole_first: int, whole_last: int) -> None:
    """Sets the weight of a run."""
    tokens = reading.tokens[run.first : run.last]
    ahead = before(reading, run.first)
    age = age_behind(reading.text, tokens[-1].end)
    within, run.barred = inside(reading, tokens)
    if run.barred and len(tokens) == 1 and tokens[0].word.case == Case.CAPITALS and (age or ahead >= 2.2):
        run.barred = bool(tokens[0].word.flags & Is.HEAD)  # «the accused MY (22)»
    if run.barred and ahead >= 2.2 and _is_given_and_family(tokens):
        run.barred = False  # «a nombre de Thiago Laguna»
    if not age and ahead < 1.0 and _is_of_a_firm(reading.text, tokens):
        ahead -= 1.5
    around = ahead + age + (0.0 if age else after(reading, run))
    if reading.loud and reading.text[tokens[-1].end : tokens[-1].end + 1] == ":":
        around -= 2.5  # what stands before «:» in a form is what is asked there: «CHEFE DE TURNO:»
    if run.barred:
        run.weight = within + min(around, 0.0)
        if not age and tokens[-1].word.flags & Is.HEAD:
            run.weight = min(run.weight, ENOUGH - 0.2)
        return
    if any(
        token.word.flags & Is.HEAD and not token.word.flags & NAME
        for token in reading.tokens[whole_first:whole_last]
        if token.start >= tokens[-1].end or token.end <= tokens[0].start
    ) and not (ahead >= 1.2 or age):
        around -= 0.7
    run.weight = within + around
