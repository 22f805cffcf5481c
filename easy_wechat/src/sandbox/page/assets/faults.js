// The panel that makes the platform misbehave: faults, tokens, bursts.

import { addFault, burst, changeTokens, removeFault, removeFaults } from "./api.js";
import { fieldRow, report, toast } from "./dialogs.js";
import { byId, el, icon, iconButton, text } from "./dom.js";
import { FAULTS, faultForm, faultFacts, faultName } from "./fault_form.js";
import { say } from "./language.js";
import { store } from "./store.js";

/** The panel's view for the inspector. */
export function faultsPanel() {
  const active = el("div", { class: "active-faults", "data-testid": "fault-active" });
  const chips = el("div", { class: "presets" });
  const fill = () => {
    chips.replaceChildren(...presets().map(presetChip));
    active.replaceChildren(...activeFaults());
    const count = byId("faults-count");
    count.textContent = String(store.faults.length);
    count.hidden = store.faults.length === 0;
  };
  fill();
  watch = fill;
  const node = el(
    "div",
    { class: "faults" },
    section("presets", chips),
    section("activeFaults", active),
    section("newFault", faultForm(inject)),
    section("tokens", tokenForm()),
    section("burst", burstForm()),
  );
  return {
    node,
    refresh: fill,
  };
}

/** The panel, and the number beside the button in the top bar, follow even while the panel is closed. */
export function refreshFaults(told) {
  if (told.all || told.faults || told.account) watch();
}

let watch = () => {};

function section(title, ...children) {
  return el("section", { class: "fault-section" }, el("h3", {}, say(title)), children);
}

async function inject(fault) {
  return (await report(addFault(fault))) !== null;
}

function presets() {
  const isWecom = store.account?.kind !== "official_account";
  const sendPath = isWecom ? "/cgi-bin/message/send" : "/cgi-bin/message/custom/send";
  const tokenPath = isWecom ? "/cgi-bin/gettoken" : "/cgi-bin/token";
  const always = { path: null, calls: null, share: null };
  return [
    ["limited", () => inject({ ...always, fault: "errcode", errcode: 45009, path: sendPath, calls: 1 })],
    ["expire", () => tokens({ do: "expire" })],
    [
      isWecom ? "ip" : "official_ip",
      () => inject({ ...always, fault: "untrusted_ip", ip: "203.0.113.7", path: tokenPath }),
    ],
    ["twice", () => inject({ ...always, fault: "twice" })],
    ["slow", () => inject({ ...always, fault: "delay", millis: 3000 })],
    ["gateway", () => inject({ ...always, fault: "bad_gateway" })],
  ];
}

function presetChip([name, act]) {
  return el(
    "button",
    { type: "button", class: "preset", "data-testid": `preset-${name.replace("official_", "")}`, onclick: act },
    icon("bolt"),
    say(`preset_${name}`),
  );
}

async function tokens(change) {
  if (await report(changeTokens(change))) toast(say("tokenDone"));
}

function activeFaults() {
  if (store.faults.length === 0) return [el("p", { class: "hint" }, say("noFaults"))];
  const lines = store.faults.map((fault) =>
    el(
      "div",
      { class: "active-fault", data: { testid: `fault-${fault.id}`, kind: text(fault.fault) } },
      el("span", { class: FAULTS[fault.fault]?.callback ? "sign sign-running" : "sign sign-dropped" }, icon("faults")),
      el(
        "div",
        { class: "active-words" },
        el("b", {}, faultName(fault)),
        el("span", { class: "hint" }, faultFacts(fault).join(" · ")),
      ),
      el("span", { class: "hits", title: say("hits", { n: fault.hits ?? 0 }) }, say("hits", { n: fault.hits ?? 0 })),
      iconButton("close", say("removeFault"), () => report(removeFault(fault.id))),
    ),
  );
  const all = el(
    "button",
    { type: "button", class: "button small", "data-testid": "faults-clear", onclick: () => report(removeFaults()) },
    say("removeAll"),
  );
  return store.faults.length > 1 ? [...lines, all] : lines;
}

function tokenForm() {
  const seconds = el("input", {
    type: "number",
    name: "expires",
    min: "0",
    value: "60",
    "aria-label": say("tokenExpiresIn"),
  });
  const form = el(
    "form",
    { class: "token-form" },
    el(
      "button",
      { type: "button", class: "button small", "data-testid": "token-expire", onclick: () => tokens({ do: "expire" }) },
      say("tokenExpire"),
    ),
    el(
      "button",
      { type: "button", class: "button small", "data-testid": "token-revoke", onclick: () => tokens({ do: "revoke" }) },
      say("tokenRevoke"),
    ),
    el("label", { class: "inline-field" }, el("span", {}, say("tokenExpiresIn")), seconds),
    el("button", { type: "submit", class: "button small", "data-testid": "token-set" }, say("setWord")),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    tokens({ expires_in: Number(seconds.value) });
  });
  return form;
}

function burstForm() {
  const form = el(
    "form",
    { class: "burst-form" },
    fieldRow({
      name: "messages",
      label: say("burstMessages"),
      type: "number",
      min: "1",
      max: "100000",
      value: "100",
      testid: "burst-messages",
    }),
    fieldRow({
      name: "members",
      label: say("burstMembers"),
      type: "number",
      min: "1",
      max: "1000",
      value: "10",
      testid: "burst-members",
    }),
    fieldRow({ name: "content", label: say("burstContent"), value: "burst" }),
    el("button", { type: "submit", class: "button small primary", "data-testid": "burst-start" }, say("burstStart")),
  );
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const { messages, members, content } = Object.fromEntries(new FormData(form));
    const answer = await report(burst(Number(messages), Number(members), content));
    if (answer) toast(say("burstStarted", { n: answer.started ?? messages }));
  });
  return form;
}
