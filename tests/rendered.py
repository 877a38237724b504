"""Which templates the tests rendered: a run of all tests (`make test-all`) fails when one of the house was rendered by
none.

Loaded as a plugin (`-p tests.rendered`). Django's test environment says of every template that it is rendered,
included ones and parents too; each worker of xdist keeps a set and hands it over at its end. A run of some
tests says nothing, for it cannot know; `--rendered FILE` adds what it rendered to a file and says which
templates no run that wrote there has rendered.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.shares import THOROUGH

HOUSE = Path(__file__).resolve().parents[1] / "tidewaiter"
NOT_HERE: dict[str, str] = (
    dict.fromkeys(
        (
            f"offline/{name}.html"
            for name in (
                "_device",
                "_heads",
                "_places",
                "_row",
                "arrivals",
                "conflict",
                "desk",
                "devices",
                "held",
            )
        ),
        "rendered in a process of a national node, which tests/offline/test_on_a_national_node.py begins",
    )
    | dict.fromkeys(
        (
            f"registry/{name}.html"
            for name in (
                "_case",
                "_graded",
                "_places",
                "_places_print",
                "_purpose",
                "bring",
                "double",
                "doubles",
                "entity",
                "list",
                "new",
                "purpose",
                "screening",
            )
        ),
        "rendered in a process of a national node, which tests/registry/test_on_a_national_node.py begins",
    )
    | dict.fromkeys(
        (
            f"operations/{name}.html"
            for name in (
                "_cards",
                "_cells",
                "_clock",
                "_crumb",
                "_csv",
                "_figure",
                "_refused",
                "_start",
                "_tabs",
                "_things",
                "_tide",
                "board",
                "closing",
                "members",
                "message",
                "new",
                "operations",
                "room",
                "situation_print",
                "templates",
                "victim",
                "write",
            )
        ),
        "rendered in a process of an operation node, which tests/operations/test_on_an_operation_node.py begins",
    )
    | dict.fromkeys(
        (
            f"response/{name}.html"
            for name in (
                "_about",
                "_answer",
                "_answer_leg",
                "_answer_panel",
                "_ask",
                "_clock",
                "_door_once",
                "_field",
                "_given",
                "_mail",
                "_mend",
                "_minutes",
                "_money",
                "_orders",
                "_others",
                "_outcome_table",
                "_parties",
                "_pieces",
                "_plain_field",
                "_point_print",
                "_preservation_checks",
                "_preservation_clock",
                "_requests",
                "_schemes",
                "_split_word",
                "_start",
                "_steps",
                "alarm",
                "bank",
                "new",
                "order_print",
                "outcome",
                "outcome_print",
                "preservation",
                "preservation_form",
                "preservation_print",
                "preservations",
                "providers",
                "request",
                "request_print",
                "response",
            )
        ),
        "rendered in a process of a national node, which tests/response/test_on_a_national_node.py begins",
    )
    | {"advisories/_alarm.html": "on the page of an alarm: tests/response/test_warnings.py, in a national process"}
    | dict.fromkeys(
        (
            f"evidence/{name}.html"
            for name in (
                "_about",
                "_carry_out",
                "_case",
                "_custody",
                "_deeds",
                "_files_field",
                "_gate",
                "_measure",
                "_methods",
                "_orders",
                "_outcome",
                "_proof",
                "_rooms",
                "_row",
                "_scan",
                "_scene_exhibit",
                "_scene_receipt",
                "_scene_seal",
                "_seals",
                "_signature",
                "_start",
                "_state",
                "_take",
                "_tests",
                "_witness",
                "assets",
                "case",
                "certificate_print",
                "checklists",
                "disposal",
                "disposals",
                "evidence",
                "exhibit",
                "hand_over",
                "inventory",
                "labels",
                "labels_print",
                "new",
                "new_disposal",
                "new_scene",
                "party",
                "receipt_print",
                "scene",
                "store",
                "stores",
                "taking",
            )
        ),
        "rendered in a process of a national node, which tests/evidence/test_on_a_national_node.py begins",
    )
    | dict.fromkeys(
        (
            f"mail/{name}.html"
            for name in (
                "_boxes",
                "_clock",
                "_files",
                "_kept",
                "_rows",
                "_waiting",
                "drafts",
                "keeping",
                "mail",
                "thread",
                "write",
            )
        ),
        "rendered there too",
    )
    | dict.fromkeys(
        ("exchange/questions.html", "exchange/requests.html"),
        "pages of nodes that hold names, rendered by tests/registry in a process of a national node",
    )
)
"""Templates that no test in this process can render, and why."""
_rendered: set[str] = set()


def pytest_addoption(parser: pytest.Parser) -> None:
    """The file of runs in parts."""
    parser.addoption(
        "--rendered", metavar="FILE", default="", help="add the rendered templates to a file; list the others"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Listens from the start."""
    config.pluginmanager.register(_Listener(config), "rendered-templates")


def templates() -> set[str]:
    """Every template of the house, by the name that it is asked for."""
    return {str(path).split("/templates/")[1] for path in HOUSE.rglob("templates/**/*.*") if path.is_file()}


class _Listener:
    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.missing: list[str] = []

    @pytest.hookimpl(trylast=True)
    def pytest_sessionstart(self) -> None:
        from django.test.signals import template_rendered

        template_rendered.connect(_heard, weak=False)

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """A worker has ended: what it rendered was rendered."""
        _rendered.update(getattr(node, "workeroutput", {}).get("rendered", ()))

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        output = getattr(self.config, "workeroutput", None)
        if output is not None:
            output["rendered"] = sorted("".join(list(name)) for name in _rendered)  # a name marked safe cannot be sent
            return
        self.missing = sorted(templates() - _rendered - _of_former_runs(self.config) - set(NOT_HERE))
        if self.missing and _everything(self.config) and session.exitstatus == 0:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED

    def pytest_terminal_summary(self, terminalreporter: Any) -> None:
        if self.missing and (_everything(self.config) or self.config.getoption("--rendered")):
            terminalreporter.section("templates that no test rendered")
            for name in self.missing:
                terminalreporter.line(name)


def _heard(**said: Any) -> None:
    name = getattr(said.get("template"), "name", None)
    if name:
        _rendered.add(str(name))


def _everything(config: pytest.Config) -> bool:
    """Whether this is a run of all tests, none left out by a word, a mark or a path, and none stopped at.

    A share of the long ones leaves some out: pages of trade, say, are rendered by long tests alone.
    """
    if not THOROUGH:
        return False
    chosen = [config.getoption(name, default=None) for name in ("keyword", "markexpr", "maxfail", "collectonly")]
    return not any(chosen) and [str(one) for one in config.args] == [str(one) for one in config.getini("testpaths")]


def _of_former_runs(config: pytest.Config) -> set[str]:
    named = config.getoption("--rendered")
    if not named:
        return set()
    path = Path(named)
    former = set(path.read_text().split()) if path.exists() else set()
    path.write_text("\n".join(sorted(former | _rendered)) + "\n")
    return former
