// What stands in an empty conversation: the next thing to do.

import { send } from "./api.js";
import { copyButton, report } from "./dialogs.js";
import { el, icon } from "./dom.js";
import { say } from "./language.js";

/** Fills the empty conversation: how to connect an app, or a first message to send. */
export function fillEmpty(place, conversation, account) {
  if (account && !account.callback) place.replaceChildren(connectCard(account));
  else if (!conversation) place.replaceChildren(sentence("users", say("noConversations"), say("emptyPick")));
  else if (conversation.kind === "robot")
    place.replaceChildren(sentence("robot", conversation.name, say("emptyRobot")));
  else if (conversation.kind === "group")
    place.replaceChildren(sentence("users", conversation.name, say("emptyGroup")));
  else place.replaceChildren(helloCard(conversation));
}

/** The account's section of config.ini with a button that copies it. */
export function iniBlock(account) {
  return codeBlock(say("iniTitle"), account.ini ?? "", "ini");
}

/** Words in a box, to copy. */
export function codeBlock(title, words, testid) {
  return el(
    "div",
    { class: "code-block" },
    el(
      "div",
      { class: "code-head" },
      el("span", {}, title),
      copyButton(() => words),
    ),
    el("pre", { tabindex: "0", "data-testid": testid }, words),
  );
}

const EXAMPLE = "easy-wechat sandbox --callback http://127.0.0.1:6000/weixin";

function connectCard(account) {
  return el(
    "div",
    { class: "empty-card", "data-testid": "empty-connect" },
    el("span", { class: "empty-sign" }, icon("link")),
    el("h2", {}, say("emptyCallbackTitle")),
    el(
      "ol",
      { class: "steps" },
      el("li", {}, el("p", {}, say("emptyCallback1")), codeBlock("config.ini", account.ini ?? "", "ini")),
      el("li", {}, el("p", {}, say("emptyCallback2")), codeBlock("shell", EXAMPLE, "command")),
    ),
  );
}

function helloCard(conversation) {
  const words = say("hello");
  return el(
    "div",
    { class: "empty-card quiet", "data-testid": "empty-hello" },
    el("span", { class: "empty-sign" }, icon("send")),
    el("h2", {}, say("emptyHelloTitle")),
    el("p", {}, say("emptyHello", { name: conversation.name || conversation.id })),
    el(
      "button",
      {
        type: "button",
        class: "button primary",
        "data-testid": "say-hello",
        onclick: () => report(send(conversation.id, "text", { content: words })),
      },
      words,
    ),
  );
}

function sentence(sign, title, words) {
  return el(
    "div",
    { class: "empty-card quiet" },
    el("span", { class: "empty-sign" }, icon(sign)),
    el("h2", {}, title),
    el("p", {}, words),
  );
}
