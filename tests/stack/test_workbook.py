"""The workbook of the demo run: a spreadsheet engine calculates it, and what a planner fills in comes back."""

import csv
import datetime
import json
import subprocess
from pathlib import Path

import openpyxl
import pytest
from cloud import ROOT, binary
from conftest import larder

MODULES = ROOT / ".tools" / "node" / "node_modules"
SHEET = "Purchase orders"
HEADER = 3
# Before the moment that the demo is planned as of.
IMPORTED_AT = "2026-11-15T11:00:00Z"


def calculated(file: Path, folder: Path) -> dict[str, list[list]]:
    """Every sheet's values with all formulas calculated anew; nothing that the file says of results is used."""
    sheets = {}
    for sheet in openpyxl.load_workbook(file).worksheets:
        sheets[sheet.title] = [[raw(cell) for cell in row] for row in sheet.iter_rows()]
    cells = folder / "cells.json"
    cells.write_text(json.dumps(sheets))
    engine = subprocess.run(
        ["node", Path(__file__).with_name("recalculate.js"), MODULES, cells], capture_output=True, text=True
    )
    assert engine.returncode == 0, engine.stderr
    return json.loads(engine.stdout)


def raw(cell):
    if cell.data_type == "f":
        return cell.value
    if isinstance(cell.value, str):
        return "'" + cell.value
    if isinstance(cell.value, datetime.datetime):
        return (cell.value - datetime.datetime(1899, 12, 30)).total_seconds() / 86400
    return cell.value


def rows(values: list[list]) -> list[dict]:
    titles = values[HEADER - 1]
    return [dict(zip(titles, row)) for row in values[HEADER:] if row[0] is not None]


def close(a, b, within=0.0005) -> bool:
    return abs(a - b) < within


@pytest.fixture(scope="module")
def publication(laptop) -> Path:
    [run] = (laptop.folder / "out").iterdir()
    [publication] = run.iterdir()
    return publication


@pytest.fixture(scope="module")
def values(publication, tmp_path_factory) -> dict[str, list[list]]:
    return calculated(publication / "larder.xlsx", tmp_path_factory.mktemp("calculated"))


def test_every_quantity_is_what_its_parts_calculate_to(publication, values):
    with open(publication / "proposals.csv") as file:
        published = list(csv.DictReader(file))
    lines = rows(values[SHEET])
    assert len(lines) == len(published) > 1000
    terms = set()
    for line, row in zip(lines, published):
        assert line["Product ID"] == row["product_id"] and line["Vendor ID"] == row["vendor_id"]
        where = {name: line[name] for name in ("Vendor ID", "Site ID", "Product ID")} | {"row": row["delivery_date"]}
        assert close(line["Mean net need"], float(row["mean_net"])), where
        assert close(line["Quantity"], float(row["quantity"])), where
        assert line["Check"] == 0, where
        assert line["Steps to order"] == int(row["packs"]), where
        assert close(line["Order quantity"], float(row["order_quantity"])), where
        assert close(line["Value"], float(row["value"]), 0.00001), where
        terms |= {name for name in ("minimum", "multiple", "vendor_minimum", "safety") if float(row[name])}
    # A demo in which no rule ever bites would prove nothing.
    assert terms >= {"multiple", "safety"}, terms


def test_totals_follow_from_the_lines(publication, values):
    summary = json.loads((publication / "summary.json").read_text())
    totals = summary["proposals"]["totals"]
    overview = values["Overview"]
    start = next(at for at, row in enumerate(overview) if row[:1] == ["By vendor and site"]) + 3
    for row, total in zip(overview[start:], totals, strict=False):
        assert row[0] == total["vendor_name"] and row[1] == total["site_name"]
        assert close(row[5], float(total["value"]), 0.001), row
    head = values[SHEET][HEADER - 2]
    value = values[SHEET][HEADER - 1].index("Value")
    assert close(head[value], float(summary["proposals"]["value"]), 0.001)


def test_stored_results_are_what_is_calculated(publication, values):
    stored = openpyxl.load_workbook(publication / "larder.xlsx", data_only=True)
    formulas = openpyxl.load_workbook(publication / "larder.xlsx")
    compared = 0
    for sheet in formulas.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type != "f":
                    continue
                kept = stored[sheet.title][cell.coordinate].value
                made = values[sheet.title][cell.row - 1][cell.column - 1]
                assert close(float(kept), made, 0.001), f"{sheet.title} {cell.coordinate}: {kept} stored, {made} calculated"
                compared += 1
    assert compared > 10000


def test_what_a_planner_fills_in_is_the_next_runs_quantity(publication, own_demo, tmp_path):
    book = openpyxl.load_workbook(publication / "larder.xlsx")
    sheet = book[SHEET]
    column = {cell.value: cell.column for cell in sheet[HEADER]}
    # A line with room above.
    unbounded = (
        row
        for row in range(HEADER + 1, sheet.max_row + 1)
        if sheet.cell(row, column["Vendor's maximum"]).value is None
    )
    row = next(unbounded)
    step = sheet.cell(row, column["Step"]).value * sheet.cell(row, column["Units in an order unit"]).value
    packs = sheet.cell(row, column["Published steps"]).value
    wanted = round((packs + 7) * step, 3)
    sheet.cell(row, column["Wanted quantity"]).value = wanted
    sheet.cell(row, column["Reason"]).value = "a promotion on Monday"
    filled = tmp_path / "filled.xlsx"
    book.save(filled)

    # The workbook says at once what will be ordered.
    line = rows(calculated(filled, tmp_path)[SHEET])[row - HEADER - 1]
    assert line["Steps to order"] == packs + 7

    args = ["override", "import", filled, "--data", own_demo, "--author", "buyer", "--at", IMPORTED_AT]
    assert "1 override added" in larder(*args)
    before = (own_demo / "override.csv").read_bytes()
    again = larder(*args)
    assert "0 overrides added" in again and "1 already there" in again
    assert (own_demo / "override.csv").read_bytes() == before

    out = tmp_path / "out"
    larder("run", "--data", own_demo, "--out", out)
    [run] = [folder for folder in out.iterdir() if folder.name != "store"]
    [planned] = run.iterdir()
    with open(planned / "proposals.csv") as file:
        key = ("vendor_id", "site_id", "product_id")
        titles = ("Vendor ID", "Site ID", "Product ID")
        day = sheet.cell(row, column["Delivery"]).value.date().isoformat()
        same = [
            found
            for found in csv.DictReader(file)
            if found["delivery_date"] == day and all(found[k] == line[t] for k, t in zip(key, titles))
        ]
    [found] = same
    assert close(float(found["quantity"]), wanted)
    assert close(float(found["quantity_override"]), 7 * step)
    assert int(found["packs"]) == packs + 7
    why = larder(
        "explain", "--run", run.name, "--out", out, "--site", found["site_id"], "--product", found["product_id"],
        "--vendor", found["vendor_id"], "--date", day,
    )
    assert "a promotion on Monday" in why


def test_cells_that_cannot_be_used_are_named_and_nothing_is_added(publication, own_demo, tmp_path):
    book = openpyxl.load_workbook(publication / "larder.xlsx")
    sheet = book[SHEET]
    column = {cell.value: cell.column for cell in sheet[HEADER]}
    sheet.cell(HEADER + 1, column["Wanted quantity"]).value = 10
    sheet.cell(HEADER + 2, column["Wanted quantity"]).value = "a lot"
    sheet.cell(HEADER + 3, column["Wanted quantity"]).value = -1
    filled = tmp_path / "filled.xlsx"
    book.save(filled)
    before = files(own_demo)
    command = [binary("larder"), "override", "import", filled, "--data", own_demo, "--author", "buyer"]
    refused = subprocess.run(command, capture_output=True, text=True)
    assert refused.returncode == 1
    for said in ("row 5, column `Wanted quantity`: `a lot`", "row 6, column `Wanted quantity`: `-1`"):
        assert said in refused.stderr, refused.stderr
    assert files(own_demo) == before


def files(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.is_file()}
