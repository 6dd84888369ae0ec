// The desk follows what colleagues do: it is asked for again at each change, without moving what
// is typed or focused. A hidden tab gives its stream back: a browser allows six per site.
const AFTER_STEP_MS = 100;
const desk = document.querySelector("[data-stream]");
if (desk) {
  follow(desk);
}

function follow(box) {
  const parts = box.querySelector("[data-live-parts]");
  const state = box.querySelector("[data-live-state]");
  let seen = numberOf(parts);
  let shown = "";
  let stream = null;
  let asking = false;
  let again = false;
  let timer = 0;
  let ended = false;
  let givenUp = null;
  let stepping = false;
  let missed = false;

  box.addEventListener("submit", (event) => {
    givenUp = event.submitter?.id.startsWith("abandon-") ? event.submitter.closest("li") : null;
  });
  box.querySelector("[data-refresh]").addEventListener("click", (event) => {
    if (!ended && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
      event.preventDefault();
      refresh();
    }
  });
  document.addEventListener("visibilitychange", () => (document.hidden ? close() : open()));
  window.addEventListener("pagehide", close);
  window.addEventListener("pageshow", (event) => event.persisted && open());
  // While a step is awaited, its server is left to it: the desk is asked for right after.
  document.body.addEventListener("htmx:beforeSend", (event) => {
    stepping ||= event.detail.target.id === "call";
  });
  document.body.addEventListener("htmx:afterRequest", () => {
    stepping = false;
    if (missed) {
      missed = false;
      refresh();
    }
  });
  // A step put in place (console.js) is another screen beside the same desk.
  document.addEventListener("console:step", () => {
    missed = false;
    box.dataset.live = `${box.dataset.live.split("?")[0]}?ici=${encodeURIComponent(location.pathname)}`;
    markTaken();
    givenUp?.remove(); // seen at once; the refresh that follows says what there is
    givenUp = null;
    setTimeout(refresh, AFTER_STEP_MS); // the step is seen first
  });
  open();
  waitForEnd();
  markTaken();

  function open() {
    if (stream || ended || document.hidden) {
      return;
    }
    stream = new EventSource(`${box.dataset.stream}?depuis=${seen}`);
    stream.addEventListener("open", () => say("En direct"));
    stream.addEventListener("change", (event) => {
      const number = Number(event.data);
      seen = Math.max(seen, number);
      if (number <= numberOf(parts)) {
        return; // shown already: the desk is read after its number
      }
      if (stepping) {
        missed = true;
      } else {
        refresh();
      }
    });
    stream.addEventListener("error", () => {
      say("Plus en direct\u00a0: actualisez");
      if (stream && stream.readyState === EventSource.CLOSED) {
        close();
        refresh(); // says whether the session is over
        setTimeout(open, 10_000);
      }
    });
  }

  // Nothing is asked any more, and what was typed stays: only the person signs in again.
  function end() {
    ended = true;
    close();
    clearTimeout(timer);
    say("Session finie\u00a0: reconnectez-vous");
  }

  function close() {
    stream?.close();
    stream = null;
  }

  async function refresh() {
    if (asking) {
      again = true;
      return;
    }
    asking = true;
    try {
      const answer = await fetch(box.dataset.live, { headers: { "HX-Request": "true" } });
      if (answer.status === 401) {
        asking = false;
        end();
        return;
      }
      if (!answer.ok) {
        throw new Error(String(answer.status));
      }
      await show(await answer.text());
    } catch {
      say("Plus à jour\u00a0: rechargez la page");
    }
    asking = false;
    if (again) {
      again = false;
      refresh();
    }
  }

  async function show(text) {
    if (text === shown) {
      return;
    }
    while (parts.querySelector(":active")) {
      await new Promise((resume) => setTimeout(resume, 100)); // a click begun here ends here
    }
    shown = text;
    const focused = parts.contains(document.activeElement) ? document.activeElement.id : "";
    const page = new DOMParser().parseFromString(text, "text/html");
    parts.replaceChildren(...page.body.childNodes);
    window.htmx?.process(parts); // its links and forms are steps too
    if (focused) {
      (document.getElementById(focused) ?? box.querySelector("[data-refresh]")).focus();
    }
    seen = Math.max(seen, numberOf(parts));
    waitForEnd();
    markTaken();
  }

  // A hold that ends by itself is no change of the log: the desk is asked for at that time.
  function waitForEnd() {
    clearTimeout(timer);
    const until = Number(parts.querySelector("[data-until]")?.dataset.until ?? 0);
    if (until) {
      timer = setTimeout(refresh, Math.max(1000, until - Date.now() + 500));
    }
  }

  // A proposal that a colleague holds meanwhile says so; it stays where it is.
  function markTaken() {
    const held = new Set([...parts.querySelectorAll("[data-held]")].map((one) => one.dataset.held));
    for (const mark of document.querySelectorAll("[data-taken-slot]")) {
      mark.hidden = !held.has(mark.dataset.takenSlot);
    }
  }

  function say(text) {
    if (state.textContent !== text) {
      state.textContent = text;
    }
  }
}

function numberOf(parts) {
  return Number(parts.querySelector("[data-seq]")?.dataset.seq ?? 0);
}
