"""Nicknames and other names in marks, brackets and letters: behind «alias», right behind a name, as airlines write;
names in small letters.
"""

from __future__ import annotations

import re
from itertools import pairwise

from tidewaiter.privacy.reading import Reading, Run, Span, Token, joined
from tidewaiter.privacy.words import NAME, Case, Is, look_up

_nickname = re.compile(
    r"(?i:(?:(?<=\s)\(a\)|\b(?:alias(?:es)?|aka|a\.k\.a\.?|a/k/a|vulgo|apodad[oa]|apelidad[oa]|surnommée?|dite?|detto|"
    r"detta|soprannominat[oa]|nicknamed|dubbed|bijgenaamd|met de bijnaam|pseudonim|genannt|по прозвищу|по кличке|"
    r"(?:apelido|apodo|sobrenombre|mote|alcunha|surnom) d[eo]|(?:nickname|street name)(?: of)?|maarufu kama|"
    r"dijuluki|lakaplı|(?:everyone|everybody)\s(?:just\s)?calls|(?:quien|que|le|lo|la|lhe|o|l'on|qu'on)\s"
    r"(?:apodan|apodaban|llaman|llamaban|dicen|decían|chamam|chamavam|apelidam|apellidan|surnomme|surnomment|"
    r"appelle|appellent))))"
    r",?\s{1,2}(?:como |as |de |le |la |the )?(?:[«“\"„'‘]\s?([^«»“”\"„'’\n]{2,40}?)\s?[»”\"'’]|((?:[Ee]l|"
    r"[Ll]a|[Ll]e|[Oo]s?|[Ll]os|[Tt]he|[Ll]o)\s[A-ZÀ-Þ][^\W\d_]+(?:\s[A-ZÀ-Þ][^\W\d_]+)?)|"
    r"([A-ZÀ-ÞА-Я][^\W\d_]+))"
)


_traveller = re.compile(
    r"(?<![A-Z/])[A-Z][A-Z'’-]{1,25}/[A-Z][A-Z]{1,25}(?:\s[A-Z]{2,20})?\s(?:MRS?|MS|MISS|MSTR|DR)\b|"
    r"(?<=PAX )[A-Z][A-Z'’-]{1,25}/[A-Z][A-Z]{1,25}"
)
"""As airlines write passengers: «ROE/JANE MRS»."""
_aged_initials = re.compile(r"(?<![\w-])[A-Z]{1,3}(?=\s\((?:\d{2})(?:\)|,|\s(?:tahun|thn|th|años|anos|ans|lat|jaar)))")
_led_by = re.compile(
    r"\b(?:chefiad|liderad|comandad|dirigid|encabezad|manejad|controlad|contratad|recrutad|reclutad|pagad|enviad|"
    r"dirig[ée]|mené|"
    r"recruté|payé|dipimpin|dikendalikan|disuruh|diperintah|kierowan|zwerbowan|geleitet|geführt|angeworben|geleid|"
    r"aangestuurd|"
    r"guidat|reclutat|led|run|controlled|hired|paid|recruited|sent)\w{0,4}\s(?:por|par|da|oleh|przez|door|durch|von|"
    r"by)\s(?:um certo |un tal )?"
    r"[«“\"„‘]\s?([^\W\d_][^«»“”\"„’\n.,;:!?]{1,29}?)\s?[»”“\"’]"
)
"""Who leads or hires, in marks: a nickname."""
_marked = re.compile(
    r"\s?[(,]?\s?(?:(?:ps|pseud|xw|zw)\.\s?|(?:o|a|el|la|le|the)\s(?=[«“\"„]))?(?:[«“\"„‘]|(?<=\s)')\s?"
    r"([^\W\d_][^«»“”\"„’'\n.,;:!?]{1,29}?)\s?[»”“\"’']"
    r"(?=[),;.\s]|$)"
)
_capital = re.compile(r"(?:(?:el|la|los|las|o|a|le|les|the) )?[^\W\d_a-zà-ÿа-яё]")
_rest_of_a_name = re.compile(r"\s\(([A-Z][a-z]{1,8}-[A-Z]?[a-z]{1,8})\)")
"""The given name that stands behind a family name in brackets: «Kim (Hyung-ryul)»."""


_by_article = re.compile(r",\s(?:o|a|el|la|le)\s([A-ZÀ-Þ][a-zà-ÿ]{2,15})(?=[.,;:)»]|\s(?:e|y|et)\s|$)")
"""What somebody is called, behind the name and an article: «Wanderlei Scopel, o Lelo.»"""
_NO_NICKNAME = Is.ROLE | Is.TITLE | Is.HEAD | Is.NATION | Is.ENDS | Is.MAKE | Is.VESSEL
_child_of = re.compile(
    r"(?<!\w)([A-Z][a-z]+(?:\s[A-Z][a-z]+){0,2}\s(?:[sdSD]/[oO]|[aA]/[lLpP])\.?\s[A-Z][a-z]+(?:\s[A-Z][a-z]+){0,2})"
)
"""As people of India and Malaysia are written, son or daughter of: «Murugesan s/o Perumal»."""


_ranked = re.compile(
    r"(?<![\w/])(?:W/O|S/Sgt|L/Cpl|S/[12]|SM/[123]|P/O|A/Supt|D/Sgt|D/Insp|D/C|Sgto\. [12](?:do|ro)\.)\.?\s"
    r"([A-ZÀ-Þ][^\W\d_]+(?:\s[A-ZÀ-Þ][^\W\d_]+)?)"
)
"""Ranks with a stroke or a number: «W/O Botha»."""


def nicknames(reading: Reading, found: list[Run]) -> list[Span]:
    """What stands in marks, or behind an article, after «alias» and its like; and in marks right behind a name."""
    spans = [(*hit.span(hit.lastindex or 0), "name") for hit in _nickname.finditer(reading.text)]
    spans += [(*hit.span(), "name") for hit in _traveller.finditer(reading.text)] if "/" in reading.text else []
    spans += [
        (*hit.span(), "name") for hit in _aged_initials.finditer(reading.text) if _after_a_role(reading, hit.start())
    ]
    spans += [(*hit.span(1), "name") for hit in _ranked.finditer(reading.text)]
    spans += [(*hit.span(), "name") for hit in _child_of.finditer(reading.text)] if "/" in reading.text else []
    spans += [(*hit.span(1), "name") for hit in _led_by.finditer(reading.text) if hit[1][0].isupper()]
    spans += _called_by_a_nation(reading) if found else []
    for run in found:
        end = reading.tokens[run.last - 1].end
        end += reading.text[end : end + 1] == "." and reading.tokens[run.last - 1].word.case == Case.INITIAL
        hit = _marked.match(reading.text, end)
        if hit and _capital.match(hit[1]) and hit[1].count(" ") < 3:
            spans.append((*hit.span(1), "name"))
        if (called := _by_article.match(reading.text, end)) and run.last - run.first > 1:
            flags = look_up(called[1]).flags
            if not flags & _NO_NICKNAME and not (flags & Is.PLACE and not flags & NAME):
                spans.append((*called.span(1), "name"))
        if rest := _rest_of_a_name.match(reading.text, end):
            spans.append((*rest.span(1), "name"))
    return spans + _nicknames_again(reading, spans)


_THE = frozenset(("o", "el", "do", "del", "al", "ao", "pelo"))


def _called_by_a_nation(reading: Reading) -> list[Span]:
    """«el Turco», «do Paraguaio»: Spanish and Portuguese write nations small, so that somebody is called this."""
    tokens = reading.tokens
    return [
        (token.start, token.end, "name")
        for ahead, token in pairwise(tokens)
        if token.word.flags & Is.NATION
        and token.word.case == Case.CAPITAL
        and ahead.said in _THE
        and reading.text[ahead.end : token.start] == " "
        and not reading.text[token.end : token.end + 2].strip(" ,.;:)»").istitle()
    ]


def _nicknames_again(reading: Reading, spans: list[Span]) -> list[Span]:
    """Where a nickname of one word comes again."""
    once = {reading.text[start:end] for start, end, _kind in spans}
    once = {said for said in once if len(said) > 3 and said.isalpha() and said[0].isupper()}
    return [(token.start, token.end, "name") for token in reading.tokens if token.said in once] if once else []


def _after_a_role(reading: Reading, at: int) -> bool:
    """Whether a role stands some words before: «the accused S (40) and MY (22)»."""
    return any(token.word.flags & (Is.ROLE | Is.NAMED) for token in reading.tokens if at - 40 < token.end < at)


def in_small_letters(tokens: list[Token], text: str) -> list[Span]:
    """Two known names and more in small letters, side by side."""
    spans: list[Span] = []
    at = 0
    while at < len(tokens):
        last = at
        strong = 0
        while (
            last < len(tokens)
            and tokens[last].word.case == Case.SMALL
            and (last == at or joined(text, tokens[last - 1], tokens[last]))
        ):
            flags = tokens[last].word.flags
            if flags & NAME and not flags & (
                Is.ENDS | Is.ORDINARY | Is.PLACE | Is.PARTICLE | Is.ROLE | Is.HEAD | Is.ACT_AFTER | Is.PLACE_BEFORE
            ):
                strong += not flags & Is.WEAK
            else:
                break
            last += 1
        if last - at >= 2 and strong >= 2 and tokens[at].word.flags & Is.GIVEN:
            spans.append((tokens[at].start, tokens[last - 1].end, "name"))
        at = max(last, at + 1)
    return spans
