"""How likely counterfeits are among the trade in a product, and in what comes from an economy."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from django.core.management.base import CommandParser

from tidewaiter.foundation.commands import DeedCommand
from tidewaiter.foundation.reading import text_of
from tidewaiter.foundation.text import neutral
from tidewaiter.intake.mapping.foreign_columns import read_table_mapping
from tidewaiter.people.queries import officer_at_shell
from tidewaiter.statistics.comparisons.external_tables import bring_table
from tidewaiter.statistics.comparisons.gtric import BY, gtric
from tidewaiter.statistics.dashboard.scope import Scope


class Command(DeedCommand):
    """`gtric TRADE --since YYYY-MM --until YYYY-MM -o OUT.csv [--count seizures|value] [--fixed-point SHARE]
    [--mapping MAP.toml] --by USERNAME`.
    """

    help = (
        "ranks products and provenances by their propensity to be counterfeit (GTRIC), from seizures and a table of"
        " imports"
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """The table of imports, the period, and where to."""
        super().add_arguments(parser)
        parser.add_argument("trade", metavar="TRADE", help="imports by country, origin and product: csv or xlsx")
        parser.add_argument("--since", required=True, metavar="YYYY-MM")
        parser.add_argument("--until", required=True, metavar="YYYY-MM")
        parser.add_argument("-o", "--output", required=True, metavar="OUT.csv")
        parser.add_argument("--count", choices=BY, default="seizures")
        parser.add_argument(
            "--fixed-point",
            type=float,
            default=None,
            metavar="SHARE",
            help=(
                "upper bound of the share of counterfeits in the most exposed trade, from evidence other than seizures"
            ),
        )
        parser.add_argument("--mapping", metavar="MAP.toml")
        parser.add_argument("--by", required=True, metavar="USERNAME")

    def answer(self, **options: Any) -> dict[str, Any]:
        """`{"products", "provenances", "economies", "seizures", "without_product", "ceiling", "fixed_point", "dropped",
        "file"}`.
        """
        by = officer_at_shell(options["by"])
        chosen = read_table_mapping(text_of(Path(options["mapping"]), "toml_bytes")) if options["mapping"] else None
        table = bring_table(
            kind="imports", name=Path(options["trade"]).name, path=Path(options["trade"]), chosen=chosen, by=by
        )
        found = gtric(
            Scope(options["since"], options["until"]),
            by,
            table,
            by=options["count"],
            fixed_point=options["fixed_point"],
        )
        with Path(options["output"]).open("w", newline="") as out:
            writer = csv.writer(out)
            writer.writerow(["of", "code", "share_of_seizures", "share_of_imports", "factor", "propensity"])
            for of, rows in (("product", found.products), ("provenance", found.provenances)):
                for one in rows:
                    writer.writerow(
                        [
                            of,
                            neutral(one.key),
                            f"{one.seized:.6f}",
                            f"{one.traded:.6f}",
                            f"{one.factor:.4f}",
                            f"{one.propensity:.4f}",
                        ]
                    )
        return {
            "products": len(found.products),
            "provenances": len(found.provenances),
            "economies": list(found.economies),
            "seizures": found.seizures,
            "without_product": found.without_product,
            "ceiling": found.ceiling,
            "fixed_point": found.fixed_point,
            "dropped": table.dropped,
            "file": options["output"],
        }
