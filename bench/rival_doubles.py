"""Doubles among the rows of `bench/registry.py` by splink, as its documents set such a table up; run by that bench."""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path

import pandas
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on


def main() -> None:
    """Prints precision, recall, time beside ours, memory."""
    said = json.loads(Path(sys.argv[1]).read_text())
    planted = {tuple(pair) for pair in said["planted"]}
    table = pandas.DataFrame(
        [
            {
                "unique_id": at,
                "first_name": name.split()[0],
                "surname": name.split()[-1],
                "dob": birth if len(birth) == 10 else None,
                "city": country,
            }
            for at, (name, birth, country) in enumerate(said["rows"])
        ]
    )
    settings = SettingsCreator(
        link_type="dedupe_only",
        comparisons=[
            cl.JaroWinklerAtThresholds("first_name"),
            cl.JaroWinklerAtThresholds("surname"),
            cl.DateOfBirthComparison("dob", input_is_string=True),
            cl.ExactMatch("city"),
        ],
        blocking_rules_to_generate_predictions=[
            block_on("first_name", "city"),
            block_on("surname", "city"),
            block_on("dob"),
        ],
    )
    wall, own = time.perf_counter(), time.process_time()
    backend = DuckDBAPI()
    linker = Linker(backend.register(table), settings)
    linker.training.estimate_probability_two_random_records_match([block_on("dob", "surname")], recall=0.7)
    linker.training.estimate_u_using_random_sampling(max_pairs=1e6)
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("dob"))
    linker.training.estimate_parameters_using_expectation_maximisation(block_on("surname", "city"))
    pairs = linker.inference.predict(threshold_match_probability=0.9).as_pandas_dataframe()
    found = {tuple(sorted(pair)) for pair in zip(pairs["unique_id_l"], pairs["unique_id_r"], strict=True)}
    wall, own = time.perf_counter() - wall, time.process_time() - own
    right = len(found & planted)
    precision, recall = right / max(len(found), 1), right / len(planted)
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"splink among {len(table):,}: P {precision:.3f} R {recall:.3f} "
        f"F1 {2 * precision * recall / max(precision + recall, 1e-9):.3f} in {wall:.1f} s ({own:.1f} s of processor), "
        f"ours takes {said['ours']['processor'] / own:.2f} x its processor; memory {memory:,.0f} MB"
    )


if __name__ == "__main__":
    main()
