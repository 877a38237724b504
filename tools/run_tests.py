"""Runs every test: on SQLite, then those marked `both_databases` again on a
PostgreSQL started in a temporary folder.
"""

from __future__ import annotations

import contextlib
import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import IO

PROJECT = Path(__file__).resolve().parent.parent
NOTHING = 5
"""Pytest's word for «no tests were collected»: a room need not have any for both databases."""


def server_programs() -> Path | None:
    """The folder with initdb and postgres, if there is one."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"), key=lambda path: int(path.parts[-3].split(".")[0]))
    if found:
        return found[-1].parent
    named = shutil.which("initdb")
    return Path(named).parent if named else None


@contextlib.contextmanager
def postgres() -> Iterator[str | None]:
    """A PostgreSQL of our own on a free port of the loopback address; gives its
    URL, or nothing where none is installed.
    """
    programs = server_programs()
    if programs is None:
        print("No PostgreSQL server programs: tests marked both_databases ran on SQLite only.")
        yield None
        return
    root = os.geteuid() == 0
    user = "postgres" if root else pwd.getpwuid(os.geteuid()).pw_name
    prefix = ["runuser", "-u", "postgres", "--"] if root else []
    folder = Path(tempfile.mkdtemp(prefix="tidewaiter-pg-"))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    if root:
        shutil.chown(folder, "postgres")
    data = folder / "data"
    run = lambda *words: subprocess.run([*prefix, *words], check=True, capture_output=True, cwd="/")  # noqa: E731
    run(
        str(programs / "initdb"),
        "-D",
        str(data),
        "-U",
        user,
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--locale=C.UTF-8",
        "--no-sync",
    )
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off -c full_page_writes=off"
    run(str(programs / "pg_ctl"), "-D", str(data), "-o", options, "-l", str(folder / "log"), "-w", "start")
    try:
        yield f"postgresql://{user}@127.0.0.1:{port}/postgres"
    finally:
        run(str(programs / "pg_ctl"), "-D", str(data), "-m", "immediate", "stop")
        shutil.rmtree(folder, ignore_errors=True)


def pytest(arguments: list[str], out: IO[str] | None = None, **settings: str) -> int:
    """Runs pytest with a home of its own; gives its exit code. What it prints goes to `out` where that is given."""
    home = tempfile.mkdtemp(prefix="tidewaiter-test-")
    environment = {**os.environ, "TIDEWAITER_HOME": home, "TIDEWAITER_SHAPE": "central", **settings}
    environment.pop("DATABASE_URL", None)
    # what is compiled is kept: every process that a test starts would compile it again, and pytest rewrite every test
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    environment |= {name: value for name, value in settings.items() if name == "DATABASE_URL"}
    words = [sys.executable, "-m", "pytest", "--dist", "loadgroup", *arguments]
    try:
        return subprocess.run(words, env=environment, stdout=out, stderr=out and subprocess.STDOUT).returncode
    finally:
        shutil.rmtree(home, ignore_errors=True)


def asked_for() -> list[str]:
    """What is run: words of the command line, and the tests of one room where ROOM names it (without its long ones)."""
    room = os.environ.get("ROOM", "")
    if not room:
        return sys.argv[1:]
    if not (PROJECT / "tests" / room).is_dir():
        rooms = sorted(one.name for one in (PROJECT / "tests").iterdir() if (one / "__init__.py").is_file())
        raise SystemExit(f"ROOM={room}: there is no folder tests/{room}; there are {' '.join(rooms)}.")
    os.environ["TIDEWAITER_SHARE"] = "none"
    return [f"tests/{room}", *sys.argv[1:]]


def unmarked_files() -> list[str]:
    """Words that leave out files in which no test is marked `both_databases`: they need not be read for that."""
    files = sorted((PROJECT / "tests").rglob("test_*.py"))
    unmarked = [path for path in files if "both_databases" not in path.read_text(encoding="utf-8")]
    return [f"--ignore={path.relative_to(PROJECT)}" for path in unmarked]


def on_postgres(url: str, out: IO[str], rest: list[str]) -> int:
    """The tests marked `both_databases`, then those of the registry in a process whose node is a national one: the
    first exit code that is not «done» or «nothing was collected».
    """
    ended = pytest(["-n", "1", "-m", "both_databases", *(rest or unmarked_files())], out, DATABASE_URL=url)
    if ended in (0, NOTHING) and (not rest or any("registry" in word for word in rest)):
        words = ["-n", "0", "-m", "both_databases", "tests/registry"]
        ended = pytest(words, out, DATABASE_URL=url, TIDEWAITER_SHAPE="national") or ended
    return 0 if ended == NOTHING else ended


def main() -> int:
    """On SQLite with two workers; beside it, with one, on PostgreSQL, whose output comes when both have ended."""
    rest = asked_for()
    with postgres() as url, tempfile.TemporaryFile("w+") as said, ThreadPoolExecutor(1) as beside:
        second = beside.submit(on_postgres, url, said, rest) if url else None
        first = pytest(["-n", "2", "--durations", "20", *rest])
        ended = second.result() if second else 0
        said.seek(0)
        print("On PostgreSQL:" if second else "", said.read(), flush=True)
    return first or ended


if __name__ == "__main__":
    sys.exit(main())
