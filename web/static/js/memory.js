// Entries seen last and favourites: kept by this browser alone, never sent.
const KEYS = { recent: "recours-vues", favourites: "recours-favoris" };
const MOST = { recent: 12, favourites: 60 };

function read(list) {
  try {
    const told = JSON.parse(localStorage.getItem(KEYS[list]) ?? "[]");
    return Array.isArray(told) ? told.filter((one) => typeof one?.alias === "string") : [];
  } catch {
    return [];
  }
}

function write(list, entries) {
  try {
    localStorage.setItem(KEYS[list], JSON.stringify(entries.slice(0, MOST[list])));
  } catch {
    // A browser that keeps nothing, or no more: the page does without.
  }
}

// The end of an address names the entry for ever, whatever stands before it.
const code = (alias) => alias.split("-").at(-1);
const without = (entries, alias) => entries.filter((one) => code(one.alias) !== code(alias));

function seen(article) {
  return {
    alias: article.dataset.seen,
    name: article.dataset.name,
    what: article.dataset.what,
  };
}

function onEntry(article) {
  const entry = seen(article);
  write("recent", [entry, ...without(read("recent"), entry.alias)]);
  const button = document.querySelector("#favourite");
  const isFavourite = () => read("favourites").some((one) => code(one.alias) === code(entry.alias));
  const show = () => button.setAttribute("aria-pressed", String(isFavourite()));
  button.hidden = false;
  show();
  button.addEventListener("click", () => {
    const others = without(read("favourites"), entry.alias);
    write("favourites", isFavourite() ? others : [entry, ...others]);
    show();
  });
}

function line(entry) {
  const item = document.createElement("li");
  const link = document.createElement("a");
  link.href = `/fiche/${encodeURIComponent(entry.alias)}`;
  link.textContent = entry.name || entry.alias;
  const what = document.createElement("span");
  what.className = "soft";
  what.textContent = entry.what ?? "";
  item.className = "entry-line";
  item.append(link, " ", what);
  return item;
}

function showLists() {
  const memory = document.querySelector("#memory");
  if (!memory) {
    return;
  }
  for (const card of memory.querySelectorAll("[data-list]")) {
    const entries = read(card.dataset.list);
    card.hidden = entries.length === 0;
    const list = document.createElement("ul");
    list.append(...entries.map(line));
    card.querySelector("ul")?.remove();
    card.append(list);
  }
  memory.hidden = memory.querySelector("[data-list]:not([hidden])") === null;
  memory.querySelector("#memory-forget").onclick = () => {
    for (const key of Object.values(KEYS)) {
      localStorage.removeItem(key);
    }
    showLists();
    document.querySelector("#q").focus();
  };
}

const article = document.querySelector("[data-seen]");
if (article) {
  onEntry(article);
}
showLists();
document.body.addEventListener("htmx:afterSettle", showLists);
// A page given back by the browser's own cache is as old as the visit.
window.addEventListener("pageshow", showLists);
