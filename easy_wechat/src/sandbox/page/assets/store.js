// What the page knows of the sandbox, and who wants to hear of its changes.

/** The sandbox as of the last change. Change it through the functions below only. */
export const store = {
  seq: 0,
  version: "",
  account: null,
  menu: null,
  faults: [],
  conversations: new Map(),
  exchanges: new Map(),
  calls: new Map(),
  /** How far the sandbox's clock is before this browser's. */
  clockOffset: 0,
  selected: null,
};

/** Takes a whole snapshot, and tells everybody to begin again. */
export function replaceAll(snapshot) {
  store.seq = snapshot.seq ?? 0;
  store.version = snapshot.version ?? "";
  store.account = snapshot.account ?? null;
  store.menu = snapshot.menu ?? null;
  store.faults = snapshot.faults ?? [];
  store.clockOffset = (snapshot.now ?? Date.now()) - Date.now();
  const unread = new Map([...store.conversations.values()].map(({ id, unread }) => [id, unread]));
  store.conversations = new Map();
  for (const conversation of snapshot.conversations ?? []) keepConversation(conversation);
  latestExchange.clear();
  itemsById.clear();
  itemOfCalls.clear();
  for (const item of snapshot.items ?? []) keepItem(item);
  for (const kept of store.conversations.values()) {
    kept.unread = Math.min(unread.get(kept.id) ?? 0, kept.items.length);
  }
  store.exchanges = new Map();
  for (const exchange of snapshot.exchanges ?? []) keepExchange(exchange);
  store.calls = new Map((snapshot.calls ?? []).map((call) => [call.id, call]));
  publish({ ...nothing(), all: true });
}

/** Takes changes in their order, and tells everybody once. */
export function applyAll(changes) {
  const told = nothing();
  for (const change of changes) {
    if (typeof change.seq === "number") store.seq = change.seq;
    APPLY[change.type]?.(change, told);
  }
  publish(told);
}

/** Calls back after each batch of changes with what changed: see `nothing`. */
export function subscribe(listener) {
  listeners.push(listener);
}

/** Opens a conversation; its messages count as read. */
export function select(id) {
  store.selected = store.conversations.has(id) ? id : null;
  const conversation = selectedConversation();
  if (conversation) conversation.unread = 0;
  publish({ ...nothing(), selection: true, members: true });
}

export function selectedConversation() {
  return store.conversations.get(store.selected) ?? null;
}

/** The item before this one in its conversation. */
export function itemBefore(item) {
  const items = store.conversations.get(item.conversation)?.items ?? [];
  return items[position(items, item.id) - 1] ?? null;
}

export function itemById(id) {
  return itemsById.get(id) ?? null;
}

/** The newest exchange of an item: sending it again makes another. */
export function exchangeOf(item) {
  const id = Math.max(latestExchange.get(item.id) ?? 0, item.exchange ?? 0);
  return store.exchanges.get(id) ?? null;
}

/** The newest item that a call sent. */
export function itemOfCall(id) {
  return itemsById.get(itemOfCalls.get(id)) ?? null;
}

/** What time it is in the sandbox. */
export function sandboxNow() {
  return Date.now() + store.clockOffset;
}

const MOST_RECORDS = 3000;
const listeners = [];
const itemsById = new Map();
const latestExchange = new Map();
const itemOfCalls = new Map();

function nothing() {
  return {
    all: false,
    selection: false,
    members: false,
    account: false,
    menu: false,
    faults: false,
    items: [],
    exchanges: new Map(),
    calls: new Map(),
    forgotten: [],
  };
}

function publish(told) {
  for (const listener of listeners) listener(told);
}

const APPLY = {
  item({ item }, told) {
    const isNew = keepItem(item);
    const conversation = store.conversations.get(item.conversation);
    if (isNew && item.from !== "member" && item.conversation !== store.selected) conversation.unread += 1;
    told.items.push(item);
    told.members = true;
  },
  exchange({ exchange }, told) {
    keepExchange(exchange);
    told.exchanges.set(exchange.id, exchange);
  },
  call({ call }, told) {
    store.calls.set(call.id, call);
    forgetOldest(store.calls);
    told.calls.set(call.id, call);
  },
  conversation({ conversation }, told) {
    keepConversation(conversation);
    told.members = true;
    told.selection ||= conversation.id === store.selected;
  },
  menu({ menu }, told) {
    store.menu = menu ?? null;
    told.menu = true;
  },
  faults({ faults }, told) {
    store.faults = faults ?? [];
    told.faults = true;
  },
  account({ account }, told) {
    store.account = account ?? null;
    told.account = true;
  },
  dropped({ conversation, before, dropped }, told) {
    const kept = store.conversations.get(conversation);
    if (!kept) return;
    kept.dropped = dropped;
    for (const { id, call } of kept.items.splice(0, position(kept.items, before))) {
      itemsById.delete(id);
      itemOfCalls.delete(call);
      latestExchange.delete(id);
    }
    told.forgotten.push({ conversation, before });
  },
};

function keepConversation(conversation) {
  const known = store.conversations.get(conversation.id);
  if (known) Object.assign(known, conversation);
  else store.conversations.set(conversation.id, { dropped: 0, members: [], ...conversation, items: [], unread: 0 });
}

function keepItem(item) {
  // An item may come before the conversation that it opens.
  if (!store.conversations.has(item.conversation)) {
    keepConversation({ id: item.conversation, name: item.conversation, kind: "member" });
  }
  const { items } = store.conversations.get(item.conversation);
  const isNew = !itemsById.has(item.id);
  itemsById.set(item.id, item);
  if (item.call !== null && item.call !== undefined) itemOfCalls.set(item.call, item.id);
  const at = position(items, item.id);
  items.splice(at, isNew ? 0 : 1, item);
  return isNew;
}

function keepExchange(exchange) {
  store.exchanges.set(exchange.id, exchange);
  forgetOldest(store.exchanges);
  const { item, id } = exchange;
  if (item !== null && item !== undefined) latestExchange.set(item, Math.max(latestExchange.get(item) ?? 0, id));
}

/** The server bounds its records without a word; the page bounds its own. */
function forgetOldest(records) {
  if (records.size > MOST_RECORDS) records.delete(records.keys().next().value);
}

/** Where the item of this id stands, or would stand: items come in the order of their ids. */
function position(items, id) {
  let [low, high] = [0, items.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (items[middle].id < id) low = middle + 1;
    else high = middle;
  }
  return low;
}
