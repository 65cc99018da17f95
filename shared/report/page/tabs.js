// Links and sections become tabs by the ARIA pattern: arrow keys move, Home and End go to the ends.

const tabs = [...document.querySelectorAll(".tabs a")];
const panels = tabs.map((tab) => document.getElementById(tab.hash.slice(1)));
const openers = new Map();

/** Something to make when a tab is opened for the first time. */
function whenOpened(name, make) {
  openers.set(name, make);
}

function makeTabs() {
  const list = document.querySelector(".tabs");
  list.setAttribute("role", "tablist");
  tabs.forEach((tab, place) => {
    const panel = panels[place];
    tab.id = `tab-${panel.id}`;
    tab.setAttribute("role", "tab");
    tab.setAttribute("aria-controls", panel.id);
    panel.setAttribute("role", "tabpanel");
    panel.setAttribute("aria-labelledby", tab.id);
    tab.addEventListener("click", (event) => {
      event.preventDefault();
      choose(panel.id, true);
    });
    tab.addEventListener("keydown", (event) => {
      const to = { ArrowRight: place + 1, ArrowLeft: place - 1, Home: 0, End: tabs.length - 1 }[event.key];
      if (event.key === " ") choose(panel.id, true);
      else if (to === undefined) return;
      else {
        const next = (to + tabs.length) % tabs.length;
        choose(panels[next].id, true);
        tabs[next].focus();
      }
      event.preventDefault();
    });
  });
}

function choose(name, push) {
  writeAddress({ tab: name, filters: filtersOf(name) }, push);
  openTab(name);
  if (push) scrollTo(0, 0);
}

function openTab(name) {
  panels.forEach((panel, place) => {
    const open = panel.id === name;
    panel.classList.toggle("shown", open);
    tabs[place].setAttribute("aria-selected", String(open));
    tabs[place].tabIndex = open ? 0 : -1;
    if (!open) return;
    // Not by scrollIntoView, from which on the Tab key would go.
    const list = tabs[place].parentElement;
    const { offsetLeft, offsetWidth } = tabs[place];
    if (offsetLeft < list.scrollLeft || offsetLeft + offsetWidth > list.scrollLeft + list.clientWidth) list.scrollLeft = offsetLeft - 16;
    openers.get(name)?.();
    openers.delete(name);
    showCharts(panel);
  });
}

/** The tab of an address; the first for one that there is not. */
function tabOf(name) {
  return panels.some((panel) => panel.id === name) ? name : panels[0].id;
}
