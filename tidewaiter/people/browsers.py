"""What a browser says of itself, as a node keeps it: the family and the system, and nothing that its owner wrote.

A `User-Agent` is a text that anybody may set; some name the machine, the mailbox or the person. Sessions keep it so
that a person knows their own browsers again: two words are enough for that.
"""

from __future__ import annotations

_FAMILIES = (
    ("Edg/", "Edge"),
    ("EdgA/", "Edge"),
    ("EdgiOS/", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chromium"),
    ("Chrome/", "Chromium"),
    ("Safari/", "Safari"),
    ("curl/", "curl"),
    ("python", "Python"),
    ("Python", "Python"),
    ("okhttp", "okhttp"),
    ("Java/", "Java"),
    ("PostmanRuntime/", "Postman"),
)
"""By a sign in what is said, the first that is found: Chromium says that it is Safari too."""
_SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac OS X"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)


def browser_family(said: str) -> str:
    """«Firefox · Linux»: the family and the system of what a browser says of itself; «?» where neither is known.

    Of its own answer it gives the same again.
    """
    family = _known(_FAMILIES, said)
    system = _known(_SYSTEMS, said)
    return " · ".join(filter(None, (family, system))) or "?"


def _known(table: tuple[tuple[str, str], ...], said: str) -> str:
    return next((word for sign, word in table if sign in said), "") or next(
        (word for part in said.split(" · ") for _sign, word in table if word == part), ""
    )
