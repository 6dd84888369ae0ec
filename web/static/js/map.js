// The map beside the list: an aid, asked for by a button, that holds nothing the list does not.
import { addOutlines, addTiles, load, makeMap } from "./leaflet_map.js";
import { drawMarkers } from "./markers.js";

const OPEN = "recours-carte";
let map = null;

async function open(panel, toggle) {
  const said = panel.querySelector("#map-said");
  panel.hidden = false;
  toggle.setAttribute("aria-expanded", "true");
  document.body.classList.add("with-map");
  said.textContent = "Chargement de la carte…";
  try {
    await load(panel.dataset);
  } catch {
    said.textContent = "La carte n'a pas pu être chargée. La liste dit tout\u202f; réessayez plus tard.";
    return;
  }
  if (panel.isConnected && !panel.hidden) {
    forget();
    map = makeMap(panel);
    said.textContent = drawMarkers(map);
    const say = (text) => {
      said.textContent = `${said.textContent} ${text}`;
    };
    addTiles(map, panel.dataset, say);
    addOutlines((drawn) => drawn === map, map, panel.dataset, say);
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
