// Builds the page's elements. Whatever comes from outside enters as text, never as markup.

/**
 * An element with attributes and children. Strings become text nodes.
 * `on…` adds a listener, `data` sets data attributes, null and false leave an attribute or a child out.
 */
export function el(name, attributes = {}, ...children) {
  const node = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined && value !== false) set(node, key, value);
  }
  node.append(...present(children));
  return node;
}

/** A fragment of the children that are there. */
export function fragment(...children) {
  const node = document.createDocumentFragment();
  node.append(...present(children));
  return node;
}

/** What stands in the page under this id. */
export function byId(id) {
  return document.getElementById(id);
}

/** A value from outside as text: an object as its JSON, nothing as "". */
export function text(value) {
  if (value === null || value === undefined) return "";
  if (typeof value === "object") return JSON.stringify(value);
  return String(value);
}

/** A list from outside, whatever else stands there instead. */
export function list(value) {
  return Array.isArray(value) ? value.filter((entry) => entry !== null && typeof entry === "object") : [];
}

/** A button with an icon alone; `label` is what it is called. */
export function iconButton(name, label, onclick, attributes = {}) {
  return el(
    "button",
    { type: "button", class: "tool", "aria-label": label, title: label, onclick, ...attributes },
    icon(name),
  );
}

/** One of the icons below, drawn with lines in the colour of the text. */
export function icon(name, className = "icon") {
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", "0 0 24 24");
  svg.setAttribute("class", className);
  svg.setAttribute("aria-hidden", "true");
  svg.setAttribute("focusable", "false");
  const path = document.createElementNS(SVG, "path");
  path.setAttribute("d", ICONS[name] ?? ICONS.file);
  svg.append(path);
  return svg;
}

const SVG = "http://www.w3.org/2000/svg";

const PROPERTIES = new Set(["hidden", "disabled", "checked", "value", "selected", "htmlFor", "open"]);

function set(node, key, value) {
  if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
  else if (key === "data") Object.assign(node.dataset, value);
  else if (PROPERTIES.has(key)) node[key] = value;
  else node.setAttribute(key, value === true ? "" : value);
}

function present(children) {
  return children.flat(3).filter((child) => child !== null && child !== undefined && child !== false);
}

const ICONS = {
  add: "M12 5v14M5 12h14",
  api: "M4 8h13l-3-3M20 16H7l3 3",
  back: "M15 5l-7 7 7 7",
  bolt: "M13 3L5 13.500h6L10 21l8.500-11H12.500z",
  check: "M5 12.500l4.500 4.500L19 7.500",
  chevron: "M9 6l6 6-6 6",
  clock: "M12 21a9 9 0 100-18 9 9 0 000 18zM12 7v5l3.500 2",
  close: "M6 6l12 12M18 6L6 18",
  code: "M8 7l-5 5 5 5M16 7l5 5-5 5M13.500 5l-3 14",
  copy: "M9 9h10v11H9zM15 9V4H5v11h4",
  down: "M12 5v14M6 13l6 6 6-6",
  download: "M12 4v11M7 11l5 5 5-5M5 20h14",
  external: "M14 4h6v6M20 4l-9 9M18 14v5H5V6h5",
  eyeOff:
    "M4 4l16 16M9.900 5.200A10 10 0 0112 5c5 0 8.500 4 9.500 7a13 13 0 01-3 4.300M6.300 6.700A13 13 0 002.500 12c1 3 4.500 7 9.500 7a10 10 0 005-1.400M10 10.200a2.800 2.800 0 003.900 3.900",
  faults: "M12 4l9 16H3zM12 10v4.500M12 17.200v.1",
  file: "M6 3h8l4 4v14H6zM14 3v4h4",
  help: "M12 21a9 9 0 100-18 9 9 0 000 18zM9.500 9.500a2.500 2.500 0 114.200 1.800c-.9.800-1.700 1.300-1.700 2.500M12 16.700v.1",
  image: "M4 5h16v14H4zM4 16l4.500-4.500 4 4 3-3L20 17M15.500 9.300a.7.7 0 100-.1",
  keyboard: "M3 6h18v12H3zM7 10h.1M11 10h.1M15 10h.1M18 10h.1M7 14.500h10",
  link: "M10 14a4 4 0 006 .4l3-3a4 4 0 00-5.700-5.700l-1.500 1.500M14 10a4 4 0 00-6-.4l-3 3a4 4 0 005.700 5.700l1.500-1.500",
  location:
    "M12 21c4.500-4.700 7-8.300 7-11.500a7 7 0 10-14 0C5 12.700 7.500 16.300 12 21zM12 12a2.500 2.500 0 100-5 2.500 2.500 0 000 5z",
  menu: "M4 7h16M4 12h16M4 17h16",
  mic: "M12 15a3 3 0 003-3V6a3 3 0 00-6 0v6a3 3 0 003 3zM6 12a6 6 0 0012 0M12 18v3M9 21h6",
  more: "M6 12h.1M12 12h.1M18 12h.1",
  music:
    "M9 18V6l10-2v12M9 18a2.500 2.500 0 11-5 0 2.500 2.500 0 015 0zM19 16a2.500 2.500 0 11-5 0 2.500 2.500 0 015 0z",
  panel: "M4 5h16v14H4zM14.500 5v14",
  plus: "M12 5v14M5 12h14",
  program:
    "M12 21a9 9 0 100-18 9 9 0 000 18zM12 9.500v5a2.200 2.200 0 11-2.200-2.200M12 14.500v-5a2.200 2.200 0 112.200 2.200",
  replay: "M4 12a8 8 0 108-8H6M9 1L6 4l3 3",
  robot: "M5 9h14v10H5zM12 9V5M12 5a1 1 0 100-.1M9 13.500v1M15 13.500v1M2.500 13v3M21.500 13v3",
  search: "M11 18a7 7 0 100-14 7 7 0 000 14zM16.200 16.200L20.500 20.500",
  send: "M4 12l16-8-5 17-3.500-7z",
  trash: "M4 7h16M9 7V4h6v3M6.500 7l1 13h9l1-13M10 11v5.500M14 11v5.500",
  users:
    "M9 12a3.500 3.500 0 100-7 3.500 3.500 0 000 7zM2.500 20c0-3.500 3-5.500 6.500-5.500s6.500 2 6.500 5.500M16 5.200a3.500 3.500 0 010 6.600M18 14.800c2 .7 3.500 2.500 3.500 5.200",
  video: "M3 6.500h12v11H3zM15 10.500l6-3.500v10l-6-3.500z",
};
