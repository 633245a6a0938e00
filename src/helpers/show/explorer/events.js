// One event side by side, in the reader's order; the address keeps event and order (#pact-signed~group).

const sections = [...document.querySelectorAll(".event")], ORDERS = ["outlet", "group", "language", "lag"];
const choice = document.getElementById("event"), order = document.getElementById("by");
const usual = sections.find((section) => section.classList.contains("biggest")) ?? sections[0];
for (const section of sections) [...section.querySelectorAll("tbody tr")].forEach((row, place) => (row.place = place));

function show() {
  const [id, by] = decodeURIComponent(location.hash.slice(1)).split("~");
  const shown = sections.find((section) => section.id === id) ?? usual, asked = ORDERS.includes(by) ? by : "outlet";
  for (const section of sections) section.classList.toggle("chosen", section === shown);
  [choice.value, order.value] = [shown.id, asked];
  const rows = [...shown.querySelectorAll("tbody tr")];
  const apart = (a, b) => (asked === "lag" ? a.dataset.lag - b.dataset.lag : asked === "outlet" ? 0 : a.dataset[asked].localeCompare(b.dataset[asked], "en"));
  rows.sort((a, b) => apart(a, b) || a.place - b.place); // as the page has them, outlets stand by name
  rows[0]?.parentElement.append(...rows);
}

function chosen() {
  history.pushState(null, "", `#${choice.value}${order.value === "outlet" ? "" : `~${order.value}`}`);
  show();
}

if (usual) {
  document.body.classList.add("scripted");
  choice.addEventListener("change", chosen);
  order.addEventListener("change", chosen);
  addEventListener("hashchange", show);
  addEventListener("popstate", show);
  show();
}
