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
_KUNYA = frozenset(("أبو", "ابو", "أبا", "أبي", "أم"))
"""Father or mother of: what stands behind is somebody's name, known or not."""
_ON = frozenset(("على", "بحق"))
_CAUGHT = frozenset(
    ("القبض", "حكمها", "حكما", "الحكم", "بالقبض", "قبضت", "اعترف", "اعترفت", "تعرف", "تعرفت", "التحقيق")
)
"""Before «على»: caught, judged, owned up to whom."""
_GO_ON = frozenset(["أبا", "أبي", "بن", "بنت", "ابن", "ولد", "أبو", "ابو", "عبد", "آل", "أم", "الدين", "الله", "حاج"])


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
            start = words[at][0] + len(words[at][2]) - len(_bare(words[at][2]))
            spans.append((start, words[reach - 1][1], "name"))
            parts |= {
                _bare(said) for _start, _end, said in words[at:reach] if len(said) > 3 and _bare(said) not in _GO_ON
            }
            at = reach
        else:
            at += 1
    taken = {at for start, end, _kind in spans for at in range(start, end)}
    told = bool(spans)
    for place, (_start, end, said) in enumerate(words):
        if end - 1 in taken:
            continue
        behind_a_head = place > 0 and words[place - 1][2].removeprefix("ال") in caseless("heads")
        if _bare(said) in parts or (told and not behind_a_head and _is_only_a_name(_bare(said))):
            spans.append((end - len(_bare(said)), end, "name"))
    return spans


def _is_only_a_name(said: str) -> bool:
    """Whether a word is a given name and hardly an everyday word: one alone, where somebody is named already."""
    return said in caseless("names") and said not in caseless("ambiguous")


def _joined_and(said: str) -> bool:
    """Whether a word begins with «and», written together with it."""
    return said[:1] == "و" and len(said) > 3 and (_known(said[1:]) and not _known(said))


def _without_to(said: str) -> str:
    """A role without «to the», «by the», written together with it."""
    return "ال" + said[2:] if said[:2] == "لل" else said[1:] if said[:3] == "بال" else said


def _bare(said: str) -> str:
    if said[:2] in ("بـ", "لـ") and len(said) > 4:
        return said[2:]
    return said[1:] if _joined_and(said) else said


def _known(said: str) -> bool:
    if said in caseless("names"):
        return True
    if said in caseless("stops") or said in caseless("roles"):
        return False
    flags = look_up(said).flags
    return bool(flags & NAME) and not flags & (Is.WEAK | Is.ORDINARY) and len(said) > 2


@cache
def _of_kin() -> re.Pattern[str]:
    """Kin and companions with whose they are: «وشريكها», «ابن عمه»."""
    return re.compile(rf"[وفبل]?(?:{'|'.join(sorted(caseless('kin'), key=len, reverse=True))})(?:ه|ها|هم|هما)")


def _is_called(text: str, words: list[tuple[int, int, str]], at: int) -> bool:
    """Whether a role, a deed or kin stands right before a word."""
    if not at or not _near.fullmatch(text[words[at - 1][1] : words[at][0]]):
        return False
    before, roles = words[at - 1][2], caseless("roles")
    if before in roles or before.removeprefix("و") in roles or _without_to(before) in roles or before[:2] == "بـ":
        return True
    if before in _ON and at > 1 and words[at - 2][2].removeprefix("و") in _CAUGHT:
        return True
    return _of_kin().fullmatch(before) is not None


def _reach(text: str, words: list[tuple[int, int, str]], at: int) -> int:
    """Where a name that begins at a word ends; the word itself if none does."""
    roles, stops = caseless("roles"), caseless("stops")
    called = _is_called(text, words, at)
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
            or (last == at + 1 and words[at][2] in _KUNYA)
            or (said[:2] == "ال" and (known or called))
            or (called and last - at < 4)
            or (known and said[-1:] in "يى")
        ):
            break
        last += 1
    long = last - at
    if called and long and (known or long <= 4):
        return last
    if long >= 2 and _bare(words[at][2]) in _KUNYA:
        return last
    nisba = long == 2 and known == 1 and words[last - 1][2][:2] == "ال" and words[last - 1][2][-1:] in "يى"
    return last if (known >= 2 and long >= 2) or (nisba and _known(_bare(words[at][2]))) else at


SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤阮农詹欧尤施温洪"
    "張劉陳楊黃趙吳孫馬鄭謝許馮鄧蔣葉蘇魏呂盧鍾譚陸賈韋鄒龍賀顧龔錢嚴湯"
    "庄毕符尚蓝易纪麻连盖晁巫桑桂濮燕浦尹隋旷匡仲伏佘佐侍侬凤卫叶吉呼嵇巢巨庾廉弓戈戚扈扶揭敖昌昝晋暨曲束杭柴栗桓梦樵檀殳殷毋沃沐沙泮洛涂浑涛淡湛滑漆潭牟狄狐玉琴瑞璩甄甯申畅畢盍矫祖禄禹秘稽穆竺竹籍缑缪羊羿"
    "翁耿胥臧芮芦苍苑苟茅茹荀荣莘菅萨葆蒙蒲蓬蔚藤虎虞裘訾谈谌谯豆贡贲费赖赫越迟逄逯逸郁郏郜郝郗郦鄢酆钦钮钭锺阙阚陀隆雍霍鞠韶颜饶馬骞髙鲜鲁鹿麴黎齐龚祝左纪项游庞宁凌祁鲍芦霍梅骆殷蒙荆艾席裴卜蓝倪甘柳俞葛樊"
    "焦简舒巩邢岳康成安常兰伍管齐章翟牛关文季童车代米苗麦古涂池冉岑费聂褚柏滕屈辛傅窦盛邝冼劳闵卞阎冀晏蔺桂喻鄂佟亓仇栾沙楚"
    "莊龐寧盧藍蘭關齊費聶傅閻鄺倪"
)
_DOUBLE = (
    "欧阳",
    "司马",
    "上官",
    "诸葛",
    "司徒",
    "尉迟",
    "令狐",
    "皇甫",
    "慕容",
    "東方",
    "东方",
    "歐陽",
    "夏侯",
    "公孙",
)
_ROLES = (
    "嫌疑人|犯罪嫌疑人|男子|女子|司机|驾驶员|旅客|乘客|收件人|寄件人|发件人|货主|车主|当事人|被告人|船长|船员|轮机长|大副|水手|"
    "法定代表人|实际控制人|代理人|民警|警官|关员|律师|同伙|同案犯|主犯|从犯|报关员|证人|名为|名叫|名字叫|化名|绰号|联系人|户名|"
    "嫌犯|申报人|报关人|物品所有人|委托人|投保人|持票人|携带人|船主|户主|持有人|毒贩|毒枭|头目|首犯|华人|华侨|领队|导游|水客|蛇头|马仔|老板娘|老板|翻译|房东|邻居|被告|原告|经理|负责人|局长|关长|"
    "处长|科长|股长|所长|队长|组长|主任|检察官|法官|庭长|审判长|书记员|"
    "妻子?|其妻|丈夫|其夫|其子|其弟|其兄|其父|其母|其女|其妹|其姐|儿子|女儿|弟弟|哥哥|姐姐|妹妹|父亲|母亲|表弟|表哥|堂弟|姐夫|妹夫|女婿|"
    "朋友|女友|男友|同乡|老乡|同事|员工|雇员|会计|出纳|姓名[:：]?|叫|自称|系|由|与|和|及|跟|同|对|向|给|"
    "伙同|通过|经由|受|为|勾结|指使|雇佣|雇用|聘请|委托|安排|联系|找到|抓获了?|逮捕了?|拘留了?|查获|传唤|讯问|起诉|以及|、|发言人|介绍人|中间人|"
    "卖家|买家|买方|卖方|供货商|村民|居民|市民|商人|渔民|农民|工人|学生|男|女|犯|记者|主席|总统|总理|首相|部长|教授|书记|省长|市长|县长|院长|校长|"
    "会长|董事长|总裁|总监|医生|代表|委员|秘书长|副主席|委员长|总经理|作者|演员|助理|大使|参赞|领事|外长|国务卿|议长|议员|司令|将军|上将|中将|"
    "教练|选手|同志|人员|工程师|科员|院士|博士|专家|顾问|理事长|厅长|署长|司长|专员|干事|机长|空姐"
)
_role = re.compile(rf"(?:{_ROLES})[“\"「]?$")
_surely = re.compile(r"(?:收件人|寄件人|发件人|联系人|司机|旅客|嫌疑人|被告人|货主|车主|船主|船长|名叫|名为)[系为是]?$")
_NO_PART = frozenset(
    "被因在于从携说称及和与等的驾向到将已涉经是为持有以未供乘抵入出交，。、；：（）了把对给让又也并而且或则系犯伙同现均共指受获走非利自由此其该这那往来去介"
)
_BEHIND = frozenset("及与和在被因将从驾持携系称是曾已未向于等到")
"""What a name ends before."""
_ACTS = frozenset("被因携供驾乘持承")
"""What stands right behind a person of whom something is told."""
_NO_FIRST = frozenset("被因在于从的和与及等是为了，。、；：（）某女男氏姓")
_TITLES_AFTER = re.compile(
    r"先生|女士|某某?|小姐|总(?![统理指部裁局署书会体公司共计量额数价代结站])|队长|警官|局长|经理|主席|教授|医生|师傅|法官|律师|老师|关长|处长|科长"
)
_foreign = re.compile(r"[\u4e00-\u9fff]{1,6}(?:[·•‧][\u4e00-\u9fff]{1,7}){1,3}")
"""A name from elsewhere in Chinese signs: its parts are joined by a point."""
_nickname = re.compile(
    r"(?:绰号|外号|化名|别名|又名|人称|网名|昵称|名叫|叫|受雇于|自称|代号|微信名|伙同|与|和|由|毒贩|男子|老板|同伙|上家|下家|货主)"
    r"(?:为|是)?[“\"「‘]([\u4e00-\u9fffA-Za-z]{1,6})[”\"」’]"
)
_surnamed = re.compile(r"姓([\u4e00-\u9fff])(?=[男女的司旅乘先小货船，。）某])")
_ordered = re.compile(
    r"[“\"「‘]([\u4e00-\u9fffA-Za-z]{1,8})[”\"」’](?=指使|雇佣|雇用|安排|委托|身份不明|在逃|供货|等人)"
)
_abroad = re.compile(
    r"(?:嫌疑人|男子|女子|旅客|乘客|司机|驾驶员|船长|船员|被告人|主犯|同伙|收件人|寄件人|货主|名叫|名为|籍)[:：]?"
    r"([阿埃艾安奥巴班保贝本比彼波伯布查达戴丹德登邓迪蒂丁杜多厄恩尔法菲芬弗福戈格根古哈海汉赫亨胡霍基吉加贾杰卡凯坎康柯科克肯库昆拉莱兰朗劳勒雷里利丽莉林卢鲁伦"
    r"洛罗马玛迈麦曼梅蒙米明莫姆穆纳娜内尼妮宁努诺欧帕潘佩彭皮平珀普奇齐恰乔切钦琼萨塞桑沙山尚绍舍申施什史斯苏孙索塔泰坦汤特滕提图托瓦万旺威韦维温文沃乌伍西希夏"
    r"香谢辛修雅亚扬耶叶伊因尤约扎泽詹珍朱兹宗祖佐]{3,8})"
)
"""A name from elsewhere, written by sound."""
_of_a_brand = re.compile(r"(?:品牌|商标|牌)[“「]$")
_labelled = re.compile(
    r"(?:姓名|联系人|收件人|寄件人|发件人|货主|车主|司机|船长|法人|代表人|申报人|旅客|驾驶员|持证人|署名|名为|名叫)[:：]\s?"
    r"([\u4e00-\u9fff]{2,4})(?=[，,。；;、（(\s]|$)"
)
"""A label and a colon: what stands there alone is a name, of whatever origin."""
_SPEECH = re.compile(r"说|称|表示|指出|认为|介绍|强调|告诉|交代|供述|承认|坦言")
_aged = re.compile(r"[，（(,]?\s?(?:现年|[男女]，?)?\d{2}岁")
_han = re.compile(r"[\u3400-\u9fff]+")


@cache
def _everyday() -> frozenset[str]:
    """Words that begin as a family name does: goods, offices, verbs (tools/build_chinese_words.py)."""
    with gzip.open(settings.CODES_FOLDER / "chinese_words.txt.gz", "rt", encoding="utf-8") as file:
        return frozenset(file.read().split("\n"))


@cache
def _given() -> frozenset[str]:
    """Given names of two characters that several people of the dictionary have (tools/build_chinese_words.py)."""
    with gzip.open(settings.CODES_FOLDER / "chinese_given.txt.gz", "rt", encoding="utf-8") as file:
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
    spans += [(*hit.span(1), "name") for hit in _nickname.finditer(text)]
    spans += [(*hit.span(1), "name") for hit in _ordered.finditer(text)]
    spans += [(*hit.span(1), "name") for hit in _abroad.finditer(text)]
    spans += [(*hit.span(1), "name") for hit in _labelled.finditer(text)]
    spans += [(*hit.span(1), "name") for hit in _surnamed.finditer(text) if hit[1] in SURNAMES]
    if names:
        again = re.compile("|".join(sorted(map(re.escape, names), key=len, reverse=True)[:500]))
        spans += [(*hit.span(), "name") for hit in again.finditer(text)]
    return spans


def _chinese_name(text: str, start: int, run: str, at: int) -> int:
    """How many characters at a place are a name; 0 if none."""
    surname = 2 if run[at : at + 2] in _DOUBLE else 1 if run[at] in SURNAMES else 0
    if not surname or at + surname >= len(run):
        return 0
    if (hit := _TITLES_AFTER.match(run, at + surname)) and run[max(0, at - 1) : at + 1] not in ("主席", "蒙古"):
        return surname + (hit.end() - at - surname)
    rest = run[at + surname : at + surname + 2]
    given = 2 if len(rest) == 2 and rest[1] not in _NO_PART else 1
    if rest[0] in _NO_FIRST:
        return 0
    before = text[max(0, start + at - 7) : start + at]
    if _of_a_brand.search(before):
        return 0
    labelled = at == 0 and before.endswith(("：", ":"))
    role = _role.search(before)
    sure = labelled or (role is not None and len(role[0]) > 1)
    listed = bool(lexicon().flags.get(rest[:given], 0) & NAME) or rest[:given] in _given()
    weakly = role is not None or (at == 0 and before.endswith("、"))
    called = labelled or (weakly and (listed or given == 2 or sure))
    acts = given == 1 and len(rest) == 2 and rest[1] in _ACTS
    aged = _aged.match(text, start + at + surname + given)
    ends = given == 2 and (len(run) == at + 3 or run[at + 3] in _BEHIND)
    alone = bool(_surely.search(before)) and given == 2 and (len(run) == at + 3 or listed)
    if not aged and surname == 1 and _is_everyday(run[at : at + 3], named=alone or (sure and (listed or ends))):
        return 0
    if called or aged or (listed and (given == 2 or acts)) or (given == 2 and _SPEECH.match(run, at + 3)):
        return surname + given
    whole = len(run) == surname + given and at == 0 and len(run) in (2, 3)
    return surname + given if whole and listed else 0


def _is_everyday(three: str, *, named: bool) -> bool:
    """Whether what begins as a family name does is a word: all of it, or its first two signs, where
    nothing says that somebody is `named`.
    """
    return three in _everyday() or (not named and three[:2] in _everyday())


def _korean(text: str) -> list[Span]:
    return [
        (*hit.span(), "name")
        for hit in _hangul.finditer(text)
        if lexicon().flags.get(hit.group()[0], 0) & Is.FAMILY and lexicon().flags.get(hit.group()[1:], 0) & Is.GIVEN
    ]
