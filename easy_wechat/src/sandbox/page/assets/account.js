// The app in the top bar: its callback's state, and its section of config.ini.

import { verify } from "./api.js";
import { facts } from "./blocks.js";
import { openDialog, report } from "./dialogs.js";
import { byId, el, fragment, icon, text } from "./dom.js";
import { iniBlock } from "./empty.js";
import { onLanguage, pick, say, sayIfKnown } from "./language.js";
import { duration } from "./people.js";
import { store, subscribe } from "./store.js";

/** Shows the account; `open` inspects the exchange of a verification. */
export function startAccount(open) {
  inspect = open;
  byId("account").addEventListener("click", openAccount);
  subscribe((told) => (told.all || told.account) && fill());
  onLanguage(fill);
}

let inspect = () => {};
/** Fills the open dialog again, when there is one. */
let refill = null;

function fill() {
  const { account } = store;
  const state = callbackState(account);
  const button = byId("account");
  button.dataset.state = state;
  byId("account-app").textContent = account?.app ?? "";
  byId("account-words").textContent = say(stateKey(account));
  button.title = [account?.app, account?.callback, say(stateKey(account)), pick(account?.verified?.words)]
    .filter(Boolean)
    .join("\n");
  refill?.();
}

const WORDS = { none: "callbackNone", unknown: "callbackUnknown", ok: "callbackOk", failed: "callbackFailed", away: "callbackAway" };

function callbackState(account) {
  if (!account?.callback) return "none";
  if (!account.verified) return "unknown";
  return account.verified.ok ? "ok" : "failed";
}

/** The key of the state's words: a callback that found no app says so. */
function stateKey(account) {
  const state = callbackState(account);
  return WORDS[state === "failed" && account.verified.by === "delivery" ? "away" : state];
}

function openAccount() {
  if (!store.account) return;
  const body = el("div", { class: "account-body" });
  refill = () => body.isConnected && store.account && body.replaceChildren(details(store.account, () => close()));
  const close = openDialog({ title: say("account"), className: "dialog-account", testid: "account-dialog", body });
  refill();
}

function details(account, close) {
  const state = callbackState(account);
  return fragment(
    el(
      "div",
      { class: `verdict verdict-${state}`, "data-testid": "verdict", "data-state": state },
      el("span", { class: "dot", "aria-hidden": "true" }),
      el(
        "div",
        { class: "verdict-words" },
        el("strong", {}, say(stateKey(account)), account.verified?.took_ms ? ` · ${duration(account.verified.took_ms)}` : ""),
        el("p", {}, pick(account.verified?.words) || (account.callback ? say("verifyHint") : say("emptyCallback2"))),
      ),
      account.callback
        ? el(
            "button",
            {
              type: "button",
              class: "button small",
              "data-testid": "verify",
              onclick: (event) => verifyAgain(event.currentTarget, close),
            },
            icon("replay"),
            say("verify"),
          )
        : null,
    ),
    facts([
      [say("callback"), account.callback ? el("code", {}, account.callback) : ""],
      [say("kind"), sayIfKnown(`kind_${account.kind}`, text(account.kind))],
      [say("mode"), sayIfKnown(`mode_${account.mode}`, text(account.mode))],
      [account.kind === "official_account" ? "AppID" : "CorpID", el("code", {}, text(account.receive_id))],
      ["AgentID", account.agentid ? el("code", {}, text(account.agentid)) : ""],
      [say("version"), store.version],
    ]),
    iniBlock(account),
    el("p", { class: "hint" }, say("iniHint")),
  );
}

async function verifyAgain(button, close) {
  button.disabled = true;
  const answer = await report(verify());
  button.disabled = false;
  if (answer?.exchange === undefined || answer.exchange === null) return;
  inspect({ exchange: answer.exchange });
  // In a narrow window the inspector lies where the dialog is.
  if (matchMedia("(max-width: 1100px)").matches) close();
}
