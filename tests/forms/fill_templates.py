"""Fills templates in headless LibreOffice; run with the Python that has its `uno` module (Debian's, /usr/bin/python3).

fill_templates.py SOFFICE FOLDER: for each FOLDER/NAME.xlsx the row of its sheet «Example» is typed into «Data» and the
file is saved by LibreOffice as FOLDER/filled/NAME.xlsx. Prints as JSON, for each file, how many choices the drop-down
of each column offers in that row (as LibreOffice itself evaluates them).
"""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

# Debian's own modules carry no types
import uno  # type: ignore[import-not-found]
from com.sun.star.beans import PropertyValue  # type: ignore[import-not-found]
from com.sun.star.connection import NoConnectException  # type: ignore[import-not-found]

ROW = 2
COUNTED = ("country", "subtype", "unit", "conveyance.mode", "conveyance.carrier")


def connected(pipe):
    """The desktop of the office that listens on the pipe."""
    local = uno.getComponentContext()
    resolver = local.ServiceManager.createInstanceWithContext("com.sun.star.bridge.UnoUrlResolver", local)
    for _ in range(240):
        try:
            context = resolver.resolve(f"uno:pipe,name={pipe};urp;StarOffice.ComponentContext")
            return context.ServiceManager.createInstanceWithContext("com.sun.star.frame.Desktop", context)
        except NoConnectException:
            time.sleep(0.25)
    raise SystemExit("LibreOffice did not answer.")


def said(name, value):
    """A property of a document."""
    one = PropertyValue()
    one.Name, one.Value = name, value
    return one


def fill(desktop, path, target):
    """Types the example in, counts the choices offered, saves."""
    book = desktop.loadComponentFromURL(path.as_uri(), "_blank", 0, (said("Hidden", True),))
    data, example = book.Sheets.getByName("Data"), book.Sheets.getByName("Example")
    book.addActionLock()
    book.enableAutomaticCalculation(False)
    offered = {}
    width = example.getCellRangeByName("A1:EZ1").Columns.Count - 1
    paths = [path for path in data.getCellRangeByPosition(0, 1, width, 1).getDataArray()[0] if path]
    texts = dict(zip(paths, example.getCellRangeByPosition(0, ROW, width, ROW).getDataArray()[0], strict=False))
    kinds = {}
    for at, path_of in enumerate(paths):
        if not texts[path_of] and path_of not in COUNTED:
            continue
        cell = data.getCellByPosition(at, ROW)
        kinds[path_of] = cell.Validation.Type.value
        if kinds[path_of] == "DECIMAL":
            cell.Value = float(texts[path_of])
        elif path_of == "date":
            cell.setFormula(texts[path_of])  # as if typed: LibreOffice makes a date of it
        elif texts[path_of]:
            cell.String = texts[path_of]
    book.enableAutomaticCalculation(True)
    scratch = data.getCellByPosition(len(paths) + 5, ROW)
    for path_of in COUNTED:
        if kinds[path_of] == "LIST":
            formula = data.getCellByPosition(paths.index(path_of), ROW).Validation.getFormula1()
            scratch.setFormula(f"=COUNTA({formula.lstrip('=')})")
            offered[path_of] = int(scratch.Value)
    scratch.String = ""
    book.removeActionLock()
    book.storeToURL(target.as_uri(), (said("FilterName", "Calc MS Excel 2007 XML"),))
    book.close(True)
    return offered


def main():
    """Starts an office of its own, fills every template, ends it."""
    soffice, folder = sys.argv[1], Path(sys.argv[2]).resolve()
    (folder / "filled").mkdir()
    with tempfile.TemporaryDirectory() as profile:
        pipe = f"tidewaiter{int(time.time() * 1000)}"
        office = subprocess.Popen(
            [
                soffice,
                "--headless",
                "--norestore",
                "--nologo",
                "--nodefault",
                f"-env:UserInstallation={Path(profile).as_uri()}",
                f"--accept=pipe,name={pipe};urp;",
            ],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            desktop = connected(pipe)
            offered = {
                path.name: fill(desktop, path, folder / "filled" / path.name) for path in sorted(folder.glob("*.xlsx"))
            }
            print(json.dumps(offered))
        finally:
            office.terminate()
            office.wait(30)


main()
