// Dialogs, short notices, and copying.

import { Refusal } from "./api.js";
import { byId, el, icon, iconButton } from "./dom.js";
import { say } from "./language.js";

/** Opens a modal dialog; Esc, the cross and a click beside it close it. Gives a function that closes it. */
export function openDialog({ title, body, actions = [], className = "", testid = null, label = null }) {
  const close = () => dialog.close();
  const content = [
    el("header", { class: "dialog-head" }, el("h2", {}, title), iconButton("close", say("close"), close)),
    el("div", { class: "dialog-body" }, body),
    actions.some(Boolean) ? el("footer", { class: "dialog-foot" }, actions) : null,
  ];
  const dialog = el(
    "dialog",
    { class: `dialog ${className}`, "aria-label": label ?? title, "data-testid": testid },
    content,
  );
  dialog.addEventListener("close", () => dialog.remove());
  // Only a press that both begins and ends on the backdrop closes: selecting text may end there.
  let pressedBeside = false;
  dialog.addEventListener("pointerdown", (event) => (pressedBeside = event.target === dialog));
  dialog.addEventListener("click", (event) => {
    if (event.target === dialog && pressedBeside) close();
  });
  document.body.append(dialog);
  dialog.showModal();
  return close;
}

/**
 * A dialog of labelled fields. `onSubmit` gets their values by name; it stays open while that
 * promise runs, and when it gives false.
 */
export function openForm({ title, fields, submit, onSubmit, hint = null, testid = null, className = "dialog-form" }) {
  const button = el(
    "button",
    { type: "submit", class: "button primary", "data-testid": testid ? `${testid}-send` : null },
    submit,
  );
  const form = el(
    "form",
    { class: "form" },
    hint ? el("p", { class: "hint" }, hint) : null,
    fields.map(fieldRow),
    el(
      "footer",
      { class: "dialog-foot" },
      el("button", { type: "button", class: "button", onclick: () => close() }, say("cancel")),
      button,
    ),
  );
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    button.disabled = true;
    const done = await onSubmit(Object.fromEntries(new FormData(form)));
    button.disabled = false;
    if (done !== false) close();
  });
  const close = openDialog({ title, body: form, className, testid });
  form.querySelector("input, textarea, select")?.focus();
  return close;
}

/** One labelled field. */
export function fieldRow({ name, label, value = "", type = "text", hint = null, testid = null, ...attributes }) {
  const shared = { name, value, "data-testid": testid, autocomplete: "off", spellcheck: "false", ...attributes };
  const field = type === "textarea" ? el("textarea", shared) : el("input", { type, ...shared });
  return el(
    "label",
    { class: "field" },
    el("span", { class: "field-label" }, label),
    field,
    hint ? el("span", { class: "hint" }, hint) : null,
  );
}

/** Asks before something that cannot be undone. */
export function confirmFirst(title, question, yes, onYes) {
  const close = openDialog({
    title,
    className: "dialog-confirm",
    testid: "confirm",
    body: el("p", {}, question),
    actions: [
      el("button", { type: "button", class: "button", onclick: () => close() }, say("cancel")),
      el(
        "button",
        {
          type: "button",
          class: "button danger",
          "data-testid": "confirm-yes",
          onclick: () => {
            close();
            onYes();
          },
        },
        yes,
      ),
    ],
  });
}

/** A notice that goes away by itself. */
export function toast(content, kind = "info", stays = 4000) {
  const remove = () => notice.remove();
  const notice = el(
    "div",
    { class: `toast toast-${kind}`, "data-testid": "toast" },
    el("div", { class: "toast-words" }, content),
    iconButton("close", say("close"), remove),
  );
  // A modal dialog lies over everything else, so the notice goes into it.
  (toastsOfDialog() ?? byId("toasts")).append(notice);
  setTimeout(remove, kind === "bad" ? stays * 2 : stays);
}

/** Waits for a command; tells why when the server refuses. Gives null then. */
export async function report(promise) {
  try {
    return await promise;
  } catch (error) {
    toast(error instanceof Refusal ? error.reason : String(error), "bad");
    return null;
  }
}

/** A button that copies what `words` gives; `short` is what stands on it. */
export function copyButton(words, label = say("copy"), short = say("copy")) {
  const button = el(
    "button",
    { type: "button", class: "copy", title: label, "aria-label": label },
    icon("copy"),
    el("span", {}, short),
  );
  button.addEventListener("click", async () => {
    const copied = await copy(words());
    if (!copied) {
      toast(say("copyFailed"), "bad");
      return;
    }
    button.classList.add("done");
    button.replaceChildren(icon("check"), el("span", {}, say("copied")));
    setTimeout(() => {
      button.classList.remove("done");
      button.replaceChildren(icon("copy"), el("span", {}, short));
    }, 1600);
  });
  return button;
}

function toastsOfDialog() {
  const dialog = [...document.querySelectorAll("dialog[open]")].pop();
  if (!dialog) return null;
  let place = dialog.querySelector(".toasts");
  if (!place) {
    place = el("div", { class: "toasts", role: "status", "aria-live": "polite" });
    dialog.append(place);
  }
  return place;
}

/** Without https, and not on localhost, browsers offer the old way only. */
async function copy(words) {
  try {
    await navigator.clipboard.writeText(words);
    return true;
  } catch {
    const field = el("textarea", { class: "offscreen", value: words });
    (document.querySelector("dialog[open]") ?? document.body).append(field);
    field.select();
    const copied = document.execCommand("copy");
    field.remove();
    return copied;
  }
}
