// One callback in the inspector, with all its attempts.

import { getExchange, resend } from "./api.js";
import { block, detailHead, facts, outcome, timeBar } from "./blocks.js";
import { elapsed, stateWords, tone, whileShown } from "./chips.js";
import { copyButton, report, toast } from "./dialogs.js";
import { el, icon, list, text } from "./dom.js";
import { pick, say } from "./language.js";
import { duration, exactClock, nameOf } from "./people.js";
import { store } from "./store.js";

/** The details of an exchange; `open` goes to another one or to a call. */
export function exchangeView(id, back, open) {
  const node = el("div", { class: "detail", data: { testid: "exchange-detail", id } });
  const known = store.exchanges.get(id);
  let asking = false;
  let outdated = false;
  const load = async () => {
    // Many calls may come in a moment: one question at a time, and one more when news came meanwhile.
    outdated = asking;
    if (asking) return;
    asking = true;
    const full = await report(getExchange(id));
    if (full) redraw(node, draw(full, back, open, foldedState(node)));
    if (full && outdated) await new Promise((wake) => setTimeout(wake, ASK_AGAIN_AFTER));
    asking = false;
    if (full && outdated && node.isConnected) load();
  };
  node.append(
    ...(known
      ? draw(known, back, open, new Map())
      : [detailHead(say("exchange", { id }), back), el("p", { class: "hint" }, say("loading"))]),
  );
  load();
  return {
    node,
    take(told) {
      const isMine = told.exchanges.has(id);
      const mayBeMine = [...told.calls.values()].some(
        (call) => call.conversation !== null && call.conversation === known?.conversation,
      );
      if (isMine || mayBeMine) load();
    },
  };
}

const ASK_AGAIN_AFTER = 200;

/** The button that the keyboard is on keeps it. */
function redraw(node, children) {
  const focused = node.contains(document.activeElement) ? document.activeElement.dataset.testid : undefined;
  node.replaceChildren(...children);
  if (focused) node.querySelector(`[data-testid="${CSS.escape(focused)}"]`)?.focus();
}

/** Which texts are open, so that news do not fold what one is reading. */
function foldedState(node) {
  return new Map(
    [...node.querySelectorAll(".block")].map((place) => [place.dataset.testid, place.querySelector("details").open]),
  );
}

function draw(exchange, back, open, folded) {
  const { id, what, conversation, at, took_ms: took, fault } = exchange;
  const deliveries = list(exchange.deliveries);
  const opened = (name, otherwise) => folded.get(name) ?? otherwise;
  const again = el(
    "button",
    { type: "button", class: "button small", "data-testid": "resend", onclick: () => sendAgain(id, open) },
    icon("replay"),
    say("resend"),
  );
  return [
    detailHead(`${say("exchange", { id })} · ${text(what)}`, back, again),
    outcome(exchange.state, stateWords(exchange), outcomeWords(exchange), tone(exchange)),
    facts([
      [say("at"), exactClock(at)],
      [say("inConversation"), conversation ? nameOf(conversation) : ""],
      [say("took"), duration(took)],
      [say("lateReply"), lateLink(exchange, open)],
      [say("attempts"), exchange.attempts > 1 ? String(exchange.attempts) : ""],
      [say("faultInjected"), text(fault)],
    ]),
    block(say("plainXml"), exchange.plain || null, { open: opened("block-plain", true), testid: "block-plain" }),
    deliveries.length === 0 && exchange.state === "running" ? runningBar(exchange) : null,
    deliveries.map((delivery, index) => deliverySection(delivery, exchange, index === deliveries.length - 1, opened)),
    exchange.calls ? callsSection(exchange.calls, open) : null,
  ]
    .flat()
    .filter(Boolean);
}

/** The error or the mark before the rest, where the rest does not say it. */
function outcomeWords(exchange) {
  const rest = pick(exchange.words);
  const more = [pick(exchange.error), pick(exchange.mark)].filter((words) => words && !rest.includes(words));
  return [...more, rest].filter(Boolean).join("\n");
}

function lateLink({ late }, open) {
  if (!late) return "";
  const words = `${say("call", { id: late.call })} · ${duration(late.after_ms)}`;
  return el(
    "button",
    { type: "button", class: "link", "data-testid": "late-call", onclick: () => open({ call: late.call }) },
    words,
  );
}

/** The request as a command that repeats it. */
function curl({ method, url, request_body: body }) {
  const quoted = (words) => `'${text(words).replaceAll("'", `'\\''`)}'`;
  const data = method === "POST" ? ` -H 'Content-Type: text/xml' --data-binary ${quoted(body)}` : "";
  return `curl -sS ${quoted(url)}${data}`;
}

function deliverySection(delivery, exchange, isLast, opened) {
  const { n, status, took_ms: took, state, words } = delivery;
  const name = (part) => `block-${n}-${part}`;
  const settled = took !== null && took !== undefined;
  return el(
    "section",
    { class: "delivery", data: { testid: `delivery-${n}` } },
    el(
      "header",
      { class: "delivery-head" },
      el("h3", {}, say("attempt", { n })),
      el(
        "span",
        { class: `http http-${httpKind(status, state)}` },
        status ?? (state === "running" ? "…" : say("noStatus")),
      ),
      el("span", { class: "entry-time" }, exactClock(delivery.at)),
      copyButton(() => curl(delivery), say("copyCurl"), "curl"),
    ),
    settled
      ? timeBar(took, exchange.limit_ms ?? 5000, state, duration(took))
      : runningBar({ ...exchange, at: delivery.at }),
    pick(words) && pick(words) !== pick(exchange.words)
      ? el("p", { class: `delivery-words state-${state}` }, pick(words))
      : null,
    block(say("replyXml"), delivery.reply || null, { open: opened(name("reply"), isLast), testid: name("reply") }),
    block(say("requestUrl"), `${text(delivery.method)} ${text(delivery.url)}`, {
      open: opened(name("url"), false),
      asIs: true,
      testid: name("url"),
    }),
    block(say("requestBody"), delivery.request_body || null, {
      open: opened(name("request"), false),
      testid: name("request"),
    }),
    block(say("answerHeaders"), delivery.answer_headers, {
      open: opened(name("headers"), false),
      asIs: true,
      testid: name("headers"),
    }),
    block(say("answerBody"), delivery.answer, {
      open: opened(name("answer"), isLast && !delivery.reply),
      testid: name("answer"),
    }),
  );
}

function httpKind(status, state) {
  if (status === null || status === undefined) return state === "running" ? "running" : "failed";
  return status >= 200 && status < 300 ? "ok" : "failed";
}

/** A bar that grows until the answer comes. */
function runningBar(exchange) {
  const limit = exchange.limit_ms ?? 5000;
  const place = el("div", {});
  const tick = () => place.replaceChildren(timeBar(elapsed(exchange), limit, "running", duration(elapsed(exchange))));
  tick();
  whileShown(place, tick);
  return place;
}

function callsSection(ids, open) {
  return el(
    "section",
    { class: "delivery" },
    el("header", { class: "delivery-head" }, el("h3", {}, say("apiCalls"))),
    ids.length === 0
      ? el("p", { class: "hint" }, say("noApiCalls"))
      : ids.map((id) => {
          const call = store.calls.get(id);
          const bad = Boolean(call?.errcode) || (call && call.status >= 300);
          return el(
            "button",
            { type: "button", class: "entry entry-small", onclick: () => open({ call: id }) },
            el("span", { class: bad ? "sign sign-failed" : "sign sign-call" }, icon("api")),
            el("span", { class: "entry-path" }, call ? text(call.path) : say("call", { id })),
            call
              ? el("span", { class: bad ? "entry-time state-failed" : "entry-time" }, text(call.errcode || call.status))
              : null,
          );
        }),
  );
}

async function sendAgain(id, open) {
  const answer = await report(resend(id));
  if (!answer) return;
  toast(say("resent"));
  if (answer.exchange !== undefined && answer.exchange !== null) open({ exchange: answer.exchange });
}
