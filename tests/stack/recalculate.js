// Calculates the formulas of sheets anew with HyperFormula, and prints every value.
//
// Reads {"sheet": [[cell, …], …], …} from the file that is named; a cell that begins with "=" is a formula, one with a
// "'" before it is text.
"use strict";

const fs = require("node:fs");
const path = require("node:path");

const [modules, file] = process.argv.slice(2);
const { HyperFormula } = require(path.join(modules, "hyperformula"));

const sheets = JSON.parse(fs.readFileSync(file, "utf8"));
const engine = HyperFormula.buildFromSheets(sheets, { licenseKey: "gpl-v3", maxRows: 100000, maxColumns: 100 });
const values = engine.getAllSheetsValues();
process.stdout.write(JSON.stringify(values));
