// Keys shared by every page: « / » goes to the search field; one-key shortcuts can be turned off.
const OFF = "recours-raccourcis";

export function shortcutsOn() {
  return localStorage.getItem(OFF) !== "non";
}

export function isTyping(target) {
  return target.closest("input, select, textarea, [contenteditable]") !== null;
}

export function isPlain(event) {
  return !event.ctrlKey && !event.metaKey && !event.altKey;
}

function showState(button) {
  button.querySelector("[data-state]").textContent = shortcutsOn() ? "activés" : "désactivés";
}

const toggle = document.querySelector("[data-shortcuts]");
if (toggle) {
  toggle.hidden = false;
  showState(toggle);
  toggle.addEventListener("click", () => {
    localStorage.setItem(OFF, shortcutsOn() ? "non" : "oui");
    showState(toggle);
  });
}

document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || !isPlain(event) || isTyping(event.target) || !shortcutsOn()) {
    return;
  }
  event.preventDefault();
  const field = document.querySelector("#q");
  if (field) {
    field.focus();
    field.select();
  } else {
    location.assign("/");
  }
});
