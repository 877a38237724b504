"""Names in the cases of Slavic languages, and endings that family names alone have; folded (foundation.text.fold)."""

from __future__ import annotations

import re

_case_ending = re.compile(r"(?:ogo|omu|ymi|ami|oy|oi|ym|im|om|em|ey|ei|yu|ya|iu|ia|ju|ja|a|u|e|y|i|owi|ow)$")
_family = re.compile(
    r"(?:[oe]v|[iy]n|enko|chuk|uk|yuk|s?kiy|s?kii|skoy|tskiy|yan|dze|shvili|ovich|evich|bekov|baev|ullin|"
    r"zade|iya|ets|ko)"
    r"(?:a|u|y|ym|im|om|em|e|oy|oi|ykh|ogo|omu|yu|aya|uyu|oyu)?$"
)
_polish = re.compile(
    r"(?:[bdlnprstwz]sk|[ae]ck|wick|dzk)(?:i|a|iego|iemu|im|iej|ich|imi)$|"
    r"(?:[ae]wicz|owicz)(?:a|owi|em|u|ie)?$|(?:czyk|szczak|czak)(?:a|owi|iem|u)?$|"
    r"^(?:o'|mc|n')[a-z]{3,}$"
)
"""How Polish family names end, in any case; and how some Irish and African ones begin."""
_indonesian = re.compile(
    r"(?:[a-z]{2}(?:anto|yono|djono|ardjo|wati|ningsih|yati|uddin|oeddin|syah|prawira|kusumo|negoro|nugroho|"
    r"utomo|oetomo)|"
    r"[nrti]i?awan|[a-z]{3}udin)$"
)
_thing = re.compile(
    r"(?:cao|coes|dades?|mentos?|ismo|cion|ciones|idad|idades|mientos?|tions?|ments?|ness|ungen|[a-z]{3}ung|"
    r"heit|keit|schaft|"
    r"[a-z]{2}cj[aei]|osci?|stvo|[a-z]tsi[yi]a?|nost|isasi|itas|heid|aties?|zion[ei]|wania|wanie|[ae]nia)$"
)
_patronymic = re.compile(r"(?:[oe]vich|ich|[oe]vn|ichn|inichn)(?:a|u|y|e|em|om|oy|oi)?$")


def without_ending(folded: str) -> list[str]:
    """What a word may be in the nominative: without its ending, or with `a`, `y`, `ya` in its place."""
    hit = _case_ending.search(folded)
    if hit is None or hit.start() < 2:
        return []
    stem = folded[: hit.start()]
    return [stem, stem + "a", stem + "y", stem + "i", stem + "ya", stem + "iy", stem + "ey", stem + "ii", stem + "ei"]


def is_patronymic(folded: str) -> bool:
    """Whether it ends as Russian patronymics do, in any case."""
    return len(folded) > 6 and _patronymic.search(folded) is not None


def is_like_a_family_name(folded: str) -> bool:
    """Whether it ends as Slavic, Caucasian and Central Asian family names do, in any case."""
    return len(folded) > 4 and bool(
        _family.search(folded) or (len(folded) > 6 and _polish.search(folded)) or _indonesian.search(folded)
    )


def is_a_thing(folded: str) -> bool:
    """Whether a word ends as names of things and doings do («inconstitucionalidade», «Durchsuchung»)."""
    return len(folded) > 6 and _thing.search(folded) is not None


_cyrillic_family = re.compile(
    r"(?:[oe]v)(?:a|u|ym|oy|ykh)?$|(?:[iy]n)(?:a|u|ym|oy|ykh)$|(?:[oe]v|[iy]n)ym$|(?:enko|shvili|dze)$|"
    r"(?:[iou]?chuk|yuk|shchuk)(?:a|u|om|e)?$|"
    r"[a-z]{2}yan(?:a|u|om)?$|(?:baev|bekov|ullin|ulin|ovskiy|evskiy|ovskogo|evskogo|ovskomu|evskomu)(?:a|u|ym)?$"
)


def is_only_a_family_name(folded: str) -> bool:
    """Whether a Cyrillic word, folded, ends as hardly anything but a family name does."""
    return len(folded) > 5 and _cyrillic_family.search(folded) is not None


_polish_case = re.compile(r"(?:owi|iego|iemu|iem|iej|ego|emu|ej|em|im|ym|ami|ach|ow|om|ie|a|e|y|i|u|o)$")
_PALATAL = {"ce": "ka", "dze": "ga", "rze": "ra", "le": "la", "ze": "za", "cie": "ta", "dzie": "da", "scie": "sta"}


def polish_nominatives(folded: str) -> list[str]:
    """What a Polish name in some case may be in the nominative; the first is its stem."""
    hit = _polish_case.search(folded)
    if hit is None or hit.start() < 2:
        return []
    stem = folded[: hit.start()]
    found = [stem, stem + "a", stem + "i", stem + "y", stem + "o", stem + "e"]
    if stem[-1:] == "i":
        found.append(stem[:-1])
    if len(stem) > 2:
        found.append(stem[:-1] + "e" + stem[-1])  # Wróbla, Wróbel; Marka, Marek
    if stem[-2:-1] == "i":
        found.append(stem[:-2] + "e" + stem[-1])
    if stem[-2:] == "ni":
        found.append(stem[:-2] + "en")
    for ending, plain in _PALATAL.items():
        if folded.endswith(ending):
            found.append(folded[: -len(ending)] + plain)
    return found
