"""What may be shown to the public: no cell that fewer than three reporting countries, or nearly one alone, stand
behind, and no sum that gives it away.

Primary suppression hides every cell that is sensitive (`thresholds.sensitive`); complementary suppression hides as
few others as it finds, until no hidden cell follows from the totals, and no row or column of hidden cells sums to
something that is sensitive. After L. Willenborg and T. de Waal, Elements of Statistical Disclosure Control (2001),
ch. 6, for one table by itself; what several tables together give away is asked by `public_editions` of editions of the
same year, and refused by `cross_tables.must_be_public` and `thresholds.must_be_a_year`.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from tidewaiter.statistics.disclosure.thresholds import Behind, sensitive, together

Cells = Sequence[Sequence[Behind]]
"""Who reported how much of what is counted in each cell; where nobody did nothing was reported, which hides nobody."""


def hidden(table: Cells, also: Sequence[Sequence[bool]] = ()) -> list[list[bool]]:
    """Which cells to hide, totals among them: a table one row and one column larger, the totals last.

    Give one column for a list; its column of totals then repeats the rows and is hidden with them. `also` marks, in
    the larger table, cells that must be hidden for another reason.
    """
    rows, columns = len(table), len(table[0]) if table else 0
    who = _with_totals(table, rows, columns)
    hide = [[sensitive(cell) for cell in row] for row in who]
    for at, row in enumerate(also):
        hide[at] = [one or bool(more and who[at][n]) for n, (one, more) in enumerate(zip(hide[at], row, strict=True))]
    while (line := _betrayed(who, hide)) is not None:
        open_cells = [
            (i == rows or j == columns, len(who[i][j]), i, j) for i, j in line if not hide[i][j] and who[i][j]
        ]
        if not open_cells:  # everything along this line is hidden already: its neighbours must be
            open_cells = [
                (True, len(who[i][j]), i, j)
                for i in range(rows + 1)
                for j in range(columns + 1)
                if not hide[i][j] and who[i][j]
            ]
        if not open_cells:
            break
        _total, _number, i, j = min(open_cells)
        hide[i][j] = True
    return hide


def _with_totals(table: Cells, rows: int, columns: int) -> list[list[Behind]]:
    who: list[list[Behind]] = [[*row, together(row)] for row in table]
    who.append([together(table[i][j] for i in range(rows)) for j in range(columns)])
    who[-1].append(together(who[-1]))
    return who


CellLine = list[tuple[int, int]]


def _lines(height: int, width: int) -> list[CellLine]:
    """Rows and columns with their total: in each the last cell is the sum of the others."""
    return [[(i, j) for j in range(width)] for i in range(height)] + [
        [(i, j) for i in range(height)] for j in range(width)
    ]


def _betrayed(who: list[list[Behind]], hide: list[list[bool]]) -> CellLine | None:
    """A line along which something hidden can be found out, or nothing."""
    height, width = len(who), len(who[0])
    lines = _lines(height, width)
    for line in lines:
        # what is hidden along a line sums to a known number; the total's own sign is minus, so the union leaves it out
        parts = [(i, j) for i, j in line[:-1] if hide[i][j]]
        if parts and not hide[line[-1][0]][line[-1][1]]:
            behind = together(who[i][j] for i, j in parts)
            if sensitive(behind) or len(parts) == 1:
                return line
    unknown = [(i, j) for i in range(height) for j in range(width) if hide[i][j]]
    if not unknown:
        return None
    found = _determined(unknown, lines)
    if found is None:
        return None
    i, j = found
    return min((line for line in lines if (i, j) in line), key=lambda line: sum(hide[a][b] for a, b in line))


def _determined(unknown: list[tuple[int, int]], lines: list[CellLine]) -> tuple[int, int] | None:
    """An unknown that the sums determine: one whose direction lies in the space of the equations.

    The total of a line stands in it with minus, which is left out here: signs that belong to a line's place (its last)
    are taken away by scaling lines and cells, and that changes nothing of which cells are determined.
    """
    at = {cell: n for n, cell in enumerate(unknown)}
    equations = np.zeros((len(lines), len(unknown)))
    for row, line in enumerate(lines):
        for cell in line:
            if cell in at:
                equations[row, at[cell]] = 1.0
    _left, sizes, right = np.linalg.svd(equations, full_matrices=True)
    free = right[int((sizes > 1e-9).sum()) :]  # directions in which the unknowns may move
    moves = np.abs(free).max(axis=0) if len(free) else np.zeros(len(unknown))
    for n, cell in enumerate(unknown):
        if moves[n] < 1e-9:
            return cell
    return None
