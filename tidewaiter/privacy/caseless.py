"""Persons in scripts without capitals: Arabic, Devanagari, Chinese characters, Hangul."""

from __future__ import annotations

import gzip
import re
from functools import cache

from django.conf import settings

from tidewaiter.privacy.words import NAME, Is, caseless, lexicon, look_up

type Span = tuple[int, int, str]

_word = re.compile(r"[\u0620-\u065f\u0670-\u06d3]+|[\u0900-\u0dff]+")
_near = re.compile(r"\s{0,2}[:«\"(]?\s{0,2}")
_hangul = re.compile(r"[\uac00-\ud7a3]{2,4}")
_GO_ON = frozenset(["بن", "بنت", "ابن", "ولد", "أبو", "ابو", "عبد", "آل", "أم", "الدين", "الله", "حاج"])


def caseless_persons(text: str) -> list[Span]:
    """Where persons are named in such a script."""
    top = max(text, default="")
    if top < "\u0600":
        return []
    spans = _alphabetic(text)
    if any("\u3400" <= sign <= "\ud7a3" for sign in text):
        spans += _chinese(text) + _korean(text)
    return spans


def _alphabetic(text: str) -> list[Span]:
    words = [(hit.start(), hit.end(), hit.group()) for hit in _word.finditer(text)]
    spans: list[Span] = []
    parts: set[str] = set()
    at = 0
    while at < len(words):
        reach = _reach(text, words, at)
        if reach > at:
            start = words[at][0] + (1 if _joined_and(words[at][2]) else 0)
            spans.append((start, words[reach - 1][1], "name"))
            parts |= {
                _bare(said) for _start, _end, said in words[at:reach] if len(said) > 3 and _bare(said) not in _GO_ON
            }
            at = reach
        else:
            at += 1
    taken = {at for start, end, _kind in spans for at in range(start, end)}
    for _start, end, said in words:
        if _bare(said) in parts and end - 1 not in taken:
            spans.append((end - len(_bare(said)), end, "name"))
    return spans


def _joined_and(said: str) -> bool:
    """Whether a word begins with «and», written together with it."""
    return said[:1] == "و" and len(said) > 3 and (_known(said[1:]) and not _known(said))


def _bare(said: str) -> str:
    return said[1:] if _joined_and(said) else said


def _known(said: str) -> bool:
    if said in caseless("names"):
        return True
    if said in caseless("stops") or said in caseless("roles"):
        return False
    flags = look_up(said).flags
    return bool(flags & NAME) and not flags & (Is.WEAK | Is.ORDINARY) and len(said) > 2


def _reach(text: str, words: list[tuple[int, int, str]], at: int) -> int:
    """Where a name that begins at a word ends; the word itself if none does."""
    roles, stops = caseless("roles"), caseless("stops")
    before = words[at - 1][2] if at and _near.fullmatch(text[words[at - 1][1] : words[at][0]]) else ""
    called = before in roles or before.removeprefix("و") in roles or before[:2] in ("بـ",)
    known, last = 0, at
    while last < len(words) and last - at < 5:
        said = _bare(words[last][2]) if last == at else words[last][2]
        if last > at and text[words[last - 1][1] : words[last][0]] not in (" ", "  ", "\u00a0"):
            break
        if said in stops or (
            last > at
            and (_joined_and(said) or said.removeprefix("و") in roles | stops)
            and not (said[:2] == "ال" and last - at > 1)
        ):
            break
        if last == at and said in roles and said not in caseless("names"):
            break
        if _known(said):
            known += 1
        elif not (
            said in _GO_ON
            or (said[:2] == "ال" and (known or called))
            or (called and last - at < 4)
            or (known and said[-1:] in "يى")
        ):
            break
        last += 1
    long = last - at
    if called and long and (known or long <= 4):
        return last
    return last if known >= 2 and long >= 2 else at


SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤阮农詹欧尤施温洪"
    "張劉陳楊黃趙吳孫馬鄭謝許馮鄧蔣葉蘇魏呂盧鍾譚陸賈韋鄒龍賀顧龔錢嚴湯"
)
_DOUBLE = ("欧阳", "司马", "上官", "诸葛", "司徒", "尉迟", "令狐", "皇甫", "慕容", "東方", "东方")
_ROLES = (
    "嫌疑人|犯罪嫌疑人|男子|女子|司机|驾驶员|旅客|乘客|收件人|寄件人|发件人|货主|车主|当事人|被告人|被告|原告|船长|船员|经理|负责人|法定代表人|代理人|民警|警官|关员|关长|局长|"
    "处长|科长|主任|检察官|法官|律师|同伙|同案犯|主犯|从犯|"
    "妻子?|其妻|丈夫|其夫|其子|其弟|其兄|儿子|女儿|朋友|老板|员工|报关员|证人|名为|名叫|姓名[:：]?|叫|化名|绰号|自称|系|由|与|和|及|伙同|以及|、|发言人|介绍人|中间人|"
    "卖家|买家|村民|居民|商人|男|女|犯|记者|主席|总统|总理|部长|教授|书记|省长|市长|县长|院长|校长|会长|董事长|总裁|医生|代表|委员|秘书长|副主席|委员长|总经理|作者|演员|"
    "教练|选手|同志|抓获|逮捕|拘留|查获|户名|嫌犯|人员|工程师|科员"
)
_role = re.compile(rf"(?:{_ROLES})$")
_NO_PART = frozenset(
    "被因在于从携说称及和与等的驾向到将已涉经是为持有以未供乘抵入出交，。、；：（）了把对给让又也并而且或则系犯伙同现均共指受获走非利自由此其该这那往来去介"
)
_ACTS = frozenset("被因携供驾乘")
"""What stands right behind a person of whom something is told."""
_NO_FIRST = frozenset("被因在于从的和与及等是为了，。、；：（）某女男氏姓")
_TITLES_AFTER = re.compile(r"先生|女士|某某?|小姐|总|队长|警官|局长|经理")
_foreign = re.compile(r"[\u4e00-\u9fff]{1,6}(?:[·•‧][\u4e00-\u9fff]{1,7}){1,3}")
"""A name from elsewhere in Chinese signs: its parts are joined by a point."""
_SPEECH = re.compile(r"说|称|表示|指出|认为|介绍|强调|告诉|交代|供述|承认|坦言")
_aged = re.compile(r"[，（(,]?\s?(?:现年|[男女]，?)?\d{2}岁")
_han = re.compile(r"[\u3400-\u9fff]+")


@cache
def _everyday() -> frozenset[str]:
    """Words that begin as a family name does: goods, offices, verbs (tools/build_chinese_words.py)."""
    with gzip.open(settings.CODES_FOLDER / "chinese_words.txt.gz", "rt", encoding="utf-8") as file:
        return frozenset(file.read().split("\n"))


def _chinese(text: str) -> list[Span]:
    spans: list[Span] = []
    names: set[str] = set()
    for hit in _han.finditer(text):
        start, run = hit.start(), hit.group()
        at = 0
        while at < len(run) - 1:
            size = _chinese_name(text, start, run, at)
            if size:
                spans.append((start + at, start + at + size, "name"))
                names.add(run[at : at + size])
                at += size
            else:
                at += 1
    spans += [(*hit.span(), "name") for hit in _foreign.finditer(text)]
    if names:
        again = re.compile("|".join(sorted(map(re.escape, names), key=len, reverse=True)[:500]))
        spans += [(*hit.span(), "name") for hit in again.finditer(text)]
    return spans


def _chinese_name(text: str, start: int, run: str, at: int) -> int:
    """How many characters at a place are a name; 0 if none."""
    surname = 2 if run[at : at + 2] in _DOUBLE else 1 if run[at] in SURNAMES else 0
    if not surname or at + surname >= len(run):
        return 0
    if hit := _TITLES_AFTER.match(run, at + surname):
        return surname + (hit.end() - at - surname)
    rest = run[at + surname : at + surname + 2]
    given = 2 if len(rest) == 2 and rest[1] not in _NO_PART else 1
    if rest[0] in _NO_FIRST:
        return 0
    before = text[max(0, start + at - 6) : start + at]
    called = bool(_role.search(before)) or (at == 0 and before.endswith(("：", ":", "、")))
    listed = bool(lexicon().flags.get(rest[:given], 0) & NAME)
    acts = given == 1 and len(rest) == 2 and rest[1] in _ACTS
    end = start + at + surname + given
    aged = _aged.match(text, end)
    if not aged and (run[at : at + 2] in _everyday() or run[at : at + 3] in _everyday()):
        return 0
    if called or aged or (listed and (given == 2 or acts)) or (given == 2 and _SPEECH.match(run, at + 3)):
        return surname + given
    whole = len(run) == surname + given and at == 0 and len(run) in (2, 3)
    return surname + given if whole and listed else 0


def _korean(text: str) -> list[Span]:
    return [
        (*hit.span(), "name")
        for hit in _hangul.finditer(text)
        if lexicon().flags.get(hit.group()[0], 0) & Is.FAMILY and lexicon().flags.get(hit.group()[1:], 0) & Is.GIVEN
    ]
