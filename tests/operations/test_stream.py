"""What happens in a room, told as it happens, by a node that really serves: nothing lost, nothing doubled."""

from __future__ import annotations

import http.client
import json
import shutil
import threading
import time
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import Program, prepared_for
from tests.served import Served, serving, until

TOML = 'title = "Grey Heron"\ncountries = ["KE", "JO"]\nwaiting_days = 14\n'


class Ear:
    """Somebody who listens: events as they come, by a thread of its own."""

    def __init__(self, served: Served, ref: str, token: str, last: str = "") -> None:
        self.events: list[tuple[str, str, dict[str, Any], float]] = []
        self.status, self.over = 0, False
        self.connection = http.client.HTTPConnection("127.0.0.1", served.port, timeout=60)
        headers = {"Authorization": f"Bearer {token}"} | ({"Last-Event-ID": last} if last else {})
        self.connection.request("GET", f"/api/v1/operations/{ref}/stream", headers=headers)
        self.answer = self.connection.getresponse()
        self.status = self.answer.status
        self.thread = threading.Thread(target=self._hear, daemon=True)
        self.thread.start()

    def _hear(self) -> None:
        said: dict[str, str] = {}
        try:
            while line := self.answer.readline():
                text = line.decode().rstrip("\n")
                if text:
                    name, _colon, value = text.partition(": ")
                    said[name] = value
                elif "event" in said:
                    self.events.append((said["event"], said.get("id", ""), json.loads(said["data"]), time.time()))
                    said = {}
        except (OSError, http.client.HTTPException, ValueError):
            pass
        self.over = True

    def numbers(self) -> list[int]:
        """Of the messages heard, in the order in which they came."""
        return [data["number"] for kind, _id, data, _at in self.events if kind == "message"]

    def last(self) -> str:
        """The last number of an event."""
        return [id_ for _kind, id_, _data, _at in self.events if id_][-1]

    def has(self, kind: str) -> bool:
        """Whether an event of a kind was heard."""
        return any(one[0] == kind for one in self.events)


def _sent(served: Served, ref: str, token: str, text: str, **more: Any) -> int:
    status, body = served.ask(
        "POST",
        f"/api/v1/operations/{ref}/messages",
        json.dumps({"template": "instruction", "data": {"text": text, "lang": "en"}, **more}),
        Authorization=f"Bearer {token}",
        Content_Type="application/json",
    )
    assert status == 201, body
    return int(json.loads(body)["number"])


@pytest.mark.long
def test_a_stream_tells_at_once_replays_after_a_restart_and_ends_with_membership(tmp_path: Path) -> None:
    home = tmp_path / "home"
    shutil.copytree(prepared_for("operation"), home)
    node = Program(home, "operation")
    for name, country, role in (
        ("o.cu", "INT", "coordinator"),
        ("k.e", "KE", "participant"),
        ("j.o", "JO", "participant"),
    ):
        node.person(name, country, role)
    (tmp_path / "op.toml").write_text(TOML)
    ref = node.json("open_operation", str(tmp_path / "op.toml"), "--by", "o.cu")["ref"]
    for name in ("k.e", "j.o"):
        node.json("admit", ref, name, "--as", "participant", "--by", "o.cu")
    tokens = {name: node.json("make_token", name, "--scope", "write")["token"] for name in ("o.cu", "k.e", "j.o")}
    with serving(node) as served:
        assert Ear(served, "OP-NONE", tokens["k.e"]).status == 404
        kenya, jordan = Ear(served, ref, tokens["k.e"]), Ear(served, ref, tokens["j.o"])
        until(lambda: kenya.has("hello") and jordan.has("hello"), "both are greeted")
        began = time.time()
        for number in range(1, 6):
            assert _sent(served, ref, tokens["o.cu"], f"message {number}") == number
        until(lambda: len(kenya.numbers()) == 5, "five are heard")
        first = next(at for kind, _id, data, at in kenya.events if kind == "message")
        assert first - began < 5, "at once, on a busy machine too"
        _sent(served, ref, tokens["o.cu"], "for Jordan alone", to=["JO"])
        until(lambda: 6 in jordan.numbers(), "Jordan hears it")
        assert jordan.events[-1][2]["message"]["data"]["text"] == "for Jordan alone"
        time.sleep(1)
        assert kenya.numbers() == [1, 2, 3, 4, 5], "Kenya does not"
        last = kenya.last()
        node.json("remove_member", ref, "j.o", "--by", "o.cu")
        until(lambda: jordan.over, "an open stream ends with the membership")
        assert jordan.has("ended")
        assert Ear(served, ref, tokens["j.o"]).status == 404
    with serving(node) as served:
        _sent(served, ref, tokens["o.cu"], "while nobody listens")
        again = Ear(served, ref, tokens["k.e"], last)
        until(lambda: 7 in again.numbers(), "what was missed is replayed, once")
        _sent(served, ref, tokens["o.cu"], "and on")
        until(lambda: 8 in again.numbers(), "and it goes on")
        assert again.numbers() == [7, 8]
        strange = Ear(served, ref, tokens["k.e"], "00000000-3")
        until(lambda: strange.has("hello"), "greeted")
        assert strange.has("reload"), "a number of another epoch is none"
        node.json("close_operation", ref, "--by", "o.cu")
        until(lambda: again.over, "a sealed room is heard no more")
        assert again.has("closed")
