// The map beside the list: an aid, asked for by a button, that holds nothing the list does not.
import { drawMarkers } from "./markers.js";

const OPEN = "recours-carte";
const MAX_ZOOM = 18;
const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
let loading = null;
let map = null;

function addSheet(href) {
  return new Promise((resolve, reject) => {
    const link = document.createElement("link");
    Object.assign(link, { rel: "stylesheet", href, onload: resolve, onerror: reject });
    document.head.append(link);
  });
}

function addScript(src) {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    Object.assign(script, { src, async: false, onload: resolve, onerror: reject });
    document.head.append(script);
  });
}

function load({ sheet, script }) {
  const parts = () => [...sheet.split(" ").map(addSheet), ...script.split(" ").map(addScript)];
  loading ??= Promise.all(parts()).catch((error) => {
    loading = null;
    throw error;
  });
  return loading;
}

function makeMap(panel) {
  // Without an id: htmx would copy its inline styles into the next answer, which CSP refuses.
  const made = L.map(panel.querySelector(".map"), {
    zoomControl: false,
    maxZoom: MAX_ZOOM,
    zoomAnimation: !calm,
    fadeAnimation: !calm,
    markerZoomAnimation: !calm,
  });
  made.attributionControl.setPrefix("Leaflet");
  L.control.zoom({ zoomInTitle: "Agrandir", zoomOutTitle: "Réduire" }).addTo(made);
  const container = made.getContainer();
  container.setAttribute("role", "application");
  container.setAttribute("aria-label", "Carte : flèches pour se déplacer, plus et moins pour agrandir");
  made.on("popupopen", ({ popup }) => {
    popup.getElement().querySelector(".leaflet-popup-close-button").ariaLabel = "Fermer la bulle";
  });
  return made;
}

function addBackground(panel, say) {
  const { tiles, attribution, outlines } = panel.dataset;
  if (tiles) {
    L.tileLayer(tiles, { attribution, maxZoom: MAX_ZOOM })
      .once("tileerror", () => say("Le fond de carte ne répond pas : les repères restent justes."))
      .addTo(map);
  }
  if (outlines) {
    const drawnOn = map;
    fetch(outlines)
      .then((answer) => (answer.ok ? answer.json() : Promise.reject(answer.status)))
      .then((told) => {
        if (drawnOn === map) {
          L.geoJSON(told, { interactive: false, className: "outline" }).addTo(map);
        }
      })
      .catch(() => say("Les contours des communes manquent."));
  }
}

async function open(panel, toggle) {
  const said = panel.querySelector("#map-said");
  panel.hidden = false;
  toggle.setAttribute("aria-expanded", "true");
  document.body.classList.add("with-map");
  said.textContent = "Chargement de la carte…";
  try {
    await load(panel.dataset);
  } catch {
    said.textContent = "La carte n'a pas pu être chargée. La liste dit tout ; réessayez plus tard.";
    return;
  }
  if (panel.isConnected && !panel.hidden) {
    forget();
    map = makeMap(panel);
    said.textContent = drawMarkers(map);
    addBackground(panel, (text) => {
      said.textContent = `${said.textContent} ${text}`;
    });
  }
}

function forget() {
  map?.remove();
  map = null;
  for (const button of document.querySelectorAll(".to-map")) {
    button.remove();
  }
}

function close(panel, toggle) {
  panel.hidden = true;
  toggle.setAttribute("aria-expanded", "false");
  document.body.classList.remove("with-map");
  forget();
}

function attach() {
  const panel = document.querySelector("#map-panel");
  const toggle = document.querySelector("#map-toggle");
  if (!panel || !toggle || !toggle.hidden) {
    return;
  }
  toggle.hidden = false;
  toggle.addEventListener("click", () => {
    const opening = panel.hidden;
    sessionStorage.setItem(OPEN, opening ? "oui" : "non");
    (opening ? open : close)(panel, toggle);
  });
  if (sessionStorage.getItem(OPEN) === "oui") {
    open(panel, toggle);
  }
}

attach();
document.body.addEventListener("htmx:afterSettle", attach);
