// The dialog that fires any event of the platform, or any XML.

import { getCatalog, send } from "./api.js";
import { fieldRow, openDialog, report } from "./dialogs.js";
import { el, icon, list, text } from "./dom.js";
import { pick, say } from "./language.js";
import { selectedConversation, store } from "./store.js";

/** Opens the dialog for the selected conversation. */
export async function openEvents() {
  const conversation = selectedConversation();
  if (conversation?.kind !== "member") return;
  const catalog = await report(getCatalog());
  if (!catalog) return;
  const choices = [...list(catalog.events).map(eventChoice), rawChoice(conversation)];
  const search = el("input", {
    type: "search",
    placeholder: say("searchEvents"),
    "aria-label": say("searchEvents"),
    data: { testid: "event-search" },
  });
  const options = el("div", { class: "event-options", role: "listbox", "aria-label": say("fireEvent") });
  const fields = el("form", { class: "event-fields form", id: "event-fields" });
  const fire = el(
    "button",
    { type: "submit", form: "event-fields", class: "button primary", data: { testid: "event-send" } },
    icon("bolt"),
    say("fire"),
  );
  let chosen = null;

  const choose = (choice) => {
    chosen = choice;
    for (const option of options.children) option.setAttribute("aria-selected", String(option === choice.option));
    fields.replaceChildren(...choice.fill());
    fire.disabled = false;
  };
  for (const choice of choices) {
    choice.option = el(
      "button",
      {
        type: "button",
        class: "event-option",
        role: "option",
        "aria-selected": "false",
        data: { testid: `event-${choice.name}` },
        onclick: () => choose(choice),
      },
      el("span", { class: "event-title" }, choice.title()),
      el("code", {}, choice.code),
    );
  }
  const filter = () => {
    const wanted = search.value.trim().toLowerCase();
    const found = choices.filter((choice) => choice.words.includes(wanted));
    options.replaceChildren(...found.map(({ option }) => option));
    if (found.length === 0) options.append(el("p", { class: "hint" }, say("noEvents")));
  };
  search.addEventListener("input", filter);
  options.addEventListener("keydown", (event) => moveWithArrows(event, options));
  search.addEventListener("keydown", (event) => {
    if (event.key === "Enter" || event.key === "ArrowDown") {
      event.preventDefault();
      const first = options.querySelector("button");
      if (event.key === "Enter") first?.click();
      first?.focus();
    }
  });
  fields.addEventListener("submit", async (event) => {
    event.preventDefault();
    if (!chosen) return;
    fire.disabled = true;
    const sent = await report(send(conversation.id, ...chosen.message(new FormData(fields))));
    fire.disabled = false;
    if (sent) close();
  });

  filter();
  if (choices.length > 0) choose(choices[0]);
  const close = openDialog({
    title: say("fireEvent"),
    className: "dialog-events",
    testid: "event-dialog",
    body: el("div", { class: "events" }, el("div", { class: "event-side" }, search, options), fields),
    actions: [el("button", { type: "button", class: "button", onclick: () => close() }, say("cancel")), fire],
  });
  search.focus();
}

/** A choice: its place in the list, its fields, and the message that they make. */
function eventChoice(entry) {
  const fields = list(entry.fields);
  return {
    name: text(entry.event),
    code: text(entry.event),
    words: `${text(entry.event)} ${text(entry.title?.zh)} ${text(entry.title?.en)}`.toLowerCase(),
    title: () => pick(entry.title) || text(entry.event),
    fill: () => [
      el("h3", {}, pick(entry.title) || text(entry.event), " ", el("code", {}, text(entry.event))),
      ...(fields.length === 0 ? [el("p", { class: "hint" }, say("noFields"))] : fields.map(fieldOf)),
    ],
    message: (form) => ["event", { event: text(entry.event), fields: Object.fromEntries(form) }],
  };
}

function fieldOf({ name, value }) {
  const words = text(value);
  const long = words.length > 60 || words.includes("\n");
  return fieldRow({
    name: text(name),
    label: text(name),
    value: words,
    type: long ? "textarea" : "text",
    ...(long ? { rows: "4" } : {}),
  });
}

function rawChoice(conversation) {
  return {
    name: "raw",
    code: "XML",
    words: `raw xml ${say("rawTitle")}`.toLowerCase(),
    title: () => say("rawTitle"),
    fill: () => [
      el("h3", {}, say("rawTitle")),
      fieldRow({
        name: "xml",
        label: "XML",
        value: skeleton(conversation),
        type: "textarea",
        rows: "12",
        class: "code-field",
        hint: say("rawHint"),
        testid: "event-xml",
      }),
    ],
    message: (form) => ["raw", { xml: String(form.get("xml")).replace(/\r\n/g, "\n") }],
  };
}

/** A text message, to change at will. */
function skeleton(conversation) {
  const { receive_id: receiver = "", agentid } = store.account ?? {};
  const lines = [
    "<xml>",
    `  <ToUserName><![CDATA[${receiver}]]></ToUserName>`,
    `  <FromUserName><![CDATA[${conversation.id}]]></FromUserName>`,
    `  <CreateTime>${Math.floor(Date.now() / 1000)}</CreateTime>`,
    "  <MsgType><![CDATA[text]]></MsgType>",
    `  <Content><![CDATA[${say("hello")}]]></Content>`,
    "  <MsgId>1234567890123456</MsgId>",
    agentid ? `  <AgentID>${agentid}</AgentID>` : null,
    "</xml>",
  ];
  return lines.filter((line) => line !== null).join("\n");
}

function moveWithArrows(event, options) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (step === undefined) return;
  event.preventDefault();
  const buttons = [...options.querySelectorAll("button")];
  buttons[Math.max(0, Math.min(buttons.length - 1, buttons.indexOf(document.activeElement) + step))]?.focus();
}
