// One API call in the inspector.

import { getCall } from "./api.js";
import { block, detailHead, facts, outcome } from "./blocks.js";
import { report } from "./dialogs.js";
import { el, text } from "./dom.js";
import { pick, say } from "./language.js";
import { duration, exactClock, nameOf } from "./people.js";
import { store } from "./store.js";

/** The details of a call; `open` goes to the callback that it answers. */
export function callView(id, back, open) {
  const node = el("div", { class: "detail", data: { testid: "call-detail", id } });
  const known = store.calls.get(id);
  const load = async () => {
    const full = await report(getCall(id));
    if (full) node.replaceChildren(...draw(full, back, open));
  };
  node.append(
    ...(known
      ? draw(known, back, open)
      : [detailHead(say("call", { id }), back), el("p", { class: "hint" }, say("loading"))]),
  );
  load();
  return {
    node,
    take(told) {
      if (told.calls.has(id)) load();
    },
  };
}

function draw(call, back, open) {
  const { id, method, path, status, errcode, errmsg, words, fault } = call;
  const isOk = !errcode && status >= 200 && status < 300;
  const reason = pick(words) || (isOk ? "" : [errcode || status, text(errmsg)].filter(Boolean).join(" "));
  return [
    detailHead(say("call", { id }), back),
    outcome(isOk ? "ok" : "failed", say(isOk ? "callOk" : "callFailed"), reason),
    el("p", { class: "call-path" }, el("span", { class: "http" }, text(method)), el("code", {}, text(path))),
    facts([
      [say("at"), exactClock(call.at)],
      [say("status"), text(status)],
      [say("errcode"), errcode === null || errcode === undefined ? "" : `${errcode} ${text(errmsg)}`],
      [say("took"), duration(call.took_ms)],
      [say("inConversation"), call.conversation ? nameOf(call.conversation) : ""],
      [say("answersCallback"), callbackLink(call, open)],
      [say("faultInjected"), text(fault)],
    ]),
    block(say("query"), call.query || null, { open: true, asIs: true, testid: "block-query" }),
    block(say("request"), call.request || null, { open: true, testid: "block-request" }),
    block(say("answer"), call.answer, { open: true, testid: "block-answer" }),
  ].filter(Boolean);
}

function callbackLink({ exchange }, open) {
  if (exchange === null || exchange === undefined) return "";
  return el(
    "button",
    { type: "button", class: "link", "data-testid": "answers-callback", onclick: () => open({ exchange }) },
    say("exchange", { id: exchange }),
  );
}
