// One row of the conversation: avatar, name, bubble, status, note.

import { bubble, chipWords, isChip } from "./bubbles.js";
import { statusChip } from "./chips.js";
import { el, icon } from "./dom.js";
import { pick, say, sayIfKnown } from "./language.js";
import { appAvatar, avatar, dayAndClock, exactClock, nameOf } from "./people.js";
import { exchangeOf, itemBefore, store } from "./store.js";

/** The row of an item. A changed item gets a new row in the old one's place. */
export function messageRow(item) {
  const row = el("div", {
    class: `row row-${item.from}`,
    data: { testid: "message", id: item.id, from: item.from, type: String(item.type) },
  });
  if (item.hidden) row.dataset.hidden = "true";
  if (item.recalled) row.dataset.recalled = "true";
  if (needsTime(item))
    row.append(el("div", { class: "row-time" }, el("time", { title: exactClock(item.at) }, dayAndClock(item.at))));
  if (item.recalled) row.append(centred(item, [say(item.from === "member" ? "recalledMember" : "recalledApp")]));
  else if (isChip(item)) row.append(centred(item, chipWords(item)));
  else row.append(spoken(item));
  return row;
}

/** Puts the newest status of its exchange under an item's row. */
export function refreshStatus(row, item) {
  const place = row.querySelector(".row-status");
  const exchange = item.from === "member" ? exchangeOf(item) : null;
  if (place && exchange) place.replaceChildren(statusChip(exchange));
}

/** After so long a silence the time is shown again. */
const SILENCE = 5 * 60 * 1000;

function needsTime(item) {
  const before = itemBefore(item);
  return before === null || item.at - before.at > SILENCE;
}

function centred(item, words) {
  const hasStatus = item.from === "member";
  return el(
    "div",
    { class: "row-centre" },
    el(
      "div",
      { class: item.from === "system" ? "centre-words notice" : "centre-words", title: exactClock(item.at) },
      words,
    ),
    hasStatus ? statusPlace(item) : null,
    note(item),
  );
}

function spoken(item) {
  const isMember = item.from === "member";
  const face = isMember ? avatar(speakerName(item), speaker(item)) : appAvatar(item.via === "robot");
  return el(
    "div",
    { class: "row-spoken" },
    face,
    el(
      "div",
      { class: "row-stack" },
      caption(item, isMember),
      bubble(item),
      isMember ? el("div", { class: "row-under" }, time(item), statusPlace(item)) : null,
      note(item),
    ),
  );
}

function speaker(item) {
  return item.sender ?? item.conversation;
}

function speakerName(item) {
  return nameOf(speaker(item));
}

/** In a group one must see who spoke; of the app, by which way. */
function caption(item, isMember) {
  const isGroup = store.conversations.get(item.conversation)?.kind === "group";
  if (isMember) return isGroup ? el("div", { class: "caption" }, speakerName(item)) : null;
  const name =
    item.via === "robot" ? (item.sender ?? store.conversations.get(item.conversation)?.name) : store.account?.app;
  return el("div", { class: "caption" }, el("span", {}, name ?? ""), origin(item), time(item));
}

function time(item) {
  return el("time", { class: "caption-time", title: exactClock(item.at) }, exactClock(item.at).slice(0, 8));
}

function origin(item) {
  if (!item.via) return null;
  const words = sayIfKnown(`via_${item.via}`, String(item.via));
  const target = item.call !== null && item.call !== undefined ? { call: item.call } : { exchange: item.exchange };
  if (Object.values(target)[0] === null || Object.values(target)[0] === undefined)
    return el("span", { class: "origin" }, words);
  return el("button", { type: "button", class: "origin", title: say("showExchange"), data: target }, words);
}

function statusPlace(item) {
  const exchange = exchangeOf(item);
  return el("div", { class: "row-status" }, exchange ? statusChip(exchange) : null);
}

function note(item) {
  const words = pick(item.note);
  if (!words) return null;
  return el("div", { class: "row-note" }, item.hidden ? icon("eyeOff") : null, words);
}
