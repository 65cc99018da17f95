// Tables that are searched, filtered and sorted; only the rows in view are drawn.

const opened = new Map();

/** What a tab's table is filtered by, for the address. */
function filtersOf(name) {
  return opened.get(name)?.filters() ?? new URLSearchParams();
}

function byValue(a, b) {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** A column of names. */
function textColumn(title, field, more = {}) {
  return {
    title, field, sorter: byValue, formatter: (cell) => named(cell.getValue()),
    headerFilter: filterBox(`${title} contains`), headerFilterFunc: contains, ...more,
  };
}

/** A column of numbers, each told by `words`; `scale` is what one in the filter's box is in the data. */
function numberColumn(title, field, words, more = {}) {
  const { scale = 1000, ...others } = more;
  return {
    title, field, sorter: "number", hozAlign: "right", headerHozAlign: "right",
    headerSortStartingDir: "desc",
    formatter: (cell) => document.createTextNode(words(cell.getData())),
    headerFilter: filterBox(`${title} at least`, "≥"),
    headerFilterFunc: (wanted, value) => Number.isNaN(Number(wanted)) || value >= Number(wanted) * scale,
    ...others,
  };
}

function contains(wanted, value) {
  return value.toLowerCase().includes(wanted.toLowerCase());
}

function filterBox(label, placeholder = "") {
  return (cell, onRendered, success) => {
    const box = element("input", { type: "search", "aria-label": label, placeholder });
    box.value = cell.getValue() ?? "";
    box.addEventListener("input", later(() => success(box.value)));
    return box;
  };
}

/** Waits until nothing more is typed. */
function later(act) {
  let waiting = 0;
  return () => {
    clearTimeout(waiting);
    waiting = setTimeout(act, 120);
  };
}

/**
 * Makes a table in `host`. `name` is the tab's, `things` what is searched for, `counted` what rows are, `text` all that a row is searched by, `open`
 * what Enter or a click does with a row.
 */
function makeTable(host, { name, things, counted, columns, rows, text, open, sort }) {
  const wanted = readAddress().tab === name ? readAddress().filters : new URLSearchParams();
  const search = element("input", { type: "search", id: `${name}-search`, autocomplete: "off", spellcheck: "false" });
  const shown = element("output", { for: search.id });
  const reset = element("button", { type: "button" }, "Clear filters");
  const place = element("div", { className: "rows" });
  host.append(
    element("div", { className: "toolbar" }, element("label", { for: search.id }, `Search ${things}`), search, shown, reset),
    place,
  );
  search.value = wanted.get("q") ?? "";
  let needle = search.value.toLowerCase();
  const texts = rows.map((row) => text(row).toLowerCase());
  const found = (row) => texts[row.row].includes(needle);

  const table = new Tabulator(place, {
    data: rows, columns, index: "row", layout: "fitColumns", height: "min(70vh, 46rem)",
    responsiveLayout: "hide", columnDefaults: { resizable: "header", headerSortTristate: false, vertAlign: "middle" },
    initialSort: sort, placeholder: "Nothing matches",
    initialFilter: needle ? [{ field: found }] : [],
    initialHeaderFilter: columns.filter((column) => wanted.has(column.field))
      .map((column) => ({ field: column.field, value: wanted.get(column.field) })),
    rowFormatter: (row) => { row.getElement().tabIndex = -1; },
  });
  let built = false;
  const filters = () => {
    if (!built) return wanted;
    const all = new URLSearchParams();
    if (needle) all.set("q", search.value);
    for (const { field, value } of table.getHeaderFilters()) all.set(field, value);
    return all;
  };
  opened.set(name, { filters, table });
  table.on("tableBuilt", () => {
    built = true;
    // Rows are reached by keys; what holds them is not.
    place.querySelector(".tabulator-tableholder").removeAttribute("tabindex");
    if (needle) table.setFilter(found);
  });
  table.on("renderComplete", () => keepReachable(place));
  table.on("dataFiltered", (_, left) => {
    shown.value = left.length === rows.length ? `${count(rows.length)} ${counted}` : `${count(left.length)} of ${count(rows.length)} ${counted}`;
    if (built && readAddress().tab === name) writeAddress({ tab: name, line: readAddress().line, filters: filters() }, false);
  });
  search.addEventListener("input", later(() => {
    needle = search.value.toLowerCase();
    table.setFilter(found);
  }));
  reset.addEventListener("click", () => {
    search.value = "";
    needle = "";
    table.clearFilter(true);
  });
  if (open) table.on("rowClick", (_, row) => open(row.getData().row));
  moveByKeys(place, table, open);
  return table;
}

/** One of the rows is where the Tab key goes. */
function keepReachable(place, to) {
  const rows = [...place.querySelectorAll(".tabulator-row")];
  const one = to ?? rows.find((row) => row.tabIndex === 0) ?? rows[0];
  for (const row of rows) row.tabIndex = row === one ? 0 : -1;
}

/** Arrow keys go from row to row, Enter opens one. */
function moveByKeys(place, table, open) {
  place.addEventListener("keydown", (event) => {
    if (!event.target.classList.contains("tabulator-row")) return;
    const row = table.getRow(event.target);
    if (event.key === "Enter" && open) {
      event.preventDefault();
      open(row.getData().row);
      return;
    }
    const to = {
      ArrowDown: () => row.getNextRow(),
      ArrowUp: () => row.getPrevRow(),
      Home: () => table.getRowFromPosition(1),
      End: () => table.getRowFromPosition(table.getDataCount("active")),
    }[event.key]?.();
    if (!to) return;
    event.preventDefault();
    Promise.resolve(table.scrollToRow(to, "nearest", false)).catch(() => {}).then(() => {
      keepReachable(place, to.getElement());
      to.getElement().focus();
    });
  });
}
