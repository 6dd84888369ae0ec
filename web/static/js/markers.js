// Markers of the entries on the page. A point known to the commune only is never drawn as an
// address: those entries are grouped under their commune, and that is said.
const EXACT = ["address", "street"];

function element(tag, className, text) {
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

function icon(className, short, said, width = 34) {
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

function addLink(entries, show) {
  for (const { card, link } of entries) {
    const button = element("button", "pick to-map no-print", "Sur la carte");
    button.type = "button";
    button.append(element("span", "visually-hidden", ` : ${link.textContent}`));
    button.addEventListener("click", show);
    card.querySelector(".card-acts").prepend(button);
  }
}

function showMarker(marker) {
  marker.openPopup();
  marker.getElement()?.focus();
  marker.getElement()?.scrollIntoView({ block: "nearest" });
}

function drawExact(map, entries, calm) {
  const clusters = L.markerClusterGroup({
    animate: !calm,
    maxClusterRadius: 44,
    showCoverageOnHover: false,
    iconCreateFunction: (cluster) => {
      const count = cluster.getChildCount();
      return icon("cluster", String(count), `${count} fiches proches, Entrée pour agrandir`);
    },
  });
  for (const entry of entries) {
    const name = entry.link.textContent;
    const marker = L.marker(entry.point, { icon: icon("exact", String(entry.number), name) });
    marker.bindPopup(bubble("Dans la liste :", [entry]));
    addLink([entry], () => clusters.zoomToShowLayer(marker, () => showMarker(marker)));
    clusters.addLayer(marker);
  }
  map.addLayer(clusters);
}

function drawCommunes(map, entries) {
  const groups = new Map();
  for (const entry of entries) {
    const key = `${entry.commune} ${entry.point}`;
    groups.set(key, [...(groups.get(key) ?? []), entry]);
  }
  for (const group of groups.values()) {
    const count = group.length;
    const title = `${group[0].commune || "Commune inconnue"} : ${count} fiche${count > 1 ? "s" : ""} sans position précise`;
    const marker = L.marker(group[0].point, { icon: icon("commune", `≈ ${count}`, title, 52) });
    marker.bindPopup(bubble(title, group));
    marker.addTo(map);
    addLink(group, () => showMarker(marker));
  }
}

function sayDrawn(entries) {
  const placed = entries.filter((entry) => entry.point);
  const vague = placed.filter((entry) => !entry.exact).length;
  const nowhere = entries.length - placed.length;
  const parts = [`${placed.length} sur ${entries.length} fiches de la liste sont sur la carte`];
  if (vague) {
    parts.push(`dont ${vague} à la commune seulement (≈), jamais à une adresse`);
  }
  const nowhereSaid = nowhere ? ` ${nowhere} sans position connue : dans la liste seulement.` : "";
  return `${parts.join(", ")}.${nowhereSaid}`;
}

// Draws every entry of the list and says, in words, what is and is not on the map.
export function drawMarkers(map, calm) {
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
  drawExact(map, placed.filter((entry) => entry.exact), calm);
  drawCommunes(map, placed.filter((entry) => !entry.exact));
  return sayDrawn(entries);
}
