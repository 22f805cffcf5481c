// The foot of the conversation: write and send, or the app's menu.

import { send } from "./api.js";
import { openSamples, pickFile, startAttachments } from "./attachments.js";
import { stick } from "./conversation.js";
import { report } from "./dialogs.js";
import { byId, el, icon, iconButton } from "./dom.js";
import { openEvents } from "./events.js";
import { onLanguage, say } from "./language.js";
import { menuBar } from "./menu.js";
import { askForLink, askForLocation } from "./send_dialogs.js";
import { selectedConversation, store, subscribe } from "./store.js";

/** Shows the composer and keeps it for the selected conversation. */
export function startComposer() {
  startAttachments(foot);
  subscribe((told) => (told.all || told.menu || told.account || told.selection) && fill());
  onLanguage(() => {
    shape = null;
    fill();
  });
}

/** Puts the keyboard into the text area. */
export function focusComposer() {
  if (showsMenu) toggle();
  field?.focus();
}

const TALLEST = 180;
const foot = byId("foot");
const drafts = new Map();
let field = null;
let showsMenu = false;
/** What the foot was built for; it is built anew only when that changes. */
let shape = null;
let draftOf = null;

function fill() {
  const conversation = selectedConversation();
  keepDraft();
  const next = conversation
    ? `${conversation.kind} ${showsMenu} ${JSON.stringify(store.menu)} ${store.account?.app}`
    : "none";
  if (next !== shape) {
    shape = next;
    field = null;
    foot.replaceChildren(...build(conversation));
  }
  foot.hidden = conversation === null;
  draftOf = conversation?.id ?? null;
  if (field) {
    field.value = drafts.get(draftOf) ?? "";
    grow();
  }
}

function build(conversation) {
  if (!conversation) return [];
  if (conversation.kind === "robot") return [el("p", { class: "read-only" }, icon("robot"), say("robotReadOnly"))];
  if (conversation.kind === "group") return [el("p", { class: "read-only" }, icon("users"), say("groupReadOnly"))];
  if (store.menu && showsMenu) return [el("div", { class: "menu-row" }, menuToggle(), menuBar(store.menu))];
  return [writer()];
}

function writer() {
  field = el("textarea", {
    class: "composer-field",
    rows: "2",
    placeholder: say("writeTo", { app: store.account?.app ?? "" }),
    "aria-label": say("writeTo", { app: store.account?.app ?? "" }),
    data: { testid: "composer" },
  });
  field.addEventListener("keydown", (event) => {
    // Enter that ends a choice of the input method is not the message's end.
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    sendText();
  });
  field.addEventListener("input", grow);
  return el(
    "div",
    { class: "composer" },
    el(
      "div",
      { class: "composer-tools", role: "group", "aria-label": say("composerTools") },
      store.menu ? menuToggle() : null,
      iconButton("image", say("sendPicture"), () => pickFile("image"), { "data-testid": "attach-image" }),
      iconButton("mic", say("sendVoice"), () => pickFile("voice"), { "data-testid": "attach-voice" }),
      iconButton("video", say("sendVideo"), () => pickFile("video"), { "data-testid": "attach-video" }),
      iconButton("file", say("sendSample"), openSamples, { "data-testid": "send-sample" }),
      iconButton("location", say("sendLocation"), askForLocation, { "data-testid": "send-location" }),
      iconButton("link", say("sendLink"), askForLink, { "data-testid": "send-link" }),
      el(
        "button",
        { type: "button", class: "tool with-words", "data-testid": "fire-event", onclick: openEvents },
        icon("bolt"),
        say("fireEvent"),
      ),
    ),
    field,
    el(
      "div",
      { class: "composer-foot" },
      el("span", { class: "hint" }, say("composerKeys")),
      el(
        "button",
        { type: "button", class: "button primary send", "data-testid": "send", onclick: sendText },
        say("send"),
      ),
    ),
  );
}

function menuToggle() {
  const label = say(showsMenu ? "showKeyboard" : "showMenu");
  return iconButton(
    showsMenu ? "keyboard" : "menu",
    label,
    () => {
      toggle();
      if (!showsMenu) field?.focus();
    },
    { "data-testid": "menu-toggle" },
  );
}

function toggle() {
  showsMenu = !showsMenu;
  fill();
}

async function sendText() {
  const conversation = selectedConversation();
  const content = field.value;
  if (!conversation || content.trim() === "") return;
  const sentFrom = field;
  field.value = "";
  drafts.delete(conversation.id);
  grow();
  stick();
  const sent = await report(send(conversation.id, "text", { content }));
  // What could not be sent is not lost.
  if (sent) return;
  if (selectedConversation()?.id === conversation.id && field === sentFrom && field.value === "") field.value = content;
  else drafts.set(conversation.id, content);
}

function keepDraft() {
  if (!field || draftOf === null) return;
  if (field.value) drafts.set(draftOf, field.value);
  else drafts.delete(draftOf);
}

function grow() {
  field.style.height = "auto";
  field.style.height = `${Math.min(field.scrollHeight, TALLEST)}px`;
}
