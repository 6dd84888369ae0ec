// A doctor's days by keyboard, and the button that prints; links and forms do the same without it.
import { isPlain, isTyping, shortcutsOn } from "./keys.js";

document.addEventListener("keydown", (event) => {
  if (!isPlain(event) || event.shiftKey || event.repeat || isTyping(event.target) || !shortcutsOn()) {
    return;
  }
  const wanted = event.key.length === 1 ? event.key.toLowerCase() : event.key;
  const link = [...document.querySelectorAll("a[data-go]")].find((one) => one.dataset.go === wanted);
  if (link) {
    event.preventDefault();
    link.click();
  }
});

const button = document.querySelector("[data-print]");
if (button) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}
