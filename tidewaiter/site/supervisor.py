"""One command for the whole node: web processes and the worker, started together and ended together."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from types import FrameType

from django.conf import settings

from tidewaiter.site.running import serving


def supervise(*, host: str, port: int, workers: int) -> int:
    """Runs the web server and the worker; one that dies is started again. Gives the exit code when told to stop.

    Raises `Refusal` while the node is being restored.
    """
    with serving(Path(settings.TIDEWAITER_HOME)):
        return _supervise(host, port, workers)


def _supervise(host: str, port: int, workers: int) -> int:
    web = [
        sys.executable, "-m", "granian", "--interface", "wsgi", "--host", host, "--port", str(port), "--workers", str(workers),
        "--blocking-threads", "4", "--log-level", "warning", "tidewaiter.site.wsgi:application",
    ]  # fmt: skip
    work = [sys.executable, "-m", "tidewaiter", "work"]
    commands = {"web": web, "work": work}
    environment = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "tidewaiter.site.settings",
        "TIDEWAITER_WORKERS": str(workers),
    }
    children = {name: subprocess.Popen(command, env=environment) for name, command in commands.items()}
    stopping = False

    def stop(_number: int, _frame: FrameType | None) -> None:
        nonlocal stopping
        stopping = True

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    failures = 0
    while not stopping:
        time.sleep(0.3)
        for name, child in children.items():
            if child.poll() is not None and not stopping:
                failures += 1
                if failures > 5:
                    sys.stderr.write(f"serve: {name} ended with {child.returncode} again and again; giving up.\n")
                    stopping = True
                    break
                children[name] = subprocess.Popen(commands[name], env=environment)
    for child in children.values():
        if child.poll() is None:
            child.terminate()
    for child in children.values():
        try:
            child.wait(10)
        except subprocess.TimeoutExpired:
            child.kill()
    return 1 if failures > 5 else 0
