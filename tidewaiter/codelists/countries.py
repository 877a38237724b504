"""Countries as other organisations' tables write them: ISO alpha-2 and alpha-3, UN M49, UN Comtrade's own numbers, names."""

from __future__ import annotations

from tidewaiter.codelists.queries import list_view

COMTRADE = {"251": "FR", "381": "IT", "490": "TW", "579": "NO", "699": "IN", "757": "CH", "842": "US"}
"""Numbers of UN Comtrade (and of BACI, which has them from there) that are not the country's own M49 number."""
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
}
"""Codes of the World Bank's WITS that are not ISO alpha-3."""
WORLD = frozenset({"0", "000", "W00", "WLD", "WORLD", "ALL"})
"""As tables say «all partners together»."""
NOWHERE = frozenset({"899", "_X", "X1", "XX", "ZZ", "A99", "ANS", "UNS", "SPE", "NSP", "BUN", "FRZ", "FRE", "EUN", "EU2", "E27", "837", "838", "839", "472", "473", "490X", "527", "536", "568", "577", "636", "637"})  # fmt: skip
"""Areas that are not one country: «areas, not elsewhere specified», bunkers, free zones, special categories, unions of countries."""
_WORDS = ("nes", "not elsewhere specified", "unspecified", "bunkers", "free zones", "special categories", "other ")


class Countries:
    """Reads countries; what was read once is not read again."""

    def __init__(self) -> None:
        view = list_view("country")
        self._known: dict[str, str] = {}
        for code, one in view.codes.items():
            if one.valid_to is None or code not in self._known:
                for said in (code, str(one.data.get("alpha3", "")), str(one.data.get("numeric", ""))):
                    if said:
                        self._known.setdefault(said, code)
        self._known |= COMTRADE | WITS

    def read(self, text: str) -> str | None:
        """The ISO alpha-2 code, `""` for an area that is not one country, or None for what is not known.

        «World» and its like are `WORLD`: ask `is_world` first.
        """
        said = text.strip()
        if said in self._known:
            return self._known[said]
        found = self._read(said)
        if found is not None:
            self._known[said] = found
        return found

    def _read(self, said: str) -> str | None:
        upper = said.upper()
        if upper.isdigit() and len(upper) < 3:
            upper = upper.zfill(3)
        if upper in self._known:
            return self._known[upper]
        lower = said.lower()
        if not said or upper in NOWHERE or any(word in f"{lower} " for word in _WORDS):
            return ""
        return list_view("country").resolve(said).code


def is_world(text: str) -> bool:
    """Whether a partner is «World»: the sum of all partners."""
    return text.strip().upper() in WORLD
