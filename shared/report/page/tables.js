// Recipes and products of every week.

/** A name, and quieter what it is known by. */
function nameWithId(cell) {
  const data = cell.getData();
  const extra = data.isNew ? element("span", { className: "badge" }, "new") : null;
  return element("span", {}, named(cell.getValue()), " ", element("span", { className: "muted id" }, named(data.id)), extra && " ", extra);
}

function makeRecipes() {
  const { weeks, names, columns } = DATA.recipes;
  const rows = Array.from({ length: rowCount(columns) }, (_, row) => {
    const value = (name) => at(columns[name], row);
    const [id, name] = names[value("recipe")];
    return {
      row, id, name: name || id, week: weeks[value("week")], low: value("low"), middle: value("middle"), high: value("high"),
      share: value("share"), isNew: value("isNew") === 1, state: value("isNew") === 1 ? "new" : "",
    };
  });
  const kits = { scale: 1, width: 110 };
  return makeTable(document.getElementById("recipe-table"), {
    name: "recipes", things: "recipes", counted: "rows", rows,
    text: (row) => `${row.name} ${row.id} ${row.week} ${row.state}`,
    sort: [{ column: "middle", dir: "desc" }, { column: "week", dir: "asc" }],
    columns: [
      textColumn("Week", "week", { width: 110 }),
      textColumn("Recipe", "name", { formatter: nameWithId, minWidth: 220 }),
      numberColumn("P10, kits", "low", (row) => count(row.low), { ...kits, responsive: 2 }),
      numberColumn("P50, kits", "middle", (row) => count(row.middle), kits),
      numberColumn("P90, kits", "high", (row) => count(row.high), { ...kits, responsive: 2 }),
      numberColumn("Share", "share", (row) => `${(row.share / 1000).toFixed(1)} %`, { width: 100, responsive: 1 }),
    ],
  });
}

function makeProducts() {
  const { weeks, names, columns } = DATA.products;
  const rows = Array.from({ length: rowCount(columns) }, (_, row) => {
    const value = (name) => at(columns[name], row);
    const [id, name, unit] = names[value("product")];
    const [middle, last] = [value("middle"), value("last")];
    return {
      row, id, name: name || id, unit, week: weeks[value("week")], low: value("low"), middle, high: value("high"), last,
      change: last > 0 ? Math.round((middle - last) * 1e6 / last) : -Infinity,
    };
  });
  return makeTable(document.getElementById("product-table"), {
    name: "products", things: "products", counted: "rows", rows,
    text: (row) => `${row.name} ${row.id} ${row.week}`,
    sort: [{ column: "week", dir: "asc" }],
    columns: [
      textColumn("Week", "week", { width: 110 }),
      textColumn("Product", "name", { formatter: nameWithId, minWidth: 220 }),
      numberColumn("P10", "low", (row) => quantity(row.low, row.unit), { width: 110, responsive: 2 }),
      numberColumn("P50", "middle", (row) => quantity(row.middle, row.unit), { width: 110 }),
      numberColumn("P90", "high", (row) => quantity(row.high, row.unit), { width: 110, responsive: 2 }),
      numberColumn("Change", "change", (row) => change(row.middle, row.last), { scale: 1e4, width: 110, responsive: 1 }),
    ],
  });
}
