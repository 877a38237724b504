"""Cases from a nation to the centre: seconds of processor for each step, beside importing the same cases there.

    python bench/exchanging.py [--cases 2000] [--network FOLDER]

Two nodes in processes of their own on this machine, not encrypted, the line between them real. `ratio` is what the
centre spends on taking the envelopes over what it spends on importing the same cases; memory is the largest that either
process had. `--network` names a folder that `make demo-network` has prepared and nobody serves: it is copied.
"""

from __future__ import annotations

import argparse
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

PROJECT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(PROJECT))

from tidewaiter.site import demo_network  # noqa: E402
from tidewaiter.site.demo_network import DemoNode  # noqa: E402

_TURN = """
import json, resource, sys, time
import django; django.setup()
from tidewaiter.exchange.actions.carrying import answer, call_all
from tidewaiter.exchange.actions.filling import fill_outbox
from tidewaiter.exchange.actions.receiving import process_pending
import tidewaiter.exchange.lines as lines, tidewaiter.exchange.actions.carrying as carrying
step, box = sys.argv[1], sys.argv[2]
began = time.process_time()
if step == "fill":
    done = fill_outbox()
elif step == "call":
    import subprocess
    child = subprocess.Popen([sys.executable, "-c", open(sys.argv[3]).read()], stdin=subprocess.PIPE,
        stdout=subprocess.PIPE, text=True, env=json.loads(open(box).read()))
    def post(_url, token):
        child.stdin.write(token + "\\n"); child.stdin.flush()
        return child.stdout.readline().strip()
    carrying.post = post
    done = 0
    while True:
        before = time.process_time()
        failed = call_all()
        more = process_pending()
        done += more
        if not more and not fill_outbox():
            break
    child.stdin.close()
    print(child.stdout.read().strip())
    child.wait()
print(json.dumps({"step": step, "done": done, "seconds": time.process_time() - began,
    "mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024}))
"""
_ANSWERS = """
import json, resource, sys, time
import django; django.setup()
from tidewaiter.exchange.actions.carrying import answer
from tidewaiter.exchange.actions.ending import erase_ended
from tidewaiter.exchange.actions.receiving import process_pending
began = time.process_time()
for token in sys.stdin:
    said = answer(token=token.strip())
    process_pending()
    print(said, flush=True)
while process_pending():
    pass
print(json.dumps({"step": "take", "seconds": time.process_time() - began,
    "mib": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024}))
"""


def _cases(number: int) -> list[dict[str, Any]]:
    return [
        {
            **demo_network.CASE,
            "national_ref": f"KE-B-{at:06d}",
            "narrative": f"Cartons behind brooms, row {at}.",
            "date": f"2026-{1 + at % 11:02d}-{1 + at % 28:02d}",
            "lines": [{"subtype": "cigarettes", "hs": "240220", "quantity": str(1000 + at), "unit": "STC"}],
        }
        for at in range(number)
    ]


def _python(node: DemoNode, text: str, *words: str) -> list[dict[str, Any]]:
    environment = {**node.environment, "DJANGO_SETTINGS_MODULE": "tidewaiter.site.settings"}
    done = subprocess.run(
        [sys.executable, "-c", text, *words], env=environment, cwd=PROJECT, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise SystemExit(done.stderr[-3000:])
    return [json.loads(line) for line in done.stdout.splitlines() if line.startswith("{")]


def _spent(node: DemoNode, *words: str) -> float:
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    node.run(*words)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def main() -> int:
    """Prepares two nodes, sends, imports, prints."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--cases", type=int, default=2000)
    parser.add_argument("--network", type=Path, metavar="FOLDER")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="exchanging-") as made:
        folder = Path(made)
        if asked.network:
            shutil.copytree(asked.network, folder / "network")
        nodes = demo_network.nodes_in(folder / "network", 20999)
        if not asked.network:
            demo_network.prepare(nodes, lambda _said: None)
        centre, kenya, _mauritius = nodes
        file = folder / "cases.json"
        file.write_text(json.dumps(_cases(asked.cases)))
        began = time.perf_counter()
        imported_home = _spent(kenya, "import_cases", str(file), "--by", "t.kiplagat", "--submit")
        (folder / "answers.py").write_text(_ANSWERS)
        environment = {**centre.environment, "DJANGO_SETTINGS_MODULE": "tidewaiter.site.settings"}
        (folder / "box.json").write_text(json.dumps(environment))
        told = _python(kenya, _TURN, "fill", "")
        told += _python(kenya, _TURN, "call", str(folder / "box.json"), str(folder / "answers.py"))
        wall = time.perf_counter() - began
        # the same cases imported at a centre that has none of them
        other = _cases(asked.cases)
        for one in other:
            one |= {"country": "MU", "place": "MUPLU", "national_ref": one["national_ref"].replace("KE", "MU")}
        file.write_text(json.dumps(other))
        centre.run("add_officer", "m.import", "--administration", "MU", "--role", "contact", "--name", "M")
        imported = _spent(centre, "import_cases", str(file), "--by", "m.import", "--submit")
    steps = {one["step"]: one for one in told}
    print(f"{asked.cases} cases; import at home {imported_home:.1f} s of processor")
    for name in ("fill", "call", "take"):
        one = steps[name]
        print(f"{name}: {one['seconds']:.1f} s, {1000 * one['seconds'] / asked.cases:.2f} ms a case, {one['mib']} MiB")
    print(f"import at the centre: {imported:.1f} s; taking over importing: {steps['take']['seconds'] / imported:.2f}")
    print(f"whole: {wall:.1f} s on the clock")
    return 0


if __name__ == "__main__":
    sys.exit(main())
