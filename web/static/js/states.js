// What a page says when the server does not answer, and the buttons that need JavaScript.
const RETRY = "Réessayer";

function sayUnreachable(region, again) {
  const text = document.createElement("p");
  text.textContent = region.dataset.said;
  const button = document.createElement("button");
  button.type = "button";
  button.className = "button quiet";
  button.textContent = RETRY;
  button.addEventListener("click", again);
  region.replaceChildren(text, button);
}

const region = document.querySelector("#unreachable");
let lastAsked = null;

if (region) {
  document.body.addEventListener("htmx:beforeRequest", (event) => {
    if (event.detail.target.id === "results") {
      lastAsked = event.detail.pathInfo.finalRequestPath;
    }
  });
  for (const failed of ["htmx:sendError", "htmx:timeout"]) {
    document.body.addEventListener(failed, (event) => {
      if (event.detail.target.id !== "results") {
        return;
      }
      sayUnreachable(region, () => location.assign(lastAsked ?? location.href));
    });
  }
  document.body.addEventListener("htmx:afterOnLoad", (event) => {
    if (event.detail.target.id === "results") {
      region.replaceChildren();
    }
  });
}

// An answer that says what is wrong is shown where the results would be.
document.body.addEventListener("htmx:beforeSwap", (event) => {
  const { xhr, target } = event.detail;
  if (xhr.status >= 400 && target.id === "results") {
    event.detail.shouldSwap = true;
    event.detail.isError = false;
  }
});

for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}

for (const button of document.querySelectorAll("[data-copy]")) {
  const said = button.querySelector("span");
  const label = said.textContent;
  button.hidden = navigator.clipboard === undefined;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(new URL(button.dataset.copy, location.href).href);
      said.textContent = "Adresse copiée";
    } catch {
      said.textContent = "Copie refusée par le navigateur";
    }
    setTimeout(() => {
      said.textContent = label;
    }, 3000);
  });
}
