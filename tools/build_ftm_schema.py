"""Makes codes/ftm_schema.json: `tools/build_ftm_schema.py FOLLOWTHEMONEY`, the unpacked PyPI package of 4.11.2.

FollowTheMoney (MIT licence, codes/ftm_schema.LICENCE.txt) says which properties persons, firms, conveyances and
links have. What the registry uses of it is kept flat: by schema, its properties with those it inherits, and
their types; its ancestors; what an edge leads from and to. The package itself is not needed to run the node: it
builds on PyICU, which has to be compiled.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import yaml

PROJECT = Path(__file__).resolve().parents[1]
WANTED = (
    "Person",
    "Organization",
    "Company",
    "LegalEntity",
    "PublicBody",
    "Vessel",
    "Vehicle",
    "Airplane",
    "Asset",
    "Ownership",
    "Directorship",
    "Employment",
    "Family",
    "Associate",
    "Membership",
    "Representation",
    "UnknownLink",
    "Identification",
    "Passport",
    "Address",
    "Sanction",
)


def main(folder: Path) -> None:
    """Writes the file."""
    schemata: dict[str, dict[str, Any]] = {}
    for path in (folder / "followthemoney" / "schema").glob("*.y*ml"):
        schemata |= yaml.safe_load(path.read_text(encoding="utf-8"))

    def ancestors(name: str) -> list[str]:
        found = [name]
        for parent in schemata[name].get("extends", []):
            found += [one for one in ancestors(parent) if one not in found]
        return found

    made: dict[str, Any] = {}
    for name in sorted(WANTED):
        line = ancestors(name)
        properties: dict[str, str] = {}
        for one in reversed(line):
            properties |= {
                prop: str(said.get("type", "string"))
                for prop, said in schemata[one].get("properties", {}).items()
                if not said.get("stub")
            }
        edge = next((schemata[one]["edge"] for one in line if "edge" in schemata[one]), None)
        made[name] = {
            "ancestors": line,
            "properties": dict(sorted(properties.items())),
            "required": sorted({prop for one in line for prop in schemata[one].get("required", [])}),
        } | ({"edge": [edge["source"], edge["target"]]} if edge else {})
    text = json.dumps(made, indent=1, ensure_ascii=False) + "\n"
    (PROJECT / "codes" / "ftm_schema.json").write_text(text, encoding="utf-8")


main(Path(sys.argv[1]))
