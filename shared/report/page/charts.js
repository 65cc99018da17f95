// Fans and waterfalls.

Chart.defaults.animation = false;
Chart.defaults.font.family = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Noto Sans', sans-serif";
Chart.defaults.maintainAspectRatio = false;

function axes(words, format) {
  const ticks = { color: colour("muted") };
  const grid = { color: colour("line") };
  return {
    x: { ticks: { ...ticks, maxRotation: 0, autoSkipPadding: 12 }, grid: { display: false } },
    y: {
      beginAtZero: true,
      ticks: { ...ticks, callback: format, maxTicksLimit: 6 },
      grid,
      border: { display: false },
      title: { display: Boolean(words), text: words, color: colour("muted") },
    },
  };
}

function legend() {
  return { position: "bottom", labels: { color: colour("ink"), usePointStyle: true, boxHeight: 7, padding: 16 } };
}

function curve(label, data, tone, more = {}) {
  return {
    label, data, borderColor: colour(tone), backgroundColor: colour(tone), borderWidth: 2, pointRadius: 0,
    pointStyle: "line", tension: 0, ...more,
  };
}

/** A band from one line to the next dataset. */
function band(label, low, high, tone) {
  const hidden = { borderWidth: 0, pointRadius: 0, tension: 0, pointStyle: "rect" };
  return [
    { ...hidden, label, data: high, backgroundColor: colour(tone), fill: "+1" },
    { ...hidden, label: "", data: low, backgroundColor: "transparent", fill: false },
  ];
}

const boxes = (number) => `${count(number)}`;
const withoutUnnamed = { filter: (item) => item.text !== "" };

function tips() {
  return {
    mode: "index", intersect: false,
    filter: (item) => item.raw !== null,
    callbacks: {
      label: (item) => {
        const place = item.dataIndex;
        const low = item.chart.data.datasets[item.datasetIndex + 1];
        if (item.dataset.fill) return `${item.dataset.label}: ${count(low.data[place])} to ${count(item.raw)}`;
        return item.dataset.label ? `${item.dataset.label}: ${count(item.raw)}` : null;
      },
    },
  };
}

/** Boxes per week: where 8 in 10 and 5 in 10 draws fall, the median, the last median and the known orders. */
function fanChart() {
  const of = (place) => DATA.weeks.map((week) => week.fan[place]);
  const last = DATA.weeks.map((week) => week.last ?? null);
  const datasets = [
    curve("known orders", DATA.weeks.map((week) => week.known || null), "known", { showLine: false, pointRadius: 5, pointStyle: "rectRot" }),
    curve("median", of(3), "middle", { pointRadius: 3, pointStyle: "circle" }),
    ...(last.some((value) => value !== null)
      ? [curve("last plan's median", last, "last", { borderDash: [6, 4], pointRadius: 3, pointStyle: "triangle", spanGaps: true })]
      : []),
    ...band("5 in 10 draws", of(2), of(4), "five"),
    ...band("8 in 10 draws", of(1), of(5), "eight"),
  ];
  return {
    type: "line",
    data: { labels: DATA.weeks.map((week) => week.name), datasets },
    options: {
      scales: axes("boxes", boxes),
      plugins: { legend: { ...legend(), labels: { ...legend().labels, ...withoutUnnamed } }, tooltip: tips() },
      interaction: { mode: "index", intersect: false },
    },
  };
}

/** A site's boxes by packing day against the most that it may pack. */
function siteChart(site) {
  const datasets = [
    curve("plan", site.boxes, "middle", { pointRadius: 2, pointStyle: "circle" }),
    ...(site.cap.some((cap) => cap !== null)
      ? [curve("most it may pack", site.cap, "limit", { stepped: "middle", borderDash: [2, 3], spanGaps: false })]
      : []),
    ...band("8 in 10 draws", site.low, site.high, "eight"),
  ];
  return {
    type: "line",
    data: { labels: site.days, datasets },
    options: {
      scales: axes("", boxes),
      plugins: { legend: { ...legend(), labels: { ...legend().labels, ...withoutUnnamed } }, tooltip: tips() },
    },
  };
}

/** Bars that float from one running sum to the next; `ends` are whole bars at both sides. */
function waterfall(steps, unit, small) {
  let running = 0;
  const bars = steps.map((step) => {
    if (step.total) {
      running = step.milli;
      return [0, running];
    }
    const from = running;
    running += step.milli;
    return [from, running];
  });
  const tone = (step) => colour(step.total ? "total" : step.milli > 0 ? "adds" : "takes");
  const options = {
    indexAxis: small ? "x" : "y",
    plugins: {
      legend: { display: false },
      tooltip: { callbacks: { label: (item) => signedExact(steps[item.dataIndex].milli, unit) } },
    },
    scales: { x: { display: false }, y: { display: false } },
  };
  if (!small) {
    options.scales = {
      x: { ticks: { color: colour("muted"), callback: (value) => quantity(value, unit), maxTicksLimit: 6 }, grid: { color: colour("line") }, border: { display: false } },
      y: { ticks: { color: colour("ink"), autoSkip: false }, grid: { display: false } },
    };
  }
  return {
    type: "bar",
    data: {
      labels: steps.map((step) => step.words),
      datasets: [{ data: bars, backgroundColor: steps.map(tone), borderRadius: 2, barPercentage: 0.9, categoryPercentage: 0.9, minBarLength: 2 }],
    },
    options,
  };
}

function drawOverview() {
  const fan = document.getElementById("fan");
  if (fan && DATA.weeks.length) draw(fan, "Boxes per week with their uncertainty; the table below holds the figures", fanChart);
  for (const figure of document.querySelectorAll("[data-change]")) {
    const changed = DATA.changes[Number(figure.dataset.change)];
    const steps = [
      { words: "before", milli: changed.before, total: true },
      ...changed.parts.map(([words, milli]) => ({ words, milli })),
      { words: "now", milli: changed.after, total: true },
    ];
    const words = steps.map((step) => `${step.words} ${quantity(step.milli, changed.unit)}`).join(", ");
    draw(figure, words, () => waterfall(steps, changed.unit, true));
  }
}

function drawSites() {
  const grid = document.getElementById("site-charts");
  for (const site of DATA.sites) {
    const figure = element("figure", { className: "chart" });
    grid.append(element("div", { className: "card" }, element("h4", {}, named(site.name)), figure));
    draw(figure, `Boxes that ${site.name} packs by day; the tables below hold the figures`, () => siteChart(site));
  }
}
