"""A thousand records as posts write them: right ones, odd ones, wrong ones. The same every time."""

from __future__ import annotations

import random
from typing import Any

DATES = (
    *("2026-11-16", "16.11.2026", "16 November 2026", "Nov 16, 2026", "16/11/2026", "03/04/2026", "2026-02-30"),
    *("2026-11", "11/2026", "2026", "16 nov. 2026"),
    *("16 de noviembre de 2026", "le 16 novembre 2026", "١٦/١١/٢٠٢٦"),
    *(
        "16 ноября 2026 г.",
        "2026年11月16日",
        "16 Novemba 2026",
        "46000",
        "20261116",
        "1925-01-01",
        "31.04.2026",
        "3032",
    ),
    *(
        "2010/11",
        "2010-2011",
        "Q3 2026",
        "3. Quartal 2026",
        "16 tishrin",
        "tomorrow",
        "16 November",
        "2026-13-01",
        "٢٠٢٦",
    ),
    *("16-Nov-26", "26-11-16", "2026-11-16 14:32", "16.11.26"),
    *("Monday, 16 November 2026", "2567-01-05", "16Nov2026"),
    *("2099-01-05", "4 تشرين الثاني 2026", "12 März 2026", "1949-12-31"),
    *("16 Nov 2026 10:15 UTC", "'2026", "20241"),
)
NUMBERS = (
    *("3", "3.4", "1,250", "1.250", "12,5", "1 250", "1'250.5", "1.234,5"),
    *("1,23,456", "0", "-4", "c. 5", "5-7", "٣٫٤"),
    *(
        "٣",
        "2 x 20",
        "1e3",
        "0.000000001",
        "1234567890123456789",
        "999999999999999999",
        "about 12",
        "> 5",
        "½",
        "3,5,7",
    ),
    *("12.345.678,90", "१२", "5 or 6", "12,345", "0.250", ".5", "5."),
    *("+7", "1 2", "1 250,75", "zwölf", "0,0", "1E+2"),
)
QUANTITIES = (
    *NUMBERS,
    *(
        "3 kg 200 g",
        "12 pieces",
        "3,5 kg",
        "250g",
        "1.2 t",
        "5 kg net",
        "3 kg and 200 g",
        "12 pcs",
        "4 litres",
        "7 xyz",
    ),
    *("200 g 3 kg", "1 t 20 kg", "5 to 7 kg", "14,000 sticks", "14000 cigarettes"),
    *("3 килограмма", "2 公斤", "1,2 кг"),
    *("3 kg 2 l", "1.250 kg", "1,250 kg", "10 %", "12 m3", "3 units", "٣ كغ", "2 paires", "3 kilos 5 gramos"),
)
UNITS = (
    *("KGM", "kg", "kilogram", "H87", "pieces", "H87 piece", "g", "t"),
    *("tonne", "L", "litre", "ml", "STC", "sticks"),
    *(
        "cigarettes",
        "Mg",
        "mg",
        "pcs",
        "pair",
        "m3",
        "кг",
        "公斤",
        "支",
        "KG",
        "ton",
        "kg?",
        "lb",
        "oz",
        "carton",
        "box",
        "",
    ),
    *("kilogramme", "kilo", "unité", "unidad", "штука", "قطعة", "件"),
    *("XXX", "2U", "m²", "Kilogramm", "MTQ", "dozen"),
)
COUNTRIES = (
    *(
        "KE",
        "Kenya",
        "Кения",
        "肯尼亚",
        "كينيا",
        "KEN",
        "404",
        "Viet Nam",
        "Vietnam",
        "Congo",
        "DR Congo",
        "TZ",
        "Tanzania",
    ),
    *(
        "Congo, Dem. Rep.",
        "Ivory Coast",
        "Côte d'Ivoire",
        "USA",
        "UK",
        "Vietnam, China",
        "Mexico?",
        "SU",
        "Zaire",
        "XX",
    ),
    *("Korea", "South Korea", "Republic of Korea", "St. Lucia", "Burma", "Macedonia"),
    *("842", "76", "Holland", "Uganda"),
    *("UG/TZ", "Kenia", "the Gambia", "Eswatini (Swaziland)", "Hong Kong"),
    *("Taiwan", "Atlantis", "EL", "Türkiye"),
)
PLACES = (
    *("KEMBA", "Mombasa", "Kilindini", "Port of Mombasa", "mombasa"),
    *("NBO", "Nairobi", "Nairobi airport", "KE NBO"),
    *("Jomo Kenyatta International Airport", "Mombasa, Kenya", "Nairobi (KE)", "Kampala"),
    *("UGEBB", "VNSGN", "Момбаса"),
    *(
        "Malaba",
        "Busia",
        "Garissa",
        "Nowhere Bay",
        "Mombasa?",
        "Lamu",
        "Kisumu",
        "Eldoret Int. airport",
        "Puerto de Lamu",
    ),
    *("Vanga", "مومباسا", "Entebbe", "Dar es Salaam", "Taveta", "Thika"),
    *("Nakuru", "Isiolo", "Loitokitok", "Namanga"),
)
CODES = {
    "location_type": (
        "airport",
        "Airport",
        "seaport",
        "land_border",
        "Land border",
        "frontière terrestre",
        "mail",
        "zz",
    ),
    "direction": ("import", "Import", "transit", "export", "domestic", "exportation", "inwards", "none"),
    "detection.method": ("routine", "risk_profile", "Risk profile", "random", "tip-off", "investigation"),
    "detection.techniques": ("xray", "dog;xray", "xray; dog", "physical_search;zz", "X-ray", "dog;dog"),
    "conveyance.mode": ("1", "4", "3", "air", "Maritime transport", "road", "8", "0", "5", "99"),
    "conveyance.container": ("CSQU3054383", "CSQU3054384", "csqu 305438 3", "MSKU123", "TGHU7654321"),
    "conveyance.imo": ("9074729", "9074728", "IMO 9074729", "imo9074729", "123"),
    "conveyance.number": ("AF006", "057-12345675", "057-12345674", "05712345675", "KBX 123A"),
    "conveyance.carrier": ("AF", "Air France", "KQ", "Kenya Airways", "ZZ9"),
    "concealment.place": ("cargo", "body", "Container", "vehicle", "boot"),
    "concealment.method": ("none", "hidden_among_goods", "ingested", "False compartment", "welded"),
    "handling": ("AMBER", "green", "RED", "TLP:RED", "secret"),
    "kind": ("seizure", "offence", "Seizure", "theft"),
    "date_precision": ("day", "month", "year", "week"),
    "persons.1.role": ("courier", "Courier", "owner", "boss"),
    "persons.1.sex": ("male", "F", "unknown", "х"),
    "persons.1.age_band": ("25-34", "18-24", "99"),
    "persons.1.arrested": ("yes", "no", "oui", "да", "perhaps"),
    "narrative": ("Found by the dog.\r\nTwo bags.", "Нашли в контейнере", "x\u0007y", "﷽ text"),
    "cover_load.hs": ("9403", "940360", "94.03.60", "9403605000", "123", "000000"),
    "national_ref": ("KE-2026-0418", "N/A", "2.02E+11", "KE/7", "–"),
    "long": ("yes", "no"),
}
OWN = {
    "hs": ("930599", "0507", "05.07", "9305990000", "050790", "240220", "12", "7", "999999", "27101943"),
    "value": ("900", "$900", "US$ 1,200", "900 €", "1.500", "KSh 4,000", "R$ 10", "many", "₹ 1,23,456"),
    "currency": ("USD", "KES", "US dollar", "Kenya Shilling", "R$", "€", "$", "Euro", "ZZZ"),
    "value_basis": ("customs", "street", "Retail", "guess"),
    "packages": ("1", "2.5", "many", "-3"),
    "package_type": ("CT", "carton", "Carton", "bag", "QQQ"),
    "gtin": ("4006381333931", "4006381333932", "96385074", "123"),
    "cas": ("7732-18-5", "7732-18-4", "7732185", "x"),
    "species": ("Loxodonta africana", "African elephant", "Manis spp.", "Manis", "unicorn", "pangolin", "éléphant"),
    "appendix": ("I", "II", "1", "ii"),
    "permit": ("no", "yes", "ndiyo", "maybe"),
}


def thousand(forms: list[dict[str, Any]], number: int = 1_000) -> list[dict[str, Any]]:
    """Records of all forms: `forms` are documents with `code`, `example` (texts by path), `subtypes` and `columns`."""
    dice = random.Random(2411)
    return [_record(dice, forms[at % len(forms)]) for at in range(number)]


def _record(dice: random.Random, form: dict[str, Any]) -> dict[str, Any]:
    example: dict[str, str] = dict(form["example"])
    columns = {column["path"]: column for column in form["columns"]}
    texts = {path: text for path, text in example.items() if dice.random() > 0.01}
    for path, choices in CODES.items():
        if dice.random() < 0.05:
            texts[path] = dice.choice(choices)
    if dice.random() < 0.3:
        texts["date"] = dice.choice(DATES)
    for path in ("country", "route.departure.country", "route.destination.country", "persons.1.nationality"):
        if dice.random() < 0.12:
            texts[path] = dice.choice(COUNTRIES)
    for path in ("place", "route.departure.place", "route.transit.1.place"):
        if dice.random() < 0.18:
            texts[path] = dice.choice(PLACES)
    if dice.random() < 0.15:
        texts["route.departure.date"] = dice.choice(DATES)
    lines = [_line(dice, form, columns, texts) for _at in range(dice.choice((1, 1, 1, 1, 1, 2, 2, 3, 0)))]
    header = {path: text for path, text in texts.items() if columns.get(path, {"scope": "header"})["scope"] == "header"}
    return {"form": form["code"], **_nested(header), "lines": lines}


def _line(dice: random.Random, form: dict[str, Any], columns: dict[str, Any], texts: dict[str, str]) -> dict[str, Any]:
    line = {path: text for path, text in texts.items() if path in columns and columns[path]["scope"] != "header"}
    if dice.random() < 0.5:
        line["subtype"] = dice.choice(form["subtypes"])
    if dice.random() < 0.35:
        line["quantity"] = dice.choice(QUANTITIES)
    if dice.random() < 0.25:
        line["unit"] = dice.choice(UNITS)
    for path, choices in OWN.items():
        if path in columns and dice.random() < 0.08:
            line[path] = dice.choice(choices)
    for path in [path for path, column in columns.items() if column["scope"] == "fields"]:
        if dice.random() < 0.03:
            line[path] = dice.choice(NUMBERS + DATES + ("other", "unknown", "yes", "x" * 700))
    own = {path: line.pop(path) for path in [*line] if path in columns and columns[path]["scope"] == "fields"}
    if dice.random() < 0.05:
        line.pop("quantity", None)
    return {**line, **({"fields": own} if own else {})}


def _nested(texts: dict[str, str]) -> dict[str, Any]:
    """Texts by path as a record has them: blocks, legs and persons."""
    header: dict[str, Any] = {}
    legs: dict[str, dict[str, str]] = {}
    persons: dict[str, dict[str, str]] = {}
    for path, text in texts.items():
        block, _point, name = path.partition(".")
        if block == "route":
            place, _point, name = name.rpartition(".")
            legs.setdefault(place, {"role": place.partition(".")[0]})[name] = text
        elif block == "persons":
            number, _point, name = name.partition(".")
            persons.setdefault(number, {})[name] = text
        elif name:
            header.setdefault(block, {})[name] = text
        else:
            header[path] = text
    if legs:
        header["route"] = [legs[place] for place in sorted(legs)]
    if persons:
        header["persons"] = [persons[number] for number in sorted(persons)]
    return header
