// Colours come from the style sheet, so that charts follow light, dark and paper.

function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

const charts = [];

/** Draws a chart of a figure when it is first seen, and again when colours change. `make` gives its configuration. */
function draw(figure, words, make) {
  const entry = { figure, words, make, chart: null };
  charts.push(entry);
  if (figure.offsetParent !== null) show(entry);
}

function show(entry) {
  entry.chart?.destroy();
  const canvas = element("canvas", { role: "img", "aria-label": entry.words });
  entry.figure.replaceChildren(canvas);
  entry.chart = new Chart(canvas, entry.make());
}

/** Draws what has come into view. */
function showCharts(scope) {
  for (const entry of charts) {
    if (!entry.chart && scope.contains(entry.figure) && entry.figure.offsetParent !== null) show(entry);
  }
}

function redrawCharts() {
  for (const entry of charts) if (entry.figure.offsetParent !== null) show(entry);
}

/** Forgets the charts of an element that is about to go. */
function dropCharts(scope) {
  for (let at = charts.length - 1; at >= 0; at -= 1) {
    if (!scope.contains(charts[at].figure)) continue;
    charts[at].chart?.destroy();
    charts.splice(at, 1);
  }
}

matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redrawCharts);
addEventListener("beforeprint", () => {
  document.documentElement.classList.add("printing");
  redrawCharts();
});
addEventListener("afterprint", () => {
  document.documentElement.classList.remove("printing");
  redrawCharts();
});
