"""Names for what Ibis gives.

The types of Ibis do not say of what a table or a column is, and mypy passes over the library (pyproject.toml); these
names say in a signature which of them is meant.
"""

from __future__ import annotations

from typing import Any

type Engine = Any
"""A connection to an engine, DuckDB or Spark, as `engines.engine` opens it."""
type Rows = Any
"""A table as an expression: nothing is computed before its rows are written, counted or asked for."""
type Column = Any
"""A value for each row of a table, as an expression; what `Rows` are filtered by, grouped by and told with."""
