// Every proposed line.

function makeLines() {
  const host = document.getElementById("line-table");
  if (!host) return null;
  const rows = Array.from({ length: DATA.lines.count }, (_, row) => line(row));
  const productName = (cell) => {
    const data = cell.getData();
    return element("span", {}, named(data.product), " ", element("span", { className: "muted id" }, named(data.productId)));
  };
  return makeTable(host, {
    name: "orders", things: "lines", counted: "lines", rows,
    text: (row) => `${row.product} ${row.productId} ${row.vendor} ${row.vendorId} ${row.site} ${row.siteId} ${row.delivery} ${row.deliveryWords}`,
    open: (row) => openLine(row, true),
    sort: [{ column: "atRisk", dir: "desc" }],
    columns: [
      textColumn("Product", "product", { formatter: productName, minWidth: 140, widthGrow: 2 }),
      textColumn("Vendor", "vendor", { minWidth: 110, responsive: 2 }),
      textColumn("Site", "site", { minWidth: 100, responsive: 2 }),
      textColumn("Delivery", "deliveryWords", { width: 105, sorter: (_a, _b, one, other) => byValue(one.getData().delivery, other.getData().delivery) }),
      textColumn("Order by", "orderByWords", { width: 140, responsive: 1, sorter: (_a, _b, one, other) => one.getData().orderBy - other.getData().orderBy }),
      numberColumn("Quantity", "quantity", (row) => quantity(row.quantity, row.unit), { width: 105 }),
      numberColumn("Value", "value", (row) => money(row.value, row.currency), { width: 95, responsive: 3 }),
      numberColumn("At risk", "atRisk", (row) => (row.atRisk < 0 ? "–" : money(row.atRisk, row.currency)), { width: 95, responsive: 1 }),
      numberColumn("Short", "chanceShort", (row) => chance(row.chanceShort), { scale: 10, width: 95, responsive: 4 }),
    ],
  });
}
