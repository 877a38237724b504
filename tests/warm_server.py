"""`python -m tests.warm_server SOCKET`: a process that has imported what is not ours, and of which each command that a
test runs is a copy. See tests/warm.py.

A request is one message: JSON of the words, the environment and the folder, with four open files: the command's
input, output and errors, and the line on which its end is told.
"""

from __future__ import annotations

import array
import atexit
import contextlib
import gc
import importlib
import json
import os
import runpy
import selectors
import signal
import socket
import sys
import threading
import traceback
import warnings
from typing import Any, NoReturn

IMPORTED = (
    "PIL.Image",
    "allauth",
    "asyncio",
    "babel",
    "charset_normalizer",
    "cryptography.fernet",
    "cryptography.x509",
    "dateutil.parser",
    "django.contrib.messages",
    "django.core.files.storage",
    "django.core.handlers.asgi",
    "django.core.mail",
    "django.core.management",
    "django.core.management.commands.makemigrations",
    "django.core.management.commands.runserver",
    "django.core.paginator",
    "django.core.serializers.json",
    "django.db.backends.sqlite3.base",
    "django.db.migrations.executor",
    "django.db.models",
    "django.forms",
    "django.http",
    "django.template.loader",
    "django.test.client",
    "django.urls",
    "django.utils.translation.trans_real",
    "django.views.generic",
    "duckdb",
    "email.mime.multipart",
    "ibis",
    "ibis.backends.duckdb",
    "icalendar",
    "joserfc.jwe",
    "joserfc.jwk",
    "joserfc.jws",
    "lxml.etree",
    "msgspec",
    "numpy",
    "pyarrow",
    "pyarrow.parquet",
    "pydantic",
    "pyrage",
    "rapidfuzz.distance",
    "rapidfuzz.fuzz",
    "rapidfuzz.process",
    "rich.progress",
    "scipy.sparse",
    "scipy.special",
    "sqlcipher3",
    "sqlglot",
    "sqlparse",
    "ssl",
    "stdnum",
    "tidewaiter.privacy.finding",
    "tidewaiter.registry.names.word",
    "tomllib",
    "ulid",
    "unittest",
    "urllib.request",
    "wsgiref.simple_server",
    "xgboost",
    "xlsxwriter",
    "zoneinfo",
)
"""Of ours only what reads neither settings nor the environment."""
LARGEST = 1 << 20


def main() -> None:
    """Serves until the other end of the socket is closed."""
    asked = socket.socket(fileno=int(sys.argv[1]))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name in IMPORTED:
            importlib.import_module(name)
    gc.collect()
    gc.freeze()
    warnings.filterwarnings("ignore", message=".*multi-threaded.*fork", category=DeprecationWarning)
    asked.send(b"ready")
    _serve(asked)


def _serve(asked: socket.socket) -> None:
    watched = selectors.DefaultSelector()
    watched.register(asked, selectors.EVENT_READ, None)
    while True:
        for key, _events in watched.select():
            if key.data is None:
                said, files, _flags, _address = socket.recv_fds(asked, LARGEST, 4)
                if not said:
                    return
                line = socket.socket(fileno=files[3])
                pid = os.fork()
                if not pid:
                    _become(json.loads(said), files, [asked.fileno(), line.fileno()])
                for file in files[:3]:
                    os.close(file)
                ended = os.pidfd_open(pid)
                watched.register(ended, selectors.EVENT_READ, (pid, line, ended))
                watched.register(line, selectors.EVENT_READ, (pid, line, ended))
            elif watched.get_map().get(key.fileobj) == key:  # else it ended as whoever asked went away: told already
                _told(watched, key, *key.data)


def _told(watched: selectors.BaseSelector, key: Any, pid: int, line: socket.socket, ended: int) -> None:
    """A command has ended, or nobody waits for it any more."""
    if key.fd == line.fileno():
        os.kill(pid, signal.SIGKILL)
    _pid, status, used = os.wait4(pid, 0)
    watched.unregister(ended)
    watched.unregister(line)
    os.close(ended)
    with contextlib.suppress(OSError):  # whoever asked has gone
        line.send(json.dumps([os.waitstatus_to_exitcode(status), used.ru_utime + used.ru_stime]).encode())
    line.close()


def _become(asked: dict[str, Any], files: array.array[int] | list[int], ours: list[int]) -> NoReturn:
    """Is `python -m tidewaiter WORDS` from here on."""
    code: Any = 1
    try:
        for number in range(3):
            os.dup2(files[number], number)
        for file in (*files[:3], *ours):
            os.close(file)
        os.environ.clear()
        os.environ.update(asked["environment"])
        os.chdir(asked["folder"])
        unbuffered = bool(os.environ.get("PYTHONUNBUFFERED"))
        sys.stdin = sys.__stdin__ = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115
        sys.stdout = sys.__stdout__ = _written(1, "strict", at_once=unbuffered)
        sys.stderr = sys.__stderr__ = _written(2, "backslashreplace", at_once=True)
        sys.argv = ["-m", *asked["words"]]
        runpy.run_module("tidewaiter", run_name="__main__", alter_sys=True)
        code = 0
    except SystemExit as ended:
        code = ended.code
    except BaseException:  # noqa: BLE001 -- as the interpreter does
        traceback.print_exc()
    _end(code)


def _written(number: int, errors: str, *, at_once: bool) -> Any:
    return open(number, "w", buffering=1 if at_once else -1, encoding="utf-8", errors=errors, closefd=False)


def _end(code: Any) -> NoReturn:
    if code is not None and not isinstance(code, int):
        print(code, file=sys.stderr)
        code = 1
    try:
        threading._shutdown()  # type: ignore[attr-defined]
        atexit._run_exitfuncs()
        sys.stdout.flush()
        sys.stderr.flush()
    except BaseException:  # noqa: BLE001 -- as the interpreter does
        code = 120
    os._exit(code or 0)


if __name__ == "__main__":
    main()
