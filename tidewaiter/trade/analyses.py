"""The analyses themselves, as a child process does them: from paths and parameters to
files in the run's folder and figures.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from django.utils.translation import gettext as _

from tidewaiter.foundation.apart import Pulse
from tidewaiter.foundation.disk import whole
from tidewaiter.foundation.json_types import JsonMapping, JsonObject
from tidewaiter.foundation.scratch import scratch
from tidewaiter.trade.engines import bounded, engine
from tidewaiter.trade.files.opening import rows_of_table
from tidewaiter.trade.files.writing import stage_kept
from tidewaiter.trade.mirror.mirror_data import MirrorParameters
from tidewaiter.trade.mirror.mirror_run import Reported, compare
from tidewaiter.trade.parameters import LADDERS
from tidewaiter.trade.prices.price_run import Source, screen
from tidewaiter.trade.prices.unit_prices import PriceParameters
from tidewaiter.trade.risk.consignments import consignments_of
from tidewaiter.trade.risk.model_file import read_model
from tidewaiter.trade.risk.outcomes import evaluated
from tidewaiter.trade.risk.risk_model import TrainingParameters, train
from tidewaiter.trade.risk.scoring import ScoringParameters, read_rules, score, with_results

STAGES = {"unit_prices": 4, "mirror": 4, "select_train": 5, "select_score": 2, "select_evaluate": 1}
"""How many stages an analysis has: what progress is told by."""


class Steps:
    """Stages and shares of the statement at hand, told as a share of the whole that never falls."""

    def __init__(self, stages: int, report: Pulse) -> None:
        self._stages, self._report = stages, report
        self._step, self._begun, self._told = "", 0, 0.0

    def tell(self, stage: str) -> None:
        """A stage begins; some come in parts, so the last counted one may be begun again and again."""
        self._step, self._begun = stage, min(self._begun + 1, self._stages)
        self.share(0.0)

    def share(self, done: float) -> None:
        """How far the stage is (0 to 1)."""
        whole = (max(self._begun, 1) - 1 + min(max(done, 0.0), 1.0)) / self._stages
        self._told = max(self._told, whole)
        self._report(self._step, self._told)


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be analysed: everything that the caller looked up, so that the child asks nobody who may see what."""

    analysis: str
    source: str
    mapping: dict[str, str]
    said: JsonObject
    """Settings; those that name a file or a model hold its path."""
    folder: str
    """Where stages and results lie."""
    memory: str
    importers: bool

    def path(self, name: str) -> Path | None:
        """The path that a setting holds."""
        return Path(self.said[name]) if self.said[name] else None


def analyse(order: JsonObject, report: Pulse) -> JsonObject:
    """Does an analysis; its figures. Raises `BadInput`."""
    asked = Order(**order)
    steps = Steps(STAGES[asked.analysis], report)
    with scratch() as aside, bounded("analysis_memory_bytes", "analysis_disk_bytes"):
        answer: JsonObject = json.loads(json.dumps(_ANALYSES[asked.analysis](asked, steps, aside)))
    return answer


def parameters_of(said: JsonMapping, reference: Any) -> PriceParameters:
    """The parameters of a screen of unit prices. Raises `BadInput`."""
    return PriceParameters(
        low=said["low"],
        high=said["high"],
        min_group=int(said["min_group"]),
        floor=said["floor"],
        ladder=LADDERS[said["ladder"]],
        leave_one_out=said["leave_one_out"],
        related=said["related"],
        reference=reference,
    )


def _unit_prices(asked: Order, steps: Steps, aside: Path) -> JsonObject:
    said, folder = asked.said, Path(asked.folder)
    prices = (
        rows_of_table(said["reference"], ("hs", "unit", "low", "high"), ("low", "high")) if said["reference"] else None
    )
    listed = rows_of_table(said["rates"], ("currency", "rate"), ("rate",)) if said["rates"] else []
    rates = {row["currency"].upper(): float(row["rate"]) for row in listed} or None
    source = Source(
        Path(asked.source), asked.mapping or None, rates, said["flow"], importers=asked.importers, anyway=said["anyway"]
    )
    found = screen(
        source,
        folder,
        parameters_of(said, prices),
        memory=asked.memory,
        aside=aside,
        tell=steps.tell,
        share=steps.share,
    )
    (folder / "summaries.json").write_text(json.dumps(found.summaries))
    return found.answer()


def _mirror(asked: Order, steps: Steps, aside: Path) -> JsonObject:
    said, folder = asked.said, Path(asked.folder)
    reported = Reported(
        Path(asked.source),
        asked.mapping or None,
        distances=asked.path("distances"),
        correspondence=asked.path("correspondence"),
        anyway=said["anyway"],
    )
    wanted = MirrorParameters(factor=said["factor"], net_re_exports=said["net_re_exports"], relative=said["relative"])
    found = compare(reported, folder, wanted, memory=asked.memory, aside=aside, tell=steps.tell, share=steps.share)
    (folder / "summaries.json").write_text(json.dumps(found.summaries))
    return found.answer()


def _select_train(asked: Order, steps: Steps, aside: Path) -> JsonObject:
    said = asked.said
    training = TrainingParameters(
        said["label"], tuple(said["exclude"]), said["date"], said["revenue"], date_order=said.get("date_order", "")
    )
    connection = engine("duckdb", asked.memory, aside, reads=[Path(asked.source)])
    table = consignments_of(connection, Path(asked.source), training.date, training.date_order)
    model = train(table, training, steps.tell, steps.share)
    with whole(Path(asked.folder) / "model.json") as part:
        part.write_text(model.text())
    return model.card


def _select_score(asked: Order, steps: Steps, aside: Path) -> JsonObject:
    said, folder = asked.said, Path(asked.folder)
    model = read_model(Path(said["model"]))
    rules = read_rules(Path(said["rules"])) if said["rules"] else ()
    choosing = ScoringParameters(
        said["blend"], said["rate"], int(said["capacity"]), said["office"], said["chance"], rules=rules
    )
    connection = engine("duckdb", asked.memory, folder, reads=[Path(asked.source)], aside=aside)
    table = consignments_of(connection, Path(asked.source), model.layout.roles.get("date", ""), model.layout.date_order)
    found = score(model, table, choosing, steps.tell, steps.share)
    stage_kept(with_results(table, found), folder / "scored.parquet", connection)
    return found.figures | {
        "drift": found.drift,
        "asked": {name: value for name, value in asdict(choosing).items() if name != "rules"},
    }


def _select_evaluate(asked: Order, steps: Steps, aside: Path) -> JsonObject:
    steps.tell(_("Adding up"))
    table = consignments_of(engine("duckdb", asked.memory, aside, reads=[Path(asked.source)]), Path(asked.source))
    return evaluated(table, asked.said["label"], asked.said["revenue"])


_ANALYSES: dict[str, Callable[[Order, Steps, Path], JsonObject]] = {
    "unit_prices": _unit_prices,
    "mirror": _mirror,
    "select_train": _select_train,
    "select_score": _select_score,
    "select_evaluate": _select_evaluate,
}
