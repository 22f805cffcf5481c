// Markdown as WeCom shows it: the small set of `markdown`, the larger one of `markdown_v2`.

import { el } from "./dom.js";
import { inline } from "./markdown_inline.js";

/** The blocks of a markdown message; `large` is markdown_v2. */
export function markdownBubble(source, large) {
  const lines = source.replace(/\r\n?/g, "\n").split("\n");
  const blocks = [];
  let at = 0;
  while (at < lines.length) {
    const [block, next] = readBlock(lines, at, large);
    if (block) blocks.push(block);
    at = next;
  }
  return el("div", { class: "markdown" }, blocks);
}

/** The block that begins at a line, and the line after it. */
function readBlock(lines, at, large) {
  const line = lines[at];
  const heading = /^(#{1,6})\s+(.*)$/.exec(line);
  if (heading) return [el(`h${heading[1].length}`, {}, inline(heading[2], large)), at + 1];
  if (line.startsWith(">")) return readQuote(lines, at, large);
  if (large) {
    if (/^\s*```/.test(line)) return readFence(lines, at);
    if (/^\s*(-{3,}|\*{3,}|_{3,})\s*$/.test(line)) return [el("hr"), at + 1];
    if (LIST_LINE.test(line)) return readList(lines, at, large);
    if (isTable(lines, at)) return readTable(lines, at, large);
  }
  if (line.trim() === "") return [el("div", { class: "markdown-gap" }), at + 1];
  return [el("p", {}, inline(line, large)), at + 1];
}

function readQuote(lines, at, large) {
  const quoted = [];
  let next = at;
  while (next < lines.length && lines[next].startsWith(">")) {
    const depth = /^>+/.exec(lines[next])[0].length;
    const words = lines[next].slice(depth).replace(/^ /, "");
    quoted.push(el("p", { class: depth > 1 ? "deeper" : null }, inline(words, large)));
    next += 1;
  }
  return [el("blockquote", {}, quoted), next];
}

function readFence(lines, at) {
  let end = at + 1;
  while (end < lines.length && !/^\s*```\s*$/.test(lines[end])) end += 1;
  const code = lines.slice(at + 1, end).join("\n");
  return [el("pre", { class: "markdown-code", tabindex: "0" }, el("code", {}, code)), end + 1];
}

const LIST_LINE = /^(\s*)([-*+]|\d{1,9}[.)])\s+(.*)$/;
const DEEPEST = 6;

function readList(lines, at, large) {
  const entries = [];
  let next = at;
  for (let found; next < lines.length && (found = LIST_LINE.exec(lines[next])); next += 1) {
    const [, indent, mark, words] = found;
    const entry = { indent: indent.replace(/\t/g, "    ").length, ordered: /\d/.test(mark), mark, words };
    // Numbers after dots, at the same depth, begin another list.
    if (entries.length > 0 && entry.indent <= entries[0].indent && entry.ordered !== entries[0].ordered) break;
    entries.push(entry);
  }
  return [nested(entries, large, 0), next];
}

/** Entries that are indented further than the first one belong to the entry before them. */
function nested(entries, large, depth) {
  const [first] = entries;
  const place = el(first.ordered ? "ol" : "ul", { start: first.ordered ? String(parseInt(first.mark, 10)) : null });
  for (let at = 0; at < entries.length; at += 1) {
    const point = el("li", {}, inline(entries[at].words, large));
    let end = at + 1;
    while (end < entries.length && entries[end].indent >= first.indent + 2) end += 1;
    if (end > at + 1 && depth < DEEPEST) {
      point.append(nested(entries.slice(at + 1, end), large, depth + 1));
      at = end - 1;
    }
    place.append(point);
  }
  return place;
}

function isTable(lines, at) {
  return (
    lines[at].includes("|") &&
    /^[\s|:-]+$/.test(lines[at + 1] ?? "") &&
    /-/.test(lines[at + 1]) &&
    lines[at + 1].includes("|")
  );
}

function readTable(lines, at, large) {
  const heads = cells(lines[at]);
  const sides = cells(lines[at + 1]).map(side);
  const row = (name, words) =>
    el(
      "tr",
      {},
      words.map((word, index) => el(name, { class: sides[index] }, inline(word, large))),
    );
  const rows = [];
  let next = at + 2;
  while (next < lines.length && lines[next].includes("|")) {
    rows.push(row("td", cells(lines[next]).slice(0, heads.length)));
    next += 1;
  }
  const table = el("table", {}, el("thead", {}, row("th", heads)), el("tbody", {}, rows));
  return [el("div", { class: "markdown-table", tabindex: "0" }, table), next];
}

function cells(line) {
  return line
    .trim()
    .replace(/^\|/, "")
    .replace(/\|$/, "")
    .split("|")
    .map((cell) => cell.trim());
}

function side(mark) {
  if (/^:-+:$/.test(mark)) return "center";
  if (/^-+:$/.test(mark)) return "right";
  return null;
}
