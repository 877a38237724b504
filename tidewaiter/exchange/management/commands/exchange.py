"""`exchange`: keys, peers, agreements; sending and fetching; what waits, since when, and why."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser
from django.utils.translation import gettext as _

from tidewaiter.exchange import commands, receipt_verifier
from tidewaiter.foundation.actors import Actor, node_at_shell
from tidewaiter.foundation.commands import DeedCommand
from tidewaiter.foundation.reading import text_of
from tidewaiter.foundation.refusals import BadInput
from tidewaiter.people.queries import officer_at_shell

PAUSE = 2.0
VERIFIER = Path(receipt_verifier.__file__)


class Command(DeedCommand):
    """`exchange key | add_peer FILE | revoke_peer NAME | agree FILE | end CODE | release REF | hold REF | ask FILE |
    reply QUESTION | request FILE | answer REQUEST FILE | recall REF | verify FILE | prove ENVELOPE | verifier |
    envelope REF | run [--once] | status`.
    """

    help = "exchanges records with other nodes, by signed agreement"

    def add_arguments(self, parser: CommandParser) -> None:
        """A word for each deed, with its own options."""
        words = parser.add_subparsers(dest="word", required=True, metavar="WORD")

        def word(name: str, help_: str, *, by: bool = True) -> CommandParser:
            made: CommandParser = words.add_parser(name, help=help_)
            made.add_argument("--format", choices=("json", "table"), default="table", help="how to print the answer")
            if by:
                made.add_argument("--by", metavar="USERNAME", help="who does it; the node itself, at its shell")
            return made

        key = word("key", "makes the keys and writes this node's card, to give to its peers")
        key.add_argument("-o", dest="output", metavar="FILE")
        key.add_argument("--rotate", action="store_true", help="new keys, beside those that hold for thirty days more")
        for name in ("name", "title", "administration", "url"):
            key.add_argument(f"--{name}", default="", metavar="TEXT", help=f"the {name} on the card")
        peer = word("add_peer", "takes the card of another node")
        peer.add_argument("file", metavar="FILE")
        peer.add_argument("--fingerprint", default="", metavar="TEXT", help="as it was told by telephone")
        word("revoke_peer", "lets a peer go, at once").add_argument("name", metavar="NAME")
        agree = word("agree", "signs an agreement; it is in force once both have signed")
        agree.add_argument("file", metavar="FILE.toml")
        agree.add_argument("-o", dest="output", metavar="FILE", help="where the signed file goes; into the same file")
        word("release", "lets go what waits").add_argument("ref", metavar="REF")
        word("hold", "holds what waits").add_argument("ref", metavar="REF")
        word("ask", "asks another node for hit or no hit").add_argument("file", metavar="FILE.json")
        word("reply", "sends what a question has hit").add_argument("ref", metavar="QUESTION")
        word("request", "asks another node for information, in words").add_argument("file", metavar="FILE.json")
        answer = word("answer", "replies to a request of another node")
        answer.add_argument("ref", metavar="REQUEST")
        answer.add_argument("file", metavar="FILE.txt")
        word("end", "leaves an agreement: nothing more leaves, and what came is erased").add_argument(
            "code", metavar="CODE"
        )
        recall = word("recall", "calls back every copy of a record")
        recall.add_argument("ref", metavar="REF")
        recall.add_argument("--reason", default="", metavar="TEXT")
        verify = word("verify", "verifies a receipt against a card, off-line", by=False)
        verify.add_argument("file", metavar="RECEIPT")
        verify.add_argument("--card", required=True, metavar="FILE")
        prove = word("prove", "writes what proves a receipt of this node to anybody, off-line", by=False)
        prove.add_argument("ref", metavar="ENVELOPE")
        prove.add_argument("-o", dest="output", required=True, metavar="FILE.json")
        word("verifier", "writes the program of one file that verifies such a proof", by=False).add_argument(
            "-o", dest="output", required=True, metavar="FILE.py"
        )
        document = word("envelope", "writes a case that waits as XML by the WCO Data Model's class names", by=False)
        document.add_argument("ref", metavar="ENVELOPE")
        document.add_argument("-o", dest="output", required=True, metavar="FILE.xml")
        run = word("run", "sends and fetches, again and again until it is stopped", by=False)
        run.add_argument("--once", action="store_true")
        word("status", "what waits, since when, and why", by=False)

    def answer(self, **options: Any) -> Any:
        """What the word answers."""
        word: Callable[[dict[str, Any]], Any] = getattr(self, f"_{options['word']}")
        return word(options)

    def _by(self, options: dict[str, Any]) -> Actor:
        return officer_at_shell(options["by"]) if options.get("by") else node_at_shell()

    def _key(self, options: dict[str, Any]) -> dict[str, Any]:
        names = {name: options[name] for name in ("name", "title", "administration", "url")}
        told, text = commands.key(rotate=options["rotate"], names=names, by=self._by(options))
        if options["output"]:
            _write(Path(options["output"]), text)
            return {**told, "file": options["output"]}
        return {**told, "card": text}

    def _add_peer(self, options: dict[str, Any]) -> dict[str, Any]:
        return commands.take_peer(_read(options["file"]), options["fingerprint"], self._by(options))

    def _revoke_peer(self, options: dict[str, Any]) -> dict[str, Any]:
        return commands.let_peer_go(options["name"], self._by(options))

    def _agree(self, options: dict[str, Any]) -> dict[str, Any]:
        told, text = commands.sign_agreement(_read(options["file"]), self._by(options))
        _write(Path(options["output"] or options["file"]), text)
        return told

    def _release(self, options: dict[str, Any]) -> dict[str, Any]:
        return commands.let_go(options["ref"], self._by(options))

    def _hold(self, options: dict[str, Any]) -> dict[str, Any]:
        return commands.keep_back(options["ref"], self._by(options))

    def _ask(self, options: dict[str, Any]) -> dict[str, Any]:
        return commands.put_question(_read(options["file"]), self._by(options))

    def _reply(self, options: dict[str, Any]) -> dict[str, Any]:
        return commands.send_reply(options["ref"], self._by(options))

    def _request(self, options: dict[str, Any]) -> dict[str, Any]:
        return commands.put_inquiry(_read(options["file"]), self._by(options))

    def _answer(self, options: dict[str, Any]) -> dict[str, Any]:
        return commands.send_answer(options["ref"], _read(options["file"]), self._by(options))

    def _end(self, options: dict[str, Any]) -> dict[str, Any]:
        return commands.leave(options["code"], self._by(options))

    def _recall(self, options: dict[str, Any]) -> dict[str, Any]:
        return commands.call_back(options["ref"], options["reason"], self._by(options))

    def _verify(self, options: dict[str, Any]) -> dict[str, Any]:
        told = commands.receipt_verified(_read(options["file"]), _read(options["card"]))
        self.done_in_part = not told["valid"]
        return told

    def _envelope(self, options: dict[str, Any]) -> dict[str, Any]:
        document, lost = commands.as_document(options["ref"])
        _write(Path(options["output"]), document.decode())
        return {"file": options["output"], "lost": lost}

    def _prove(self, options: dict[str, Any]) -> dict[str, Any]:
        said = commands.prove(options["ref"])
        _write(Path(options["output"]), json.dumps(said, indent=1) + "\n")
        return {"file": options["output"], "day": said["closed"]["day"]}

    def _verifier(self, options: dict[str, Any]) -> dict[str, Any]:
        _write(Path(options["output"]), text_of(VERIFIER, "toml_bytes"))
        return {"file": options["output"]}

    def _run(self, options: dict[str, Any]) -> dict[str, Any]:
        while True:
            told = commands.one_turn()
            self.done_in_part = bool(told["failed"])
            if options["once"]:
                return told
            if told["queued"] or told["done"] or told["failed"]:
                self.progress(_("%(queued)s into the outbox, %(done)s done") % told)
            time.sleep(PAUSE)

    def _status(self, options: dict[str, Any]) -> dict[str, Any]:
        return commands.status()

    def table(self, answer: Any) -> str:
        """For people: the state of the exchange in words, else a line for each name."""
        if isinstance(answer, dict) and isinstance(answer.get("words"), list):
            return "\n".join(answer["words"])
        return super().table(answer)


def _read(name: str) -> str:
    return text_of(Path(name), "toml_bytes")


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise BadInput("file", _("%(file)s cannot be written.") % {"file": str(path)}) from error
