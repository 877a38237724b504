"""Writes the software bill of materials: every package, vendored file and data list, as CycloneDX 1.6."""

from __future__ import annotations

import json
import re
import uuid
from importlib import metadata
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser

from tidewaiter.foundation.canonical import digest
from tidewaiter.foundation.commands import DeedCommand
from tidewaiter.foundation.decoding import read_toml

_pin = re.compile(r"^([A-Za-z0-9._-]+)==([^\s;\\]+)")


class Command(DeedCommand):
    """`sbom -o FILE`."""

    help = "writes the software bill of materials (CycloneDX 1.6, JSON)"

    def add_arguments(self, parser: CommandParser) -> None:
        """`-o FILE`."""
        super().add_arguments(parser)
        parser.add_argument("-o", "--output", type=Path, required=True)

    def answer(self, **options: Any) -> dict[str, Any]:
        """`{"file", "components"}`."""
        document = bill_of_materials()
        options["output"].write_text(json.dumps(document, indent=1) + "\n")
        return {"file": str(options["output"]), "components": len(document["components"])}


def bill_of_materials() -> dict[str, Any]:
    """The document; the same sources give the same serial number."""
    components = sorted([*_packages(), *_vendored(), *_lists()], key=lambda one: str(one["bom-ref"]))
    version = metadata.version("tidewaiter")
    serial = uuid.uuid5(uuid.NAMESPACE_URL, f"tidewaiter {version} {digest(components)}")
    about: dict[str, Any] = {"type": "application", "name": "tidewaiter", "version": version, "bom-ref": "tidewaiter"}
    about |= {"licenses": [{"license": {"id": "Apache-2.0"}}]}
    return {
        "bomFormat": "CycloneDX",
        "specVersion": "1.6",
        "serialNumber": f"urn:uuid:{serial}",
        "version": 1,
        "metadata": {"component": about},
        "components": components,
        "dependencies": [{"ref": "tidewaiter", "dependsOn": [str(one["bom-ref"]) for one in components]}],
    }


def _packages() -> list[dict[str, Any]]:
    found = []
    for name, version in _pinned():
        purl = f"pkg:pypi/{name.lower()}@{version}"
        found.append(
            {"type": "library", "name": name, "version": version, "purl": purl, "bom-ref": purl, **_licence(name)}
        )
    return found


def _pinned() -> list[tuple[str, str]]:
    """Names and versions of the lock; of what is installed where there is none, since the program came as a wheel."""
    lock = settings.PROJECT / "requirements.lock"
    if lock.is_file():
        return [(found[1], found[2]) for line in lock.read_text().splitlines() if (found := _pin.match(line))]
    return [(one.name, one.version) for one in metadata.distributions() if one.name != "tidewaiter"]


def _licence(name: str) -> dict[str, Any]:
    """What the installed package says of its licence;
    a package for another system is not installed and says nothing.
    """
    try:
        about = metadata.metadata(name)
    except metadata.PackageNotFoundError:
        return {}
    classified = [c.rsplit(" :: ", 1)[-1] for c in about.get_all("Classifier") or [] if c.startswith("License ::")]
    written = (about.get("License") or "").strip().splitlines()
    expression = about.get("License-Expression")
    said = [expression] if expression else classified or [line[:80] for line in written[:1]]
    return {"licenses": [{"license": {"name": name}} for name in said]} if said else {}


def _vendored() -> list[dict[str, Any]]:
    static = settings.PROJECT / "tidewaiter" / "site" / "static"
    found = []
    for target, meta in read_toml((static / "vendor" / "ASSETS.toml").read_text()).items():
        found.append(
            {
                "type": "file",
                "name": target,
                "version": str(meta.get("version", "")),
                "bom-ref": f"vendored:{target}",
                "hashes": [{"alg": "SHA-256", "content": meta["sha256"]}],
                "licenses": [{"license": {"name": str(meta.get("licence", ""))}}],
            }
        )
    return found


def _lists() -> list[dict[str, Any]]:
    found = []
    for name, meta in read_toml((Path(settings.CODES_FOLDER) / "lists.toml").read_text()).items():
        found.append(
            {
                "type": "data",
                "name": name,
                "version": meta["version"],
                "description": meta["source"],
                "bom-ref": f"list:{name}",
                "hashes": [{"alg": "SHA-256", "content": meta["sha256"]}],
                "licenses": [{"license": {"name": meta["licence"]}}],
            }
        )
    return found
