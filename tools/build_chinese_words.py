"""Makes codes/chinese_words.txt.gz, everyday Chinese words that begin as a family name does, and chinese_given.txt.gz.
`tools/build_chinese_words.py dict.txt`.

dict.txt: of the PyPI package `jieba` 0.42.1 (MIT licence, see codes/person_names.LICENCE.txt): word, how often,
part of speech. What it calls a person is left out, and what is longer than a word that is here; goods that it
takes for persons are put down by hand.
"""

from __future__ import annotations

import gzip
import os
import sys
from collections import defaultdict
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tidewaiter.site.settings")
import django

django.setup()
from tidewaiter.privacy.caseless import SURNAMES  # noqa: E402

TO = Path(__file__).resolve().parents[1] / "codes" / "chinese_words.txt.gz"
TO_GIVEN = TO.with_name("chinese_given.txt.gz")
RAREST = 3
OURS = (
    "熊胆",
    "熊掌",
    "熊猫",
    "龙虾",
    "马鹿",
    "石斛",
    "金雕",
    "金丝",
    "白鹭",
    "白蚁",
    "沉香",
    "石材",
    "钢材",
    "钱币",
    "方便面",
    "龙涎香",
    "武装",
)


def words(dictionary: Path) -> list[str]:
    """The words, in order."""
    found = set(OURS)
    for line in dictionary.read_text(encoding="utf-8").splitlines():
        word, times, kind = line.split(" ")[:3]
        if len(word) in (2, 3) and word[0] in SURNAMES and not kind.startswith("nr") and int(times) >= RAREST:
            found.add(word)
    return sorted(word for word in found if len(word) == 2 or word[:2] not in found)


def given(dictionary: Path) -> list[str]:
    """Given names of two characters that people of two family names and more have, and that are no word."""
    lines = [line.split(" ")[:3] for line in dictionary.read_text(encoding="utf-8").splitlines()]
    plain = {word for word, times, kind in lines if not kind.startswith("nr") and int(times) >= RAREST}
    titled = {word for word, _times, _kind in lines if word[-1:] in NO_GIVEN_ENDS}
    of: dict[str, set[str]] = defaultdict(set)
    for word, _times, kind in lines:
        if len(word) == 3 and word[0] in SURNAMES and kind.startswith("nr"):
            of[word[1:]].add(word[0])
    return sorted(name for name, seen in of.items() if len(seen) > 1 and name not in plain | titled)


NO_GIVEN_ENDS = (
    "爷妈娘哥弟姐妹婶叔伯舅嫂公婆总局庄湾沟村寨屯店铺桥庙家府县镇山河江湖省市州"
    "城门口路街楼殿岭坡塘坝坑洞岛港站厂帮派帝后妃侯将兵师傅僧尼道仙佛"
)
"""How words end that the dictionary takes for given names: kin, titles, places."""


def main() -> None:
    """Writes the two files."""
    dictionary = Path(sys.argv[1])
    for to, found in ((TO, words(dictionary)), (TO_GIVEN, given(dictionary))):
        with gzip.GzipFile(to, "wb", mtime=0) as file:
            file.write("\n".join(found).encode())
        print(f"{to.name}: {len(found):,}")


if __name__ == "__main__":
    main()
