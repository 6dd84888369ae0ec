import { watchNumber } from "./number.js";

// One screen: each step of a call takes the place of the one before it, without a page to load.
// Without htmx, links and forms load the same addresses as whole pages. « Passer au 15 » always does.
const call = document.querySelector("#call");
if (call) {
  follow(call);
}

function follow(box) {
  const said = document.querySelector("[data-step-said]");
  const failed = document.querySelector("[data-step-failed]");
  let goingBack = null;
  const mine = (event) => event.detail.target === box;

  watchNumber();
  document.addEventListener(
    "submit",
    (event) => {
      if (event.submitter?.matches("[data-fifteen]")) {
        event.stopPropagation(); // htmx never sees it: nothing of ours stands before the 15
      }
    },
    { capture: true },
  );

  document.body.addEventListener("htmx:beforeRequest", (event) => {
    if (mine(event)) {
      failed.hidden = true;
      goingBack?.abort();
    }
  });

  // « Précédent » pressed twice: the answer to the first press must not come last.
  document.body.addEventListener("htmx:historyCacheMiss", (event) => {
    goingBack?.abort();
    goingBack = event.detail.xhr;
    goingBack.addEventListener("error", sayUnreachable);
  });

  document.body.addEventListener("htmx:beforeSwap", (event) => {
    if (!mine(event)) {
      return;
    }
    const { xhr } = event.detail;
    event.detail.isError = false; // a refusal is a screen too, or is said beside the one there is
    event.detail.shouldSwap = xhr.responseText.includes('id="call"');
    if (!event.detail.shouldSwap && xhr.status < 400) {
      location.assign(xhr.responseURL); // the way led out of the console
    } else if (!event.detail.shouldSwap) {
      sayRefused(xhr);
    }
  });

  // The address of a sending leads nowhere: what it answers itself stands at the address of before.
  document.body.addEventListener("htmx:beforeHistoryUpdate", (event) => {
    if (!mine(event)) {
      return;
    }
    const { history, pathInfo, requestConfig } = event.detail;
    const answered = pathInfo.responsePath || pathInfo.finalRequestPath;
    const here = location.pathname + location.search;
    const sent = requestConfig.verb !== "get" && answered === pathInfo.finalRequestPath;
    if (sent || answered === here) {
      history.type = "replace";
      history.path = here;
    }
  });

  document.body.addEventListener("htmx:afterSettle", (event) => mine(event) && arrive());
  document.body.addEventListener("htmx:historyRestore", arrive);
  document.body.addEventListener("htmx:historyCacheMissLoadError", () => location.reload());
  for (const name of ["htmx:sendError", "htmx:timeout"]) {
    document.body.addEventListener(name, (event) => mine(event) && sayUnreachable());
  }

  function arrive() {
    failed.hidden = true;
    const title = box.querySelector("h1");
    const first =
      box.querySelector('[aria-invalid="true"]') ?? box.querySelector("[autofocus]") ?? title;
    scrollTo(0, 0);
    if (first === title) {
      title.tabIndex = -1;
    }
    first.focus();
    if (first !== title) {
      first.scrollIntoView({ block: "nearest" }); // it may have had the focus already
    }
    said.textContent = first === title ? "" : title.textContent;
    document.dispatchEvent(new CustomEvent("console:step"));
  }

  function sayUnreachable() {
    say(
      "Le serveur ne répond pas.",
      "Ce que vous avez saisi est resté\u00a0: réessayez. Urgence vitale, ou le moindre doute\u00a0: composez le 15 au téléphone.",
    );
  }

  function sayRefused(xhr) {
    const page = new DOMParser().parseFromString(xhr.responseText, "text/html");
    const text = (one, other) => page.querySelector(one)?.textContent.trim() || other;
    say(text("h1", "La demande a échoué."), text('[role="alert"]', "Réessayez."));
    if (xhr.status === 401) {
      const link = make("a", "Se connecter");
      link.href = "/connexion";
      failed.firstElementChild.append(link);
    }
  }

  function say(title, detail) {
    const words = make("div", "");
    words.append(make("strong", title), make("p", detail));
    failed.replaceChildren(words);
    failed.hidden = false;
    failed.scrollIntoView({ block: "center" });
  }

  function make(tag, text) {
    const one = document.createElement(tag);
    one.textContent = text;
    return one;
  }
}
