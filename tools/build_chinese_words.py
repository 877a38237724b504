"""Makes codes/chinese_words.txt.gz: everyday Chinese words that begin as a family name does.
`tools/build_chinese_words.py dict.txt`.

dict.txt: of the PyPI package `jieba` 0.42.1 (MIT licence, see codes/person_names.LICENCE.txt): word, how often,
part of speech. What it calls a person is left out, and what is longer than a word that is here; goods that it
takes for persons are put down by hand.
"""

from __future__ import annotations

import gzip
import os
import sys
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tidewaiter.site.settings")
import django

django.setup()
from tidewaiter.privacy.caseless import SURNAMES  # noqa: E402

TO = Path(__file__).resolve().parents[1] / "codes" / "chinese_words.txt.gz"
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


def main() -> None:
    """Writes the file."""
    with gzip.GzipFile(TO, "wb", mtime=0) as file:
        file.write("\n".join(words(Path(sys.argv[1]))).encode())


if __name__ == "__main__":
    main()
