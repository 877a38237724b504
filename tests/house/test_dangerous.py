"""What is dangerous in any hand is used nowhere, or where it is named here with the reason."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house.sources import HOUSE, SOURCES, of_each_file, tree_of

MODULES = {
    "pickle",
    "marshal",
    "shelve",
    "dill",
    "yaml",
    "xml.etree",
    "xml.dom",
    "xml.sax",
    "random",
    "telnetlib",
    "ftplib",
    "urllib.request",
    "http.client",
    "requests",
    "httpx",
    "aiohttp",
    "socket",
    "ssl",
    "smtplib",
    "ldap",
    "ctypes",
    "code",
    "codeop",
    "imp",
    "pty",
    "jinja2",
    "mako",
    "django.template.Template",
    "Crypto",
    "nacl",
}
CALLS = {
    "eval",
    "exec",
    "compile",
    "__import__",
    "mark_safe",
    "os.system",
    "os.popen",
    "os.spawnl",
    "hashlib.md5",
    "hashlib.sha1",
    "hashlib.new",
    "Template",
    "from_string",
    "extra",
    "raw",
    "csrf_exempt",
    "ECB",
    "CBC",
    "PKCS1v15",
    "DES",
    "ARC4",
}
ALLOWED = {
    "foundation/worker_process.py": ({"pickle"}, "between two processes of the node over a pipe of their own"),
    "evidence/labels.py": ({"mark_safe"}, "drawn by segno, of a number that the node made"),
    "drawing/charts.py": ({"mark_safe"}, "numbers, and words that are escaped"),
    "drawing/radar.py": ({"mark_safe"}, "numbers, and words that are escaped"),
    "drawing/graphs.py": ({"mark_safe"}, "numbers, and words that are escaped"),
    "drawing/marks.py": ({"mark_safe"}, "numbers, outlines that are shipped, and words that are escaped"),
    "drawing/maps.py": ({"mark_safe"}, "numbers, outlines that are shipped, and words that are escaped"),
    "drawing/routes.py": ({"mark_safe"}, "numbers, an address of ours, and words that are escaped"),
    "site/start_page.py": ({"mark_safe"}, "panels of rooms, each a rendered template"),
    "exchange/lines.py": ({"http.client", "ssl"}, "it calls other nodes, at addresses that a steward took from cards"),
    "advisories/taxii/lines.py": (
        {"http.client", "ssl"},
        "it asks other servers, at addresses that a steward wrote down; it follows nothing and bounds what it reads",
    ),
    "people/provider_client.py": (
        {"requests"},
        "what Authlib raises; it asks the providers that whoever runs the node named",
    ),
    "site/wires.py": ({"socket"}, "it shuts the connection of who takes nothing"),
    "site/supervisor.py": ({"socket"}, "it tries whether the node's own address is free"),
    "site/templatetags/tide.py": ({"mark_safe"}, "signs of ours, and words that went through format_html"),
    "operations/room_files.py": ({"hashlib.new"}, "digests of the three kinds that lists of known files have"),
    "evidence/proof/authority.py": (
        {"http.client", "ssl"},
        "it calls the time authority that a steward has named, and believes what its signature shows",
    ),
    "evidence/proof/tokens.py": (
        {"PKCS1v15", "hashlib.new"},
        "it verifies what authorities sign with RSA; digests of the three kinds that stamps have",
    ),
    "drawing/reports.py": ({"mark_safe"}, "style sheets that are shipped"),
    "intake/invented/drawings.py": ({"random"}, "drawings, the same every time; nothing secret comes of them"),
    "intake/invented/cases.py": ({"random"}, "invented cases, the same every time; nothing secret comes of it"),
}
"""File: what of it is dangerous, and why it is not here."""
CRYPTOGRAPHY = {
    "foundation/sealed_files.py",
    "evidence/actions/verifying.py",
    "evidence/management/commands/verify_evidence.py",
    "evidence/proof/authority.py",
    "evidence/proof/boxes.py",
    "evidence/proof/tokens.py",
    "evidence/proof/verifier.py",
    "foundation/cursors.py",
    "ledger/export.py",
    "offline/demo.py",
    "offline/wire.py",
    "operations/room_keys.py",
    "operations/certificates.py",
    "operations/actions/ending.py",
    "ledger/keys.py",
    "exchange/receipt_verifier.py",
    "mail/actions/exporting.py",
    "ledger/verifier.py",
    "ledger/queries.py",
    "ledger/chain.py",
    "site/accounts.py",
    "site/backup/archive.py",
    "site/proof.py",
    "ledger/actions.py",
    "foundation/encryption/envelope.py",
    "foundation/encryption/keys.py",
    "foundation/encryption/master.py",
}
"""Files that use `cryptography` or `pyrage`; docs/security.md says for what."""


def _dangers(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [one.name for one in node.names]
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            names = [node.module or "", *(f"{node.module}.{one.name}" for one in node.names)]
        for name in names:
            yield from (one for one in MODULES if name == one or name.startswith(f"{one}."))
        if isinstance(node, ast.Call):
            said = ast.unparse(node.func)
            yield from (
                one for one in {said, said.rpartition(".")[2]} & CALLS if said not in ("re.compile", "regex.compile")
            )
            if any(key.arg == "shell" and ast.unparse(key.value) != "False" for key in node.keywords):
                yield "shell"


def _holds(path: Path) -> None:
    name = str(path.relative_to(HOUSE))
    found = set(_dangers(tree_of(path)))
    allowed, why = ALLOWED.get(name, (set(), "-"))
    assert found - allowed == set(), name
    assert allowed - found == set(), f"{name}: this is not used any more"
    assert why


def test_nothing_dangerous_is_used_but_what_is_named_here() -> None:
    of_each_file(_holds)


@pytest.mark.parametrize(
    "text",
    [
        "import pickle",
        "from random import choice",
        "eval('1')",
        "os.system('ls')",
        "subprocess.run('ls', shell=True)",
        "hashlib.md5(b'')",
        "import urllib.request",
        "from urllib.request import urlopen",
        "import xml.etree.ElementTree as e",
        "Template(text)",
        "engine.from_string(text)",
        "Case.objects.extra(where=[x])",
        "Case.objects.raw(sql)",
        "modes.CBC(iv)",
        "builtins.exec(text)",
    ],
)
def test_the_check_sees_it_however_it_is_written(text: str) -> None:
    assert set(_dangers(ast.parse(text)))


def test_cryptography_is_used_where_the_document_says_and_is_that_of_libraries() -> None:
    using = re.compile(r"^\s*(?:from|import) (?:cryptography|pyrage)\b", re.MULTILINE)
    found = {str(path.relative_to(HOUSE)) for path in SOURCES if using.search(path.read_text())}
    assert found <= CRYPTOGRAPHY, found - CRYPTOGRAPHY


def test_templates_escape_whatever_they_are_given() -> None:
    for path in HOUSE.rglob("*.html"):
        text = path.read_text().replace("{{ totp_svg|safe }}", "")  # drawn by the library, of numbers
        assert not re.search(r"\|\s*safe\b|\|\s*safeseq\b|autoescape\s+off", text), path.name


def test_scripts_of_ours_make_no_markup_and_no_code_of_texts() -> None:
    wrong = re.compile(
        r"innerHTML|outerHTML|insertAdjacentHTML|document\.write|\beval\(|new"
        r" Function|postMessage|WebSocket|EventSource|srcdoc|\bonpaste\b|\"paste\"|__proto__|prototype\["
    )
    for path in (HOUSE / "site" / "static").glob("*.js"):
        text = path.read_text()
        if path.name == "rooms.js":
            text = text.replace("EventSource", "")  # it hears the node's own room, and nothing that it says is markup
        assert not wrong.search(text), (path.name, wrong.findall(text))
