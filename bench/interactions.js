// Times what a page answers: from the last key or click to the frame that shows what is expected.
// A click begins when the button is let go, as the browser's own event timing has it: how long it is
// held is the finger's, or the tool's.
// Told by a message of the console: to be asked would take the page 30 to 40 ms, within the time told.
(() => {
  const now = () => performance.timeOrigin + performance.now();
  const begun = (event) => {
    if (sessionStorage.getItem("watch.expected")) {
      sessionStorage.setItem("watch.begun", String(performance.timeOrigin + event.timeStamp));
    }
  };
  const there = () => {
    const [selector, text] = JSON.parse(sessionStorage.getItem("watch.expected") ?? "[]");
    if (!selector || !sessionStorage.getItem("watch.begun")) return false;
    return [...document.querySelectorAll(selector)].some((one) => one.checkVisibility() && one.textContent.includes(text));
  };
  const check = () => {
    if (!there()) return;
    sessionStorage.removeItem("watch.expected");
    const from = Number(sessionStorage.getItem("watch.begun"));
    requestAnimationFrame(() => requestAnimationFrame(() =>
      console.debug(`watch.took ${now() - from}`)));
  };
  for (const name of ["keydown", "pointerup"]) addEventListener(name, begun, { capture: true });
  new MutationObserver(check).observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
  addEventListener("pageshow", check);
  window.watch = {
    expect: (selector, text) => {
      sessionStorage.removeItem("watch.begun");
      sessionStorage.setItem("watch.expected", JSON.stringify([selector, text]));
    },
  };
})();
