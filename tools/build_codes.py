"""Makes the generated files of codes/ from their sources and writes checksums into codes/lists.toml.

tools/build_codes.py SOURCE_FOLDER   rebuilds every generated list (the folder holds the official files)
tools/build_codes.py                 only renews the checksums after a list of ours was edited
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import re
import sys
import tomllib
from pathlib import Path

import airportsdata
import pycountry
from anyascii import anyascii
from babel import Locale

CODES = Path(__file__).resolve().parents[1] / "codes"
LANGUAGES = ("en", "fr", "es", "pt", "ru", "ar", "zh", "sw", "id")
LOCALES = {code: Locale.parse(code) for code in LANGUAGES}


def write(name: str, columns: list[str], rows: list[dict[str, object]]) -> None:
    text = io.StringIO()
    out = csv.DictWriter(text, columns, lineterminator="\n", extrasaction="ignore", restval="")
    out.writeheader()
    out.writerows(rows)
    data = text.getvalue().encode()
    if name.endswith(".gz"):
        data = gzip.compress(data, 9, mtime=0)
    (CODES / name).write_bytes(data)
    print(name, len(rows))


def ours(name: str) -> dict[str, dict[str, str]]:
    """What we add to a list by hand: rows by code."""
    with (CODES / f"{name}_ours.csv").open(encoding="utf-8") as file:
        return {row["code"]: row for row in csv.DictReader(file)}


def united_nations(source: Path) -> dict[str, set[str]]:
    """Names of the UN's M49 list in its six languages, by alpha-2 code, as OCHA publishes them."""
    found: dict[str, set[str]] = {}
    with (source / "names_i18n/ocha_countries_territories_6lang.csv").open(encoding="utf-8-sig") as file:
        for row in csv.DictReader(file):
            code = row["ISO 3166-1 Alpha 2-Codes"]
            names = {text.strip() for head, text in row.items() if head.startswith("M49 ") or head.endswith(" Short")}
            if code:
                found.setdefault(code, set()).update(name for name in names if name)
    return found


def countries(source: Path) -> None:
    rows = []
    added, published, german = ours("country"), united_nations(source), Locale.parse("de").territories
    for country in pycountry.countries:
        labels = {lang: LOCALES[lang].territories.get(country.alpha_2, "") for lang in LANGUAGES}
        alternatives = {
            country.alpha_3,
            country.name,
            getattr(country, "official_name", ""),
            getattr(country, "common_name", ""),
        }
        alternatives |= {anyascii(labels["en"])} - set(labels.values())
        alternatives |= {german.get(country.alpha_2, "")} | published.get(country.alpha_2, set())
        if country.alpha_2 in added:
            alternatives |= set(added[country.alpha_2]["alt"].split("|"))
        rows.append(
            {
                "code": country.alpha_2,
                **labels,
                "alt": "|".join(sorted(a for a in alternatives if a and a not in labels.values())),
                "alpha3": country.alpha_3,
                "numeric": country.numeric,
            }
        )
    unknown = {"en": "Not known", "fr": "Inconnu", "es": "Desconocido", "pt": "Desconhecido", "ru": "Неизвестно"}
    rows.append({"code": "XX", **unknown, "ar": "غير معروف", "zh": "未知", "alt": "unknown|XXX"})
    rows.append(
        {
            "code": "XK",
            **{lang: LOCALES[lang].territories.get("XK", "Kosovo") for lang in LANGUAGES},
            "alt": "|".join(["XKX", *added["XK"]["alt"].split("|")]),
            "alpha3": "XKX",
        }
    )
    present = {row["code"] for row in rows}
    for old in pycountry.historic_countries:
        if old.alpha_2 not in present:
            rows.append(
                {
                    "code": old.alpha_2,
                    "en": old.name,
                    "valid_to": full_date(old.withdrawal_date),
                    "alpha3": old.alpha_3,
                    "alt": "|".join(filter(None, [old.alpha_3, added.get(old.alpha_2, {}).get("alt", "")])),
                }
            )
            present.add(old.alpha_2)
    write(
        "country.csv",
        ["code", "valid_from", "valid_to", *LANGUAGES, "alt", "alpha3", "numeric"],
        sorted(rows, key=lambda row: str(row["code"])),
    )


def full_date(text: str) -> str:
    return text if len(text) == 10 else f"{text[:4]}-12-31"


def subdivisions() -> None:
    rows = [
        {
            "code": s.code,
            "parent": s.parent_code or "",
            "en": s.name,
            "country": s.country_code,
            "type": s.type,
        }
        for s in pycountry.subdivisions
    ]
    write(
        "subdivision.csv",
        ["code", "parent", "en", "country", "type"],
        sorted(rows, key=lambda row: row["code"]),
    )


def currencies() -> None:
    rows = []
    added = ours("currency")
    spoken = {**LOCALES, "de": Locale.parse("de")}
    for currency in pycountry.currencies:
        labels = {lang: LOCALES[lang].currencies.get(currency.alpha_3, "") for lang in LANGUAGES}
        labels["en"] = labels["en"] or currency.name
        alternatives = {currency.name, spoken["de"].currencies.get(currency.alpha_3, "")}
        for locale in spoken.values():
            plurals = locale._data["currency_names_plural"].get(currency.alpha_3, {})
            alternatives |= set(plurals.values())
            sign = locale.currency_symbols.get(currency.alpha_3, "")
            alternatives |= {sign} if len(sign) > 1 and "$" in sign and sign.isascii() else set()
        alternatives |= set(added.get(currency.alpha_3, {}).get("alt", "").split("|"))
        rows.append(
            {
                "code": currency.alpha_3,
                **labels,
                "alt": "|".join(sorted(alternatives - set(labels.values()) - {"", currency.alpha_3})),
            }
        )
    write("currency.csv", ["code", *LANGUAGES, "alt"], rows)


def inside(name: str) -> list[str]:
    """The names that a name of UN/LOCODE holds: «Kolkata (ex Calcutta)» is Kolkata, and was Calcutta."""
    match = re.fullmatch(r"([^()/=]+?)\s*\((?:ex |formerly |former )?([^()/]{3,})\)", name)
    return [match[1], match[2]] if match else []


def unlocode(source: Path) -> None:
    rows = {}
    added = ours("place")
    with gzip.open(source / "unlocode/unlocode_2023-1_utf8.csv.gz", "rt", encoding="utf-8") as file:
        for row in csv.DictReader(file):
            if not row["location"] or row["change"] in ("X", "x") or row["status"] == "XX":
                continue
            code = row["country"] + row["location"]
            plain = row["name_wo_diacritics"]
            rows[code] = {
                "code": code,
                "en": row["name"],
                "alt": "|".join(
                    dict.fromkeys(
                        [
                            *([plain] if plain != row["name"] else []),
                            *inside(row["name"]),
                            *filter(None, added.get(code, {}).get("alt", "").split("|")),
                        ]
                    )
                ),
                "country": row["country"],
                "subdivision": row["subdivision"],
                "function": row["function"],
                "coordinates": row["coordinates"],
                "iata": row["iata"],
            }
    write(
        "unlocode.csv.gz",
        ["code", "en", "alt", "country", "subdivision", "function", "coordinates", "iata"],
        [rows[key] for key in sorted(rows)],
    )


def hs(source: Path) -> None:
    with (source / "hs/harmonized-system.csv").open(encoding="utf-8-sig") as file:
        rows = [
            {
                "code": r["hscode"],
                "parent": "" if r["parent"] == "TOTAL" else r["parent"],
                "en": r["description"],
                "section": r["section"],
            }
            for r in csv.DictReader(file)
            if r["hscode"].isdigit()
        ]
    write("hs.csv.gz", ["code", "parent", "en", "section"], rows)


def as_spoken(name: str) -> list[str]:
    """Every form in which a unit follows a number, in our languages and German (CLDR, unit patterns): «kilogramos»."""
    found: dict[str, None] = {}
    for locale in (*LOCALES.values(), Locale.parse("de")):
        for width in ("long", "short", "narrow"):
            for form, pattern in locale._data["unit_patterns"].get(name, {}).get(width, {}).items():
                if form != "per" and isinstance(pattern, str):
                    found[pattern.replace("{0}", "").strip(" \u00a0\u202f\u200f")] = None
    return [text for text in found if text]


def flows() -> None:
    """The flows of trade: kept by hand, ordered here."""
    with (CODES / "flow.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    write("flow.csv", ["code", *LANGUAGES, "alt"], rows)


def rec(source: Path) -> None:
    spoken = {
        "KGM": "mass-kilogram",
        "GRM": "mass-gram",
        "TNE": "mass-tonne",
        "MGM": "mass-milligram",
        "LBR": "mass-pound",
        "ONZ": "mass-ounce",
        "CTM": "mass-carat",
        "LTR": "volume-liter",
        "MLT": "volume-milliliter",
        "MTR": "length-meter",
        "MTK": "area-square-meter",
        "MTQ": "volume-cubic-meter",
        "GLL": "volume-gallon",
        "CMT": "length-centimeter",
        "KMT": "length-kilometer",
        "MTN": "",
        "APZ": "mass-ounce-troy",
        "CMK": "area-square-centimeter",
        "CMQ": "volume-cubic-centimeter",
        "HLT": "volume-hectoliter",
        "CLT": "volume-centiliter",
        "DLT": "volume-deciliter",
        "MMT": "length-millimeter",
        "MC": "mass-microgram",
        "STN": "mass-ton",
        "FOT": "length-foot",
        "INH": "length-inch",
        "YRD": "length-yard",
    }
    by_hand = ours("unit")
    rows = {}
    with (source / "unece_rec/recommendation-20_data_annexII.csv").open(encoding="utf-8-sig") as file:
        for row in list(csv.reader(file))[1:]:
            status, code, name, _description, _, symbol, factor = row[:7]
            if not code or status in ("X", "D"):
                continue
            labels = {"en": name}
            if spoken.get(code):
                for lang in LANGUAGES:
                    names = LOCALES[lang].unit_display_names.get(spoken[code], {})
                    labels[lang] = names.get("long", "") if lang != "en" else name
            labels |= {lang: by_hand[code][lang] for lang in LANGUAGES[1:] if code in by_hand and by_hand[code][lang]}
            alternatives = [symbol, *as_spoken(spoken.get(code, ""))]
            alternatives += by_hand[code]["alt"].split("|") if code in by_hand else []
            rows[code] = {
                "code": code,
                **labels,
                "alt": "|".join(a for a in dict.fromkeys(alternatives) if a and a not in labels.values()),
                "symbol": symbol,
                "factor": factor,
            }
    write("unit.csv.gz", ["code", *LANGUAGES, "alt", "symbol", "factor"], [rows[key] for key in sorted(rows)])
    with (source / "unece_rec/recommendation-21_data_data.csv").open(encoding="utf-8-sig") as file:
        packages = {r["Code"]: {"code": r["Code"], "en": r["Name"]} for r in csv.DictReader(file) if r["Code"]}
    write("package.csv", ["code", "en"], [packages[key] for key in sorted(packages)])


def airlines(source: Path) -> None:
    rows: dict[str, dict[str, object]] = {}
    with (source / "openflights/airlines.dat").open(encoding="utf-8") as file:
        for number, name, _, iata, icao, _callsign, country, active in csv.reader(file):
            if active == "Y" and re.fullmatch(r"[A-Z0-9]{2}", iata) and int(number) > 0 and iata not in rows:
                icao = icao if re.fullmatch(r"[A-Z]{3}", icao) else ""
                rows[iata] = {
                    "code": iata,
                    "en": name,
                    "alt": icao,
                    "icao": icao,
                    "country_name": country if country != "\\N" else "",
                }
    write("airline.csv", ["code", "en", "alt", "icao", "country_name"], [rows[key] for key in sorted(rows)])


def airports() -> None:
    rows = [
        {
            "code": a["iata"],
            "en": a["name"],
            "alt": a["city"] if a["city"] != a["name"] else "",
            "country": a["country"],
            "icao": a["icao"],
            "lat": round(a["lat"], 4),
            "lon": round(a["lon"], 4),
        }
        for a in airportsdata.load("IATA").values()
    ]
    write(
        "airport.csv.gz",
        ["code", "en", "alt", "country", "icao", "lat", "lon"],
        sorted(rows, key=lambda row: row["code"]),
    )


def un_numbers(source: Path) -> None:
    with (source / "un_dg/un_numbers_adr.csv").open(encoding="utf-8") as file:
        rows = [
            {
                "code": f"UN{r['number']}",
                "en": re.sub(r"\s+", " ", r["description"]).strip(),
                "alt": r["number"],
                "class": r["class"],
            }
            for r in csv.DictReader(file)
            if re.fullmatch(r"\d{4}", r["number"])
        ]
    write("un_number.csv.gz", ["code", "en", "alt", "class"], rows)


def substances(source: Path) -> None:
    with (CODES / "substance_ours.csv").open(encoding="utf-8") as file:
        by_hand = {row["code"]: row for row in csv.DictReader(file)}
    rows = {code: row for code, row in by_hand.items() if row["en"]}
    words = {code: row["alt"] for code, row in by_hand.items() if not row["en"]}
    """Words of ours for what the DEA names."""
    known = {label.lower() for row in rows.values() for label in [row["en"], *row["alt"].split("|")]}
    with (source / "niem52/dea.csv").open(encoding="utf-8") as file:
        for r in csv.DictReader(file):
            if r["list"] != "DrugCode" or r["definition"].lower() in known:
                continue
            short = re.sub(r"\s*\([^()]*\)\s*$", "", r["definition"]).strip()
            code = re.sub(r"[^a-z0-9]+", "_", anyascii(short).lower()).strip("_")[:60]
            if code and code not in rows and short.lower() not in known:
                inside = re.findall(r"\(([^()]*)\)\s*$", r["definition"])
                rows[code] = {
                    "code": code,
                    "parent": "",
                    "en": short,
                    "alt": "|".join([*inside, *filter(None, [words.get(code)])]),
                    "dea": r["code"],
                }
    write("substance.csv", ["code", "parent", "en", "fr", "es", "alt", "dea"], list(rows.values()))


def checksums() -> None:
    path = CODES / "lists.toml"
    text = path.read_text()
    for name, meta in tomllib.loads(text).items():
        found = hashlib.sha256((CODES / meta["file"]).read_bytes()).hexdigest()
        text = re.sub(rf'(\[{name}\]\n(?:.+\n)*?sha256 = )"[0-9a-f]*"', rf'\1"{found}"', text)
    path.write_text(text)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        folder = Path(sys.argv[1])
        countries(folder)
        subdivisions()
        currencies()
        flows()
        unlocode(folder)
        hs(folder)
        rec(folder)
        airlines(folder)
        airports()
        un_numbers(folder)
        substances(folder)
    checksums()
    print(*sorted(tomllib.loads((CODES / "lists.toml").read_text())))
