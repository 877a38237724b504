"""The same room beside Matrix Synapse: what sending and hearing take, and what is left on the disk after the end.

bench/listening_beside.py [--readers 50] [--senders 20] [--seconds 20] [--pause 3] [--synapse PYTHON]

Synapse (`--synapse`: a Python that has matrix-synapse; else this one) serves one room on SQLite, its limits of pace
off, readers by `/sync` with a filter that leaves away all but messages, senders by `PUT …/send`. Ours is
`bench/listening.py` with the same numbers, before it, on the same machine. Then a room with markers in a message and in
a file ends: ours is sealed and destroyed; theirs is deleted and purged, with its media, by its administrator's API.
Every file of both nodes is scanned for the markers.
"""

from __future__ import annotations

import argparse
import asyncio
import hashlib
import hmac
import json
import re
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.parse import quote

import httpx

sys.path.insert(0, str(Path(__file__).resolve().parent))
from listening import spread
from listening_node import environment_of, free_port, script

SECRET, MARKERS = "bench-shared-secret", ("markertext4711", "markercontent4712")
CONFIG = """
server_name: "bench.test"
pid_file: {home}/pid
listeners: [{{port: {port}, type: http, tls: false, bind_addresses: ["127.0.0.1"], resources: [{{names: [client]}}]}}]
database: {{name: sqlite3, args: {{database: "{home}/homeserver.db"}}}}
media_store_path: {home}/media
registration_shared_secret: "{secret}"
signing_key_path: {home}/signing.key
report_stats: false
trusted_key_servers: []
bcrypt_rounds: 4
presence: {{enabled: false}}
federation_domain_whitelist: []
rc_message: {{per_second: 100000, burst_count: 100000}}
rc_registration: {{per_second: 100000, burst_count: 100000}}
rc_login:
  address: {{per_second: 100000, burst_count: 100000}}
  account: {{per_second: 100000, burst_count: 100000}}
rc_joins:
  local: {{per_second: 100000, burst_count: 100000}}
  remote: {{per_second: 100000, burst_count: 100000}}
rc_joins_per_room: {{per_second: 100000, burst_count: 100000}}
rc_invites:
  per_room: {{per_second: 100000, burst_count: 100000}}
  per_user: {{per_second: 100000, burst_count: 100000}}
"""
FILTER = json.dumps(
    {
        "presence": {"types": []},
        "account_data": {"types": []},
        "room": {
            "ephemeral": {"types": []},
            "account_data": {"types": []},
            "state": {"types": [], "lazy_load_members": True},
            "timeline": {"types": ["m.room.message"], "limit": 100},
        },
    }
)


class Synapse:
    """A homeserver of one room."""

    def __init__(self, python: str) -> None:
        self.home, self.port = Path(tempfile.mkdtemp(prefix="tidewaiter-synapse-")), free_port()
        self.address = f"http://127.0.0.1:{self.port}"
        config = self.home / "homeserver.yaml"
        config.write_text(CONFIG.format(home=self.home, port=self.port, secret=SECRET))
        program = [python, "-m", "synapse.app.homeserver", "-c", str(config)]
        subprocess.run([*program, "--generate-keys"], check=True, capture_output=True)
        self.process = subprocess.Popen(program, stdout=subprocess.DEVNULL, stderr=(self.home / "err").open("wb"))

    async def wait(self, client: httpx.AsyncClient) -> None:
        """Until it answers."""
        for _ in range(1200):
            try:
                if (await client.get("/_matrix/client/versions")).status_code == 200:
                    return
            except httpx.HTTPError:
                await asyncio.sleep(0.2)
        raise SystemExit((self.home / "err").read_text()[-2000:])

    def stop(self) -> None:
        """Ends it."""
        self.process.terminate()
        self.process.wait(60)

    def cost(self) -> tuple[float, float]:
        """Memory in MB and processor time in seconds."""
        fields = Path(f"/proc/{self.process.pid}/stat").read_text().rsplit(")", 1)[1].split()
        pages = int(Path(f"/proc/{self.process.pid}/statm").read_text().split()[1])
        return pages * 4096 / 1e6, (int(fields[11]) + int(fields[12])) / 100


async def register(client: httpx.AsyncClient, name: str, *, admin: bool = False) -> str:
    """A new account's token."""
    nonce = (await client.get("/_synapse/admin/v1/register")).json()["nonce"]
    said = [nonce, name, "long-passphrase", "admin" if admin else "notadmin"]
    mac = hmac.new(SECRET.encode(), "\0".join(said).encode(), hashlib.sha1).hexdigest()
    body = {"nonce": nonce, "username": name, "password": said[2], "admin": admin, "mac": mac}
    answer = await client.post("/_synapse/admin/v1/register", json=body)
    return str(answer.json()["access_token"])


async def listen(client: httpx.AsyncClient, token: str, heard: list[float], numbers: list[str]) -> None:
    """Somebody's `/sync`, for ever."""
    since, head = "", {"Authorization": f"Bearer {token}"}
    while True:
        said = {"timeout": "30000", "filter": FILTER} | ({"since": since} if since else {})
        answer = await client.get("/_matrix/client/v3/sync", params=said, headers=head, timeout=90)
        moment, known = time.time(), bool(since)
        since = answer.json()["next_batch"]
        for at, number in re.findall(r'"sent ([0-9.]+) as number ([0-9.]+)', answer.text):
            if known:
                numbers.append(number)
                heard.append(moment - float(at))


async def sending(
    client: httpx.AsyncClient, token: str, room: str, until: float, pause: float, who: int
) -> list[float]:
    """One sender's times."""
    times: list[float] = []
    await asyncio.sleep(pause * who / 20)
    while time.time() < until:
        began = time.time()
        body = {"msgtype": "m.text", "body": f"sent {began:.4f} as number {who}.{len(times)}"}
        address = f"/_matrix/client/v3/rooms/{room}/send/m.room.message/t{began}"
        answer = await client.put(address, json=body, headers={"Authorization": f"Bearer {token}"}, timeout=60)
        if answer.status_code == 200:
            times.append(time.time() - began)
        if pause:
            await asyncio.sleep(pause)
    return times


async def theirs(server: Synapse, chosen: argparse.Namespace) -> None:
    """Readers, senders, the end."""
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=None)
    async with httpx.AsyncClient(base_url=server.address, timeout=120, limits=limits) as client:
        await server.wait(client)
        boss = await register(client, "boss", admin=True)
        own = {"Authorization": f"Bearer {boss}"}
        made = await client.post("/_matrix/client/v3/createRoom", json={"preset": "public_chat"}, headers=own)
        room = quote(made.json()["room_id"])
        tokens = []
        for number in range(chosen.readers + chosen.senders):
            token = await register(client, f"u{number}")
            await client.post(f"/_matrix/client/v3/join/{room}", json={}, headers={"Authorization": f"Bearer {token}"})
            tokens.append(token)
        heard: list[float] = []
        numbers: list[list[str]] = [[] for _ in range(chosen.readers)]
        listening = [
            asyncio.create_task(listen(client, token, heard, own_numbers))
            for token, own_numbers in zip(tokens, numbers, strict=False)
        ]
        await asyncio.sleep(5)
        for pause, name in ((chosen.pause, "at a pace"), (0.0, "as fast as they are answered")):
            heard.clear()
            _memory, before = server.cost()
            began = time.time()
            senders = tokens[chosen.readers :]
            work = (sending(client, one, room, began + chosen.seconds, pause, who) for who, one in enumerate(senders))
            times = [took for some in await asyncio.gather(*work) for took in some]
            lasted = time.time() - began
            await asyncio.sleep(3)
            memory, after = server.cost()
            print(
                f"synapse, {chosen.senders} senders {name}: {len(times)} messages, {len(times) / lasted:.1f} a second\n"
                f"  sent   {spread(times)}\n  heard  {spread(heard)}  ({len(heard)} times)\n"
                f"  node   {memory:.0f} MB, {after - before:.1f} s of processor in {lasted:.0f} s",
                flush=True,
            )
        for one in listening:
            one.cancel()
        await _their_end(client, room, own)


async def _their_end(client: httpx.AsyncClient, room: str, own: dict[str, str]) -> None:
    """Markers, then all that an administrator can do to be rid of them."""
    body = {"msgtype": "m.text", "body": MARKERS[0]}
    await client.put(f"/_matrix/client/v3/rooms/{room}/send/m.room.message/last", json=body, headers=own)
    await client.post("/_matrix/media/v3/upload?filename=a.txt", content=MARKERS[1].encode(), headers=own)
    gone = await client.request(
        "DELETE", f"/_synapse/admin/v2/rooms/{room}", json={"purge": True, "force_purge": True}, headers=own
    )
    number = gone.json()["delete_id"]
    for _ in range(600):
        state = (await client.get(f"/_synapse/admin/v2/rooms/delete_status/{number}", headers=own)).json()
        if state.get("status") in ("complete", "failed"):
            break
        await asyncio.sleep(0.5)
    later = int(time.time() * 1000) + 1000
    media = await client.post(f"/_synapse/admin/v1/media/delete?before_ts={later}", json={}, headers=own)
    print(f"synapse: room {state.get('status')}, media deleted {media.json().get('total')}")


def scan(home: Path) -> dict[str, list[str]]:
    """In which files of a folder each marker stands."""
    files = [path for path in home.rglob("*") if path.is_file()]
    return {marker: sorted({path.name for path in files if marker.encode() in path.read_bytes()}) for marker in MARKERS}


OURS = """
import io, json, sys
from datetime import timedelta
from pathlib import Path
from django.conf import settings
from tidewaiter.foundation.actors import NODE
from tidewaiter.operations.actions.drafting import attach
from tidewaiter.operations.actions.ending import close, destroy
from tidewaiter.operations.actions.joining import invite
from tidewaiter.operations.actions.messages import Written, send
from tidewaiter.operations.actions.opening import open_operation
from tidewaiter.operations.actions.wording_files import read_files
from tidewaiter.operations.planned import read_planned
from tidewaiter.operations.queries import room_of
from tidewaiter.people.actions import add_officer
one, other = (
    add_officer(username=n, administration="INT", role="coordinator", password="long-passphrase-" + n, by=NODE)
    for n in ("o.cu", "t.wo")
)
made = open_operation(said=read_planned({"title": "Grey Heron", "waiting_days": 0, "test": True}), by=one)
room = room_of(one, made.ref)
invite(room=room, username="t.wo", part="coordinator", by=one, joins_at_once=True)
file = attach(room=room, name="a.txt", media_type="text/plain", chunks=[sys.argv[2].encode()], by=one)
said = {"text": sys.argv[1], "lang": "en"}
send(room=room, said=Written(template="instruction", data=said, files=[file.ref]), by=one)
read_files()
close(operation=made, by=one)
made.refresh_from_db()
destroy(operation=made, by=one, second=other)
print(json.dumps("destroyed"))
"""


def ours_ends() -> dict[str, list[str]]:
    """A room of ours with the same markers, destroyed; what is left."""

    home = Path(tempfile.mkdtemp(prefix="tidewaiter-ended-"))
    environment = environment_of(home)
    try:
        subprocess.run([sys.executable, "-m", "tidewaiter", "init"], env=environment, check=True, capture_output=True)
        script(OURS, *MARKERS, environment=environment)
        return scan(home)
    finally:
        shutil.rmtree(home, ignore_errors=True)
        shutil.rmtree(f"{home}-keys", ignore_errors=True)


def main() -> None:
    """Ours, theirs, the ends of both."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--readers", type=int, default=50)
    parser.add_argument("--senders", type=int, default=20)
    parser.add_argument("--seconds", type=float, default=20)
    parser.add_argument("--pause", type=float, default=3)
    parser.add_argument("--synapse", default=sys.executable, metavar="PYTHON")
    chosen = parser.parse_args()
    numbers = [f"--{name}={getattr(chosen, name)}" for name in ("readers", "senders", "seconds", "pause")]
    subprocess.run([sys.executable, str(Path(__file__).with_name("listening.py")), *numbers], check=True)
    server = Synapse(chosen.synapse)
    try:
        asyncio.run(theirs(server, chosen))
        server.stop()
        print(f"left on the disk, synapse: {scan(server.home)}")
    finally:
        server.stop()
        shutil.rmtree(server.home, ignore_errors=True)
    print(f"left on the disk, ours: {ours_ends()}")


if __name__ == "__main__":
    main()
