// What stands inside a message's bubble, by its type; and its one-line summary.

import { linkCard, miniprogramCard, mpnewsCard, musicCard, newsCard, textCard } from "./articles.js";
import { templateCard } from "./cards.js";
import { el, icon, text } from "./dom.js";
import { pick, say } from "./language.js";
import { appText, linkedText } from "./links.js";
import { markdownBubble } from "./markdown.js";
import { fileBubble, imageBubble, videoBubble, voiceBubble } from "./media.js";

/** The bubble of an item; content that breaks the platform's rules is shown as JSON. */
export function bubble(item) {
  const content = item.content && typeof item.content === "object" ? item.content : {};
  const draw = Object.hasOwn(DRAW, item.type) ? DRAW[item.type] : unknown;
  try {
    const [inside, shape] = draw(content, item);
    return el("div", { class: `bubble bubble-${shape}` }, inside);
  } catch {
    return el("div", { class: "bubble bubble-text" }, unknown(content, item)[0]);
  }
}

/** Whether the item is a small chip in the middle instead of somebody's bubble. */
export function isChip(item) {
  return (
    item.from === "system" || item.type === "event" || item.type === "raw" || item.type === "transfer_customer_service"
  );
}

/** What such a chip says. */
export function chipWords(item) {
  const content = item.content ?? {};
  if (item.type === "event") {
    const fields = Object.entries(content.fields ?? {}).filter(([, value]) => value !== "");
    const shown = fields.slice(0, 2).map(([, value]) => text(value));
    return [
      icon("bolt"),
      `${say("event")} `,
      el("b", {}, text(content.event)),
      shown.length > 0 ? ` · ${shown.join(" · ")}` : null,
    ];
  }
  if (item.type === "raw") return [icon("code"), say("rawXml")];
  if (item.type === "transfer_customer_service") {
    return [icon("users"), say("customerService"), content.kf_account ? ` · ${text(content.kf_account)}` : null];
  }
  return [pick(content) || text(content.content) || JSON.stringify(content)];
}

/** The item in a line, for the list of conversations. */
export function summary(item) {
  const content = item.content ?? {};
  if (item.recalled) return say(item.from === "member" ? "recalledMember" : "recalledApp");
  const inBrackets = (key, words) => `[${say(key)}]${words ? ` ${text(words)}` : ""}`;
  switch (item.type) {
    case "text":
    case "markdown":
    case "markdown_v2":
      return text(content.content)
        .slice(0, 200)
        .replace(item.type === "text" ? /\s+/g : MARKS, " ")
        .trim()
        .slice(0, 80);
    case "image":
      return inBrackets("picture");
    case "voice":
      return inBrackets("voice");
    case "video":
    case "shortvideo":
      return inBrackets("video", content.title);
    case "file":
      return inBrackets("file");
    case "location":
      return inBrackets("locationWord", content.label);
    case "link":
      return inBrackets("linkWord", content.title);
    case "event":
      return inBrackets("event", content.event);
    case "raw":
      return inBrackets("rawXml");
    case "news":
    case "mpnews":
      return inBrackets("article", content.articles?.[0]?.title);
    case "textcard":
      return inBrackets("card", content.title);
    case "template_card":
      return inBrackets("card", content.main_title?.title);
    case "miniprogram_notice":
      return inBrackets("miniprogram", content.title);
    case "music":
      return inBrackets("music", content.title);
    default:
      return item.from === "system" ? pick(content) : `[${text(item.type)}]`;
  }
}

/** What a line of markdown does not need in a list. */
const MARKS = /<\/?font[^>]*>|[*#>`|\s]+/g;

/** Each gives what stands inside, and the bubble's shape: see bubbles.css. */
const DRAW = {
  text: ({ content }, item) => [item.from === "app" ? appText(content) : linkedText(content), "text"],
  image: (content) => [imageBubble(content), "bare"],
  voice: (content) => [voiceBubble(content), "voice"],
  video: (content) => [videoBubble(content), "media"],
  shortvideo: (content) => [videoBubble(content), "media"],
  file: (content) => [fileBubble(content), "card"],
  location: (content) => [locationCard(content), "card"],
  link: (content) => [linkCard(content), "card"],
  textcard: (content) => [textCard(content), "card"],
  news: (content) => [newsCard(content), "card"],
  mpnews: (content) => [mpnewsCard(content), "card"],
  markdown: ({ content }) => [markdownBubble(text(content), false), "markdown"],
  markdown_v2: ({ content }) => [markdownBubble(text(content), true), "markdown"],
  miniprogram_notice: (content) => [miniprogramCard(content), "card"],
  template_card: (content, item) => [templateCard(content, item), "card"],
  music: (content) => [musicCard(content), "card"],
};

/** A map cannot be loaded from elsewhere, so a drawn one stands for it. */
function locationCard({ latitude, longitude, label }) {
  return el(
    "div",
    { class: "location" },
    el(
      "div",
      { class: "location-words" },
      el("strong", {}, text(label) || say("locationWord")),
      el("span", { class: "location-place" }, say("mapHint", { lat: text(latitude), lng: text(longitude) })),
    ),
    el("div", { class: "location-map", "aria-hidden": "true" }, icon("location")),
  );
}

function unknown(content, { type }) {
  return [
    [
      el("span", { class: "unknown-type" }, say("unknownType", { type: text(type) })),
      el("pre", { class: "unknown" }, JSON.stringify(content, null, 2)),
    ],
    "text",
  ];
}
