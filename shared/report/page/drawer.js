// Why a line is what it is.

const drawer = document.getElementById("drawer");

function openLine(row, push) {
  dropCharts(drawer);
  const one = line(row);
  const reason = REASONS.get(row);
  const close = element("button", { type: "button", className: "close", "aria-label": "Close" }, "×");
  close.addEventListener("click", () => drawer.close());
  const figure = element("figure", { className: "chart waterfall" });
  drawer.replaceChildren(
    element("div", { className: "drawer-head" },
      element("div", {},
        element("h2", { id: "drawer-title" }, exact(one.quantity, one.unit), " of ", named(one.product)),
        element("p", { className: "muted" }, named(one.productId), " from ", named(one.vendor), " to ", named(one.site), `, arriving ${one.deliveryWords}`)),
      close),
    element("p", { className: "telling" }, named(reason ? reason.text : shortTelling(row, one))),
    factsOf(row, one),
    element("h3", {}, "How the quantity comes about"),
    figure,
    partsTable(row, one),
    ...(reason ? reasonTables(reason, one) : [element("p", { className: "key" },
      "The page holds every part of the lines that most money is at risk with. For this line they stand in ",
      element("code", {}, "pegging.parquet"), " and ", element("code", {}, "explanations"), " beside this page, and this command tells them:")]),
    element("h3", {}, "The same on the command line"),
    element("pre", {}, element("code", {}, explainCommand(one))),
  );
  writeAddress({ tab: "orders", line: linePath(row), filters: filtersOf("orders") }, push);
  if (!drawer.open) drawer.showModal();
  drawer.scrollTop = 0;
  const steps = [...partsOf(row), { words: "proposed", milli: one.quantity, total: true }];
  figure.style.height = `${Math.max(9, 2.2 + 1.7 * steps.length)}rem`;
  const words = steps.map((step) => `${step.words} ${exact(step.milli, one.unit)}`).join(", ");
  draw(figure, words, () => waterfall(steps, one.unit, false));
}

/** The paragraph of a line whose reasons are not on the page. */
function shortTelling(row, one) {
  const parts = partsOf(row).map((part) => `${signedExact(part.milli, one.unit)} ${part.words}`);
  return `${exact(one.quantity, one.unit)} for packing on ${one.from}${one.to === one.from ? "" : ` to ${one.to}`}: ${parts.join(", ")}.`;
}

function factsOf(row, one) {
  const packs = number(row, "packs");
  const facts = [
    ["Order by", `${one.orderByWords}, on the site's clock`],
    ["For packing", one.from === one.to ? one.from : `${one.from} to ${one.to}`],
    ["Steps", `${count(packs)} of ${exact(number(row, "pack"), one.orderUnit)}`],
    ["Value", money(one.value, one.currency)],
    ["Chance of running short", `${chance(one.chanceShort)} (${quantity(number(row, "short"), one.unit)} on average)`],
    ["Chance of waste", `${chance(number(row, "chanceWaste"))} (${quantity(number(row, "waste"), one.unit)} on average)`],
  ];
  if (one.atRisk >= 0) facts.push(["At risk", money(one.atRisk, one.currency)]);
  if (number(row, "standIn")) facts.push(["Stands in", "part of the need is a failed week's last publication"]);
  return element("dl", { className: "facts" },
    ...facts.map(([name, value]) => element("div", {}, element("dt", {}, name), element("dd", {}, value))));
}

function table(caption, heads, rows, foot) {
  const cell = (tag, value, place) => element(tag, { className: heads[place].endsWith(">") ? "num" : "", scope: tag === "th" ? "row" : undefined }, value);
  const tr = (row) => element("tr", {}, cell("th", row[0], 0), ...row.slice(1).map((value, place) => cell("td", value, place + 1)));
  const made = element("table", {}, element("caption", {}, caption),
    element("thead", {}, element("tr", {}, ...heads.map((head) =>
      element("th", { scope: "col", className: head.endsWith(">") ? "num" : "" }, head.replace(">", ""))))),
    element("tbody", {}, ...rows.map(tr)));
  if (foot) made.append(element("tfoot", {}, tr(foot)));
  return element("div", { className: "scroll", tabindex: "0", role: "region", "aria-label": caption }, made);
}

function partsTable(row, one) {
  const made = table("Parts, which sum to the quantity", ["Part", "Quantity>"],
    partsOf(row).map((part) => [part.words, signedExact(part.milli, one.unit)]),
    ["proposed", exact(one.quantity, one.unit)]);
  made.id = "parts";
  return made;
}

function reasonTables(reason, one) {
  const parts = reason.parts.map(([part, milli, place]) =>
    [named(DATA.reasons.parts[part].trim()), signedExact(milli, one.unit), named(DATA.reasons.places[place])]);
  const [what, , place] = parts.pop();
  const pegging = table("Every part, and the row of the data set it stands in", ["Part", "Quantity>", "File and line"], parts,
    [what, exact(one.quantity, one.unit), place]);
  pegging.id = "pegging";
  return [
    element("h3", {}, "What it rests on"),
    pegging,
    element("h3", {}, "One step less or more"),
    table("What each quantity would risk", ["Order", "Quantity>", "Short on average>", "Chance>", "Wasted on average>"], reason.alternatives),
  ];
}

/** A word as a shell takes it. */
function quoted(word) {
  return /^[A-Za-z0-9._-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

function explainCommand(one) {
  return `larder explain --run ${runId()} --site ${quoted(one.siteId)} --product ${quoted(one.productId)} --vendor ${quoted(one.vendorId)} --date ${one.delivery}`;
}

drawer.addEventListener("close", () => {
  dropCharts(drawer);
  const { tab, filters } = readAddress();
  writeAddress({ tab, filters }, false);
});
drawer.addEventListener("click", (event) => {
  if (event.target === drawer) drawer.close();
});
