// Puts everything in its place.

function follow() {
  const { tab, line: path } = readAddress();
  openTab(tabOf(tab));
  // The browser goes to the section that the address names; its tab and what is above it stay in view.
  scrollTo(0, 0);
  const row = path && tab === "orders" ? rowOfPath(path) : undefined;
  if (row !== undefined) openLine(row, false);
  else if (drawer.open) drawer.close();
}

whenOpened("recipes", makeRecipes);
whenOpened("products", makeProducts);
whenOpened("orders", makeLines);
drawOverview();
drawSites();
makeTabs();
for (const place of document.querySelectorAll(".run-id")) place.textContent = runId();
// What scrolls sideways can be reached by keys.
for (const card of document.querySelectorAll(".card")) card.tabIndex = 0;
addEventListener("hashchange", follow);
addEventListener("popstate", follow);
follow();
