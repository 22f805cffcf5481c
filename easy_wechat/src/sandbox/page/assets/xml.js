// XML and JSON, indented and coloured for reading. The text itself stays as it was sent.

import { el, fragment } from "./dom.js";

/** Indented XML; what is not XML stays as it is. */
export function prettyXml(source) {
  const tokens = source.match(XML_TOKEN);
  if (source.length > TOO_LONG || !tokens || !source.trimStart().startsWith("<")) return fragment(source);
  const lines = [];
  let depth = 0;
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at];
    if (/^\s*$/.test(token)) continue;
    if (token.startsWith("</")) {
      depth = Math.max(0, depth - 1);
      lines.push(indented(depth, xmlSpan(token)));
      continue;
    }
    const leaf = isOpening(token) ? leafFrom(tokens, at) : 0;
    lines.push(indented(depth, ...tokens.slice(at, at + leaf + 1).map(xmlSpan)));
    at += leaf;
    if (isOpening(token) && leaf === 0) depth += 1;
  }
  return joined(lines);
}

/** Indented JSON. It is not parsed: long numbers would lose their last digits. */
export function prettyJson(source) {
  const tokens = source.match(JSON_TOKEN);
  if (source.length > TOO_LONG || !tokens || !/^\s*[[{]/.test(source)) return fragment(source);
  const parts = [];
  let depth = 0;
  const newLine = () => parts.push(`\n${"  ".repeat(depth)}`);
  const solid = tokens.filter((token) => !/^\s+$/.test(token));
  solid.forEach((token, at) => {
    const isEmpty = (token === "{" && solid[at + 1] === "}") || (token === "[" && solid[at + 1] === "]");
    const closesEmpty = (token === "}" && solid[at - 1] === "{") || (token === "]" && solid[at - 1] === "[");
    if (token === "}" || token === "]") {
      depth = Math.max(0, depth - 1);
      if (!closesEmpty) newLine();
    }
    parts.push(jsonSpan(token, solid[at + 1] === ":"));
    if (token === "{" || token === "[") {
      depth += 1;
      if (!isEmpty) newLine();
    }
    if (token === ",") newLine();
    if (token === ":") parts.push(" ");
  });
  return fragment(...parts);
}

/** Whichever of the two it looks like. */
export function pretty(source) {
  return source.trimStart().startsWith("<") ? prettyXml(source) : prettyJson(source);
}

/** Longer ones would take long to build, and nobody reads them. */
const TOO_LONG = 200_000;

const XML_TOKEN = /<!\[CDATA\[[\s\S]*?\]\]>|<!--[\s\S]*?-->|<[^<>]+>|<|[^<]+/g;
const JSON_TOKEN = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+|\s+|"/g;

function isOpening(token) {
  return /^<[^!?/]/.test(token) && !token.endsWith("/>");
}

/** How many tokens after an opening tag belong on its line: its text and its closing tag. */
function leafFrom(tokens, at) {
  const next = tokens[at + 1] ?? "";
  if (next.startsWith("</")) return 1;
  const isText = next.startsWith("<![CDATA[") || !next.startsWith("<");
  return isText && (tokens[at + 2] ?? "").startsWith("</") ? 2 : 0;
}

function xmlSpan(token) {
  const cdata = /^<!\[CDATA\[([\s\S]*)\]\]>$/.exec(token);
  if (cdata) return fragment(quiet("<![CDATA["), el("span", { class: "code-text" }, cdata[1]), quiet("]]>"));
  if (token.startsWith("<!") || token.startsWith("<?")) return quiet(token);
  if (token.startsWith("<")) return el("span", { class: "code-tag" }, token);
  return el("span", { class: "code-text" }, token);
}

function jsonSpan(token, isKey) {
  if (token.startsWith('"')) return el("span", { class: isKey ? "code-tag" : "code-text" }, readable(token));
  if (/^[{}[\],:]$/.test(token)) return quiet(token);
  return el("span", { class: "code-number" }, token);
}

/** Many JSON writers escape Chinese; whoever reads wants the characters. */
function readable(token) {
  return token.replace(
    /(^|[^\\])((?:\\\\)*)((?:\\u[0-9a-f]{4})+)/gi,
    (_, before, slashes, escapes) =>
      before +
      slashes +
      escapes.replace(/\\u([0-9a-f]{4})/gi, (escape, code) => {
        const number = parseInt(code, 16);
        return number > 0x9f ? String.fromCharCode(number) : escape;
      }),
  );
}

function quiet(words) {
  return el("span", { class: "code-quiet" }, words);
}

function indented(depth, ...parts) {
  return fragment("  ".repeat(Math.min(depth, 40)), ...parts);
}

function joined(lines) {
  return fragment(...lines.flatMap((line, index) => (index === 0 ? [line] : ["\n", line])));
}
