"""Files of cases: staged by the row, accepted by the case."""
