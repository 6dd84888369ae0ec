// « Qui est là » on a map: counts by profession and place, each leading to the search of the table.
import { addOutlines, addTiles, load, makeMap } from "./leaflet_map.js";
import { clusterGroup, element, icon } from "./markers.js";

const panel = document.querySelector("#people-map");
const toggle = document.querySelector("#people-toggle");
const choice = document.querySelector("#people-profession");
const said = document.querySelector("#people-said");
let map = null;
let told = null;
let drawn = null;

const files = (count) => `${count} fiche${count > 1 ? "s" : ""}`;

if (panel && toggle) {
  toggle.hidden = false;
  toggle.addEventListener("click", () => {
    panel.hidden = !panel.hidden;
    toggle.setAttribute("aria-expanded", String(!panel.hidden));
    if (!panel.hidden && !map) {
      open();
    }
  });
  choice.addEventListener("change", draw);
}

async function open() {
  said.textContent = "Chargement de la carte…";
  try {
    const [answer] = await Promise.all([fetch(panel.dataset.people), load(panel.dataset)]);
    if (!answer.ok) {
      throw new Error(String(answer.status));
    }
    told = await answer.json();
  } catch {
    said.textContent = "La carte n'a pas pu être chargée. Le tableau dit tout\u202f; réessayez plus tard.";
    return;
  }
  map = makeMap(panel);
  told.professions.forEach(({ label, count }, place) => {
    choice.append(new Option(`${label} (${count})`, String(place)));
  });
  const say = (text) => {
    said.textContent = `${said.textContent} ${text}`;
  };
  draw();
  addTiles(map, panel.dataset, say);
  addOutlines((shown) => shown === map, map, panel.dataset, say);
}

function shownSpots() {
  return told.spots
    .map(([profession, commune, lat, lon, exact, count]) => ({
      profession, commune, point: [lat, lon], exact, count,
    }))
    .filter(({ profession }) => choice.value === "" || profession === Number(choice.value));
}

function draw() {
  const spots = shownSpots();
  drawn?.remove();
  drawn = L.layerGroup().addTo(map);
  const exact = clusterGroup(
    (cluster) => cluster.getAllChildMarkers().reduce((sum, one) => sum + one.options.count, 0),
    (count) => `${files(count)} dans des lieux proches, Entrée pour agrandir`,
  );
  for (const group of byPlace(spots.filter((one) => one.exact), ({ point }) => String(point))) {
    exact.addLayer(marker(group, "exact", "", "à cette adresse"));
  }
  drawn.addLayer(exact);
  for (const group of byPlace(spots.filter((one) => !one.exact), (one) => String(one.commune))) {
    drawn.addLayer(marker(group, "commune", "≈ ", "sans position précise"));
  }
  if (spots.length) {
    const bounds = L.latLngBounds(spots.map(({ point }) => point)).pad(0.1);
    map.fitBounds(bounds, { maxZoom: 15, animate: false });
  } else {
    map.setView([46.6, 2.4], 5);
  }
  said.textContent = sayDrawn(spots);
}

function byPlace(spots, key) {
  const groups = new Map();
  for (const spot of spots) {
    groups.set(key(spot), [...(groups.get(key(spot)) ?? []), spot]);
  }
  return [...groups.values()];
}

function marker(group, className, before, where) {
  const count = total(group);
  const title = `${told.communes[group[0].commune]}\u00a0: ${files(count)} ${where}`;
  const width = before ? 58 : 34;
  const made = L.marker(group[0].point, {
    count,
    icon: icon(className, `${before}${count}`, title, width),
  });
  // Beside the zoom buttons, not under them, on a telephone too.
  return made.bindPopup(bubble(title, group), { maxWidth: 230, autoPanPaddingTopLeft: [64, 8] });
}

function bubble(title, group) {
  const box = document.createElement("div");
  const list = document.createElement("ul");
  box.append(element("p", "bubble-title", title), list);
  for (const { profession, commune, count } of group) {
    const link = element("a", "", `${told.professions[profession].label}\u00a0: ${files(count)}`);
    link.href = told.searches[profession][commune];
    const item = document.createElement("li");
    item.append(link);
    list.append(item);
  }
  return box;
}

function total(spots) {
  return spots.reduce((sum, { count }) => sum + count, 0);
}

function sayDrawn(spots) {
  const vague = total(spots.filter((one) => !one.exact));
  const parts = [`${files(total(spots))} sur la carte`];
  if (vague) {
    parts.push(`dont ${vague} à la commune seulement (≈), jamais à une adresse`);
  }
  const nowhere = told.nowhere && choice.value === "" ? ` ${told.nowhere} sans position\u00a0: dans le tableau seulement.` : "";
  return `${parts.join(", ")}.${nowhere}`;
}
