// What tests/web/looks.py asks of a page beside axe itself.
window.looks = (() => {
  const JUDGED = "data-judged";
  const KEPT = 2; // of each kind of text: one may be covered by what leaves the other clear
  const NOTHING = "none,none,none,normal,1";

  const veil = (style) =>
    [style.backgroundImage, style.filter, style.clipPath, style.mixBlendMode, style.opacity].join();
  const opaque = (style) => veil(style) === NOTHING && /^rgb\(/.test(style.backgroundColor);
  const letters = (style) =>
    [style.color, style.fontSize, style.fontWeight, style.textShadow, style.webkitTextFillColor].join();
  const moved = (style) =>
    ["absolute", "fixed", "sticky"].includes(style.position) ||
    (style.position === "relative" && /[1-9]/.test(style.inset)) ||
    style.transform !== "none" ||
    style.float !== "none";
  const says = (one) =>
    one.matches("input, select, textarea") ||
    [...one.childNodes].some((child) => child.nodeType === Node.TEXT_NODE && child.data.trim());
  // What axe passes over when it is disabled must not stand for what it would judge.
  const plain = (one) => !one.matches(":disabled, option") &&
    !one.closest("fieldset:disabled, [aria-disabled]") && !one.closest("label")?.control?.disabled;
  const within = (inner, outer) => inner.left >= outer.left - 1 && inner.right <= outer.right + 1 &&
    inner.top >= outer.top - 1 && inner.bottom <= outer.bottom + 1;

  const stays = (one, { frame, holder }) =>
    within((frame ?? one).getBoundingClientRect(), holder.getBoundingClientRect());

  // What an element stands on: the colours up to the first opaque one, and the element that has it.
  const ground = (one, style, under) => {
    const clips = style.overflow !== "visible"; // nothing of it is seen beyond its box
    if (opaque(style) && !under.veiled) {
      return { colours: style.backgroundColor, holder: one, frame: clips ? one : null };
    }
    const own = style.backgroundColor === "rgba(0, 0, 0, 0)" ? "" : style.backgroundColor;
    const veiled = veil(style) === NOTHING ? "" : veil(style);
    return {
      colours: under.colours + own + veiled,
      holder: under.holder,
      frame: clips ? one : under.frame,
      veiled: under.veiled || veiled !== "",
      moved: under.moved || moved(style),
    };
  };

  // Marks the text whose contrast is to be judged; answers its kinds that nobody has judged yet.
  const mark = (judged) => {
    const known = new Set(judged);
    const grounds = new Map();
    const met = new Map();
    for (const one of document.querySelectorAll("body, body *")) {
      const style = getComputedStyle(one);
      const under = grounds.get(one.parentElement) ?? { colours: "", holder: document.body };
      const here = ground(one, style, under);
      grounds.set(one, here);
      let wanted = says(one) && one.checkVisibility({ visibilityProperty: true });
      const box = one.getBoundingClientRect();
      if (box.width <= 1 && box.height <= 1) wanted = false; // said, not shown
      if (wanted && plain(one) && !here.moved && stays(one, here)) {
        const kind = `${here.colours} ${letters(style)}`;
        met.set(kind, (met.get(kind) ?? 0) + 1);
        wanted = !known.has(kind) && met.get(kind) <= KEPT;
      }
      if (wanted !== one.hasAttribute(JUDGED)) one.toggleAttribute(JUDGED, wanted);
    }
    return [...met.keys()].filter((kind) => !known.has(kind));
  };

  // Whether only its colour may tell some link from the text around it.
  const bareLinks = () => [...document.querySelectorAll("a[href], [role=link]")].some((one) => {
    const style = getComputedStyle(one);
    if (!style.display.startsWith("inline") || style.textDecorationLine.includes("underline")) return false;
    let block = one.parentElement;
    while (getComputedStyle(block).display.startsWith("inline")) block = block.parentElement;
    const words = document.createTreeWalker(block, NodeFilter.SHOW_TEXT);
    while (words.nextNode()) {
      if (words.currentNode.data.trim() && !words.currentNode.parentElement.closest("a, button, [role=link]")) return true;
    }
    return false;
  });

  let before = [];
  // Whether something came or went since this was last asked; drawings that say nothing aside.
  const changed = () => {
    const shown = [...document.querySelectorAll("*")].filter((one) =>
      one.checkVisibility({ visibilityProperty: true }) && !one.closest("svg[aria-hidden=true]"));
    const different = shown.length !== before.length || shown.some((one, index) => one !== before[index]);
    before = shown;
    return different;
  };

  const say = (told) => told.violations.flatMap((one) => one.nodes.map((node) =>
    `${one.id}: ${node.html.slice(0, 160)} ${(node.failureSummary || "").slice(0, 300)}`));

  // Everything of `rules`, or what may differ from the look before; `resized`: the width does.
  const look = async ({ context, rules, laidOut, judged, whole, resized }) => {
    const kinds = mark(judged);
    const everything = changed() || whole;
    axe.configure({ rules: [{ id: "color-contrast", selector: whole ? "*" : `[${JUDGED}]` }] });
    const few = [
      ...(document.querySelector(`[${JUDGED}]`) ? ["color-contrast"] : []),
      ...(bareLinks() ? ["link-in-text-block"] : []),
      ...(resized ? laidOut : []),
    ];
    if (!everything && !few.length) return { said: [], kinds };
    const wanted = everything ? rules : { ...rules, runOnly: { type: "rule", values: few } };
    const part = Object.keys(context).length ? context : document;
    return { said: say(await axe.run(part, wanted)), kinds };
  };
  return { look };
})();
