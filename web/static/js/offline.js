// Says that the network is cut, and keeps a form from being lost to the browser's own error page.
const SAID_MS = 8000;
const banner = document.querySelector("#offline");
const [cut, back] = banner.querySelectorAll("p");
const sure = new WeakSet();
let timer = 0;

function show(offline) {
  clearTimeout(timer);
  cut.hidden = !offline;
  back.hidden = offline;
  banner.hidden = false;
  if (!offline) {
    timer = setTimeout(() => {
      banner.hidden = true;
    }, SAID_MS);
  }
}

// Without any network, a server on this very machine still answers: only asking it tells.
async function isReachable() {
  try {
    await fetch(document.querySelector(".brand img").src, { method: "HEAD", cache: "no-store" });
    return true;
  } catch {
    return false;
  }
}

addEventListener("offline", async () => {
  if (!(await isReachable())) {
    show(true);
  }
});
addEventListener("online", () => {
  if (!banner.hidden) {
    show(false);
  }
});
document.addEventListener(
  "submit",
  async (event) => {
    const { target, submitter } = event;
    if (navigator.onLine || sure.delete(target)) {
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
    if (await isReachable()) {
      sure.add(target);
      target.requestSubmit(submitter);
    } else {
      show(true);
      banner.focus();
    }
  },
  { capture: true },
);
