"""Which letters the languages of a country have beside a to z, and in which encodings its files come that are not
Unicode: Windows first, then ISO 8859, DOS and Macintosh.

Letters are those of CLDR's exemplar sets; the encodings those of the Windows code pages of
each country's locale and their elders.
"""

from __future__ import annotations

LETTERS = {
    "west": "àâáãäåæçèéêëìíîïñòóôõöøùúûüýÿœßªº¿¡",
    "pl": "ąćęłńóśźż",
    "cs": "áčďéěíňóřšťúůýžäöüĺľŕô",
    "hu": "áéíóöőúüű",
    "ro": "ăâîşţșțéöüá",
    "hr": "čćđšž",
    "tr": "çğıiöşüâîû",
    "az": "çəğıiöşü",
    "ru": "абвгдеёжзийклмнопрстуфхцчшщъыьэюяіїєґў",
    "mk": "абвгдеёжзийклмнопрстуфхцчшщъыьэюяјљњћџђѓќѕѐѝ",
    "el": "αβγδεζηθικλμνξοπρσςτυφχψωάέήίόύώϊϋΐΰ",
    "ar": "ءآأؤإئابةتثجحخدذرزسشصضطظعغفقكلمنهوىيپچژگکیـًٌٍَُِّْ،؛؟٪٠١٢٣٤٥٦٧٨٩",
    "he": "אבגדהוזחטיךכלםמןנסעףפץצקרשת",
    "lt": "ąčęėįšųūžāēģīķļņõäöü",
    "vi": "ăâđêôơưàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵ",
}
"""Small letters by group of languages; `west` are the languages that Windows-1252 was made for."""
_GROUPS = {
    "pl": "PL",
    "cs": "CZ SK",
    "hu": "HU",
    "ro": "RO MD",
    "hr": "HR SI BA RS ME AL",
    "tr": "TR CY",
    "az": "AZ",
    "ru": "RU BY UA BG KZ KG TJ TM UZ MN",
    "mk": "MK",
    "el": "GR",
    "he": "IL",
    "lt": "LT LV EE",
    "vi": "VN",
    "ar": "DZ AE BH DJ EG IQ IR JO KM KW LB LY MA MR OM PK PS QA SA SD SO SY TN YE AF",
    "th": "TH",
    "ja": "JP",
    "ko": "KR KP",
    "zh": "CN SG",
    "zh_tw": "TW HK MO",
}
GROUP_OF = {country: group for group, countries in _GROUPS.items() for country in countries.split()}
ENCODINGS = {
    "west": ("cp1252", "cp850", "mac_roman", "cp437", "iso8859_15"),
    "pl": ("cp1250", "iso8859_2", "cp852", "mac_latin2"),
    "cs": ("cp1250", "iso8859_2", "cp852", "mac_latin2"),
    "hu": ("cp1250", "iso8859_2", "cp852", "mac_latin2"),
    "ro": ("cp1250", "iso8859_2", "iso8859_16", "cp852"),
    "hr": ("cp1250", "iso8859_2", "cp852", "cp1251", "mac_latin2"),
    "tr": ("cp1254", "iso8859_9", "cp857", "mac_turkish"),
    "az": ("cp1254", "cp1251"),
    "ru": ("cp1251", "koi8_r", "koi8_u", "cp866", "iso8859_5", "mac_cyrillic"),
    "mk": ("cp1251", "iso8859_5", "cp855", "mac_cyrillic"),
    "el": ("cp1253", "iso8859_7", "cp737", "mac_greek"),
    "he": ("cp1255", "iso8859_8", "cp862"),
    "lt": ("cp1257", "iso8859_13", "cp775"),
    "vi": ("cp1258",),
    "ar": ("cp1256", "iso8859_6", "cp864", "cp720"),
    "th": ("cp874", "iso8859_11"),
    "ja": ("cp932", "euc_jp", "iso2022_jp"),
    "ko": ("cp949", "johab"),
    "zh": ("gb18030", "big5"),
    "zh_tw": ("cp950", "big5hkscs", "gb18030"),
}
_SIGNS = frozenset("«»‹›“”„‘’‚–—…•·°№€£¥§©®™±×÷²³¼½¾µ¹¨´`¦¬¢¤\u00a0\u00ad†‡‰")
_RANGES = {
    "th": ((0x0E00, 0x0E7F),),
    "ko": ((0xAC00, 0xD7A3), (0x3000, 0x303F)),
    "ja": ((0x3040, 0x30FF), (0x4E00, 0x9FFF), (0x3000, 0x303F), (0xFF00, 0xFF60)),
    "zh": ((0x4E00, 0x9FFF), (0x3000, 0x303F), (0xFF00, 0xFF60)),
    "zh_tw": ((0x4E00, 0x9FFF), (0x3000, 0x303F), (0xFF00, 0xFF60)),
}


LATIN = frozenset({"west", "pl", "cs", "hu", "ro", "hr", "tr", "az", "lt"})
_WITHIN = frozenset("’´`·-\u00ad\u2013")
_ALL = {
    group: frozenset(letters + letters.upper()) | ({"İ"} if group in ("tr", "az") else set())
    for group, letters in LETTERS.items()
}


def share_of_letters(text: str, group: str) -> float:
    """Which share of a text's signs beyond ASCII stand as letters, or usual signs, of a group of languages do.

    A capital behind a small letter, a sign such as «³» between two letters, and, in Latin script, a fourth letter
    beyond ASCII in a row do not: by them bytes of another encoding are known.
    """
    letters, ranges, latin = _ALL.get(group, frozenset()), _RANGES.get(group, ()), group in LATIN
    alone = group in _ALONE
    odd = bad = signs = row = 0
    last = " "
    for sign, after in zip(text, text[1:] + " ", strict=True):
        if not sign.isascii():
            odd += 1
            if sign in _SIGNS:
                signs += 1
                within = last.isalpha() and after.isalpha() and sign not in _WITHIN
                bad += within or (sign == "°" and last.isalpha() and last not in "nNºª")
            elif sign in letters or any(low <= ord(sign) <= high for low, high in ranges):
                beside = alone and sign.isalpha() and (_is_az(last) or _is_az(after))
                bad += (sign.isupper() and last.islower()) or (latin and row >= 3) or beside
            else:
                bad += 1
        row = 0 if sign.isascii() or not sign.isalpha() else row + 1
        last = sign
    if not odd:
        return 1.0
    if group in _VOWELS and not _speakable(text, _VOWELS[group]):
        return 0.5
    return 0.5 if signs == odd > 3 else 1 - bad / odd


_ALONE = frozenset({"ru", "mk", "el", "he", "ar", "th"})
"""Scripts whose words hold no letter of a to z."""
_VOWELS = {"ru": frozenset("аеёиоуыэюяіїєАЕЁИОУЫЭЮЯІЇЄ"), "el": frozenset("αεηιουωάέήίόύώΑΕΗΙΟΥΩΆΈΉΊΌΎΏ")}


def _is_az(sign: str) -> bool:
    return sign.isascii() and sign.isalpha()


def _speakable(text: str, vowels: frozenset[str]) -> bool:
    """Whether vowels are as frequent as in speech: KOI8 read as Windows-1251 has all the letters, and no words."""
    letters = [sign for sign in text if not sign.isascii() and sign.isalpha()]
    return len(letters) < 8 or 0.28 <= sum(sign in vowels for sign in letters) / len(letters) <= 0.75
