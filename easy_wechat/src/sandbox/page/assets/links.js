// Links out of the sandbox. Only http and https become links; everything else stays text.

import { el, fragment, icon, text } from "./dom.js";
import { say } from "./language.js";

/** The address, if it is one that may be followed. */
export function safeUrl(value) {
  if (typeof value !== "string") return null;
  try {
    const url = new URL(value.trim());
    return url.protocol === "http:" || url.protocol === "https:" ? url.href : null;
  } catch {
    return null;
  }
}

/** A link around the children; a plain span when the address may not be followed. */
export function link(url, attributes, ...children) {
  const href = safeUrl(url);
  if (href === null) return el("span", { ...attributes, title: text(url) || null }, ...children);
  return el("a", { title: href, ...attributes, href, target: "_blank", rel: "noopener noreferrer" }, ...children);
}

/**
 * A link that its card's style spreads over the whole card, so that the card may hold other links:
 * links within links are not possible.
 */
export function coverLink(url, ...children) {
  return link(url, { class: "cover" }, ...children);
}

/** Text whose bare addresses are links. */
export function linkedText(value) {
  const whole = text(value);
  const parts = [];
  let from = 0;
  for (const found of whole.matchAll(ADDRESS)) {
    const address = found[0].replace(/[.,;:!?'")\]]+$/, "");
    parts.push(whole.slice(from, found.index), link(address, { class: "link" }, address));
    from = found.index + address.length;
  }
  parts.push(whole.slice(from));
  return fragment(...parts);
}

/** An app's text: its `<a href>` are links, every other markup stays as it was written. */
export function appText(value) {
  const whole = text(value);
  const parts = [];
  let from = 0;
  for (const found of whole.matchAll(ANCHOR)) {
    const [markup, , href, words] = found;
    if (safeUrl(href) === null) continue;
    parts.push(linkedText(whole.slice(from, found.index)), link(href, { class: "link" }, words));
    from = found.index + markup.length;
  }
  parts.push(linkedText(whole.slice(from)));
  return fragment(...parts);
}

/**
 * A picture of an article or a card. The page loads nothing from elsewhere, so a foreign one
 * is a placeholder that links to its address.
 */
export function remotePicture(url, className) {
  const href = safeUrl(url);
  if (href !== null && new URL(href).origin === location.origin) {
    return el("img", { class: className, src: href, alt: "", loading: "lazy", referrerpolicy: "no-referrer" });
  }
  const inside = [icon("image"), el("span", { class: "foreign-host" }, href === null ? text(url) : new URL(href).host)];
  const place = link(url, { class: `${className} foreign`, title: `${say("foreignPicture")}: ${text(url)}` }, inside);
  if (!text(url)) place.classList.add("foreign-none");
  return place;
}

const ADDRESS = /https?:\/\/[^\s<>"'\u3000-\u303f\uff00-\uffef\u4e00-\u9fff]+/gi;
const ANCHOR = /<a\b[^<>]*?\bhref\s*=\s*(["'])([^"'<>]*)\1[^<>]*>([^<]*)<\/a>/gi;
