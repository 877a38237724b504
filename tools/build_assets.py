"""Copies the vendored files of the pages from an npm folder and lists them with version, licence and checksum.

tools/build_assets.py NODE_MODULES
"""

from __future__ import annotations

import hashlib
import json
import re
import sys
from pathlib import Path

import django_htmx
from prune_styles import SHEETS, WHOLE, pruned

STATIC = Path(__file__).resolve().parents[1] / "tidewaiter" / "site" / "static"
FONTS = {
    "@fontsource/ibm-plex-sans": [
        "ibm-plex-sans-latin-400-normal",
        "ibm-plex-sans-latin-500-normal",
        "ibm-plex-sans-latin-600-normal",
        "ibm-plex-sans-latin-ext-400-normal",
        "ibm-plex-sans-latin-ext-600-normal",
        "ibm-plex-sans-cyrillic-400-normal",
        "ibm-plex-sans-cyrillic-600-normal",
    ],
    "@fontsource/ibm-plex-sans-arabic": [
        "ibm-plex-sans-arabic-arabic-400-normal",
        "ibm-plex-sans-arabic-arabic-600-normal",
    ],
    "@fontsource/ibm-plex-mono": ["ibm-plex-mono-latin-400-normal", "ibm-plex-mono-latin-500-normal"],
}
ICONS = [
    "checklist",
    "message",
    "photo",
    "help",
    "eraser",
    "link",
    "home",
    "files",
    "table-import",
    "chart-histogram",
    "list-search",
    "search",
    "language",
    "bell",
    "plus",
    "x",
    "check",
    "chevron-right",
    "chevron-down",
    "alert-octagon",
    "alert-triangle",
    "info-circle",
    "arrow-back-up",
    "ban",
    "send",
    "pencil",
    "download",
    "upload",
    "shield-check",
    "circle-dashed",
    "logout",
    "eye",
    "trash",
    "filter",
    "user",
    "file-spreadsheet",
    "route",
    "arrow-down",
    "arrow-up",
    "dots",
    "clock-exclamation",
    "map-pin",
    "package",
    "template",
    "keyboard",
    "moon",
    "sun",
    "writing",
    "users",
    "key",
    "history",
    "lock",
    "calendar-time",
    "device-laptop",
    "bookmark",
    "printer",
    "copy",
    "books",
    "rss",
    "affiliate",
    "building-factory-2",
    "car",
    "device-floppy",
    "file-text",
    "id",
    "mail",
    "phone",
    "plane",
    "ship",
    "table",
    "container",
    "corner-down-right",
    "home-search",
    "zoom-question",
    "clipboard-text",
    "speakerphone",
    "paperclip",
    "messages",
    "hourglass",
    "lock-open",
    "bell-ringing",
    "map-2",
    "qrcode",
    "transfer",
    "camera",
    "signature",
    "database",
    "circle",
    "rubber-stamp",
    "fingerprint",
    "list-check",
]
GRAPH = {
    "person": "user",
    "company": "building-factory-2",
    "case": "file-text",
    "vessel": "ship",
    "vehicle": "car",
    "aircraft": "plane",
    "container": "container",
    "phone": "phone",
    "email": "mail",
    "address": "map-pin",
    "document": "id",
}
"""What is drawn within a thing of a graph: a picture each, in a grey that stands out on light and dark."""
GREY = "#6b7f86"
LIBRARIES = {
    "cytoscape": "dist/cytoscape.min.js",
    "layout-base": "layout-base.js",
    "cose-base": "cose-base.js",
    "cytoscape-fcose": "cytoscape-fcose.js",
}
"""What draws graphs and lays them out, for the graph's page alone."""


def sprite_of(modules: Path) -> str:
    """The icons that pages use, as symbols of one picture."""
    symbols = []
    for name in ICONS:
        svg = (modules / "@tabler/icons/icons/outline" / f"{name}.svg").read_text()
        inner = re.sub(r"(?s)^.*?<svg[^>]*>|</svg>.*$", "", svg).strip()
        symbols.append(
            f'<symbol id="{name}" viewBox="0 0 24 24" fill="none" stroke="currentColor" stroke-width="2"'
            f' stroke-linecap="round" stroke-linejoin="round">{inner}</symbol>'
        )
    return '<svg xmlns="http://www.w3.org/2000/svg">' + "".join(symbols) + "</svg>\n"


def main(modules: Path) -> None:
    rows = []

    def keep(source: Path, target: str, package: str, licence: str, version: str, text: str | None = None) -> None:
        data = (
            (text if text is not None else source.read_text()).encode()
            if source.suffix in (".css", ".js", ".svg")
            else source.read_bytes()
        )
        path = STATIC / target
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        rows.append((target, package, version, licence, hashlib.sha256(data).hexdigest()))

    def version(package: str) -> str:
        return str(json.loads((modules / package / "package.json").read_text())["version"])

    for name, served in SHEETS.items():
        whole = re.sub(r"/\*# sourceMappingURL.*?\*/", "", (modules / "@tabler/core/dist/css" / name).read_text())
        (WHOLE / name).write_text(whole)
        keep(
            WHOLE / name,
            f"vendor/{served}",
            "@tabler/core",
            "MIT",
            version("@tabler/core"),
            pruned(whole) + "\n",
        )
    for package, files in FONTS.items():
        for file in files:
            keep(
                modules / package / "files" / f"{file}.woff2",
                f"vendor/fonts/{file}.woff2",
                package,
                "OFL-1.1",
                version(package),
            )
    htmx = Path(django_htmx.__file__).parent / "static/django_htmx/htmx-2.min.js"
    found = re.search(r'version:"([\d.]+)"', htmx.read_text())
    keep(htmx, "vendor/htmx.min.js", "htmx.org (from django-htmx)", "0BSD", found[1] if found else "2")
    keep(
        modules / "@tabler/icons/icons/outline/home.svg",
        "icons.svg",
        "@tabler/icons (a selection)",
        "MIT",
        version("@tabler/icons"),
        sprite_of(modules),
    )
    for package, file in LIBRARIES.items():
        keep(modules / package / file, f"vendor/{Path(file).name}", package, "MIT", version(package))
    for kind, icon in GRAPH.items():
        source = modules / "@tabler/icons/icons/outline" / f"{icon}.svg"
        drawn = re.sub(r' class="[^"]*"', "", " ".join(source.read_text().split())).replace("currentColor", GREY)
        keep(source, f"graph/{kind}.svg", "@tabler/icons", "MIT", version("@tabler/icons"), drawn + "\n")
    (STATIC / "vendor" / "ASSETS.toml").write_text(listed(rows))
    print(len(rows), "files")


def listed(rows: list[tuple[str, str, str, str, str]]) -> str:
    """What was vendored, as ASSETS.toml says it: a table a file."""
    text = "# Vendored files of the pages: package, version, licence, SHA-256. Written by tools/build_assets.py.\n"
    for target, package, number, licence, sha256 in rows:
        text += (
            f'\n["{target}"]\npackage = "{package}"\nversion = "{number}"\nlicence = "{licence}"\nsha256 = "{sha256}"\n'
        )
    return text


if __name__ == "__main__":
    main(Path(sys.argv[1]))
