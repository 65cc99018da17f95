// The address after `#`: a tab, the line that is open, and after `?` what a table is filtered by.
//
//   #orders/V10/S1/2026-11-20/P1?q=onion

function readAddress() {
  const [path, query = ""] = location.hash.replace(/^#/, "").split("?");
  const [tab, ...rest] = path.split("/");
  return { tab, line: rest.length === 4 ? rest.join("/") : "", filters: new URLSearchParams(query) };
}

function writeAddress({ tab, line = "", filters = new URLSearchParams() }, push) {
  const query = filters.toString();
  const hash = `#${tab}${line ? "/" + line : ""}${query ? "?" + query : ""}`;
  if (hash === location.hash) return;
  if (push) history.pushState(null, "", hash);
  else history.replaceState(null, "", hash);
}
