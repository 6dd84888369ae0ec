// The call screens by keyboard: one key per warning sign or slot, Alt+1 to the 15, a countdown.
import { isPlain, isTyping, shortcutsOn } from "./keys.js";

// The physical digit keys: on a French keyboard they give & é " without Shift.
function keyOf(event) {
  const digit = /^(?:Digit|Numpad)([0-9])$/.exec(event.code);
  return digit ? digit[1] : event.key.toLowerCase();
}

document.addEventListener("keydown", (event) => {
  if (event.altKey && !event.ctrlKey && event.code === "Digit1") {
    const button = document.querySelector("[data-fifteen]");
    if (button) {
      event.preventDefault();
      button.click();
    }
    return;
  }
  const radio = event.target.type === "radio";
  if (!isPlain(event) || event.repeat || radio || isTyping(event.target) || !shortcutsOn()) {
    return;
  }
  const wanted = keyOf(event);
  const button = [...document.querySelectorAll("button[data-key]")].find(
    (one) => one.dataset.key === wanted,
  );
  if (button) {
    event.preventDefault();
    button.click();
  }
});

startCountdown();
document.addEventListener("console:step", startCountdown);

function startCountdown() {
  const box = document.querySelector(".countdown");
  if (box) {
    countDown(box);
  }
}

function countDown(box) {
  const whole = Number(box.dataset.hold);
  const end = performance.now() + Number(box.dataset.seconds) * 1000;
  const find = (name) => box.querySelector(`[data-${name}]`);
  const announced = new Set();
  const timer = setInterval(show, 250);
  show();

  function show() {
    if (!box.isConnected) {
      clearInterval(timer);
      return;
    }
    const left = Math.max(0, Math.ceil((end - performance.now()) / 1000));
    const seconds = String(left % 60).padStart(2, "0");
    find("left").textContent = `${Math.floor(left / 60)}:${seconds}`;
    find("bar").style.width = `${Math.min(100, (100 * left) / whole)}%`;
    box.classList.toggle("soon", left <= 30);
    for (const step of [60, 30, 10]) {
      if (left === step && !announced.has(step)) {
        announced.add(step);
        find("announce").textContent = `Plus que ${step} secondes`;
      }
    }
    if (left === 0) {
      clearInterval(timer);
      find("say").textContent = "Le délai est passé\u00a0: le créneau est de nouveau libre pour tous.";
      find("announce").textContent = find("say").textContent;
    }
  }
}
