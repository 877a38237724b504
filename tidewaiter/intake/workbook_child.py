"""Reads one sheet of a workbook in a process of its own: `python -m tidewaiter.intake.workbook_child FILE SHEET`.

Writes pickled plain values to standard output: first what the template says of itself, then (row number, cells).
"""

from __future__ import annotations

import pickle
import sys
from datetime import date, datetime, time, timedelta
from typing import Any

import python_calamine


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time(0) else value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time | timedelta):
        return str(value)
    return value


def main() -> None:
    """Reads the sheet named, else «Data», else the first that holds anything."""
    path, wanted = sys.argv[1], sys.argv[2]
    out = sys.stdout.buffer
    try:
        book = python_calamine.CalamineWorkbook.from_path(path)
        names = book.sheet_names
        if wanted and wanted not in names:
            sys.stderr.write(f"refused: There is no sheet «{wanted}». Sheets: {', '.join(names[:20])}.\n")
            raise SystemExit(1)
        about: dict[str, str] = {}
        if "About" in names:
            for cells in book.get_sheet_by_name("About").to_python()[:20]:
                if len(cells) >= 2:
                    about[str(cells[0])] = str(cells[1])
        chosen = wanted or ("Data" if "Data" in names else names[0])
        pickle.dump(about, out)
        sheet = book.get_sheet_by_name(chosen)
        first = (sheet.start or (0, 0))[0]
        for number, cells in enumerate(sheet.to_python(skip_empty_area=True), first + 1):
            pickle.dump((number, [_plain(cell) for cell in cells]), out)
    except python_calamine.CalamineError as error:
        sys.stderr.write(f"refused: {str(error)[:200]}\n")
        raise SystemExit(1) from error


if __name__ == "__main__":
    main()
