// Starts the page: every part of it subscribes to the store, then the store is filled.

import { startAccount } from "./account.js";
import { focusComposer, startComposer } from "./composer.js";
import { startConversation } from "./conversation.js";
import { byId } from "./dom.js";
import { refreshFaults } from "./faults.js";
import { focusInspector, inspectAndShow, startInspector } from "./inspector.js";
import { remembered, startLanguage } from "./language.js";
import { showConversation, startLayout } from "./layout.js";
import { focusMembers, startMembers } from "./members.js";
import { select, store, subscribe } from "./store.js";
import { followSandbox } from "./stream.js";
import { startTranscript } from "./transcript.js";

let isFirst = true;

startLanguage();
startLayout({ members: focusMembers, composer: focusComposer, inspector: focusInspector });
startAccount(inspectAndShow);
startMembers(() => {
  showConversation();
  if (matchMedia("(hover: hover)").matches) focusComposer();
});
startConversation(inspectAndShow);
startComposer();
startInspector();
startTranscript();
subscribe(refreshFaults);
subscribe(chooseConversation);
followSandbox((isUp) => {
  byId("offline").hidden = isUp;
});

/** Something is always open: what was open last time, or the first one. */
function chooseConversation(told) {
  if (!told.all && !told.members) return;
  if (store.conversations.has(store.selected)) return;
  const last = remembered("conversation");
  const [first] = store.conversations.keys();
  const next = store.conversations.has(last) ? last : first;
  if (next !== undefined) select(next);
  // On a desktop one writes next; on a phone the keyboard would cover half of the page.
  if (isFirst && matchMedia("(min-width: 761px)").matches) focusComposer();
  isFirst = false;
}

