// The parts of the inspector's details: folded texts with a copy button, facts, outcomes.

import { copyButton } from "./dialogs.js";
import { el, icon, text } from "./dom.js";
import { say } from "./language.js";
import { size } from "./people.js";
import { pretty } from "./xml.js";

/** A text that folds, with a button that copies it as it was sent. Nothing when there is none. */
export function block(title, source, { open = false, asIs = false, testid = null } = {}) {
  if (source === null || source === undefined) return null;
  const words = text(source);
  const bytes = new TextEncoder().encode(words).length;
  const body = el("pre", { class: "block-text", tabindex: "0" });
  const details = el(
    "details",
    { class: "block-details", open },
    el(
      "summary",
      { class: "block-title" },
      icon("chevron", "icon fold"),
      el("span", {}, title),
      el("span", { class: "block-size" }, words ? size(bytes) : ""),
    ),
    body,
  );
  // What nobody opens is not built.
  const fill = () =>
    details.open && !body.firstChild && body.append(words === "" ? emptyWords() : asIs ? words : pretty(words));
  details.addEventListener("toggle", fill);
  fill();
  return el("div", { class: "block", "data-testid": testid }, details, words ? copyButton(() => words) : null);
}

/** Names and values in two columns; those without a value are left out. */
export function facts(pairs) {
  const present = pairs.filter(([, value]) => value !== null && value !== undefined && value !== "");
  return el(
    "dl",
    { class: "facts" },
    present.map(([name, value]) => [el("dt", {}, name), el("dd", {}, value)]),
  );
}

/** How it ended, large and in colour, with the reason in plain words. */
export function outcome(state, title, words, tone = state) {
  const signs = {
    replied: "check",
    acknowledged: "check",
    ok: "check",
    dropped: "faults",
    failed: "close",
    running: "clock",
  };
  return el(
    "div",
    { class: `outcome outcome-${tone}`, "data-testid": "outcome", "data-state": state },
    el("span", { class: "outcome-sign" }, icon(signs[tone] ?? "clock")),
    el("div", {}, el("strong", {}, title), words ? el("p", {}, words) : null),
  );
}

/** The line at the top of a detail: back, what it is, and a button. */
export function detailHead(title, back, action = null) {
  return el(
    "div",
    { class: "detail-head" },
    el(
      "button",
      {
        type: "button",
        class: "tool",
        "aria-label": say("back"),
        title: say("back"),
        "data-testid": "inspector-back",
        onclick: back,
      },
      icon("back"),
    ),
    el("h2", {}, title),
    action,
  );
}

/** A bar of a time against its limit. */
export function timeBar(took, limit, state, words) {
  const share = Math.min(1, limit > 0 ? took / limit : 0);
  const fill = el("span", { class: `bar-fill bar-${state}` });
  fill.style.width = `${Math.max(1.5, share * 100)}%`;
  return el(
    "div",
    { class: "time" },
    el("div", { class: "bar", role: "img", "aria-label": words }, fill),
    el("div", { class: "bar-words" }, el("span", {}, words), el("span", {}, say("limit", { s: limit / 1000 }))),
  );
}

function emptyWords() {
  return el("span", { class: "code-quiet" }, say("emptyBody"));
}
