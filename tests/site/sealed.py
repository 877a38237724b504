"""National nodes whose keys a test may exchange."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from tests.conftest import Program, prepared_for


def national(tmp_path: Path) -> Program:
    """A national node with a configuration folder, and so with keys, of its own."""
    home = tmp_path / "home"
    shutil.copytree(prepared_for("national"), home)
    shutil.copytree(os.environ["XDG_CONFIG_HOME"], tmp_path / "config")
    node = Program(home, "national")
    node.environment["XDG_CONFIG_HOME"] = str(tmp_path / "config")
    return node


def bytes_of(home: Path) -> dict[str, bytes]:
    """Every file of a folder."""
    return {str(path.relative_to(home)): path.read_bytes() for path in home.rglob("*") if path.is_file()}
