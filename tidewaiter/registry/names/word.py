"""A word of a name with its keys, and how alike two words are."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

from rapidfuzz.distance import OSA

from tidewaiter.registry.names import sounds
from tidewaiter.registry.names.chinese import korean_families, simplified
from tidewaiter.registry.names.groups import groups_of, key_of
from tidewaiter.registry.names.sounds import ABJADS, HAN, HANGUL, KANA, LATIN, REMEMBERED, bones, latin, sound
from tidewaiter.registry.names.words import is_patronymic, nickname_lines, words_of

LEAST = 0.66
"""Words less alike than this are different words."""
SAME, SPELLED, SCRIPT, SHORT, INITIAL, TYPED, ENDING, STUCK_ON = (
    "same",
    "spelled",
    "script",
    "short",
    "initial",
    "typed",
    "ending",
    "stuck",
)
_feminine = (
    ("skaya", "sk"),
    ("skaia", "sk"),
    ("skaja", "sk"),
    ("skii", "sk"),
    ("skiy", "sk"),
    ("skij", "sk"),
    ("sky", "sk"),
    ("ski", "sk"),
    ("ska", "sk"),
    ("ova", "ov"),
    ("eva", "ev"),
    ("ina", "in"),
    ("owa", "ow"),
    ("aya", ""),
    ("aia", ""),
    ("iy", ""),
    ("yi", ""),
)


@dataclass(frozen=True, slots=True)
class Word:
    """One word; keys are made of `latin`, which of Han is the pinyin."""

    said: str
    script: str
    plain: str
    latin: str
    sound: str
    bones: str
    groups: frozenset[str]
    short: frozenset[int]

    def __hash__(self) -> int:
        """By what was said, from which all else follows: it is looked up a million times in a run."""
        return hash(self.said)

    @property
    def initial(self) -> bool:
        """Whether it stands for a name by its first letter."""
        return len(self.plain) == 1 and self.script not in (HAN, HANGUL, KANA)

    @property
    def patronymic(self) -> bool:
        """Whether it is made of the father's name."""
        return is_patronymic(self.latin)


@lru_cache(maxsize=REMEMBERED)
def word_of(said: str) -> Word:
    """A word as it is compared."""
    letters = latin(said)
    script = sounds.script_of(said)
    own = simplified(sounds.plain(said)) if script == HAN else sounds.plain(said)
    known = groups_of(key_of(said)) | (groups_of(own) if script == HAN else frozenset())
    return Word(
        said=said,
        script=script,
        plain=own,
        latin=letters,
        sound=sound(letters),
        bones=bones(letters),
        groups=known,
        short=nickname_lines(letters),
    )


@lru_cache(maxsize=REMEMBERED)
def alike(one: Word, other: Word, eastern: bool = False) -> tuple[float, str]:
    """How alike two words are, from 0 to 1, and in what way. What is less than `LEAST` is another word.

    `eastern`: both names are made of Chinese, Korean or Vietnamese syllables, where one letter makes another name.
    """
    if not one.latin or not other.latin:
        return (1.0, SAME) if one.plain == other.plain else (0.0, "")
    if one.script == other.script == HAN:
        return _both_han(one, other)
    if one.initial or other.initial:
        return (0.85, INITIAL) if one.sound[:1] == other.sound[:1] or one.latin[0] == other.latin[0] else (0.0, "")
    if one.latin == other.latin:
        return 1.0, SAME if one.script == other.script else SCRIPT
    how = SPELLED if one.script == other.script else SCRIPT
    if eastern and one.script == other.script == LATIN:
        return _syllables(one, other)
    if one.script == other.script and one.script in ABJADS:
        return _same_abjad(one, other), TYPED
    if one.groups & other.groups and not _other_sex(one, other):
        return 0.97, how
    if one.short & other.short:
        return 0.93, SHORT
    for part in (one, other):
        if part.script in (HAN, HANGUL, KANA):
            return _eastern(one, other, part.script), how
    if one.script in ABJADS or other.script in ABJADS:
        return _abjad(one, other), how
    return _spelled(one, other, how)


def _both_han(one: Word, other: Word) -> tuple[float, str]:
    if one.plain == other.plain:
        return 1.0, SAME if one.said == other.said else SPELLED
    if one.groups & other.groups and one.latin == other.latin:
        return 0.9, SPELLED
    same = sum(a == b for a, b in zip(one.plain, other.plain))
    longest = max(len(one.plain), len(other.plain))
    if longest >= 5 and same >= longest - 1:
        return 0.75, TYPED
    return (0.7 if one.latin == other.latin and longest > 1 else 0.3 * same / longest), SPELLED


def _eastern(one: Word, other: Word, script: str) -> float:
    if HANGUL in (one.script, other.script):
        for this, that in ((one, other), (other, one)):
            if this.said in korean_families():
                return 0.97 if that.latin in korean_families()[this.said] else 0.0
        key = sounds.korean
    else:
        key = sounds.japanese if script == KANA else sounds.chinese
    left, right = key(one.latin), key(other.latin)
    if left == right:
        return 0.94
    if script == KANA:
        left, right = sounds.japanese(sound(left)), sounds.japanese(sound(right))
    best = _close(left, right)
    if (
        min(len(one.latin), len(other.latin)) >= 5
    ):  # names from elsewhere, written by sound: r is l there, vowels are added
        a, b = (part.bones.replace("r", "l").replace("J", "S") for part in (one, other))
        if len(a) > 1 and len(b) > 1 and (a == b or (min(len(a), len(b)) > 2 and OSA.distance(a, b) <= 1)):
            best = max(best, 0.84)
    return best


def _syllables(one: Word, other: Word) -> tuple[float, str]:
    for known in korean_families().values():
        if one.latin in known and other.latin in known:
            return 0.9, SPELLED
    for key in (sounds.chinese, sounds.korean):
        if len(one.latin) > 2 and len(other.latin) > 2 and key(one.latin) == key(other.latin):
            return 0.9, SPELLED
    return max(0.0, _close(one.latin, other.latin) - 0.14), TYPED


def _same_abjad(one: Word, other: Word) -> float:
    left, right = key_of(one.said), key_of(other.said)
    if left == right:
        return 1.0
    apart = OSA.distance(left, right, score_cutoff=2)
    if one.groups and other.groups:
        return 0.6 if apart == 1 else 0.0
    return 0.82 if apart == 1 and min(len(left), len(right)) > 3 else 0.0


def _abjad(one: Word, other: Word) -> float:
    """Scripts without vowels: the consonants must be the same, and enough of them."""
    left, right = one.bones, other.bones
    known = bool(one.groups and other.groups)
    if left == right:
        if len(left) >= 3:
            return 0.92
        if len(left) == 2:
            return 0.6 if known else 0.86
        return 0.5 if known else 0.7
    if min(len(left), len(right)) >= 4 and OSA.distance(left, right) == 1:
        return 0.6 if known else 0.82
    if min(len(left), len(right)) == 3 and OSA.distance(left, right) == 1:
        return 0.5 if known else 0.68
    return 0.0


def _close(left: str, right: str) -> float:
    apart, longest = OSA.distance(left, right, score_cutoff=3), max(len(left), len(right))
    if apart == 1:
        return 0.9 if longest >= 7 else 0.86 if longest >= 5 else 0.74 if longest == 4 else 0.4
    if apart == 2:
        return 0.85 if longest >= 9 else 0.76 if longest >= 7 else 0.5 if longest >= 5 else 0.0
    if apart == 3 and longest >= 11:
        return 0.74
    return 0.0


@lru_cache(maxsize=REMEMBERED)
def _masculine(letters: str) -> str:
    for ending, stem in _feminine:
        if letters.endswith(ending) and len(letters) > len(ending) + 2:
            return letters[: -len(ending)] + stem
    return letters


def _other_sex(one: Word, other: Word) -> bool:
    """Whether two given names are told apart by their ending alone: Aleksandr and Aleksandra, Mario and Maria."""
    short, long_ = sorted((one.latin, other.latin), key=len)
    if (
        long_.startswith(short)
        and long_[len(short) :] in ("le", "lle", "la", "ine", "ina", "ette", "etta")
        and len(short) > 3
    ):
        return True
    if long_ == short + "a" and not long_.endswith(("ova", "eva", "ina", "aya", "ska")):
        return True
    return (
        len(short) == len(long_)
        and short[:-1] == long_[:-1]
        and {short[-1], long_[-1]} <= set("aoe")
        and "a" in (short[-1], long_[-1])
        and len(short) > 3
    )


def _spelled(one: Word, other: Word, how: str) -> tuple[float, str]:
    if _other_sex(one, other) and one.groups and other.groups:
        return 0.3, TYPED
    if one.sound == other.sound:
        return 0.95, how
    if _masculine(one.latin) == _masculine(other.latin) or _masculine(one.sound) == _masculine(other.sound):
        return 0.9, ENDING
    for short, long_ in ((one.latin, other.latin), (other.latin, one.latin)):
        if len(short) > 2 and long_.endswith(short) and long_[: -len(short)] in words_of("stuck"):
            return 0.96, STUCK_ON
    best = max(_close(one.sound, other.sound), _close(one.latin, other.latin))
    if one.bones == other.bones and len(one.bones) >= 3 and one.latin[0] == other.latin[0]:
        best = max(best, 0.84 if len(one.bones) >= 4 else 0.74)
    if one.groups and other.groups and best < 0.95:
        best -= 0.22  # both are names of their own
    if one.latin[0] != other.latin[0] and one.sound[0] != other.sound[0]:
        best -= 0.06
    return best, TYPED
