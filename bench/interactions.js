// Times what a page answers: from the last key or click to the frame that shows what is expected.
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
      sessionStorage.setItem("watch.took", String(now() - from))));
  };
  for (const name of ["keydown", "pointerdown"]) addEventListener(name, begun, { capture: true });
  new MutationObserver(check).observe(document, { subtree: true, childList: true, attributes: true, characterData: true });
  addEventListener("pageshow", check);
  window.watch = {
    expect: (selector, text) => {
      for (const name of ["begun", "took"]) sessionStorage.removeItem(`watch.${name}`);
      sessionStorage.setItem("watch.expected", JSON.stringify([selector, text]));
    },
  };
})();
