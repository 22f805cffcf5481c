// The list of callbacks and API calls, newest first.

import { summary } from "./bubbles.js";
import { elapsed, isProblem, lateWords, stateWords, tone, whileShown, whyWords } from "./chips.js";
import { el, icon, text } from "./dom.js";
import { say } from "./language.js";
import { clockWithSeconds, duration, exactClock, nameOf } from "./people.js";
import { itemById, itemOfCall, store } from "./store.js";

/** The list with its filters; `open` is called with {exchange} or {call}. */
export function activityList(open) {
  const entries = new Map();
  const lines = el("div", { class: "activity-lines" });
  const foot = el("p", { class: "hint activity-foot", hidden: true });
  const filters = el("div", { class: "filters", role: "group", "aria-label": say("activity") });
  for (const name of Object.keys(FILTERS)) {
    filters.append(
      el(
        "button",
        {
          type: "button",
          class: "filter",
          "aria-pressed": String(name === filter),
          data: { testid: `filter-${name}` },
          onclick: (event) => {
            filter = name;
            for (const button of filters.children)
              button.setAttribute("aria-pressed", String(button === event.currentTarget));
            rebuild();
          },
        },
        say(FILTERS[name].words),
      ),
    );
  }

  const search = el("input", {
    type: "search",
    value: wantedWords,
    placeholder: say("searchActivity"),
    "aria-label": say("searchActivity"),
    autocomplete: "off",
    data: { testid: "search-activity" },
  });
  search.addEventListener("input", () => {
    wantedWords = search.value;
    rebuild();
  });
  const head = el("div", { class: "activity-head" }, filters, el("label", { class: "search" }, icon("search"), search));

  const rebuild = () => {
    entries.clear();
    const records = [...store.exchanges.values()].map(exchangeRecord).concat([...store.calls.values()].map(callRecord));
    const wanted = records.filter(isWanted).sort(newestFirst);
    lines.replaceChildren(...wanted.slice(0, MOST_LINES).map((record) => newLine(record)));
    showFoot(wanted.length);
  };
  const newLine = (record) => {
    const line = record.draw(open);
    entries.set(record.key, { line, record });
    return line;
  };
  const take = (record) => {
    const known = entries.get(record.key);
    const wanted = isWanted(record);
    if (known && wanted) known.line.replaceWith(newLine(record));
    else if (known) {
      known.line.remove();
      entries.delete(record.key);
    } else if (wanted) insert(record);
  };
  const insert = (record) => {
    let next = lines.firstElementChild;
    while (next && newestFirst(entries.get(next.dataset.key).record, record) < 0) next = next.nextElementSibling;
    lines.insertBefore(newLine(record), next);
    while (lines.childElementCount > MOST_LINES) {
      entries.delete(lines.lastElementChild.dataset.key);
      lines.lastElementChild.remove();
    }
  };
  const showFoot = (count) => {
    foot.hidden = count > 0 && count < MOST_LINES;
    foot.classList.toggle("activity-none", count === 0);
    if (count === 0) foot.textContent = say(wantedWords.trim() ? "noActivityMatches" : filter === "problems" ? "noProblems" : "noActivity");
    else foot.textContent = say("olderEntries", { n: MOST_LINES });
  };

  rebuild();
  return {
    node: el("div", { class: "activity" }, head, lines, foot),
    refresh: rebuild,
    take(told) {
      if (told.all) rebuild();
      if (told.exchanges.size === 0 && told.calls.size === 0 && told.items.length === 0) return;
      for (const exchange of told.exchanges.values()) take(exchangeRecord(exchange));
      for (const call of told.calls.values()) take(callRecord(call));
      // The item of a call may come after it, with the words that its line shows.
      for (const { call } of told.items) if (!told.calls.has(call) && store.calls.has(call)) take(callRecord(store.calls.get(call)));
      showFoot(lines.childElementCount);
    },
  };
}

const MOST_LINES = 200;
const FILTERS = {
  all: { words: "all", takes: () => true },
  problems: { words: "problems", takes: ({ problem }) => problem },
  exchanges: { words: "callbacksOnly", takes: ({ kind }) => kind === "exchange" },
  calls: { words: "callsOnly", takes: ({ kind }) => kind === "call" },
};
let filter = "all";
let wantedWords = "";

/** Every word that is searched for stands somewhere in the record. */
function isWanted(record) {
  if (!FILTERS[filter].takes(record)) return false;
  const words = wantedWords.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return true;
  const whole = record.words().toLowerCase();
  return words.every((word) => whole.includes(word));
}

function newestFirst(one, other) {
  return other.at - one.at || (other.kind === one.kind ? other.id - one.id : other.kind < one.kind ? -1 : 1);
}

function exchangeRecord(exchange) {
  const { id, at, what, conversation } = exchange;
  return {
    kind: "exchange",
    key: `exchange-${id}`,
    id,
    at,
    problem: isProblem(exchange),
    words: () =>
      [id, what, briefOf(itemById(exchange.item)), conversation, nameOf(conversation ?? ""), stateWords(exchange), whyWords(exchange)].join(" "),
    draw: (open) => exchangeLine(exchange, open),
  };
}

function callRecord(call) {
  const { id, at, errcode, errmsg, status, method, path, conversation } = call;
  const problem = Boolean(errcode) || !(status >= 200 && status < 300);
  return {
    kind: "call",
    key: `call-${id}`,
    id,
    at,
    problem,
    words: () =>
      [id, method, path, status, errcode, errmsg, briefOf(itemOfCall(id)), conversation, nameOf(conversation ?? "")].join(" "),
    draw: (open) => callLine(call, problem, open),
  };
}

/** The first words of a message; an event is named by its callback already. */
function briefOf(item) {
  if (item === null || item.type === "event") return "";
  return summary(item);
}

function exchangeLine(exchange, open) {
  const { id, what, conversation, attempts, fault } = exchange;
  const kind = tone(exchange);
  const state = el("span", { class: `entry-state state-${kind}` });
  const tries = attempts > 1 ? ` ×${attempts}` : "";
  const tick = () => (state.textContent = `${stateWords(exchange)}${tries} ${duration(elapsed(exchange))}`);
  if (exchange.state === "running") {
    tick();
    whileShown(state, tick);
  } else {
    const time = exchange.state === "failed" ? "" : ` ${duration(exchange.took_ms)}`;
    state.textContent = [`${stateWords(exchange)}${tries}${time}`, lateWords(exchange)].filter(Boolean).join(" · ");
  }
  return entryLine(`exchange-${id}`, exchange, () => open({ exchange: id }), [
    el("span", { class: `sign sign-${kind}`, "aria-hidden": "true" }, icon("bolt")),
    el(
      "span",
      { class: "entry-words" },
      el(
        "span",
        { class: "entry-line" },
        el("b", {}, text(what)),
        el("span", { class: "entry-brief" }, briefOf(itemById(exchange.item))),
        fault ? faultMark(fault) : null,
        el("span", { class: "entry-time" }, clockWithSeconds(exchange.at)),
      ),
      el(
        "span",
        { class: "entry-line" },
        state,
        el("span", { class: "entry-who" }, whyWords(exchange) || nameOf(conversation ?? "")),
      ),
    ),
  ]);
}

function callLine(call, problem, open) {
  const { id, method, path, status, errcode, errmsg, took_ms: took, fault } = call;
  const code = errcode || (status >= 200 && status < 300) ? `${errcode ?? 0} ${text(errmsg)}` : `HTTP ${status}`;
  return entryLine(`call-${id}`, call, () => open({ call: id }), [
    el("span", { class: problem ? "sign sign-failed" : "sign sign-call", "aria-hidden": "true" }, icon("api")),
    el(
      "span",
      { class: "entry-words" },
      el(
        "span",
        { class: "entry-line" },
        el("b", { class: "entry-path" }, text(path).replace(/^\/cgi-bin\//, "")),
        el("span", { class: "entry-brief" }, briefOf(itemOfCall(id))),
        fault ? faultMark(fault) : null,
        el("span", { class: "entry-time" }, clockWithSeconds(call.at)),
      ),
      el(
        "span",
        { class: "entry-line" },
        el("span", { class: problem ? "entry-state state-failed" : "entry-state" }, `${text(method)} · ${code.trim()}`),
        el("span", { class: "entry-who" }, call.conversation ? nameOf(call.conversation) : duration(took)),
      ),
    ),
  ]);
}

function entryLine(key, { at }, onclick, children) {
  return el(
    "button",
    { type: "button", class: "entry", title: exactClock(at), data: { testid: key, key }, onclick },
    children,
  );
}

/** Says that a fault of the panel had its hand in it. */
function faultMark(fault) {
  return el("span", { class: "fault-mark", title: say("faultInjected") }, icon("faults"), text(fault));
}
