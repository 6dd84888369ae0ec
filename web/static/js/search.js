// The result list by keyboard: arrows walk it, Enter in the field goes to it (and opens a lone one).
import { isPlain, isTyping, shortcutsOn } from "./keys.js";

const field = document.querySelector("#q");
const form = document.querySelector("#search-form");
const links = () => [...document.querySelectorAll(".result h3 a")];
let shownFor = field.value;
let enterWaits = false;

function goToResults() {
  const found = links();
  if (found.length === 1) {
    found[0].click();
  } else if (found.length > 1) {
    found[0].focus();
  }
}

function move(step) {
  const found = links();
  const next = found.indexOf(document.activeElement) + step;
  if (next < 0) {
    field.focus();
  } else if (next < found.length) {
    found[next].focus();
    found[next].closest(".result").scrollIntoView({ block: "nearest" });
  }
}

document.body.addEventListener("htmx:afterSettle", (event) => {
  if (event.target.closest("#suggestions, .choose, .selection-link")) {
    return;
  }
  // A page restored from the history comes without its request.
  const { xhr } = event.detail;
  shownFor = xhr ? (new URL(xhr.responseURL).searchParams.get("q") ?? "") : field.value;
  const title = document.querySelector("#results-title");
  document.querySelector("#results-said").textContent = title ? title.textContent : "";
  document.body.classList.toggle("searched", document.querySelector(".results-head") !== null);
});

document.body.addEventListener("htmx:afterOnLoad", (event) => {
  // Results about to be replaced cannot keep the focus.
  const last = shownFor === field.value && !form.classList.contains("htmx-request");
  if (event.detail.target.id === "results" && enterWaits && last) {
    enterWaits = false;
    goToResults();
  }
});

// htmx listens to the form's own submit event; Enter must not send the same question twice.
field.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.isComposing) {
    return;
  }
  if (field.value === shownFor && links().length > 0) {
    event.preventDefault();
    goToResults();
  } else {
    enterWaits = true;
  }
});

document.addEventListener("keydown", (event) => {
  if (!isPlain(event)) {
    return;
  }
  const inList = document.activeElement.closest(".result") !== null;
  const letters = shortcutsOn() && !isTyping(event.target);
  if (event.key === "ArrowDown" && (inList || event.target === field)) {
    event.preventDefault();
    move(1);
  } else if (event.key === "ArrowUp" && inList) {
    event.preventDefault();
    move(-1);
  } else if (letters && event.key === "j") {
    move(1);
  } else if (letters && event.key === "k") {
    move(-1);
  }
});

// Chips, facets and orders: one listener for all, so that a new list costs htmx nothing for them.
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[data-results]");
  const elsewhere = event.ctrlKey || event.metaKey || event.shiftKey || event.altKey;
  if (link && window.htmx && event.button === 0 && !elsewhere) {
    event.preventDefault();
    window.htmx.ajax("get", link.href, { source: link, target: "#results", event });
    enter(link.href);
  }
});

// The address while the answer is awaited, as htmx writes it: after, it would keep the list waiting.
function enter(address) {
  history.replaceState({ htmx: true }, "");
  history.pushState({ htmx: true }, "", address);
}

// A place or a radius chosen in the list asks again at once.
form.addEventListener("change", (event) => {
  if (event.target.matches("select") && window.htmx === undefined) {
    form.requestSubmit();
  }
});
