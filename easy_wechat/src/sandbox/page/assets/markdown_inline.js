// What stands inside a line of markdown: bold, code, links, colours.

import { el, icon } from "./dom.js";
import { link, linkedText, safeUrl } from "./links.js";

/** A line's words and marks; markup that is not one of these stays as it was written. */
export function inline(source, large, depth = 0) {
  const marks = large ? LARGE : SMALL;
  const parts = [];
  let plain = "";
  let at = 0;
  while (at < source.length) {
    const part = STARTS.test(source[at]) ? markAt(source, at, marks, large, depth) : null;
    if (part === null) {
      plain += source[at];
      at += 1;
      continue;
    }
    if (plain) parts.push(linkedText(plain));
    plain = "";
    parts.push(part.node);
    at = part.end;
  }
  if (plain) parts.push(linkedText(plain));
  return parts;
}

const STARTS = /[`*_~![<]/;
/** Marks within marks; deeper ones stay text. */
const DEEPEST = 8;

const CODE = [/`([^`\n]+)`/y, ([, code]) => el("code", {}, code)];
const BOLD = [/\*\*([^\n]+?)\*\*/y, ([, words], within) => el("strong", {}, within(words))];
const LINK = [
  /\[([^[\]\n]*)\]\(([^()\s]+)\)/y,
  ([whole, words, url], within) => {
    // An address that may not be followed stays as it was written, so that its author sees why.
    if (safeUrl(url) === null) return el("span", {}, whole);
    return link(url, { class: "link" }, within(words || url));
  },
];
const FONT = [
  /<font\s+color\s*=\s*["']?(info|comment|warning)["']?\s*>(.*?)<\/font>/iy,
  ([, colour, words], within) => el("span", { class: `font-${colour.toLowerCase()}` }, within(words)),
];
const MENTION = [/<@([^<>\s]{1,64})>/y, ([, who]) => el("span", { class: "mention" }, `@${who}`)];
const ITALIC = [/\*([^*\s][^*\n]*?)\*/y, ([, words], within) => el("em", {}, within(words))];
const UNDERSCORES = [/_([^_\s][^_\n]*?)_(?!\w)/y, ([, words], within) => el("em", {}, within(words))];
const STRUCK = [/~~([^~\n]+)~~/y, ([, words], within) => el("s", {}, within(words))];
const PICTURE = [
  /!\[([^[\]\n]*)\]\(([^()\s]+)\)/y,
  ([whole, words, url]) => {
    if (safeUrl(url) === null) return el("span", {}, whole);
    return link(url, { class: "markdown-picture" }, icon("image"), words || url);
  },
];

const SMALL = [CODE, BOLD, LINK, FONT, MENTION];
const LARGE = [CODE, BOLD, PICTURE, LINK, ITALIC, UNDERSCORES, STRUCK];

function markAt(source, at, marks, large, depth) {
  if (depth >= DEEPEST) return null;
  // An underscore inside a word, as in user_name, is no mark.
  if (source[at] === "_" && /\w/.test(source[at - 1] ?? "")) return null;
  for (const [pattern, draw] of marks) {
    pattern.lastIndex = at;
    const found = pattern.exec(source);
    if (found) return { node: draw(found, (words) => inline(words, large, depth + 1)), end: at + found[0].length };
  }
  return null;
}
