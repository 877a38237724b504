"""`serve` stays up: what it watches dies alone, is started again, and is never left behind."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import PROJECT, Program
from tests.served import Served, alive, descendants, free_port, serving, until

DEEP = '{"a":' + "[" * 8_000 + "]" * 8_000 + "}"


def _token(node: Program, scope: str) -> str:
    return str(node.json("make_token", "c.ke", "--scope", scope)["token"])


def test_seven_kills_of_the_worker_and_a_hundred_nested_bodies_leave_the_node_answering(small_node: Program) -> None:
    small_node.person("c.ke", "KE", "contact")
    reading, writing = (_token(small_node, scope) for scope in ("read", "write"))
    with serving(small_node) as served:
        web = served.children()["web"]["pid"]
        for number in range(1, 8):
            worker = until(lambda: served.children()["work"]["pid"], "the worker runs again")
            os.kill(worker, signal.SIGKILL)
            until(
                lambda n=number: served.children()["work"]["deaths"] == n,  # type: ignore[misc]
                "the death is counted",
            )
            assert served.answers(), f"after kill {number}"
        for _ in range(50):
            for token, status in ((reading, 403), (writing, 413)):
                said = {"Authorization": f"Bearer {token}", "Content_Type": "application/json"}
                assert served.ask("POST", "/api/v1/cases", DEEP, **said)[0] == status
        assert served.answers()
        state = served.children()
        assert state["work"]["last_exit"] == -9
        assert (state["web"]["pid"], state["web"]["deaths"]) == (web, 0), "the pages were left alone"
        assert served.process.poll() is None
    events = [json.loads(line) for line in served.log.read_text().splitlines() if line.startswith("{")]
    told = [one for one in events if one["event"] == "a process ended and is started again"]
    assert [(one["task"], one["deaths"]) for one in told] == [("work", n) for n in range(1, 8)]
    waits = [one["seconds"] for one in told]
    assert waits == [0, 1, 2, 4, 8, 16, 32]
    assert not (small_node.home / "processes.json").exists(), "nothing runs, nothing is said to run"


@pytest.fixture(scope="module")
def served(small_home: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A node that some tests share."""
    home = tmp_path_factory.mktemp("shared") / "home"
    shutil.copytree(small_home, home)
    with serving(Program(home)) as one:
        yield one


def test_a_web_process_that_dies_is_started_again_and_so_is_the_whole_web_server(served: Served) -> None:
    master = served.children()["web"]["pid"]
    (page,) = descendants(master)
    os.kill(page, signal.SIGKILL)
    until(lambda: descendants(master) - {page} and served.answers(), "another web process answers")
    assert served.children()["web"]["deaths"] == 0, "the web server itself lives"
    assert served.children()["web"]["own_ended"] == 1, "the death of a web process is counted"
    left = [path.name for path in (served.node.home / "scratch").iterdir() if path.name.startswith(f"{page}.")]
    assert left == [], "what it had put aside went with it"
    assert b"Python threads" not in served.log.read_bytes()
    os.kill(master, signal.SIGKILL)
    until(lambda: served.children()["web"]["pid"] not in (0, master) and served.answers(), "the web server is back")
    assert served.children()["web"]["last_exit"] == -9


@pytest.mark.parametrize("after", [0.0, 0.7, 2.0, 4.5])
def test_a_stop_while_it_starts_leaves_no_process(small_node: Program, after: float) -> None:
    served = Served(small_node)
    time.sleep(after)
    began = time.monotonic()
    started = descendants(served.process.pid)
    served.stop()
    assert time.monotonic() - began < 40
    until(lambda: not alive(started | descendants(served.process.pid)), "all are gone")
    assert not _of_home(small_node.home)


def test_serve_killed_outright_leaves_no_process(small_node: Program) -> None:
    with serving(small_node, workers=2) as served:
        started = descendants(served.process.pid)
        assert len(started) >= 4, "web server, two web processes, worker"
        served.stop(signal.SIGKILL)
        until(lambda: not alive(started), "all are gone")
        assert not _of_home(small_node.home)


def test_a_stop_ends_everybody_also_who_does_not_listen(small_node: Program) -> None:
    """A process that ignores SIGTERM, and one that it has started, are ended after ten seconds."""
    served = Served(small_node)
    served.wait()
    worker = until(lambda: served.children()["work"]["pid"], "the worker runs")
    started = descendants(served.process.pid)
    os.kill(worker, signal.SIGSTOP)  # it cannot even be asked
    began = time.monotonic()
    served.stop()
    assert served.process.returncode == 0
    assert 8 < time.monotonic() - began < 40
    until(lambda: not alive(started), "all are gone")


def test_what_a_dead_process_had_started_is_ended_with_it(served: Served) -> None:
    worker = until(lambda: served.children()["work"]["pid"], "the worker runs")
    orphan = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"], process_group=worker)
    os.kill(worker, signal.SIGKILL)
    assert until(lambda: orphan.poll() is not None, "it is ended too")


def _second(node: Program, port: int) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "tidewaiter", "serve", "--port", str(port)],
        env=node.environment,
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_an_address_that_is_taken_is_said_at_once(served: Served, small_node: Program) -> None:
    second = _second(small_node, served.port)
    assert second.returncode == 1
    assert f"127.0.0.1:{served.port}" in second.stderr
    assert "--port" in second.stderr


def test_a_second_serve_on_the_same_folder_is_refused_in_words_and_harms_the_first_in_nothing(served: Served) -> None:
    before = served.children()
    second = _second(served.node, free_port())
    assert second.returncode == 1
    assert "Another serve runs on this data folder already" in second.stderr
    assert served.answers()
    assert {name: one["pid"] for name, one in served.children().items()} == {
        name: one["pid"] for name, one in before.items()
    }


def _of_home(home: Path) -> list[str]:
    """Processes whose environment names a data folder."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            if entry.name.isdigit() and f"TIDEWAITER_HOME={home}\0".encode() in (entry / "environ").read_bytes():
                found.append((entry / "cmdline").read_text())
        except OSError:
            continue
    return [said for said in found if said]
