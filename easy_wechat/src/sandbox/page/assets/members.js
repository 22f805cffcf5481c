// The list of conversations on the left.

import { addMember } from "./api.js";
import { summary } from "./bubbles.js";
import { openForm, report } from "./dialogs.js";
import { byId, el } from "./dom.js";
import { onLanguage, remember, say } from "./language.js";
import { conversationAvatar, shortTime } from "./people.js";
import { select, store, subscribe } from "./store.js";

/** Shows the conversations; `onOpen` is called when the person opens one. */
export function startMembers(onOpen) {
  opened = onOpen;
  byId("add-member").addEventListener("click", askForMember);
  byId("members-search").addEventListener("input", fill);
  list.addEventListener("keydown", moveWithArrows);
  list.addEventListener("click", ({ target }) => {
    const button = target.closest("[data-id]");
    if (button) open(button.dataset.id);
  });
  byId("members-search").addEventListener("keydown", (event) => {
    if (event.key !== "ArrowDown") return;
    event.preventDefault();
    focusMembers();
  });
  subscribe((told) => (told.all || told.members) && fillSoon(told));
  onLanguage(fill);
}

/** Puts the keyboard on the open conversation's entry. */
export function focusMembers() {
  (list.querySelector("[aria-current]") ?? list.querySelector("[data-id]"))?.focus();
}

/** Fewer redraws than frames are enough for a list of names. */
const REDRAW_AFTER = 120;
const list = byId("members-list");
const entries = new Map();
let opened = () => {};
let waiting = false;

function open(id) {
  remember("conversation", id);
  select(id);
  opened();
  return true;
}

function fillSoon({ all, selection }) {
  if (all || selection) {
    fill();
    return;
  }
  if (waiting) return;
  waiting = true;
  setTimeout(() => {
    waiting = false;
    fill();
  }, REDRAW_AFTER);
}

/** Entries that did not change stay as they are: the keyboard's focus must not be lost. */
function fill() {
  const wanted = byId("members-search").value.trim().toLowerCase();
  const shown = [...store.conversations.values()]
    .filter(({ id, name }) => `${id} ${name}`.toLowerCase().includes(wanted))
    .sort((one, other) => lastAt(other) - lastAt(one));
  const focused = document.activeElement?.closest?.("#members-list [data-id]")?.dataset.id;
  list.replaceChildren(...shown.map(entry));
  if (shown.length === 0)
    list.append(el("li", { class: "members-none" }, say(wanted ? "noMatches" : "noConversations")));
  if (focused !== undefined) list.querySelector(`[data-id="${CSS.escape(focused)}"]`)?.focus();
  for (const id of entries.keys()) if (!store.conversations.has(id)) entries.delete(id);
  const unread = [...store.conversations.values()].reduce((sum, conversation) => sum + conversation.unread, 0);
  document.title = unread > 0 ? `(${unread}) ${say("title")}` : say("title");
}

function lastAt({ items }) {
  return items.at(-1)?.at ?? 0;
}

function entry(conversation) {
  const last = conversation.items.at(-1);
  const words = last ? summary(last) : "";
  const time = last ? shortTime(last.at) : "";
  const chosen = conversation.id === store.selected;
  const marks = JSON.stringify([
    conversation.name,
    conversation.kind,
    words,
    time,
    conversation.unread,
    chosen,
    say("kindRobot"),
  ]);
  const known = entries.get(conversation.id);
  if (known?.marks === marks) return known.node;
  const node = el(
    "li",
    {},
    el(
      "button",
      {
        type: "button",
        class: "member",
        "aria-current": chosen ? "true" : null,
        data: { testid: `member-${conversation.id}`, id: conversation.id },
      },
      conversationAvatar(conversation),
      el(
        "span",
        { class: "member-words" },
        el(
          "span",
          { class: "member-line" },
          el("span", { class: "member-name" }, conversation.name || conversation.id),
          el("time", { class: "member-time" }, time),
        ),
        el(
          "span",
          { class: "member-line" },
          el("span", { class: "member-last" }, words || conversation.id),
          badge(conversation.unread),
        ),
      ),
    ),
  );
  entries.set(conversation.id, { marks, node });
  return node;
}

function badge(unread) {
  if (unread === 0) return null;
  return el(
    "span",
    { class: "badge", "aria-label": say("unread", { n: unread }) },
    unread > 99 ? "99+" : String(unread),
  );
}

function moveWithArrows(event) {
  const step = { ArrowDown: 1, ArrowUp: -1, Home: -Infinity, End: Infinity }[event.key];
  if (step === undefined) return;
  event.preventDefault();
  const buttons = [...list.querySelectorAll("[data-id]")];
  const next = buttons.indexOf(document.activeElement) + step;
  buttons[Math.max(0, Math.min(buttons.length - 1, next))]?.focus();
}

function askForMember() {
  openForm({
    title: say("addMember"),
    testid: "member-form",
    submit: say("add"),
    fields: [
      {
        name: "id",
        label: say("memberId"),
        hint: say("memberIdHint"),
        required: true,
        maxlength: 64,
        testid: "member-form-id",
      },
      { name: "name", label: say("memberName"), maxlength: 64, testid: "member-form-name" },
    ],
    async onSubmit({ id, name }) {
      const added = await report(addMember(id.trim(), name.trim() || id.trim()));
      if (!added) return false;
      // The stream may bring the conversation a moment later.
      remember("conversation", added.id);
      const openIt = () => store.conversations.has(added.id) && open(added.id);
      if (!openIt()) setTimeout(openIt, 400);
      return true;
    },
  });
}
