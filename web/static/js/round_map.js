// The round on a map that moves: asked for by a button, in place of the drawing, never a background
// from another site. It holds nothing the list does not.
import { addOutlines, load, makeMap } from "./leaflet_map.js";
import { icon } from "./markers.js";

// Markers closer than this on the screen are one: each stays a target one can hit.
const APART = 46;

function stopsOf(figure) {
  const told = [...document.querySelectorAll(".round [data-lat]")].map((visit) => ({
    point: [Number(visit.dataset.lat), Number(visit.dataset.lon)],
    short: visit.dataset.number,
    said: visit.dataset.said,
  }));
  const { lat, lon, base } = figure.dataset;
  const start = lat ? [{ point: [Number(lat), Number(lon)], short: "D", said: `Départ, ${base}` }] : [];
  return [...start, ...told];
}

function groupNear(map, stops) {
  const groups = [];
  for (const stop of stops) {
    const at = map.latLngToLayerPoint(stop.point);
    const near = groups.find((group) => group.at.distanceTo(at) < APART);
    if (near) {
      near.stops.push(stop);
    } else {
      groups.push({ at, stops: [stop] });
    }
  }
  return groups.map((group) => group.stops);
}

function drawMarkers(map, layer, stops) {
  layer.clearLayers();
  for (const group of groupNear(map, stops)) {
    const said = group.map((one) => one.said).join("\u202f; ");
    const short = group.map((one) => one.short).join(", ");
    L.marker(group[0].point, { icon: icon("exact", short, said, Math.max(34, 14 * short.length)) })
      .bindPopup(said)
      .addTo(layer);
  }
}

function draw(map, stops) {
  const points = stops.map(({ point }) => point);
  map.fitBounds(L.latLngBounds(points).pad(0.2), { maxZoom: 15, animate: false });
  L.polyline(points, { className: "way", interactive: false }).addTo(map);
  const layer = L.layerGroup().addTo(map);
  drawMarkers(map, layer, stops);
  map.on("zoomend", () => drawMarkers(map, layer, stops));
}

async function open(figure, button, said) {
  button.disabled = true;
  said.textContent = "Chargement de la carte…";
  try {
    await load(figure.dataset);
  } catch {
    button.disabled = false;
    said.textContent = "La carte n'a pas pu être chargée. Le dessin et la liste disent tout.";
    return;
  }
  figure.querySelector("svg").toggleAttribute("hidden", true);
  figure.querySelector(".map").hidden = false;
  button.hidden = true;
  said.textContent = "";
  const map = makeMap(figure);
  draw(map, stopsOf(figure));
  addOutlines(() => true, map, figure.dataset, (text) => {
    said.textContent = text;
  });
  map.getContainer().focus();
}

const figure = document.querySelector("#round-map");
const button = figure?.querySelector("button");
if (button) {
  button.hidden = false;
  button.addEventListener("click", () => open(figure, button, figure.querySelector("[role=status]")));
}
