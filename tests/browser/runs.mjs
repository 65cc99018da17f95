// The runs whose pages are tested, made by the real command.

import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

const HERE = fileURLToPath(new URL(".", import.meta.url));
export const OUTPUT = process.env.LARDER_BROWSER_OUTPUT ?? join(HERE, "output");
const RUNS = join(OUTPUT, "runs");

/** Names that somebody could type into a data set. */
export const HOSTILE = [
  `"><script>window.hurt = 1</script><img src=x onerror="window.hurt = 2">`,
  "=cmd|' /C calc'!A1",
  "\u202Etxt.exe\u202C \u2067אבג\u2069",
  "x".repeat(500),
  "\u{1F9C5}\u{1F469}\u200D\u{1F373}</script><!-- \u2028 {{7*7}}",
  "</bdi></td><style>*{display:none}</style>",
];

function larder(...words) {
  const command = join(resolve(process.env.LARDER_BIN ?? "target/ci"), "larder");
  return execFileSync(command, words, { cwd: RUNS, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
}

/** Replaces every name of a data set by a hostile one. */
function spoil(folder) {
  for (const table of ["product", "recipe", "vendor", "site", "delivery_area"]) {
    const file = join(folder, `${table}.csv`);
    const text = readFileSync(file, "utf8");
    if (text.includes('"')) throw new Error(`${file} has quoted cells, which this cannot read`);
    const [head, ...rows] = text.trimEnd().split(/\r?\n/);
    const place = head.split(",").indexOf("name");
    const spoilt = rows.map((row, at) => {
      const cells = row.split(",");
      cells[place] = `"${HOSTILE[at % HOSTILE.length].replaceAll('"', '""')} ${at}"`;
      return cells.join(",");
    });
    writeFileSync(file, [head, ...spoilt, ""].join("\n"));
  }
}

/** The address of a run's page: the newest publication's of an output folder. */
export function page(name) {
  const out = join(RUNS, name);
  const runs = readdirSync(out).filter((entry) => entry !== "store").sort();
  const run = join(out, runs.at(-1));
  const [publication] = readdirSync(run);
  return pathToFileURL(join(run, publication, "report.html")).href;
}

export default function prepare() {
  rmSync(RUNS, { recursive: true, force: true });
  mkdirSync(RUNS, { recursive: true });
  larder("demo", "--out", "data");
  larder("run", "--data", "data", "--out", "plain");
  // A second plan, hours later, has the first to be compared with.
  larder("run", "--data", "data", "--out", "plain", "--as-of", "2026-11-15T18:00:00Z", "--seed", "2");
  cpSync(join(RUNS, "data"), join(RUNS, "hostile-data"), { recursive: true });
  spoil(join(RUNS, "hostile-data"));
  larder("run", "--data", "hostile-data", "--out", "hostile");
  larder("run", "--scale", "large", "--out", "large");
}
