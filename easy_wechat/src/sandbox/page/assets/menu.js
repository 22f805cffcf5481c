// The app's own menu at the foot of the conversation.

import { getCatalog, send } from "./api.js";
import { report, toast } from "./dialogs.js";
import { el, icon, list, text } from "./dom.js";
import { say } from "./language.js";
import { link } from "./links.js";
import { selectedConversation } from "./store.js";

/** The menu's buttons; one with sub-buttons opens them above itself. */
export function menuBar(menu) {
  const bar = el(
    "div",
    { class: "menu-bar", "data-testid": "menu-bar" },
    list(menu.button).slice(0, 3).map(menuButton),
  );
  bar.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    closeAll(bar);
    event.target.closest(".menu-place")?.querySelector("button")?.focus();
  });
  bar.addEventListener("focusout", ({ relatedTarget }) => {
    if (!bar.contains(relatedTarget)) closeAll(bar);
  });
  return bar;
}

function menuButton(button) {
  const children = list(button.sub_button);
  const place = el("div", { class: "menu-place" });
  const opener = el(
    "button",
    { type: "button", class: "menu-button" },
    children.length > 0 ? icon("menu") : null,
    text(button.name),
  );
  place.append(opener);
  if (children.length === 0) {
    opener.addEventListener("click", () => press(button));
    return place;
  }
  const sheet = el(
    "div",
    { class: "menu-sheet", role: "menu", hidden: true },
    children.map((child) =>
      el(
        "button",
        {
          type: "button",
          class: "menu-item",
          role: "menuitem",
          onclick: () => {
            sheet.hidden = true;
            opener.setAttribute("aria-expanded", "false");
            press(child);
          },
        },
        text(child.name),
      ),
    ),
  );
  opener.setAttribute("aria-haspopup", "menu");
  opener.setAttribute("aria-expanded", "false");
  opener.addEventListener("click", () => {
    const open = sheet.hidden;
    closeAll(place.parentElement);
    sheet.hidden = !open;
    opener.setAttribute("aria-expanded", String(open));
  });
  place.append(sheet);
  return place;
}

function closeAll(bar) {
  for (const sheet of bar.querySelectorAll(".menu-sheet")) sheet.hidden = true;
  for (const opener of bar.querySelectorAll("[aria-expanded]")) opener.setAttribute("aria-expanded", "false");
}

/** What the platform sends when a member presses the button. */
async function press(button) {
  const conversation = selectedConversation();
  if (!conversation) return;
  const { event, key } = pressed(button);
  const fields = { ...(await usualFields(event)), EventKey: key };
  const sent = await report(send(conversation.id, "event", { event, fields }));
  if (sent && event === "view")
    toast([`${say("menuOpens")} `, link(button.url, { class: "link" }, text(button.url))], "info", 8000);
}

function pressed(button) {
  const type = text(button.type) || "click";
  if (type === "view") return { event: "view", key: text(button.url) };
  if (type === "view_miniprogram") return { event: type, key: text(button.pagepath ?? button.key) };
  return { event: type, key: text(button.key ?? button.media_id ?? button.article_id) };
}

/** An event such as scancode_push has fields besides its key; the catalog has likely values. */
async function usualFields(event) {
  try {
    const { events } = await getCatalog();
    const known = list(events).find((entry) => entry.event === event);
    return Object.fromEntries(list(known?.fields).map(({ name, value }) => [name, value]));
  } catch {
    return {};
  }
}
