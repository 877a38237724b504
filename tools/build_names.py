"""Makes codes/person_names.txt.gz from Faker's name lists (MIT). `tools/build_names.py FOLDER_WITH_FAKER ENGLISH_WORDS.json`.

A line is a folded name and a flag: `s` a name that is little else, `w` a name that is also an English word or a place's, and
`=` a run of words that looks like a person and is a place (UN/LOCODE), so that it is left alone.
"""

from __future__ import annotations

import csv
import gzip
import importlib
import json
import pkgutil
import sys
from pathlib import Path

from tidewaiter.foundation import personal
from tidewaiter.foundation.text import fold

CODES = Path(__file__).resolve().parents[1] / "codes"
OURS = [
    "fatou",
    "diop",
    "aminata",
    "diallo",
    "mamadou",
    "ndiaye",
    "ousmane",
    "traore",
    "ibrahima",
    "camara",
    "seydou",
    "coulibaly",
    "moussa",
    "keita",
    "abdoulaye",
    "sow",
    "cheikh",
    "mbaye",
    "awa",
    "ba",
    "khady",
    "gueye",
    "modou",
    "fall",
    "oluwaseun",
    "adebayo",
    "babatunde",
    "ogunleye",
    "folasade",
    "adeyemi",
    "chidinma",
    "okonkwo",
    "emeka",
    "nwosu",
    "ifeoma",
    "eze",
    "uchenna",
    "okoro",
    "ngozi",
    "iweala",
    "obinna",
    "kwame",
    "mensah",
    "kofi",
    "owusu",
    "ama",
    "boateng",
    "yaw",
    "asante",
    "akosua",
    "agyeman",
    "kwabena",
    "tendai",
    "moyo",
    "tatenda",
    "ncube",
    "farai",
    "dube",
    "rudo",
    "sibanda",
    "tapiwa",
    "chikwanha",
    "blessing",
    "mutasa",
    "thabo",
    "mokoena",
    "lerato",
    "nkosi",
    "sipho",
    "dlamini",
    "nomsa",
    "zulu",
    "lindiwe",
    "khumalo",
    "themba",
    "mthembu",
    "bongani",
    "ndlovu",
    "palesa",
    "molefe",
    "kagiso",
    "sello",
    "dineo",
    "abebe",
    "bekele",
    "tesfaye",
    "haile",
    "mulugeta",
    "girma",
    "almaz",
    "tsegaye",
    "selamawit",
    "gebre",
    "abdirahman",
    "warsame",
    "hodan",
    "farah",
    "ayaan",
    "jama",
    "ismail",
    "abdullahi",
    "mwansa",
    "phiri",
    "chanda",
    "banda",
    "mulenga",
    "tembo",
    "chisomo",
    "gondwe",
    "uwimana",
    "habimana",
    "niyonzima",
    "mukamana",
    "nkurunziza",
    "ndayishimiye",
    "kabila",
    "tshisekedi",
    "mbuyi",
    "kasongo",
    "ilunga",
    "mutombo",
    "ngoma",
    "makiese",
    "nsimba",
    "rakoto",
    "rasoa",
    "andriamahefa",
    "ravalomanana",
    "hassan",
    "hussein",
    "ahmed",
    "mahmoud",
    "khalil",
    "ibrahim",
    "youssef",
    "mostafa",
    "abdelrahman",
    "abdulaziz",
    "alotaibi",
    "alghamdi",
    "bouazza",
    "benali",
    "boumediene",
    "haddad",
    "mansouri",
    "trabelsi",
    "khemiri",
    "gulnara",
    "aigerim",
    "nurlan",
    "bekzat",
    "zhanna",
    "serik",
    "dilshod",
    "otabek",
    "shahnoza",
    "gulbahor",
    "farrukh",
    "rustam",
    "sione",
    "tevita",
    "mele",
    "losa",
    "tui",
    "faleolo",
    "jisung",
    "minho",
    "seojun",
    "jiwoo",
    "hyunwoo",
    "sunhee",
    "youngsoo",
    "gupta",
    "singh",
    "patel",
    "khan",
    "begum",
    "hossain",
    "rahman",
    "akter",
    "perera",
    "fernando",
    "silva",
    "jayasuriya",
    "tamang",
    "gurung",
    "sherpa",
    "thapa",
    "shrestha",
    "dorji",
    "wangchuk",
    "tshering",
    "aung",
    "kyaw",
    "thein",
    "htun",
    "zaw",
    "soe",
    "sokha",
    "chan",
    "dara",
    "vanna",
    "somchai",
    "siriporn",
    "kittisak",
    "nattapong",
    "phommachanh",
    "souk",
    "suharto",
    "widodo",
    "wijaya",
    "santoso",
    "hidayat",
    "kusuma",
    "lestari",
    "cruz",
    "reyes",
    "bautista",
    "dela",
    "magsaysay",
    "dimaculangan",
    "quispe",
    "mamani",
    "condori",
    "huanca",
    "choque",
    "yupanqui",
    "mendoza",
    "guaman",
    "pereira",
    "oliveira",
    "souza",
    "nascimento",
    "ferreira",
    "ivanov",
    "petrov",
    "sidorov",
    "kuznetsov",
    "smirnov",
    "volkov",
    "morozov",
    "shevchenko",
    "kovalenko",
    "bondarenko",
    "tkachenko",
    "nowak",
    "kowalski",
    "wisniewski",
    "horvat",
    "novak",
    "kovac",
    "popescu",
    "ionescu",
    "dimitrov",
    "georgiev",
    "hoxha",
    "gjoka",
]
"""Names of regions that the lists have few of, put down by hand."""
BRANDS = (
    "sig sauer", "carl walther", "sturm ruger", "iver johnson", "daniel defense", "taurus millennium", "stan smith", "adidas stan smith", "michael jordan", "air jordan",
    "giorgio armani", "mont blanc", "dr martens", "dr dre", "captain morgan", "william grant", "moet chandon", "don julio", "jose cuervo", "charles de gaulle",
    "maersk mc-kinney moller", "mary jane", "rose wood", "santa maria", "santa claus", "saint john", "st john", "aloe vera", "victoria amazonica", "rosa canina",
    "johnnie walker", "philip morris", "jack daniel", "jack daniels", "jim beam", "william lawson", "hugo boss", "louis vuitton", "calvin klein",
    "tommy hilfiger", "ralph lauren", "michael kors", "yves saint laurent", "christian dior", "paul smith", "marc jacobs", "jimmy choo", "pierre cardin",
    "karl lagerfeld", "tom ford", "kate spade", "ray ban", "walther ppk", "desert eagle", "steyr mannlicher", "harley davidson", "rolls royce",
    "mercedes benz", "land rover", "alfa romeo", "aston martin", "lee enfield", "smith wesson", "marco polo", "santa cruz", "red bull", "king size",
    "black market", "customs officer", "contact point", "port authority",
)  # fmt: skip


def names_of(folder: str) -> tuple[set[str], set[str]]:
    """Given names and family names of every language Faker has, as written."""
    sys.path.insert(0, folder)
    people = importlib.import_module("faker.providers.person")
    given: set[str] = set()
    family: set[str] = set()
    for module in pkgutil.iter_modules(people.__path__):
        provider = importlib.import_module(f"faker.providers.person.{module.name}").Provider
        for attribute in dir(provider):
            into = (
                given if attribute.startswith("first_name") else family if attribute.startswith("last_name") else None
            )
            values = getattr(provider, attribute)
            if into is not None and isinstance(values, (tuple, list, set, dict)):
                into.update(name for name in values if isinstance(name, str))
    return given, family


def main() -> None:
    """Writes the file."""
    given, family = names_of(sys.argv[1])
    words = set(json.loads(Path(sys.argv[2]).read_text()))
    with gzip.open(CODES / "unlocode.csv.gz", "rt", encoding="utf-8") as file:
        places = {
            fold(value)
            for row in csv.DictReader(file)
            for key, value in row.items()
            if key in ("en", "label", "name") and value
        }
    for name in ("country", "subdivision", "airport", "airline"):
        path = next(CODES.glob(f"{name}.csv*"))
        with gzip.open(path, "rt", encoding="utf-8") if path.suffix == ".gz" else path.open(encoding="utf-8") as lines:
            places |= {fold(row["en"]) for row in csv.DictReader(lines) if row.get("en")}
    single = {place for place in places if " " not in place}
    flags: dict[str, str] = {name: "w" if name in words or name in single else "s" for name in OURS}
    for name in given | family:
        if any("\u3400" <= sign <= "\u9fff" or "\uac00" <= sign <= "\ud7a3" for sign in name):
            flags[name] = "g" if name in given else "f"
            continue
        for part in fold(name).split():
            if len(part) > 1:
                weak = part in words or part in single or len(part) < 3
                flags[part] = "w" if weak else "s"
    personal.use(flags)
    left_alone = {place for place in places if " " in place and personal.find(place.title())}
    for run in (*left_alone, *BRANDS):
        flags[run] = "="
    with gzip.GzipFile(CODES / "person_names.txt.gz", "wb", mtime=0) as file:
        file.write("".join(f"{name}\t{flag}\n" for name, flag in sorted(flags.items())).encode())
    print(len(given), "given,", len(family), "family,", len(flags), "lines,", len(left_alone), "places left alone")


if __name__ == "__main__":
    main()
