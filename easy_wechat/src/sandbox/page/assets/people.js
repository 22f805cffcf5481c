// Avatars from initials, and times as a chat shows them.

import { el, icon } from "./dom.js";
import { language, say } from "./language.js";
import { sandboxNow, store } from "./store.js";

/** The square with a conversation's initials, or its icon. */
export function conversationAvatar(conversation) {
  if (conversation.kind === "group") return avatarWithIcon("users", conversation.id);
  if (conversation.kind === "robot") return avatarWithIcon("robot", conversation.id);
  return avatar(conversation.name || conversation.id, conversation.id);
}

/** The square with somebody's initials; the seed decides on its colour. */
export function avatar(name, seed) {
  return el("span", { class: `avatar hue-${hue(seed)}`, "aria-hidden": "true" }, initials(name));
}

/** The app's own square, always in the accent colour. */
export function appAvatar(viaRobot) {
  const inside = viaRobot ? icon("robot") : initials(store.account?.app ?? "app");
  return el("span", { class: "avatar avatar-app", "aria-hidden": "true" }, inside);
}

/** What a member is called; the id when nobody told a name. */
export function nameOf(id) {
  return store.conversations.get(id)?.name || id;
}

/** The clock's hours and minutes. */
export function clock(at) {
  return format(at, { hour: "2-digit", minute: "2-digit", hourCycle: "h23" });
}

/** To the millisecond, for whoever looks closely. */
export function exactClock(at) {
  const time = format(at, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });
  return `${time}.${String(new Date(at).getMilliseconds()).padStart(3, "0")}`;
}

/** With the seconds, for lists of what happened. */
export function clockWithSeconds(at) {
  return exactClock(at).slice(0, 8);
}

/** The day where it is not today, and the time. */
export function dayAndClock(at) {
  const day = dayWords(at);
  return day ? `${day} ${clock(at)}` : clock(at);
}

/** As short as a list needs it: the time today, the day before. */
export function shortTime(at) {
  return dayWords(at) || clock(at);
}

/** A duration as people say it. */
export function duration(milliseconds) {
  if (milliseconds === null || milliseconds === undefined) return "";
  if (milliseconds < 1000) return `${Math.round(milliseconds)} ms`;
  return `${(milliseconds / 1000).toFixed(milliseconds < 10_000 ? 2 : 1)} s`;
}

/** A size as people say it. */
export function size(bytes) {
  if (bytes < 1024) return `${bytes} B`;
  if (bytes < 1024 * 1024) return `${(bytes / 1024).toFixed(1)} KB`;
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

const DAY = 24 * 60 * 60 * 1000;
const HUES = 8;
const formats = new Map();

function avatarWithIcon(name, seed) {
  return el("span", { class: `avatar hue-${hue(seed)}`, "aria-hidden": "true" }, icon(name));
}

/** Chinese names show their last two characters, as WeCom does; others their first letters. */
function initials(name) {
  const letters = [...String(name).trim()];
  if (letters.some((letter) => /\p{Script=Han}/u.test(letter))) return letters.slice(-2).join("");
  const words = String(name)
    .trim()
    .split(/[\s._-]+/)
    .filter(Boolean);
  const initial = (word) => [...word][0].toUpperCase();
  if (words.length >= 2) return initial(words[0]) + initial(words[1]);
  const number = /\d{1,2}$/.exec(name)?.[0] ?? "";
  return letters.length > number.length ? letters[0].toUpperCase() + number : number || "?";
}

function hue(seed) {
  let sum = 0;
  for (const letter of String(seed)) sum = (sum * 31 + letter.codePointAt(0)) >>> 0;
  return sum % HUES;
}

function dayWords(at) {
  const midnight = new Date(sandboxNow()).setHours(0, 0, 0, 0);
  if (at >= midnight) return "";
  if (at >= midnight - DAY) return say("yesterday");
  const sameYear = new Date(at).getFullYear() === new Date(midnight).getFullYear();
  return format(at, {
    year: sameYear ? undefined : "numeric",
    month: language() === "zh" ? "numeric" : "short",
    day: "numeric",
  });
}

/** Making a format takes longer than using it, so each is made once. */
function format(at, options) {
  const key = language() + JSON.stringify(options);
  if (!formats.has(key)) formats.set(key, new Intl.DateTimeFormat(language() === "zh" ? "zh-CN" : "en-GB", options));
  return formats.get(key).format(at);
}
