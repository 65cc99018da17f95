// The page's data: columns of whole numbers, with names in dictionaries.

const DATA = JSON.parse(document.getElementById("page-data").textContent);

/** A column's value in a row; a column that is the same everywhere is one number. */
function at(column, row) {
  return Array.isArray(column) ? column[row] : column;
}

/** How many rows columns have. */
function rowCount(columns) {
  const each = Object.values(columns).find(Array.isArray);
  if (each) return each.length;
  return Object.keys(columns).length ? 1 : 0;
}

/** The parts of a line's quantity, in the order in which they are told: column and words. */
const PARTS = [
  ["known", "orders already placed"],
  ["simulated", "orders expected"],
  ["yield", "lost in preparation"],
  ["needOverride", "override of the need"],
  ["stock", "in stock"],
  ["inbound", "on order"],
  ["proposals", "earlier proposals"],
  ["unreachable", "days it is too old for"],
  ["safety", "safety"],
  ["minimum", "least quantity"],
  ["multiple", "full steps"],
  ["maximum", "most that may be ordered"],
  ["vendorMinimum", "vendor's least value"],
  ["quantityOverride", "override of the quantity"],
];

/** A line of the table of lines. */
function line(row) {
  const { columns, vendors, sites, products, days, moments, units, methods } = DATA.lines;
  const value = (name) => at(columns[name], row);
  const [vendorId, vendor, currency] = vendors[value("vendor")];
  const [siteId, site] = sites[value("site")];
  const [productId, product, unit] = products[value("product")];
  const [delivery, deliveryWords] = days[value("delivery")];
  const [orderBy, orderByWords] = moments[value("orderBy")];
  return {
    row, vendorId, vendor, currency, siteId, site, productId, product, unit,
    delivery, deliveryWords, orderBy, orderByWords,
    from: days[value("from")][1],
    to: days[value("to")][1],
    orderUnit: units[value("unit")],
    method: methods[value("method")],
    quantity: value("quantity"),
    value: value("value"),
    atRisk: value("atRisk"),
    chanceShort: value("chanceShort"),
  };
}

/** A number of a line that the table does not show. */
function number(row, name) {
  return at(DATA.lines.columns[name], row);
}

/** What a line's quantity is made of, without what changes nothing. */
function partsOf(row) {
  return PARTS.map(([name, words]) => ({ words, milli: number(row, name) })).filter((part) => part.milli !== 0);
}

function linePath(row) {
  const one = line(row);
  return [one.vendorId, one.siteId, one.delivery, one.productId].map(encodeURIComponent).join("/");
}

let placesByPath = null;

/** Where the line of an address stands; `undefined` where the page has none. */
function rowOfPath(path) {
  if (!placesByPath) {
    placesByPath = new Map();
    for (let row = 0; row < DATA.lines.count; row += 1) placesByPath.set(linePath(row), row);
  }
  return placesByPath.get(path.split("/").map(decoded).map(encodeURIComponent).join("/"));
}

/** Text that may not be well encoded: an address is typed by people. */
function decoded(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

const REASONS = new Map(DATA.reasons.lines.map((reason) => [reason.line, reason]));

/** The run's id: the folder that the page's folder stands in. */
function runId() {
  const id = decoded(location.pathname.split("/").at(-3) ?? "");
  return /^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$/.test(id) ? id : "RUN";
}

/** An element with text and children; names are text and never markup. */
function element(tag, properties = {}, ...children) {
  const made = document.createElement(tag);
  const { className, ...others } = properties;
  if (className) made.className = className;
  for (const [name, value] of Object.entries(others)) {
    if (value !== undefined && value !== null) made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

/** A name from the data set, kept apart from the direction of the text around it. */
function named(text) {
  return element("bdi", {}, text);
}
