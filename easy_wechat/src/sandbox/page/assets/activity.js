// The list of callbacks and API calls, newest first.

import { stateWords } from "./chips.js";
import { el, icon, text } from "./dom.js";
import { pick, say } from "./language.js";
import { clock, duration, exactClock, nameOf } from "./people.js";
import { store } from "./store.js";

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

  const rebuild = () => {
    entries.clear();
    const records = [...store.exchanges.values()].map(exchangeRecord).concat([...store.calls.values()].map(callRecord));
    const wanted = records.filter(FILTERS[filter].takes).sort(newestFirst);
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
    const wanted = FILTERS[filter].takes(record);
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
    if (count === 0) foot.textContent = say(filter === "problems" ? "noProblems" : "noActivity");
    else foot.textContent = say("olderEntries", { n: MOST_LINES });
  };

  rebuild();
  return {
    node: el("div", { class: "activity" }, filters, lines, foot),
    refresh: rebuild,
    take(told) {
      if (told.all) rebuild();
      if (told.exchanges.size === 0 && told.calls.size === 0) return;
      for (const exchange of told.exchanges.values()) take(exchangeRecord(exchange));
      for (const call of told.calls.values()) take(callRecord(call));
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

function newestFirst(one, other) {
  return other.at - one.at || (other.kind === one.kind ? other.id - one.id : other.kind < one.kind ? -1 : 1);
}

function exchangeRecord(exchange) {
  const { id, at, state } = exchange;
  return {
    kind: "exchange",
    key: `exchange-${id}`,
    id,
    at,
    problem: state === "dropped" || state === "failed",
    draw: (open) => exchangeLine(exchange, open),
  };
}

function callRecord(call) {
  const { id, at, errcode, status } = call;
  const problem = Boolean(errcode) || !(status >= 200 && status < 300);
  return { kind: "call", key: `call-${id}`, id, at, problem, draw: (open) => callLine(call, problem, open) };
}

function exchangeLine(exchange, open) {
  const { id, what, state, conversation, took_ms: took, attempts, fault } = exchange;
  const problem = state === "dropped" || state === "failed";
  return entryLine(`exchange-${id}`, exchange, () => open({ exchange: id }), [
    el("span", { class: `sign sign-${state}`, "aria-hidden": "true" }, icon("bolt")),
    el(
      "span",
      { class: "entry-words" },
      el(
        "span",
        { class: "entry-line" },
        el("b", {}, text(what)),
        fault ? faultMark(fault) : null,
        el("span", { class: "entry-time" }, clock(exchange.at)),
      ),
      el(
        "span",
        { class: "entry-line" },
        el(
          "span",
          { class: `entry-state state-${state}` },
          stateWords(exchange),
          attempts > 1 ? ` ×${attempts}` : "",
          problem ? "" : ` ${duration(took)}`,
        ),
        el("span", { class: "entry-who" }, problem ? pick(exchange.words) : nameOf(conversation ?? "")),
      ),
    ),
  ]);
}

function callLine(call, problem, open) {
  const { id, method, path, status, errcode, errmsg, took_ms: took, fault } = call;
  const words = problem ? (errcode ? `${errcode} ${text(errmsg)}` : String(status)) : `${status} · ${duration(took)}`;
  return entryLine(`call-${id}`, call, () => open({ call: id }), [
    el("span", { class: problem ? "sign sign-failed" : "sign sign-call", "aria-hidden": "true" }, icon("api")),
    el(
      "span",
      { class: "entry-words" },
      el(
        "span",
        { class: "entry-line" },
        el("b", { class: "entry-path" }, text(path).replace(/^\/cgi-bin\//, "")),
        fault ? faultMark(fault) : null,
        el("span", { class: "entry-time" }, clock(call.at)),
      ),
      el(
        "span",
        { class: "entry-line" },
        el("span", { class: problem ? "entry-state state-failed" : "entry-state" }, `${text(method)} ${words}`),
        call.conversation ? el("span", { class: "entry-who" }, nameOf(call.conversation)) : null,
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
