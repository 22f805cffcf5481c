// What a member can press and choose on a template card.

import { pressCard } from "./api.js";
import { report } from "./dialogs.js";
import { el, icon, list, text } from "./dom.js";
import { say } from "./language.js";
import { link, safeUrl } from "./links.js";

// `inputs` maps the key of each question to a function that gives the chosen ids.

/** The drop-down above the buttons. */
export function buttonSelection(selection, item, inputs) {
  if (!selection) return null;
  return el("div", { class: "template-inputs" }, dropDown(selection, inputs, isReplaced(item)));
}

/** The drop-downs of a multiple interaction. */
export function selects(selectList, item, inputs) {
  if (selectList.length === 0) return null;
  return el(
    "div",
    { class: "template-inputs" },
    selectList.map((selection) => dropDown(selection, inputs, isReplaced(item))),
  );
}

/** The options of a vote: one of them, or several. */
export function checkboxes(checkbox, item, inputs) {
  if (!checkbox) return null;
  const type = Number(checkbox.mode) === 1 ? "checkbox" : "radio";
  const boxes = list(checkbox.option_list).map((option) =>
    el("input", {
      type,
      name: `vote-${item.id}`,
      value: text(option.id),
      checked: option.is_checked === true,
      disabled: isReplaced(item) || checkbox.disable === true,
    }),
  );
  inputs.set(text(checkbox.question_key), () => boxes.filter((box) => box.checked).map((box) => box.value));
  const words = list(checkbox.option_list).map((option) => text(option.text));
  return el(
    "div",
    { class: "template-inputs votes", role: type === "radio" ? "radiogroup" : "group" },
    boxes.map((box, index) => el("label", { class: "vote" }, box, el("span", {}, words[index]))),
  );
}

/** The buttons of a card, or the grey one that the app put in their place. */
export function buttonRow(buttons, item, inputs, replaced) {
  if (buttons.length === 0) return null;
  if (replaced) return greyed(replaced);
  const many = buttons.length > 2 ? "template-buttons many" : "template-buttons";
  return el(
    "div",
    { class: many },
    buttons.map((button) => {
      const look = `card-button style-${[1, 2, 3, 4].includes(button.style) ? button.style : 1}`;
      if (button.type === 1 && safeUrl(button.url) !== null)
        return link(button.url, { class: look }, text(button.text));
      return pressable(text(button.text), look, () => ({
        item: item.id,
        key: text(button.key),
        menu: false,
        selected: chosen(inputs),
      }));
    }),
  );
}

/** The button that hands in a vote or a multiple choice. */
export function submitButton(button, item, inputs, replaced) {
  if (!button) return null;
  if (replaced) return greyed(replaced);
  const press = () => ({ item: item.id, key: text(button.key), menu: false, selected: chosen(inputs) });
  return el(
    "div",
    { class: "template-buttons" },
    pressable(text(button.text) || say("submit"), "card-button style-1", press),
  );
}

/** The three dots at the card's corner with the actions under them. */
export function actionMenu(menu, item) {
  const actions = list(menu.action_list);
  const sheet = el(
    "div",
    { class: "action-sheet", role: "menu", hidden: true },
    menu.desc ? el("p", { class: "card-quiet" }, text(menu.desc)) : null,
    actions.map((action) =>
      pressable(
        text(action.text),
        "action",
        () => ({ item: item.id, key: text(action.key), menu: true, selected: [] }),
        "menuitem",
      ),
    ),
  );
  const toggle = el(
    "button",
    {
      type: "button",
      class: "tool action-toggle",
      "aria-label": text(menu.desc) || say("actions"),
      "aria-haspopup": "menu",
      "aria-expanded": "false",
    },
    icon("more"),
  );
  const show = (open) => {
    sheet.hidden = !open;
    toggle.setAttribute("aria-expanded", String(open));
  };
  toggle.addEventListener("click", () => show(sheet.hidden));
  const place = el("span", { class: "action-menu" }, toggle, sheet);
  sheet.addEventListener("click", () => show(false));
  place.addEventListener("focusout", ({ relatedTarget }) => {
    if (!place.contains(relatedTarget)) show(false);
  });
  place.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || sheet.hidden) return;
    event.stopPropagation();
    show(false);
    toggle.focus();
  });
  return place;
}

function isReplaced(item) {
  return Boolean(item.content?.replaced);
}

function dropDown(selection, inputs, disabled) {
  const options = list(selection.option_list).map((option) =>
    el(
      "option",
      { value: text(option.id), selected: text(option.id) === text(selection.selected_id) },
      text(option.text),
    ),
  );
  const select = el(
    "select",
    { disabled: disabled || selection.disable === true, "aria-label": text(selection.title) || say("choose") },
    options,
  );
  inputs.set(text(selection.question_key), () => (select.value ? [select.value] : []));
  return el("label", { class: "template-select" }, el("span", {}, text(selection.title)), select);
}

function chosen(inputs) {
  return [...inputs].map(([question, ids]) => ({ question_key: question, option_ids: ids() }));
}

function pressable(words, className, press, role = null) {
  const button = el("button", { type: "button", class: className, role }, words);
  button.addEventListener("click", async () => {
    button.disabled = true;
    await report(pressCard(press()));
    button.disabled = false;
  });
  return button;
}

function greyed(words) {
  return el(
    "div",
    { class: "template-buttons" },
    el("button", { type: "button", class: "card-button greyed", disabled: true }, text(words)),
  );
}
