// Which column is in view in a narrow window, the inspector's drawer, and the keys.

import { byId, el, fragment } from "./dom.js";
import { openDialog } from "./dialogs.js";
import { say } from "./language.js";

/** Makes the back buttons, the drawer and the keys work; `focus` has a function for each column. */
export function startLayout(focus) {
  byId("back-members").addEventListener("click", () => {
    goBack();
    focus.members();
  });
  addEventListener("popstate", ({ state }) => show(state ?? FIRST));
  history.replaceState(FIRST, "");
  for (const id of ["inspector-open", "inspector-narrow"]) {
    byId(id).addEventListener("click", () => (isOpen() ? hideInspector() : focus.inspector()));
  }
  byId("scrim").addEventListener("click", hideInspector);
  byId("help-open").addEventListener("click", openHelp);
  document.addEventListener("keydown", (event) => pressed(event, focus));
}

/** In a narrow window, goes to the conversation. */
export function showConversation() {
  go({ view: "conversation", drawer: false });
}

/** Brings the inspector into view where it is not always there. */
export function showInspector() {
  go({ view: document.body.dataset.view, drawer: true });
}

/** Puts the inspector away again. */
export function hideInspector() {
  if (isOpen()) goBack();
}

const FIRST = { view: "members", drawer: false };

/** Brings something into view, such that the back button of a phone goes back from it. */
function go(place) {
  const isNew = place.view !== document.body.dataset.view || place.drawer !== isOpen();
  show(place);
  if (isNew && isOverlaid()) history.pushState({ ...place, pushed: true }, "");
}

function goBack() {
  const place = isOpen() ? { view: document.body.dataset.view, drawer: false } : FIRST;
  show(place);
  const now = history.state;
  if (now?.pushed && (now.drawer !== place.drawer || now.view !== place.view)) history.back();
}

/** Whether the window shows one thing over another. */
function isOverlaid() {
  return matchMedia("(max-width: 1100px)").matches;
}

function show({ view, drawer }) {
  document.body.dataset.view = view;
  if (drawer) document.body.dataset.drawer = "open";
  else closeDrawer();
}

function closeDrawer() {
  const hadFocus = byId("inspector").contains(document.activeElement);
  delete document.body.dataset.drawer;
  if (!hadFocus) return;
  const opener = [byId("inspector-open"), byId("inspector-narrow")].find((button) => button.offsetParent !== null);
  opener?.focus();
}

function isOpen() {
  return document.body.dataset.drawer === "open";
}

function pressed(event, focus) {
  if (document.querySelector("dialog[open]")) return;
  const column =
    event.altKey && !event.ctrlKey && !event.metaKey
      ? { Digit1: "members", Digit2: "composer", Digit3: "inspector" }[event.code]
      : null;
  if (column) {
    event.preventDefault();
    if (column === "members") go(FIRST);
    if (column === "composer") showConversation();
    focus[column]();
  } else if (event.key === "Escape" && isOpen()) {
    hideInspector();
  } else if (event.key === "?" && !isWriting(event.target)) {
    event.preventDefault();
    openHelp();
  }
}

function isWriting(target) {
  return target instanceof Element && target.closest("input, textarea, select, [contenteditable]") !== null;
}

function openHelp() {
  const line = (keys, words) => [
    el(
      "dt",
      {},
      keys.map((key) => el("kbd", {}, key)),
    ),
    el("dd", {}, say(words)),
  ];
  openDialog({
    title: say("help"),
    className: "dialog-help",
    testid: "help-dialog",
    body: fragment(
      el("p", {}, say("helpAbout")),
      el(
        "dl",
        { class: "keys" },
        line(["Alt", "1"], "keyMembers"),
        line(["Alt", "2"], "keyComposer"),
        line(["Alt", "3"], "keyInspector"),
        line(["Enter"], "keySend"),
        line(["Shift", "Enter"], "keyNewline"),
        line(["Esc"], "keyEsc"),
        line(["?"], "keyHelp"),
      ),
    ),
  });
}
