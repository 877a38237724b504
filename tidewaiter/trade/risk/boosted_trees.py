"""Boosted trees of selection: grown with early stopping, calibrated by isotonic steps."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import xgboost
from scipy.optimize import isotonic_regression

ROUNDS, WORTH_ROUNDS, PATIENCE = 600, 150, 40
_TREES = {
    "eta": 0.05,
    "max_depth": 6,
    "min_child_weight": 5,
    "subsample": 0.8,
    "colsample_bytree": 0.5,
    "lambda": 5.0,
    "tree_method": "hist",
}


def booster(text: str) -> Any:
    """Trees from their text."""
    made = xgboost.Booster()
    made.load_model(bytearray(text.encode()))
    return made


class _Rounds(xgboost.callback.TrainingCallback):  # type: ignore[misc]  # it ships no types
    """Tells after each round which share of them is done."""

    def __init__(self, rounds: int, share: Callable[[float], None]) -> None:
        super().__init__()
        self._rounds, self._share = rounds, share

    def after_iteration(self, model: Any, epoch: int, evals_log: Any) -> bool:
        """Goes on."""
        self._share((epoch + 1) / self._rounds)
        return False


def grown(
    features: np.ndarray,
    aim: np.ndarray,
    seed: int,
    rounds: int,
    held: tuple[np.ndarray, np.ndarray] | None = None,
    objective: str = "binary:logistic",
    share: Callable[[float], None] = lambda _done: None,
) -> Any:
    """Trees; with rows held out, no more of them than help there."""
    settings = _TREES | {"objective": objective, "seed": seed, "verbosity": 0}
    data = xgboost.DMatrix(features, label=aim)
    if held is None:  # the number of rounds was found before, with rows held out
        return xgboost.train(settings, data, rounds, callbacks=[_Rounds(rounds, share)])
    watched = xgboost.DMatrix(held[0], label=held[1])
    return xgboost.train(
        settings,
        data,
        rounds,
        evals=[(watched, "held")],
        early_stopping_rounds=PATIENCE,
        verbose_eval=False,
        callbacks=[_Rounds(rounds, share)],
    )


def calibrated(raw: np.ndarray, steps: tuple[list[float], list[float]]) -> np.ndarray:
    """Probabilities of raw scores: isotonic, between the steps in a straight line."""
    found: np.ndarray = np.interp(raw, steps[0], steps[1])
    return found


def steps_of(raw: np.ndarray, label: np.ndarray) -> tuple[list[float], list[float]]:
    """Isotonic regression of the outcome on the score, one row of each outcome added so that nothing is certain."""
    order = np.argsort(raw, kind="stable")
    y = np.concatenate([[0.0], label[order].astype(float), [1.0]])
    weights = np.concatenate([[1.0], np.ones(len(order)), [1.0]])
    fitted = isotonic_regression(y, weights=weights)
    starts = fitted.blocks[:-1]
    x = np.concatenate([[0.0], raw[order], [1.0]])
    middles = [float(x[start:end].mean()) for start, end in zip(fitted.blocks, fitted.blocks[1:], strict=False)]
    values = np.clip(fitted.x[starts], 1e-4, 1 - 1e-4)
    return middles, [float(one) for one in values]


def worth_trees(features: np.ndarray, outcome: np.ndarray, worth: np.ndarray, seed: int) -> str:
    """Trees of ln(1 + what a find was worth), of the rows where something was found."""
    bad = outcome == 1
    aim = np.log1p(np.clip(np.nan_to_num(worth[bad]), 0, None))
    return text_of(grown(features[bad], aim, seed, WORTH_ROUNDS, objective="reg:squarederror"))


def text_of(trees: Any) -> str:
    return bytes(trees.save_raw("json")).decode()


def raw_scores(trees: Any, features: np.ndarray, rounds: int) -> np.ndarray:
    return np.asarray(trees.predict(xgboost.DMatrix(features), iteration_range=(0, rounds)), dtype=float)
