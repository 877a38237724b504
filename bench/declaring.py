"""Declarations with a known truth: importers whose past matters, few illicit rows, prices
with planted over- and under-invoicing.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.csv as pcsv


def consignments(rows: int, seed: int, illicit: float = 0.04) -> pa.Table:
    """Import declarations of two years. What is illicit depends on who imports (some cheat for a year,
    then stop), on product with origin, on prices far below what like goods cost, and on chance;
    `duty_found` is what an illicit row was worth.
    """
    dice = np.random.default_rng(seed)
    importers, products, origins = max(rows // 40, 50), 400, 40
    who, hs, origin = (_drawn(dice, number, rows) for number in (importers, products, origins))
    day = np.sort(dice.integers(0, 730, rows))
    cheats, begins = (
        (dice.random(importers) < 0.08) * dice.uniform(0.4, 1.0, importers),
        dice.integers(-365, 730, importers),
    )
    cheating = cheats[who] * ((day >= begins[who]) & (day < begins[who] + 365))
    risky = dice.beta(0.3, 6.0, (products, origins))[hs, origin]
    weight = np.exp(dice.normal(5, 1.5, rows))
    usual = np.exp(dice.normal(2, 1.2, products))[hs] * np.exp(dice.normal(0, 0.25, rows))
    cheap = dice.random(rows) < 0.03
    price = usual * np.where(cheap, dice.uniform(0.2, 0.5, rows), 1.0)
    rate = np.array([0.0, 0.05, 0.08, 0.12, 0.2, 0.35])[dice.integers(0, 6, products)][hs]
    odds = -6.5 + 7.0 * cheating + 6.0 * risky + 2.0 * cheap + 3.0 * rate + dice.normal(0, 0.4, rows)
    chance = 1 / (1 + np.exp(-odds))
    for _step in range(20):  # the odds that give the asked share
        odds += np.log(illicit / chance.mean())
        chance = 1 / (1 + np.exp(-odds))
    bad = dice.random(rows) < chance
    value = weight * price
    codes = np.array([f"{2 + at // 4:02d}{at % 90 + 10:02d}{at % 10}0" for at in range(products)])
    return pa.table(
        {
            "declaration_id": [f"D{at:08d}" for at in range(rows)],
            "date": (np.datetime64("2023-01-01") + day).astype(str).tolist(),
            "office": [f"O{one}" for one in dice.integers(1, 25, rows)],
            "importer": [f"IMP{one:06d}" for one in who],
            "declarant": [f"AG{one}" for one in (who * 7 + dice.integers(0, 3, rows)) % 300],
            "hs": codes[hs],
            "origin": [f"C{one:02d}" for one in origin],
            "net_weight": weight.round(2),
            "value": value.round(2),
            "duty_rate": rate,
            "mode": dice.integers(1, 6, rows),
            "illicit": bad.astype(int),
            "duty_found": (bad * value * rate * dice.uniform(0.2, 1.0, rows)).round(2),
        }
    )


def _drawn(dice: np.random.Generator, number: int, rows: int) -> np.ndarray:
    """Places below `number`, some far likelier than others."""
    weights = np.exp(dice.normal(0, 1.3, number))
    return dice.choice(number, rows, p=weights / weights.sum())


def written(table: pa.Table, path: Path) -> Path:
    """The table as CSV."""
    pcsv.write_csv(table, path)
    return path
