// The search field as an editable combobox with list autocomplete (WAI-ARIA APG); htmx fills the
// list. While the list is closed, every key does what it does without it.
const PAUSE_MS = 80;
const field = document.querySelector("#q");
const list = document.querySelector("#suggestions");
const said = document.querySelector("#suggestions-said");
const options = () => [...list.querySelectorAll("[role=option]")];
let active = null;
let asking = null;
let asked = field.value;
let timer = 0;
let shownFor = "";
// Arrows and Enter pressed while the list is still that of a text before: for the one to come.
const waiting = [];
const isLate = () => asking !== null && shownFor !== field.value;
// What was typed when the list was dismissed or a choice made: it stays closed for that text.
let quietFor = field.value;

field.setAttribute("role", "combobox");
field.setAttribute("aria-autocomplete", "list");
field.setAttribute("aria-controls", list.id);
field.setAttribute("aria-expanded", "false");

function activate(option) {
  active?.setAttribute("aria-selected", "false");
  active = option;
  if (active) {
    active.setAttribute("aria-selected", "true");
    field.setAttribute("aria-activedescendant", active.id);
    active.scrollIntoView({ block: "nearest" });
  } else {
    field.removeAttribute("aria-activedescendant");
  }
}

function show(open) {
  activate(null);
  list.hidden = !open;
  field.setAttribute("aria-expanded", String(open));
  said.textContent = open ? list.querySelector("[data-said]").dataset.said : "";
}

function onceShown(act) {
  if (isLate()) {
    waiting.push(act);
  } else {
    act();
  }
}

function dismiss() {
  waiting.length = 0;
  quietFor = field.value;
  show(false);
}

function accept(option) {
  if (option.dataset.url) {
    dismiss();
    location.assign(option.dataset.url);
    return;
  }
  field.value = option.dataset.text;
  field.focus();
  field.setSelectionRange(field.value.length, field.value.length);
  dismiss();
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

// One option further, from the field to the first or the last and back to the field.
function step(by) {
  const stops = [null, ...options()];
  activate(stops.at((stops.indexOf(active) + by) % stops.length));
}

const KEYS = {
  ArrowDown: () => onceShown(() => step(1)),
  ArrowUp: () => onceShown(() => step(-1)),
  Escape: dismiss,
};

function onKey(event) {
  if (event.isComposing || event.ctrlKey || event.metaKey) {
    return;
  }
  if (event.key === "Enter" && waiting.length > 0) {
    take(event);
    waiting.push(() => (active ? accept(active) : field.form.requestSubmit()));
  } else if (event.key === "Enter" && active) {
    take(event);
    accept(active);
  } else if (event.key === "Enter" || event.key === "Tab") {
    dismiss();
  } else if (list.hidden) {
    if (event.altKey && event.key === "ArrowDown" && options().length > 0) {
      take(event);
      quietFor = null; // an answer that comes late must not close it
      show(true);
    }
  } else if (event.key in KEYS) {
    take(event);
    KEYS[event.key]();
  } else {
    // Letters, Home, End and the side arrows are for the field.
    waiting.length = 0;
    activate(null);
  }
}

function take(event) {
  event.preventDefault();
  event.stopImmediatePropagation();
}

// Before the keys of the result list, which listen to the same field.
field.addEventListener("keydown", onKey, { capture: true });
field.addEventListener("blur", () => show(false));

// A letter is asked about at once; those typed while the answer is awaited, together after it, or
// after a pause when the server is slow.
field.addEventListener("input", () => {
  if (field.value !== quietFor) {
    quietFor = null;
  }
  clearTimeout(timer);
  if (asking) {
    timer = setTimeout(ask, PAUSE_MS);
  } else {
    ask();
  }
});

function ask() {
  clearTimeout(timer);
  if (field.value !== asked) {
    asked = field.value;
    window.htmx?.trigger(field, "suggestions:wanted");
  }
}

field.addEventListener("htmx:beforeSend", (event) => {
  if (event.target === field) {
    asking = event.detail.xhr;
  }
});
field.addEventListener("htmx:afterRequest", (event) => {
  if (event.target === field && event.detail.xhr === asking) {
    asking = null;
    ask();
    if (!isLate()) {
      waiting.splice(0).forEach((act) => act());
    }
  }
});

// Nothing is asked for a text that was chosen or dismissed.
field.addEventListener("htmx:beforeRequest", (event) => {
  if (event.target === field && field.value === quietFor) {
    event.preventDefault();
  }
});
list.addEventListener("htmx:afterSwap", () => {
  shownFor = asked;
  const wanted = document.activeElement === field && field.value !== quietFor;
  show(wanted && options().length > 0);
});

// The field keeps the focus while the list is pressed or scrolled.
list.addEventListener("mousedown", (event) => event.preventDefault());
list.addEventListener("click", (event) => {
  const option = event.target.closest("[role=option]");
  if (option) {
    accept(option);
  }
});
