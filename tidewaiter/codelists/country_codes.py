"""Codes of countries that statistics use beside ISO 3166's own: UN Comtrade's
numbers, WITS's letters, Comext's letters.
"""

from __future__ import annotations

import re

COMTRADE = {
    "251": "FR",
    "381": "IT",
    "490": "TW",
    "579": "NO",
    "699": "IN",
    "757": "CH",
    "842": "US",
    "841": "US",
    "280": "DE",
    "278": "DD",
    "200": "CS",
    "810": "SU",
    "890": "YU",
    "530": "AN",
    "736": "SD",
    "230": "ET",
    "590": "PA",
    "886": "YE",
    "720": "YE",
    "866": "VN",
    "868": "VN",
    "461": "MY",
    "835": "TZ",
    "836": "TZ",
    "647": "RE",
    "717": "ZW",
    "249": "FR",
    "FRANCE, MONACO": "FR",
    "SWITZERLAND, LIECHTENSTEIN": "CH",
}
"""Numbers of UN Comtrade (and of BACI, which has them from there) that are not the country's own M49 number, or are
a former one (Comtrade, «partnerAreas» and «Reporters»).
"""
WITS = {
    "ROM": "RO",
    "SER": "RS",
    "MNT": "ME",
    "OAS": "TW",
    "ZAR": "CD",
    "TMP": "TL",
    "SUD": "SD",
    "WBG": "PS",
    "KSV": "XK",
    "S19": "TW",
    "BUR": "MM",
}
"""Codes of the World Bank's WITS, and letters of Comtrade, that are not ISO alpha-3 (or no longer)."""
COMEXT = {"EL": "GR", "UK": "GB", "XS": "RS", "XC": "ES", "XL": "ES", "XI": "GB", "XU": "GB"}
"""Letters of Comext (Eurostat's GEONOM) that are not ISO alpha-2, of what belongs to one country."""
WORLD = frozenset(
    {"0", "000", "W00", "WLD", "WORLD", "ALL", "WL", "MONDE", "MUNDO", "WELT", "МИР", "世界", "العالم", "DUNIA"}
)
"""As tables say «all partners together»."""
NOWHERE = frozenset(
    {
        "899",
        "_X",
        "X1",
        "XX",
        "ZZ",
        "A99",
        "ANS",
        "UNS",
        "SPE",
        "NSP",
        "BUN",
        "FRZ",
        "FRE",
        "EUN",
        "EU2",
        "E27",
        "837",
        "838",
        "839",
        "472",
        "473",
        "490X",
        "527",
        "536",
        "568",
        "577",
        "636",
        "637",
        "711",
        "129",
        "221",
        "290",
        "492",
        "849X",
        "QP",
        "QQ",
        "QR",
        "QS",
        "QT",
        "QU",
        "QV",
        "QW",
        "QX",
        "QY",
        "QZ",
        "EU",
        "EU27",
        "EU28",
        "EU27_2020",
        "EXT_EU27_2020",
        "EXTRA-EU",
        "INTRA-EU",
        "EXTRA-EUR",
        "058",
        "BLX",
        "BELGIUM-LUXEMBOURG",
        "INT_EU27_2020",
        "EXTRA_EU",
        "INTRA_EU",
        "EUROPEAN UNION",
        "EA",
        "EA19",
        "EA20",
        "EFTA",
        "XZ",
        "ZN",
        "UNN",
    }
)
"""Areas that are not one country: «areas, not elsewhere specified», bunkers, free zones, special categories, unions
of countries, stores and provisions.
"""
NES = re.compile(
    r"\b(?:nes|n\.e\.s|not elsewhere specified|unspecified|bunkers|free zones?|special categories|other|not specified|"
    r"confidential)\b"
)
"""Words by which names of such areas are known."""


def digits_of(text: str) -> str:
    """A country's number as lists write it, of three digits, where a table wrote it shorter or as a float («76.0»)."""
    whole = text.removesuffix(".0")
    return whole.zfill(3) if whole.isdigit() and len(whole) <= 3 else ""
