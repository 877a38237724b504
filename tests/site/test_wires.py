"""Ending a connection from inside: it ends, and the process holds no more open files than before."""

from __future__ import annotations

import os
import socket

from tidewaiter.site.wires import cut


def _open_files() -> int:
    return len(os.listdir("/dev/fd"))


def test_a_connection_is_ended_and_no_other_open_file_is_doubled() -> None:
    with socket.socket() as door, open(os.devnull) as _beside, open(__file__) as _file:
        door.bind(("127.0.0.1", 0))
        door.listen()
        client = socket.create_connection(door.getsockname())
        served, _ends = door.accept()
        scope = {"client": client.getsockname(), "server": door.getsockname()}
        before = _open_files()
        for _ in range(20):  # each leak doubled what the next one found
            assert not cut({"client": ("127.0.0.1", 1), "server": door.getsockname()})
        assert cut(scope)
        assert _open_files() == before
        assert client.recv(1) == b"", "the other end is told"
        client.close()
        served.close()
