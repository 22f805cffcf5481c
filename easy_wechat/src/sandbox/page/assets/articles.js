// Cards that lead somewhere: text cards, articles, links, music, mini programs.

import { mediaAddress } from "./api.js";
import { openDialog } from "./dialogs.js";
import { el, fragment, icon, list, text } from "./dom.js";
import { say } from "./language.js";
import { coverLink, link, remotePicture, safeUrl } from "./links.js";
import { mediaPicture } from "./media.js";

/** A text card: title, coloured lines, a button at its foot. */
export function textCard({ title, description, url, btntxt }) {
  return link(
    url,
    { class: "textcard" },
    el("strong", { class: "card-title" }, text(title)),
    el("div", { class: "textcard-lines" }, textCardLines(text(description))),
    cardFoot(text(btntxt) || say("details")),
  );
}

/** Articles: the first one large, the others in lines below it. */
export function newsCard({ articles }) {
  return articleStack(list(articles), ({ title, description, url, picurl }, isFirst) =>
    article(
      el("div", { class: "covered" }),
      coverLink(url, articleWords(title, description, isFirst)),
      isFirst || picurl ? remotePicture(picurl, "article-picture") : null,
      isFirst,
    ),
  );
}

/** Articles whose text the platform keeps: they open here. */
export function mpnewsCard({ articles }) {
  return articleStack(list(articles), (content, isFirst) =>
    article(
      el("button", { type: "button", onclick: () => readArticle(content) }),
      articleWords(content.title, content.digest, isFirst),
      content.thumb_media_id ? mediaPicture(content.thumb_media_id, "article-picture") : null,
      isFirst,
    ),
  );
}

/** A link that a member sent. */
export function linkCard({ title, description, url, picurl }) {
  return el(
    "div",
    { class: "linkcard covered" },
    el(
      "div",
      { class: "linkcard-words" },
      el("strong", { class: "card-title" }, coverLink(url, text(title) || text(url))),
      el("span", { class: "card-quiet" }, text(description) || text(url)),
    ),
    picurl
      ? remotePicture(picurl, "linkcard-picture")
      : el("span", { class: "linkcard-picture foreign" }, icon("link")),
  );
}

/** Music; it plays only from the sandbox itself, otherwise there is the link. */
export function musicCard({ title, description, musicurl, hqmusicurl, thumb_media_id: thumb }) {
  return link(
    safeUrl(musicurl) === null ? hqmusicurl : musicurl,
    { class: "music" },
    thumb ? mediaPicture(thumb, "music-picture") : el("span", { class: "music-picture foreign" }, icon("music")),
    el(
      "span",
      { class: "music-words" },
      el("strong", {}, text(title) || say("music")),
      el("span", { class: "card-quiet" }, text(description)),
    ),
    el("span", { class: "music-sign" }, icon("external")),
  );
}

/** A notice that leads into a mini program. */
export function miniprogramCard({
  appid,
  page,
  title,
  description,
  emphasis_first_item: emphasis,
  content_item: items,
}) {
  const lines = list(items);
  const first = emphasis && lines.length > 0 ? lines.shift() : null;
  return el(
    "div",
    { class: "miniprogram" },
    el("strong", { class: "card-title" }, text(title)),
    description ? el("p", { class: "card-quiet" }, text(description)) : null,
    first ? el("div", { class: "emphasis" }, el("b", {}, text(first.value)), el("span", {}, text(first.key))) : null,
    el(
      "dl",
      { class: "card-lines" },
      lines.map(({ key, value }) => [el("dt", {}, text(key)), el("dd", {}, text(value))]),
    ),
    el(
      "div",
      { class: "miniprogram-foot", title: `${text(appid)} ${text(page)}` },
      icon("program"),
      say("miniprogram"),
      page ? el("code", {}, text(page)) : null,
    ),
  );
}

/** The line at a card's foot that says what a click does. */
export function cardFoot(words) {
  return el("div", { class: "card-foot" }, el("span", {}, words), icon("chevron"));
}

function articleStack(articles, draw) {
  return el(
    "div",
    { class: "articles" },
    articles.map((article, index) => draw(article, index === 0)),
  );
}

/** The first one's picture is above its words, the others' beside them. */
function article(place, words, picture, isFirst) {
  place.classList.add(isFirst ? "article-first" : "article-more");
  place.append(...[isFirst ? picture : words, isFirst ? words : picture].filter(Boolean));
  return place;
}

function articleWords(title, description, isFirst) {
  return el(
    "span",
    { class: "article-words" },
    el("strong", {}, text(title)),
    isFirst && description ? el("span", { class: "card-quiet" }, text(description)) : null,
  );
}

/** The article's HTML is read for its text alone. */
function readArticle({ title, author, content, digest, thumb_media_id: thumb, content_source_url: source }) {
  openDialog({
    title: text(title),
    className: "dialog-article",
    body: fragment(
      author ? el("p", { class: "card-quiet" }, text(author)) : null,
      thumb ? el("img", { class: "article-large", src: mediaAddress(text(thumb)), alt: "" }) : null,
      el("div", { class: "article-text" }, withoutMarkup(text(content)) || text(digest)),
    ),
    actions: [source ? link(source, { class: "button" }, icon("external"), say("originalLink")) : null],
  });
}

/** The browser's own parser would try the inline handlers of hostile markup, so tags are cut out here. */
function withoutMarkup(html) {
  return html
    .replace(/<(script|style)\b[^>]*>[\s\S]*?<\/\1\s*>/gi, "")
    .replace(/<(br|\/p|\/div|\/h\d|\/li)\b[^>]*>/gi, "\n")
    .replace(/<\/?[a-z][^>]*>/gi, "")
    .replace(/&(nbsp|lt|gt|quot|#39|amp);/g, (_, name) => ENTITIES[name])
    .trim();
}

const ENTITIES = { nbsp: "\u00a0", lt: "<", gt: ">", quot: '"', "#39": "'", amp: "&" };

/** Of a text card's markup the platform knows three classes of `<div>`, and `<br>`; all else is text. */
function textCardLines(description) {
  const lines = [];
  let from = 0;
  for (const found of description.matchAll(
    /<div class=["'](gray|normal|highlight)["']>([\s\S]*?)<\/div>|<br\s*\/?>/gi,
  )) {
    lines.push(description.slice(from, found.index));
    const [markup, name, words] = found;
    lines.push(
      name ? el("div", { class: `textcard-${name.toLowerCase()}` }, words.split(/<br\s*\/?>/i).join("\n")) : el("br"),
    );
    from = found.index + markup.length;
  }
  lines.push(description.slice(from));
  // Blanks between two lines of their own are no line.
  return lines.filter((line) => typeof line !== "string" || line.trim() !== "");
}
