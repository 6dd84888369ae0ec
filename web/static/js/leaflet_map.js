// What every map of ours is made of: Leaflet loaded on demand, one look, the communes' outlines.
const MAX_ZOOM = 18;
const calm = matchMedia("(prefers-reduced-motion: reduce)").matches;
let loading = null;

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

export function load({ sheet, script }) {
  const parts = () => [...sheet.split(" ").map(addSheet), ...script.split(" ").map(addScript)];
  loading ??= Promise.all(parts()).catch((error) => {
    loading = null;
    throw error;
  });
  return loading;
}

export function makeMap(panel) {
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
  container.setAttribute("aria-label", "Carte\u00a0: flèches pour se déplacer, plus et moins pour agrandir");
  made.on("popupopen", ({ popup }) => {
    popup.getElement().querySelector(".leaflet-popup-close-button").ariaLabel = "Fermer la bulle";
  });
  return made;
}

export function addTiles(map, { tiles, attribution }, say) {
  if (tiles) {
    L.tileLayer(tiles, { attribution, maxZoom: MAX_ZOOM })
      .once("tileerror", () => say("Le fond de carte ne répond pas\u00a0: les repères restent justes."))
      .addTo(map);
  }
}

export function addOutlines(isShown, map, { outlines }, say) {
  if (outlines) {
    fetch(outlines)
      .then((answer) => (answer.ok ? answer.json() : Promise.reject(answer.status)))
      .then((told) => {
        if (isShown(map)) {
          L.geoJSON(told, { interactive: false, className: "outline" }).addTo(map);
        }
      })
      .catch(() => say("Les contours des communes manquent."));
  }
}
