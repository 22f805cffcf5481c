// Pictures, voices, videos and files in bubbles.

import { mediaAddress, mediaInfo } from "./api.js";
import { openDialog } from "./dialogs.js";
import { el, icon, text } from "./dom.js";
import { say } from "./language.js";
import { size } from "./people.js";

/** A picture that opens large. */
export function imageBubble({ media_id: id }) {
  const picture = mediaPicture(id, "picture");
  const button = el(
    "button",
    { type: "button", class: "picture-button", "aria-label": say("enlarge"), onclick: () => enlarge(id) },
    picture,
  );
  const place = el("span", { class: "picture-place" }, button);
  picture.addEventListener("error", () => describeUnplayable(place, id, "image"));
  return place;
}

/** The picture of a medium, without more. */
export function mediaPicture(id, className) {
  return el("img", { class: className, src: mediaAddress(text(id)), alt: say("picture"), loading: "lazy" });
}

/** A voice message with a player; what browsers cannot play is there to download. */
export function voiceBubble({ media_id: id, format }) {
  const place = el("div", { class: "voice" });
  if (/amr|speex|silk/i.test(text(format))) {
    describeUnplayable(place, id, "voice");
    return place;
  }
  const player = el("audio", {
    controls: true,
    preload: "metadata",
    src: mediaAddress(text(id)),
    "aria-label": say("voice"),
  });
  place.append(player);
  player.addEventListener("error", () => describeUnplayable(place, id, "voice"));
  return place;
}

/** A video with a player, and its title and description where the app gave them. */
export function videoBubble({ media_id: id, title, description }) {
  const place = el("div", { class: "video" });
  const player = el("video", {
    controls: true,
    preload: "metadata",
    src: mediaAddress(text(id)),
    "aria-label": text(title) || say("video"),
  });
  const screen = el("div", { class: "video-screen" }, player);
  player.addEventListener("error", () => describeUnplayable(screen, id, "video"));
  place.append(screen);
  if (title || description) {
    place.append(
      el(
        "div",
        { class: "video-words" },
        el("strong", {}, text(title)),
        description ? el("p", {}, text(description)) : null,
      ),
    );
  }
  return place;
}

/** A file with its name and size, to download. */
export function fileBubble({ media_id: id }) {
  const name = el("span", { class: "file-name" }, say("file"));
  const facts = el("span", { class: "file-size" }, "…");
  const sign = el("span", { class: "file-sign", "aria-hidden": "true" }, icon("file"));
  const place = el(
    "a",
    { class: "file", href: mediaAddress(text(id)), download: "" },
    el("span", { class: "file-words" }, name, facts),
    sign,
  );
  mediaInfo(text(id)).then(
    (info) => {
      name.textContent = text(info.filename) || say("file");
      facts.textContent = size(info.size);
      place.download = text(info.filename);
      const extension = /\.([a-z0-9]{1,4})$/i.exec(text(info.filename))?.[1];
      if (extension) sign.replaceChildren(el("b", {}, extension.toUpperCase()));
    },
    () => {
      facts.textContent = say("mediaGone");
      place.removeAttribute("href");
    },
  );
  return place;
}

function enlarge(id) {
  openDialog({
    title: say("picture"),
    className: "dialog-picture",
    body: mediaPicture(id, "picture-large"),
    actions: [
      el("a", { class: "button", href: mediaAddress(text(id)), download: "" }, icon("download"), say("download")),
    ],
  });
}

function gone(name) {
  return el("span", { class: "gone" }, icon(name), say("mediaGone"));
}

/** Why it is not shown: it is gone, is of another kind, or the browser does not know its form. */
function describeUnplayable(place, id, kind) {
  mediaInfo(text(id)).then(
    (info) => place.replaceChildren(unplayable(id, kind, text(info.content_type), text(info.filename))),
    () => place.replaceChildren(gone("file")),
  );
}

function unplayable(id, kind, type, filename = "") {
  const { sign, major } = KINDS[kind];
  const words = type.startsWith(major)
    ? say("cannotPlay", { type: type.slice(major.length).toUpperCase() })
    : say("notOfKind", { kind: say(`kind_${kind}`), type: type === UNKNOWN ? say("unknownForm") : type });
  return el(
    "span",
    { class: "unplayable" },
    icon(sign),
    el("span", {}, words),
    el("a", { class: "link", href: mediaAddress(text(id)), download: filename }, say("download")),
  );
}

const UNKNOWN = "application/octet-stream";

const KINDS = {
  image: { sign: "image", major: "image/" },
  voice: { sign: "mic", major: "audio/" },
  video: { sign: "video", major: "video/" },
};
