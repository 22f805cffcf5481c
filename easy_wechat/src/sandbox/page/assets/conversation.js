// The conversation in the middle. It only ever appends, and replaces the one row that changed.

import { byId, el } from "./dom.js";
import { fillEmpty } from "./empty.js";
import { onLanguage, say } from "./language.js";
import { messageRow, refreshStatus } from "./rows.js";
import { itemById, selectedConversation, store, subscribe } from "./store.js";

/** Shows the selected conversation; `open` is called with {exchange} or {call} to inspect. */
export function startConversation(open) {
  log.addEventListener("click", ({ target }) => {
    const button = target.closest("[data-exchange], [data-call]");
    if (!button) return;
    const { exchange, call } = button.dataset;
    open(exchange === undefined ? { call: Number(call) } : { exchange: Number(exchange) });
  });
  scroller.addEventListener("scroll", noticeScroll, { passive: true });
  // Pictures that load and rows that are laid out late change the height.
  new ResizeObserver(() => stuck && toBottom()).observe(log);
  new ResizeObserver(() => stuck && toBottom()).observe(scroller);
  pill.addEventListener("click", () => {
    stick();
    scroller.focus({ preventScroll: true });
  });
  subscribe(take);
  onLanguage(rebuild);
}

/** Goes to the newest message and stays there. */
export function stick() {
  stuck = true;
  pill.hidden = true;
  toBottom();
}

const FIRST_ROWS = 300;
const EARLIER_ROWS = 300;
/** A conversation that grows beyond this gives its oldest rows back. */
const MOST_ROWS = 1500;
const NEAR_BOTTOM = 60;

const scroller = byId("scroller");
const log = byId("log");
const pill = byId("pill");
const earlier = byId("earlier");

const rows = new Map();
/** The conversation whose rows stand here. */
let shown = null;
let stuck = true;
let lastTop = 0;

function take(told) {
  const isOther = (selectedConversation()?.id ?? null) !== shown;
  if (told.all || isOther) {
    rebuild();
    return;
  }
  if (told.selection || told.forgotten.length > 0) fillHead();
  if (told.account && rows.size === 0) showEmptiness();
  for (const { conversation, before } of told.forgotten) if (conversation === shown) forget(before);
  const added = told.items.filter((item) => item.conversation === shown && place(item)).length;
  for (const exchange of told.exchanges.values()) refresh(exchange);
  if (added === 0) return;
  showEmptiness();
  if (stuck) {
    trim();
    toBottom();
  } else {
    pill.hidden = false;
  }
}

function rebuild() {
  const conversation = selectedConversation();
  shown = conversation?.id ?? null;
  rows.clear();
  // Otherwise a screen reader would read out all that was said before.
  log.setAttribute("aria-busy", "true");
  const items = (conversation?.items ?? []).slice(-FIRST_ROWS);
  log.replaceChildren(...items.map(newRow));
  log.setAttribute("aria-busy", "false");
  fillHead();
  showEmptiness();
  stick();
}

function newRow(item) {
  const row = messageRow(item);
  rows.set(item.id, row);
  return row;
}

/** Puts an item where it belongs; tells whether it is a new row at the end. */
function place(item) {
  const old = rows.get(item.id);
  if (old) {
    old.replaceWith(newRow(item));
    return false;
  }
  const last = log.lastElementChild;
  if (!last || Number(last.dataset.id) < item.id) {
    log.append(newRow(item));
    return true;
  }
  // Earlier than all that is built: "show earlier" brings it.
  if (Number(log.firstElementChild.dataset.id) > item.id) return false;
  let after = last;
  while (Number(after.previousElementSibling.dataset.id) > item.id) after = after.previousElementSibling;
  after.before(newRow(item));
  return false;
}

function refresh(exchange) {
  if (exchange.item === null || exchange.item === undefined) return;
  const row = rows.get(exchange.item);
  const item = itemById(exchange.item);
  if (row && item) refreshStatus(row, item);
}

function forget(before) {
  for (const [id, row] of rows) {
    if (id >= before) continue;
    row.remove();
    rows.delete(id);
  }
  fillEarlier();
}

function trim() {
  if (rows.size <= MOST_ROWS) return;
  while (rows.size > FIRST_ROWS) {
    const first = log.firstElementChild;
    rows.delete(Number(first.dataset.id));
    first.remove();
  }
  fillEarlier();
}

function fillHead() {
  const conversation = selectedConversation();
  byId("conversation-name").textContent = conversation?.name || conversation?.id || "";
  byId("conversation-kind").textContent = conversation ? kindWords(conversation) : "";
  fillEarlier();
}

function kindWords({ kind, id, name, members }) {
  if (kind === "group") return say("kindGroup", { n: members?.length ?? 0 });
  if (kind === "robot") return say("kindRobot");
  return name === id ? say("kindMember") : id;
}

function fillEarlier() {
  const conversation = selectedConversation();
  const hiddenRows = unbuilt(conversation);
  earlier.replaceChildren();
  if (hiddenRows > 0) {
    const more = Math.min(hiddenRows, EARLIER_ROWS);
    earlier.append(
      el(
        "button",
        { type: "button", class: "button small", "data-testid": "show-earlier", onclick: showEarlier },
        say("showEarlier", { n: more }),
      ),
    );
  } else if (conversation?.dropped > 0) {
    earlier.append(el("span", { class: "hint" }, say("droppedOlder", { n: conversation.dropped })));
  }
  earlier.hidden = earlier.childElementCount === 0;
}

function unbuilt(conversation) {
  return firstBuilt(conversation?.items ?? []);
}

function firstBuilt(items) {
  const first = log.firstElementChild;
  if (!first) return 0;
  return items.findIndex(({ id }) => id === Number(first.dataset.id));
}

function showEarlier() {
  const { items } = selectedConversation();
  const until = firstBuilt(items);
  const first = log.firstElementChild;
  const topBefore = first.getBoundingClientRect().top;
  log.setAttribute("aria-busy", "true");
  first.before(...items.slice(Math.max(0, until - EARLIER_ROWS), until).map(newRow));
  log.setAttribute("aria-busy", "false");
  fillEarlier();
  // What one was reading stays where it was.
  stuck = false;
  scroller.scrollTop += first.getBoundingClientRect().top - topBefore;
  lastTop = scroller.scrollTop;
  scroller.focus({ preventScroll: true });
}

function showEmptiness() {
  const empty = byId("empty");
  const isEmpty = log.childElementCount === 0;
  empty.hidden = !isEmpty;
  log.hidden = isEmpty;
  if (isEmpty) fillEmpty(empty, selectedConversation(), store.account);
  else empty.replaceChildren();
}

function noticeScroll() {
  const top = scroller.scrollTop;
  const below = scroller.scrollHeight - scroller.clientHeight - top;
  if (below < NEAR_BOTTOM) {
    stuck = true;
    pill.hidden = true;
  } else if (top < lastTop) {
    // Only going up leaves the bottom: a height that changes must not.
    stuck = false;
  }
  lastTop = top;
}

function toBottom() {
  scroller.scrollTop = scroller.scrollHeight;
}
