// What is told of instances, and their list.

const MOST_ROWS = 1000;

function cubicNm(volume, one) {
  return volume.size ? one.area * volume.size.reduce((product, side) => product * side / 10, 1) : null;
}

function rounded(value) {
  return Number(value.toPrecision(3)).toLocaleString("en");
}

function facts(volume, one) {
  const told = [
    ["instance", one.instance],
    ["class", volume.classes[one.category_id].name],
    ["score", one.score.toFixed(3)],
    ["size", `${one.area.toLocaleString("en")} voxels`],
  ];
  if (volume.size) told.push(["volume", `${rounded(cubicNm(volume, one))} nm³`]);
  told.push(["centroid", one.centroid.map((at, axis) => `${NAMES[axis]} ${at.toFixed(1)}`).join(", ")]);
  return told;
}

function showFacts(list, told) {
  list.replaceChildren(...told.flatMap(([name, value]) => [element("dt", name), element("dd", value)]));
}

function element(name, text) {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}

const KEYS = {
  instance: one => one.instance,
  class: (one, volume) => volume.classes[one.category_id].name,
  score: one => -one.score,
  area: one => -one.area,
  volume: one => -one.area,
};

function sorted(volume, key, reversed) {
  const value = KEYS[key], sign = reversed ? -1 : 1;
  const order = (a, b) => (a < b ? -sign : a > b ? sign : 0);
  const compare = (a, b) => order(value(a, volume), value(b, volume)) || a.instance - b.instance;
  return [...volume.known.values()].sort(compare);
}

function swatch(colour) {
  const made = element("span", "");
  made.className = "swatch";
  made.style.setProperty("--class", colour);
  return made;
}

function rowOf(volume, one, jump) {
  const row = document.createElement("tr"), first = document.createElement("th");
  const number = element("button", one.instance), { name, colour } = volume.classes[one.category_id];
  const named = element("td", name);
  row.dataset.instance = one.instance;
  first.scope = "row";
  number.type = "button";
  number.prepend(swatch(one.colour));
  if (several(volume)) named.prepend(swatch(colour));
  first.append(number);
  row.append(first, named, element("td", one.score.toFixed(3)), element("td", one.area.toLocaleString("en")));
  if (volume.size) row.append(element("td", rounded(cubicNm(volume, one))));
  row.addEventListener("click", () => jump(one));
  return row;
}

function showList(volume, view, jump) {
  const { key, reversed } = view.order, every = sorted(volume, key, reversed), shown = every.slice(0, MOST_ROWS);
  by("list").replaceChildren(...shown.map(one => rowOf(volume, one, jump)));
  const all = every.length === shown.length;
  by("listed").textContent = all ? "" : `The first ${MOST_ROWS} of ${every.length} in this order.`;
  for (const head of document.querySelectorAll("[data-key]")) {
    const own = head.dataset.key === key, rising = (key === "instance" || key === "class") !== reversed;
    head.parentElement.ariaSort = own ? (rising ? "ascending" : "descending") : "none";
  }
  markRow(view);
}

function markRow(view) {
  by("list").querySelector(".chosen")?.classList.remove("chosen");
  by("list").querySelector(`[data-instance="${view.selected}"]`)?.classList.add("chosen");
}

function showTip(volume, event, one) {
  const tip = by("tip");
  tip.hidden = !one;
  if (!one) return;
  tip.replaceChildren(...facts(volume, one).map(([name, value]) => element("span", `${name} ${value}`)));
  tip.style.left = `${Math.min(event.clientX + 16, innerWidth - tip.offsetWidth - 8)}px`;
  tip.style.top = `${Math.min(event.clientY + 16, innerHeight - tip.offsetHeight - 8)}px`;
}
