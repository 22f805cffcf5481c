// Template cards as they are shown; what a member can press on them is in card_inputs.js.

import { cardFoot } from "./articles.js";
import { actionMenu, buttonRow, buttonSelection, checkboxes, selects, submitButton } from "./card_inputs.js";
import { el, icon, list, text } from "./dom.js";
import { coverLink, link, remotePicture, safeUrl } from "./links.js";

/** A template card of any of the five kinds: each part is there when the app sent it. */
export function templateCard(card, item) {
  const inputs = new Map();
  const action = given(card.card_action);
  return el(
    "div",
    { class: "template", data: { card: text(card.card_type) } },
    head(card, item),
    cardAround(action, [
      titles(given(card.main_title), action),
      emphasis(given(card.emphasis_content)),
      picture(given(card.card_image)),
      pictureWithText(given(card.image_text_area)),
      list(card.vertical_content_list).map(verticalLine),
      quote(given(card.quote_area)),
      card.sub_title_text ? el("p", { class: "template-sub" }, text(card.sub_title_text)) : null,
    ]),
    horizontalLines(list(card.horizontal_content_list)),
    buttonSelection(given(card.button_selection), item, inputs),
    checkboxes(given(card.checkbox), item, inputs),
    selects(list(card.select_list), item, inputs),
    buttonRow(list(card.button_list), item, inputs, card.replaced),
    submitButton(given(card.submit_button), item, inputs, card.replaced),
    jumps(list(card.jump_list)),
  );
}

function given(value) {
  return value && typeof value === "object" ? value : null;
}

function head(card, item) {
  const source = given(card.source);
  const menu = given(card.action_menu);
  if (!source?.desc && !source?.icon_url && !menu) return null;
  const colours = { 0: "grey", 1: "black", 2: "red", 3: "green" };
  return el(
    "div",
    { class: "template-head" },
    source?.icon_url ? remotePicture(source.icon_url, "source-icon") : null,
    el("span", { class: `source-desc source-${colours[source?.desc_color] ?? "grey"}` }, text(source?.desc)),
    menu ? actionMenu(menu, item) : null,
  );
}

/** A card with an address opens it wherever one clicks, except on its inputs. */
function cardAround(action, children) {
  const present = children.flat().filter(Boolean);
  if (present.length === 0) return null;
  const page = text(action?.pagepath) || text(action?.appid);
  return el("div", { class: "template-body covered", title: page || null }, present);
}

function titles(main, action) {
  if (!main) return null;
  const words = text(main.title) || text(main.desc);
  const title = safeUrl(action?.url) === null ? words : coverLink(action.url, words);
  return el(
    "div",
    { class: "template-titles" },
    main.title ? el("strong", { class: "card-title" }, title) : el("p", { class: "card-quiet" }, title),
    main.title && main.desc ? el("p", { class: "card-quiet" }, text(main.desc)) : null,
  );
}

function emphasis(content) {
  if (!content?.title && !content?.desc) return null;
  return el("div", { class: "emphasis" }, el("b", {}, text(content.title)), el("span", {}, text(content.desc)));
}

function picture(image) {
  return image?.url ? remotePicture(image.url, "template-picture") : null;
}

function pictureWithText(area) {
  if (!area) return null;
  return el(
    "div",
    { class: "template-area" },
    area.image_url ? remotePicture(area.image_url, "area-picture") : null,
    link(area.url, {}, el("strong", {}, text(area.title)), el("span", { class: "card-quiet" }, text(area.desc))),
  );
}

function verticalLine({ title, desc }) {
  return el(
    "div",
    { class: "template-vertical" },
    el("strong", {}, text(title)),
    desc ? el("p", { class: "card-quiet" }, text(desc)) : null,
  );
}

function quote(area) {
  if (!area?.title && !area?.quote_text) return null;
  return link(
    area.url,
    { class: "template-quote" },
    area.title ? el("strong", {}, text(area.title)) : null,
    area.quote_text ? el("span", {}, text(area.quote_text)) : null,
  );
}

function horizontalLines(lines) {
  if (lines.length === 0) return null;
  return el(
    "dl",
    { class: "card-lines" },
    lines.map((line) => [el("dt", {}, text(line.keyname)), el("dd", {}, horizontalValue(line))]),
  );
}

/** Type 1 is an address, 2 a file, 3 a member. */
function horizontalValue({ type, value, url, media_id: media, userid }) {
  const words = text(value) || text(userid) || text(url);
  if (type === 1) return link(url, { class: "link" }, words);
  if (type === 2) return el("span", { class: "link", title: text(media) || null }, icon("file"), words);
  if (type === 3) return el("span", { class: "mention", title: text(userid) || null }, words);
  return words;
}

function jumps(jumpList) {
  if (jumpList.length === 0) return null;
  return el(
    "div",
    { class: "template-jumps" },
    jumpList.map(({ title, url, question, pagepath }) => {
      const where = text(url) || text(pagepath) || text(question);
      return link(url, { class: "jump", title: where || null }, cardFoot(text(title)));
    }),
  );
}
