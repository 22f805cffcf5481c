// The stream of changes: keeps the store up to date while the page is open.

import { getState } from "./api.js";
import { applyAll, replaceAll, store } from "./store.js";

/** Fetches the state, then follows the changes; `onConnection` hears whether the stream is up. */
export async function followSandbox(onConnection) {
  connection = onConnection;
  await beginAgain();
}

const RETRY_AFTER = 2000;
/** Animation frames stop in a hidden window; then a timer takes the changes. */
const HIDDEN_AFTER = 300;

let connection = () => {};
let source = null;
let waiting = [];
let scheduled = false;
let generation = 0;

async function beginAgain() {
  const mine = ++generation;
  source?.close();
  source = null;
  waiting = [];
  let snapshot;
  try {
    snapshot = await getState();
  } catch {
    if (mine === generation) later();
    return;
  }
  if (mine !== generation) return;
  replaceAll(snapshot);
  listen(mine);
}

function listen(mine) {
  source = new EventSource(`/sandbox/events?after=${store.seq}`);
  source.addEventListener("open", () => mine === generation && connection(true));
  source.addEventListener("message", ({ data }) => mine === generation && take(data));
  source.addEventListener("error", (event) => {
    if (mine !== generation) return;
    connection(false);
    // The browser gives up after a refusal; then only a new beginning helps.
    if (event.target.readyState === EventSource.CLOSED) later();
  });
}

function later() {
  connection(false);
  const mine = ++generation;
  source?.close();
  setTimeout(() => mine === generation && beginAgain(), RETRY_AFTER);
}

function take(data) {
  let change;
  try {
    change = JSON.parse(data);
  } catch {
    return;
  }
  if (change.type === "reset") {
    beginAgain();
    return;
  }
  waiting.push(change);
  if (scheduled) return;
  scheduled = true;
  const mine = { done: false };
  const once = () => {
    if (mine.done) return;
    mine.done = true;
    scheduled = false;
    const changes = waiting;
    waiting = [];
    if (changes.length > 0) applyAll(changes);
  };
  requestAnimationFrame(once);
  setTimeout(once, HIDDEN_AFTER);
}
