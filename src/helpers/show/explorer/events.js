// One event side by side, in the reader's order; the address keeps event and order (#pact-signed~group).

const sections = [...document.querySelectorAll(".event")], ORDERS = ["lag", "outlet", "group", "language"];
const choice = document.getElementById("event"), order = document.getElementById("by");
const usual = sections.find((section) => section.classList.contains("biggest")) ?? sections[0];
for (const section of sections) [...section.querySelectorAll("tbody tr")].forEach((row, place) => (row.place = place));

function show() {
  const [id, by] = decodeURIComponent(location.hash.slice(1)).split("~");
  const shown = sections.find((section) => section.id === id) ?? usual, asked = ORDERS.includes(by) ? by : "lag";
  for (const section of sections) section.classList.toggle("chosen", section === shown);
  [choice.value, order.value] = [shown.id, asked];
  const rows = [...shown.querySelectorAll("tbody tr")];
  rows.sort((a, b) => (asked === "lag" ? 0 : a.dataset[asked].localeCompare(b.dataset[asked], "en")) || a.place - b.place);
  rows[0]?.parentElement.append(...rows);
}

function chosen() {
  history.pushState(null, "", `#${choice.value}${order.value === "lag" ? "" : `~${order.value}`}`);
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
