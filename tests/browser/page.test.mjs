// The report page in a real browser, opened from the disk.

import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import AxeBuilder from "@axe-core/playwright";
import { test as base, expect } from "@playwright/test";
import { HOSTILE, OUTPUT, page as address } from "./runs.mjs";

const TABS = ["overview", "sites", "recipes", "products", "orders", "accuracy", "data", "run"];

/** Every page of a test is watched: an error on its console, or a request for anything but itself, fails the test. */
const test = base.extend({
  page: async ({ page }, use) => {
    const wrong = [];
    page.on("console", (message) => {
      if (["error", "warning"].includes(message.type())) wrong.push(message.text());
    });
    page.on("pageerror", (error) => wrong.push(error.message));
    page.on("request", (request) => {
      const url = request.url();
      if (!url.startsWith("data:") && !url.split(/[?#]/)[0].endsWith("/report.html")) wrong.push(`asked for ${url}`);
    });
    await use(page);
    expect(wrong).toEqual([]);
  },
});

/** Opens a page at an address within it. */
async function open(page, run, hash = "") {
  // Another hash alone is no new page.
  await page.goto("about:blank");
  await page.goto(address(run) + hash);
}

/** `+1,234.5 kg` in thousandths. */
function milli(text) {
  const [, sign, whole, places] = /^([+−]?)([\d,]+)(?:\.(\d+))? /.exec(text.trim());
  const size = Number(whole.replaceAll(",", "")) * 1000 + Number((places ?? "").padEnd(3, "0"));
  return sign === "−" ? -size : size;
}

/** The quantities of a table's parts, and the sum that stands below them. */
async function sums(page, table) {
  const parts = await page.locator(`${table} tbody td.num`).allTextContents();
  const total = await page.locator(`${table} tfoot td.num`).textContent();
  return [parts.map(milli).reduce((sum, part) => sum + part, 0), milli(total)];
}

test("every tab opens by a click and has an address of its own", async ({ page }) => {
  await open(page, "plain");
  for (const tab of TABS) {
    await page.locator(`#tab-${tab}`).click();
    await expect(page.locator(`#${tab}`)).toBeVisible();
    await expect(page.locator(`#tab-${tab}`)).toHaveAttribute("aria-selected", "true");
    expect(await page.locator("main > .tab:visible").count()).toBe(1);
    expect(new URL(page.url()).hash).toBe(`#${tab}`);
  }
  await page.goBack();
  await expect(page.locator("#data")).toBeVisible();
});

test("tabs are moved between by keys", async ({ page }) => {
  await open(page, "plain");
  await page.keyboard.press("Tab");
  await expect(page.locator(".skip")).toBeFocused();
  await page.locator("#tab-overview").focus();
  await page.keyboard.press("ArrowRight");
  await expect(page.locator("#tab-sites")).toBeFocused();
  await expect(page.locator("#sites")).toBeVisible();
  await page.keyboard.press("End");
  await expect(page.locator("#run")).toBeVisible();
  await page.keyboard.press("ArrowRight");
  await expect(page.locator("#overview")).toBeVisible();
});

test("charts are drawn", async ({ page }) => {
  await open(page, "plain");
  await expect(page.locator("#fan canvas")).toBeVisible();
  expect(await page.locator("[data-change] canvas").count()).toBeGreaterThan(0);
  await page.locator("#tab-sites").click();
  expect(await page.locator("#site-charts canvas").count()).toBe(3);
  for (const canvas of await page.locator("#fan canvas, #site-charts canvas").all()) {
    await expect(canvas).toHaveAttribute("aria-label", /boxes|Boxes/);
  }
});

test("lines are searched and filtered, and the address keeps it", async ({ page }) => {
  await open(page, "plain", "#orders");
  const shown = page.locator("#orders output");
  await expect(shown).toHaveText(/^[\d,]+ lines$/);
  await page.getByLabel("Search lines").fill("chicken");
  await expect(shown).toHaveText(/^[\d,]+ of [\d,]+ lines$/);
  await page.getByLabel("Vendor contains").fill("meat");
  await expect(page).toHaveURL(/q=chicken/);
  await expect(page).toHaveURL(/vendor=meat/);
  const told = await shown.textContent();
  for (const row of await page.locator("#line-table .tabulator-row").allTextContents()) {
    expect(row.toLowerCase()).toContain("chicken");
    expect(row).toContain("Meat");
  }
  await page.reload();
  await expect(shown).toHaveText(told);
  await page.getByRole("button", { name: "Clear filters" }).click();
  await expect(shown).toHaveText(/^[\d,]+ lines$/);
});

test("lines are sorted by what they are, not by how it is written", async ({ page }) => {
  await open(page, "plain", "#orders");
  const values = async () => {
    const texts = await page.locator('#line-table .tabulator-cell[tabulator-field="value"]').allTextContents();
    return texts.map((text) => Number(text.replace(/[£,]/g, "")));
  };
  await page.locator('#line-table .tabulator-col[tabulator-field="value"] .tabulator-col-title').click();
  const sorted = await values();
  expect(sorted.length).toBeGreaterThan(10);
  expect(sorted).toEqual([...sorted].sort((a, b) => b - a));
});

test("a line is opened, read and closed by keys", async ({ page }) => {
  await open(page, "plain", "#orders");
  await page.locator('#line-table .tabulator-row[tabindex="0"]').focus();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("ArrowDown");
  const row = page.locator("#line-table .tabulator-row:focus");
  await expect(row).toHaveCount(1);
  const product = await row.locator(".tabulator-cell bdi").first().textContent();
  await page.keyboard.press("Enter");
  await expect(page.locator("#drawer")).toBeVisible();
  await expect(page.locator("#drawer-title")).toContainText(product);
  await page.keyboard.press("Escape");
  await expect(page.locator("#drawer")).toBeHidden();
  await expect(row).toHaveCount(1);
  expect(new URL(page.url()).hash).toBe("#orders");
});

test("the parts of a line sum to its quantity, by kind and row by row", async ({ page }) => {
  await open(page, "plain", "#orders");
  const links = await page.evaluate(() => [...REASONS.keys()].slice(0, 20).map(linePath));
  expect(links.length).toBe(20);
  for (const link of links) {
    await open(page, "plain", `#orders/${link}`);
    await expect(page.locator("#drawer")).toBeVisible();
    const title = milli(await page.locator("#drawer-title").textContent());
    expect(await sums(page, "#parts")).toEqual([title, title]);
    expect(await sums(page, "#pegging")).toEqual([title, title]);
    await expect(page.locator("#drawer figure canvas")).toBeVisible();
    await expect(page.locator("#drawer pre")).toContainText("larder explain --run 2026-");
  }
});

test("a line without all its reasons has its sum and says where the rest is", async ({ page }) => {
  await open(page, "plain", "#orders");
  const link = await page.evaluate(() => {
    for (let row = 0; row < DATA.lines.count; row += 1) if (!REASONS.has(row)) return linePath(row);
    return "";
  });
  await open(page, "plain", `#orders/${link}`);
  const title = milli(await page.locator("#drawer-title").textContent());
  expect(await sums(page, "#parts")).toEqual([title, title]);
  await expect(page.locator("#drawer")).toContainText("pegging.parquet");
});

test("every line's parts sum to its quantity", async ({ page }) => {
  for (const run of ["plain", "large"]) {
    await open(page, run);
    const wrong = await page.evaluate(() => {
      let wrong = 0;
      for (let row = 0; row < DATA.lines.count; row += 1) {
        const sum = partsOf(row).reduce((sum, part) => sum + part.milli, 0);
        if (sum !== number(row, "quantity")) wrong += 1;
      }
      return wrong;
    });
    expect(wrong).toBe(0);
  }
});

test("an address that names no line opens the tab", async ({ page }) => {
  await open(page, "plain", "#orders/%/x/2026-01-01/nothing");
  await expect(page.locator("#orders")).toBeVisible();
  await expect(page.locator("#drawer")).toBeHidden();
  await open(page, "plain", "#nowhere");
  await expect(page.locator("#overview")).toBeVisible();
});

test("hostile names are names", async ({ page }) => {
  await open(page, "hostile");
  for (const tab of TABS) {
    await page.locator(`#tab-${tab}`).click();
    await page.screenshot({ path: join(OUTPUT, "screens", `hostile-${tab}.png`) });
  }
  await page.locator("#tab-orders").click();
  await page.locator("#line-table .tabulator-row").first().click();
  await expect(page.locator("#drawer")).toBeVisible();
  await page.screenshot({ path: join(OUTPUT, "screens", "hostile-drawer.png") });
  expect(await page.evaluate(() => window.hurt)).toBeUndefined();
  expect(await page.locator("img, main style, bdi *").count()).toBe(0);
  const names = await page.evaluate(() => DATA.lines.products.map(([, name]) => name));
  for (const name of HOSTILE) expect(names.some((held) => held.startsWith(name))).toBe(true);
});

for (const scheme of ["light", "dark"]) {
  test(`nothing keeps anybody out, in ${scheme}`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: scheme });
    await open(page, "plain");
    const check = async (place) => {
      const { violations } = await new AxeBuilder({ page }).analyze();
      const serious = violations.filter((found) => ["serious", "critical"].includes(found.impact));
      const told = serious.map((found) => `${place}: ${found.id}: ${found.nodes.map((node) => node.target).slice(0, 3).join(" ")}`);
      expect(told).toEqual([]);
    };
    for (const tab of TABS) {
      await page.locator(`#tab-${tab}`).click();
      await check(tab);
    }
    await page.locator("#tab-orders").click();
    await page.locator("#line-table .tabulator-row").first().click();
    await check("drawer");
  });

  for (const width of [1280, 390]) {
    test(`looks, in ${scheme} at ${width}`, async ({ page }) => {
      await page.emulateMedia({ colorScheme: scheme });
      await page.setViewportSize({ width, height: 900 });
      await open(page, "plain");
      const screen = (name) => ({ path: join(OUTPUT, "screens", `${name}-${scheme}-${width}.png`), fullPage: true });
      for (const tab of TABS) {
        await page.locator(`#tab-${tab}`).click();
        await page.screenshot(screen(tab));
        const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
        expect(wide, `${tab} is wider than the window`).toBeLessThanOrEqual(0);
      }
      await page.locator("#tab-orders").click();
      await page.locator("#line-table .tabulator-row").first().click();
      await page.screenshot({ ...screen("drawer"), fullPage: false });
    });
  }
}

test("paper has every tab, and tables that need no script", async ({ page }) => {
  await open(page, "plain");
  await page.emulateMedia({ media: "print" });
  for (const tab of TABS) await expect(page.locator(`#${tab}`)).toBeVisible();
  await expect(page.locator("#recipes .static table").first()).toBeVisible();
  await expect(page.locator("nav")).toBeHidden();
  await page.pdf({ path: join(OUTPUT, "screens", "paper.pdf"), format: "A4", landscape: true, printBackground: true });
});

test("without scripts the page is read from top to bottom", async ({ browser }) => {
  const context = await browser.newContext({ javaScriptEnabled: false });
  const page = await context.newPage();
  await page.goto(address("plain"));
  for (const tab of TABS) await expect(page.locator(`#${tab}`)).toBeVisible();
  await expect(page.locator("#orders .static table")).toBeVisible();
  await expect(page.locator("#line-table")).toBeHidden();
  await context.close();
});

test("a large page opens, and is searched while one types", async ({ page }) => {
  const url = address("large");
  const started = Date.now();
  await page.goto(url);
  const opened = Date.now();
  await page.locator("#tab-orders").click();
  const shown = page.locator("#orders output");
  await expect(shown).toHaveText(/ lines$/);
  const listed = Date.now();
  await page.getByLabel("Search lines").fill("prawn");
  await expect(shown).toHaveText(/ of /);
  const found = Date.now();
  const bytes = statSync(fileURLToPath(url)).size;
  console.log(`large page: ${bytes} bytes, ${await shown.textContent()}; opened in ${opened - started} ms, lines listed in ${listed - opened} ms, searched in ${found - listed} ms`);
  expect(bytes).toBeLessThan(10_000_000);
});

test("the libraries are those of their packages", () => {
  const same = (own, theirs) => {
    const vendored = readFileSync(new URL(`../../shared/report/vendor/${own}`, import.meta.url));
    const module = join(process.env.LARDER_BROWSER_MODULES ?? fileURLToPath(new URL("node_modules", import.meta.url)), theirs);
    expect(vendored.equals(readFileSync(module)), own).toBe(true);
  };
  same("chart.js/chart.umd.min.js", "chart.js/dist/chart.umd.min.js");
  same("chart.js/LICENSE.md", "chart.js/LICENSE.md");
  same("tabulator/tabulator.min.js", "tabulator-tables/dist/js/tabulator.min.js");
  same("tabulator/tabulator_simple.min.css", "tabulator-tables/dist/css/tabulator_simple.min.css");
  same("tabulator/LICENSE", "tabulator-tables/LICENSE");
});
