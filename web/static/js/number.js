// « Connu ou nouveau ? »: asked once ten digits are typed, and again when they change.
const DIGITS = 10;

export function watchNumber() {
  let asked = "";
  document.addEventListener("input", ({ target }) => {
    if (target.id !== "number") {
      return;
    }
    const digits = target.value.replace(/[^0-9+]/g, "");
    if (digits.length < DIGITS) {
      asked = "";
      document.querySelector("#known").replaceChildren();
    } else if (digits !== asked) {
      asked = digits;
      window.htmx?.trigger(target, "number:whole");
    }
  });
  document.addEventListener("console:step", () => {
    asked = "";
  });
}
