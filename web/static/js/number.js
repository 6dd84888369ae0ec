// « Connu ou nouveau ? »: asked once ten digits are typed, and again when they change.
const DIGITS = 10;
const PAUSE_MS = 120;

export function watchNumber() {
  let asked = "";
  let timer = 0;
  document.addEventListener("input", ({ target }) => {
    if (target.id !== "number") {
      return;
    }
    clearTimeout(timer);
    const digits = target.value.replace(/[^0-9+]/g, "");
    if (digits.length < DIGITS) {
      asked = "";
      document.querySelector("#known").replaceChildren();
    } else if (digits !== asked) {
      timer = setTimeout(() => {
        asked = digits;
        window.htmx?.trigger(target, "number:whole");
      }, PAUSE_MS);
    }
  });
  document.addEventListener("console:step", () => {
    asked = "";
  });
}
