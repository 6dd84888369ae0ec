// What an answer puts in place of the results or of a step, at once. htmx's own ways tell every
// element of before that it goes, an event each, and keep both states in the page until the focused
// one leaves, which lays out both: together 110 ms of a list of 20 entries.
const STYLE = "afresh";
const TOP = 150; // px scrolled at most for the first entries to be those on the screen
const TARGETS = { results: `${STYLE} settle:0ms`, call: `${STYLE} show:none settle:0ms` };

if (window.htmx) {
  window.htmx.defineExtension(STYLE, { handleSwap });
  document.documentElement.setAttribute("hx-ext", STYLE);
  document.addEventListener("htmx:beforeSwap", (event) => {
    event.detail.swapOverride ??= TARGETS[event.detail.target.id];
  });
}

// The elements htmx has to look at; false leaves the answer to htmx.
function handleSwap(style, target, fragment) {
  if (style !== STYLE) {
    return false;
  }
  const atTop = scrollY < TOP; // read now: after, the page would be laid out to say it
  const same = fragment.querySelector(`#${target.id}`);
  target.replaceChildren(...(same ?? fragment).childNodes);
  if (target.id === "results" && atTop) {
    showFirst(target);
  }
  return [...target.children];
}

// What is on the screen is laid out first, the entries below it once it is shown.
function showFirst(results) {
  results.classList.add("first");
  requestAnimationFrame(() => setTimeout(() => results.classList.remove("first")));
}
