// Which language the page speaks, and how its words get into the document.

import { byId, icon } from "./dom.js";
import { WORDS } from "./words.js";

/** "zh" or "en". */
export function language() {
  return current;
}

/** A string of the page with its blanks filled in. */
export function say(key, values = {}) {
  const [chinese, english] = WORDS[key] ?? [key, key];
  const sentence = current === "zh" ? chinese : english;
  return sentence.replace(/\{(\w+)\}/g, (blank, name) => (name in values ? String(values[name]) : blank));
}

/** The string, or `otherwise` when there is none under this key: for words made of the server's values. */
export function sayIfKnown(key, otherwise) {
  return Object.hasOwn(WORDS, key) ? say(key) : otherwise;
}

/** The server's words in the chosen language. */
export function pick(words) {
  if (!words || typeof words !== "object") return "";
  return String(words[current] ?? words.zh ?? words.en ?? "");
}

/** Calls back after each change of the language. */
export function onLanguage(listener) {
  listeners.push(listener);
}

/** Puts the page's words in place and makes the switch work. */
export function startLanguage() {
  for (const place of document.querySelectorAll("[data-icon]")) place.replaceChildren(icon(place.dataset.icon));
  byId("lang").addEventListener("click", () => choose(current === "zh" ? "en" : "zh"));
  fillDocument();
}

/** What localStorage remembers; some browsers forbid it altogether. */
export function remembered(key) {
  try {
    return localStorage.getItem(PREFIX + key);
  } catch {
    return null;
  }
}

/** Keeps a value for the next visit, where that is possible. */
export function remember(key, value) {
  try {
    localStorage.setItem(PREFIX + key, value);
  } catch {
    // The choice then lasts for this visit only.
  }
}

const PREFIX = "easy_wechat_sandbox_";
const listeners = [];
let current = firstLanguage();

function firstLanguage() {
  const chosen = remembered("language");
  if (chosen === "zh" || chosen === "en") return chosen;
  return /^zh\b/i.test(navigator.language ?? "") ? "zh" : "en";
}

function choose(next) {
  current = next;
  remember("language", next);
  fillDocument();
  for (const listener of listeners) listener();
}

function fillDocument() {
  document.documentElement.lang = current === "zh" ? "zh-CN" : "en";
  document.title = say("title");
  for (const place of document.querySelectorAll("[data-words]")) place.textContent = say(place.dataset.words);
  for (const place of document.querySelectorAll("[data-words-label]")) {
    place.setAttribute("aria-label", say(place.dataset.wordsLabel));
  }
  for (const place of document.querySelectorAll("[data-label]")) {
    place.setAttribute("aria-label", say(place.dataset.label));
    place.title = say(place.dataset.label);
  }
  for (const place of document.querySelectorAll("[data-title]")) place.title = say(place.dataset.title);
  for (const place of document.querySelectorAll("[data-placeholder]"))
    place.placeholder = say(place.dataset.placeholder);
  for (const side of document.querySelectorAll("[data-lang-side]")) {
    side.classList.toggle("chosen", side.dataset.langSide === current);
  }
}
