// The small status chips of exchanges, which count while their exchange runs.

import { el } from "./dom.js";
import { pick, say } from "./language.js";
import { duration } from "./people.js";
import { sandboxNow } from "./store.js";

/** What became of an exchange, in a word. */
export function stateWords({ state, error, late, what }) {
  if (error) return say("state_error");
  if (what === "verify" && state === "acknowledged") return say("state_verified");
  if (late) return say("state_late");
  return say(STATES.includes(state) ? `state_${state}` : "state_running");
}

/** The state whose colour an exchange has: also a good answer may hide an error, or deserve a second look. */
export function tone({ state, error, mark }) {
  if (error) return "failed";
  return mark && state === "replied" ? "dropped" : state;
}

/** Whether something is to be looked at. */
export function isProblem(exchange) {
  return ["dropped", "failed"].includes(tone(exchange));
}

/** How long after the callback its late reply came, in words. */
export function lateWords({ late }) {
  return late ? say("lateAfter", { time: duration(late.after_ms) }) : "";
}

/** What went wrong or is remarkable, beyond the state. */
export function whyWords(exchange) {
  const { state, error, mark, words } = exchange;
  if (error) return pick(error);
  if (state === "dropped" || state === "failed") return pick(words);
  return mark && state === "replied" ? pick(mark) : "";
}

/** A chip for an exchange; a click opens it in the inspector. */
export function statusChip(exchange) {
  const chip = el("button", {
    type: "button",
    class: `chip chip-${tone(exchange)}`,
    title: [pick(exchange.error), pick(exchange.words), say("showExchange")].filter(Boolean).join("\n"),
    data: { testid: "chip", state: exchange.state, exchange: exchange.id },
  });
  if (exchange.state === "running") count(chip, exchange);
  else chip.append(el("span", { class: "chip-words" }, settledWords(exchange)));
  return chip;
}

/** A row of dots that move while something is under way. */
export function movingDots() {
  return el("span", { class: "dots", "aria-hidden": "true" }, el("i"), el("i"), el("i"));
}

/** Calls a function every tenth of a second for as long as the element is in the page. */
export function whileShown(element, tick) {
  ticking.set(element, tick);
  timer ??= setInterval(tickAll, TICK);
}

/** The time that an exchange has run so far. */
export function elapsed(exchange) {
  return Math.max(0, sandboxNow() - exchange.at);
}

const STATES = ["running", "replied", "acknowledged", "dropped", "failed"];
const TICK = 100;
const ticking = new Map();
let timer = null;

function count(chip, exchange) {
  const words = el("span", { class: "chip-words" });
  const tick = () => {
    const limit = (exchange.limit_ms ?? 5000) / 1000;
    words.textContent = `${stateWords(exchange)} ${(elapsed(exchange) / 1000).toFixed(1)} / ${limit} s`;
  };
  tick();
  chip.append(movingDots(), words);
  whileShown(chip, tick);
}

function settledWords(exchange) {
  const state = stateWords(exchange);
  const tries = exchange.attempts > 1 ? ` ×${exchange.attempts}` : "";
  const isTimed = exchange.state === "replied" || exchange.state === "acknowledged";
  const time = isTimed ? ` ${duration(exchange.took_ms)}` : "";
  return [`${state}${time}${tries}`, whyWords(exchange), lateWords(exchange)].filter(Boolean).join(" · ");
}

function tickAll() {
  for (const [element, tick] of ticking) {
    if (element.isConnected) tick();
    else ticking.delete(element);
  }
  if (ticking.size === 0) {
    clearInterval(timer);
    timer = null;
  }
}
