// Markers of the entries on the page. A point known to the commune only is never drawn as an
// address: those entries are grouped under their commune, and that is said.
const EXACT = ["address", "street", "pin"];

export function element(tag, className, text) {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}

function entriesOf(list) {
  return [...list.children].map((card, place) => ({
    card,
    number: place + 1,
    link: card.querySelector("h3 a"),
    point: card.dataset.lat ? [Number(card.dataset.lat), Number(card.dataset.lon)] : null,
    exact: EXACT.includes(card.dataset.precision),
    commune: card.dataset.commune,
  }));
}

export function icon(className, short, said, width = 34) {
  const html = document.createElement("span");
  html.append(element("span", "short", short), element("span", "visually-hidden", said));
  html.firstChild.setAttribute("aria-hidden", "true");
  return L.divIcon({ className: `marker ${className}`, html, iconSize: [width, 34] });
}

function bubble(title, entries) {
  const box = document.createElement("div");
  box.append(element("p", "bubble-title", title));
  const list = document.createElement("ul");
  for (const { number, link } of entries) {
    const back = document.createElement("a");
    back.href = `#${link.closest("li").id}`;
    back.textContent = `${number}. ${link.textContent}`;
    back.addEventListener("click", (event) => {
      event.preventDefault();
      link.focus();
      link.closest(".result").scrollIntoView({ block: "center" });
    });
    const item = document.createElement("li");
    item.append(back);
    list.append(item);
  }
  box.append(list);
  return box;
}

function addLink(entries, go) {
  for (const { card, link } of entries) {
    const button = element("button", "pick to-map no-print", "Sur la carte");
    button.type = "button";
    button.append(element("span", "visually-hidden", `\u00a0: ${link.textContent}`));
    button.addEventListener("click", go);
    card.querySelector(".card-acts").prepend(button);
  }
}

// Markers stand alone from this zoom on: one can always be shown.
const ALONE_ZOOM = 17;

function show(map, marker) {
  if (!marker.getElement()) {
    map.setView(marker.getLatLng(), ALONE_ZOOM, { animate: false });
  }
  marker.openPopup();
  marker.getElement()?.focus({ preventScroll: true });
  map.getContainer().scrollIntoView({ block: "nearest" });
}

function byPlace(entries, key) {
  const groups = new Map();
  for (const entry of entries) {
    groups.set(key(entry), [...(groups.get(key(entry)) ?? []), entry]);
  }
  return [...groups.values()];
}

// A group of markers that says how many it stands for.
export function clusterGroup(countOf, say) {
  return L.markerClusterGroup({
    animate: false,
    disableClusteringAtZoom: ALONE_ZOOM,
    maxClusterRadius: 44,
    showCoverageOnHover: false,
    spiderfyOnMaxZoom: false,
    iconCreateFunction: (cluster) => {
      const count = countOf(cluster);
      return icon("cluster", String(count), say(count));
    },
  });
}

function drawExact(map, entries) {
  const clusters = clusterGroup(
    (cluster) => cluster.getChildCount(),
    (count) => `${count} repères proches, Entrée pour agrandir`,
  );
  for (const group of byPlace(entries, ({ point }) => String(point))) {
    const alone = group.length === 1;
    const title = alone ? group[0].link.textContent : `${group.length} fiches à cette adresse`;
    const short = alone ? String(group[0].number) : `×${group.length}`;
    const marker = L.marker(group[0].point, { icon: icon("exact", short, title) });
    marker.bindPopup(bubble(alone ? "Dans la liste\u00a0:" : `${title}\u00a0:`, group));
    addLink(group, () => show(map, marker));
    clusters.addLayer(marker);
  }
  map.addLayer(clusters);
}

// Where a commune's mark may stand when its own place is taken, nearest first, in pixels.
const ASIDE = [0, 1, -1, 2, -2]
  .flatMap((down) => [0, 1, -1, 2, -2].map((right) => [right * 58, down * 38]))
  .sort((one, other) => Math.hypot(...one) - Math.hypot(...other));

function overlap(one, other) {
  return one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;
}

// The mark of a commune is nowhere in particular: it makes room for the exact ones, and for others.
function standAside(map, marks) {
  const taken = [...map.getPane("markerPane").children]
    .filter((one) => !one.classList.contains("commune"))
    .map((one) => one.getBoundingClientRect());
  for (const mark of marks) {
    const drawn = mark.getElement();
    const [x, y] = mark.options.icon.options.iconSize.map((side) => side / 2);
    const stand = ([right, down]) => {
      drawn.style.marginLeft = `${right - x}px`;
      drawn.style.marginTop = `${down - y}px`;
      return drawn.getBoundingClientRect();
    };
    const free = ASIDE.find((one) => !taken.some((other) => overlap(stand(one), other)));
    taken.push(stand(free ?? ASIDE[0]));
  }
}

function drawCommunes(map, entries) {
  const marks = [];
  for (const group of byPlace(entries, ({ commune, point }) => `${commune} ${point}`)) {
    const count = group.length;
    const title = `${group[0].commune || "Commune inconnue"}\u00a0: ${count} fiche${count > 1 ? "s" : ""} sans position précise`;
    const marker = L.marker(group[0].point, { icon: icon("commune", `≈ ${count}`, title, 52) });
    marker.bindPopup(bubble(title, group));
    marker.addTo(map);
    marks.push(marker);
    addLink(group, () => show(map, marker));
  }
  map.on("zoomend moveend", () => standAside(map, marks));
  standAside(map, marks);
}

function sayDrawn(entries) {
  const placed = entries.filter((entry) => entry.point);
  const vague = placed.filter((entry) => !entry.exact).length;
  const nowhere = entries.length - placed.length;
  const parts = [`${placed.length} sur ${entries.length} fiches de la liste sont sur la carte`];
  if (vague) {
    parts.push(`dont ${vague} à la commune seulement (≈), jamais à une adresse`);
  }
  const nowhereSaid = nowhere ? ` ${nowhere} sans position connue\u00a0: dans la liste seulement.` : "";
  return `${parts.join(", ")}.${nowhereSaid}`;
}

// Draws every entry of the list and says, in words, what is and is not on the map.
export function drawMarkers(map) {
  const entries = entriesOf(document.querySelector(".result-list"));
  const placed = entries.filter((entry) => entry.point);
  if (placed.length) {
    map.fitBounds(L.latLngBounds(placed.map((entry) => entry.point)).pad(0.15), {
      maxZoom: 15,
      animate: false,
    });
  } else {
    map.setView([46.6, 2.4], 5);
  }
  drawExact(map, placed.filter((entry) => entry.exact));
  drawCommunes(map, placed.filter((entry) => !entry.exact));
  return sayDrawn(entries);
}
