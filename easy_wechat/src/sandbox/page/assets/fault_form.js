// The form for a new fault, and how an active one is described.

import { fieldRow } from "./dialogs.js";
import { el, text } from "./dom.js";
import { say, sayIfKnown } from "./language.js";

/** The faults there are: those of callbacks know no path; `fields` are what a kind needs besides. */
export const FAULTS = {
  errcode: { fields: ["errcode"] },
  untrusted_ip: { fields: ["ip"] },
  delay: { fields: ["millis"] },
  hang_up: { fields: ["when"] },
  bad_gateway: { fields: [] },
  twice: { fields: [], callback: true },
  resent: { fields: [], callback: true },
  out_of_order: { fields: [], callback: true },
  wrong_signature: { fields: [], callback: true },
  stale: { fields: [], callback: true },
};

/** The form; `inject` gets the fault. */
export function faultForm(inject) {
  const kind = el(
    "select",
    { name: "fault", data: { testid: "fault-kind" } },
    group("apiFaults", false),
    group("callbackFaults", true),
  );
  const scope = el(
    "select",
    { name: "scope", data: { testid: "fault-scope" } },
    ["calls", "share", "always"].map((name) => el("option", { value: name }, say(`scope_${name}`))),
  );
  const own = el("div", { class: "fault-fields" });
  const amount = el("div", { class: "fault-fields" });
  const fillOwn = () => {
    const { fields, callback } = FAULTS[kind.value];
    own.replaceChildren(...fields.map((name) => FIELDS[name]()), ...(callback ? [] : [pathField()]));
  };
  const fillAmount = () => amount.replaceChildren(...(AMOUNTS[scope.value] ? [AMOUNTS[scope.value]()] : []));
  kind.addEventListener("change", fillOwn);
  scope.addEventListener("change", fillAmount);
  fillOwn();
  fillAmount();
  const form = el(
    "form",
    { class: "form fault-form" },
    el("label", { class: "field" }, el("span", { class: "field-label" }, say("faultKind")), kind),
    own,
    el(
      "div",
      { class: "fault-scope" },
      el("label", { class: "field" }, el("span", { class: "field-label" }, say("faultScope")), scope),
      amount,
    ),
    el("button", { type: "submit", class: "button primary", data: { testid: "fault-add" } }, say("addFault")),
  );
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    inject(faultOf(Object.fromEntries(new FormData(form))));
  });
  return form;
}

/** What a fault is called. */
export function faultName({ fault }) {
  return sayIfKnown(`fault_${fault}`, text(fault));
}

/** What else is to be said of an active fault. */
export function faultFacts(fault) {
  const { errcode, ip, millis, when, path, calls, share } = fault;
  return [
    errcode === undefined || errcode === null ? "" : String(errcode),
    text(ip),
    millis === undefined || millis === null ? "" : `${millis} ms`,
    when ? sayIfKnown(`when_${when}`, text(when)) : "",
    text(path),
    share === null || share === undefined ? "" : say("shareOf", { n: Math.round(share * 100) }),
    calls === null || calls === undefined ? "" : say("callsLeft", { n: calls }),
    [calls, share].every((value) => value === null || value === undefined) ? say("untilRemoved") : "",
  ].filter(Boolean);
}

const PATHS = [
  "/cgi-bin/gettoken",
  "/cgi-bin/token",
  "/cgi-bin/message/send",
  "/cgi-bin/message/custom/send",
  "/cgi-bin/message/recall",
  "/cgi-bin/message/update_template_card",
  "/cgi-bin/media/upload",
  "/cgi-bin/media/get",
  "/cgi-bin/menu/create",
  "/cgi-bin/webhook/send",
];

const FIELDS = {
  errcode: () =>
    fieldRow({
      name: "errcode",
      label: "errcode",
      type: "number",
      value: "45009",
      required: true,
      testid: "fault-errcode",
    }),
  ip: () => fieldRow({ name: "ip", label: say("faultIp"), value: "203.0.113.7", required: true, testid: "fault-ip" }),
  millis: () =>
    fieldRow({
      name: "millis",
      label: say("faultMillis"),
      type: "number",
      min: "0",
      value: "3000",
      required: true,
      testid: "fault-millis",
    }),
  when: () =>
    el(
      "label",
      { class: "field" },
      el("span", { class: "field-label" }, say("faultWhen")),
      el(
        "select",
        { name: "when", data: { testid: "fault-when" } },
        ["before", "middle"].map((when) => el("option", { value: when }, say(`when_${when}`))),
      ),
    ),
};

const AMOUNTS = {
  calls: () =>
    fieldRow({
      name: "calls",
      label: say("faultCalls"),
      type: "number",
      min: "1",
      value: "1",
      required: true,
      testid: "fault-calls",
    }),
  share: () =>
    fieldRow({
      name: "share",
      label: say("faultShare"),
      type: "number",
      min: "0",
      max: "1",
      step: "any",
      value: "0.3",
      required: true,
      testid: "fault-share",
    }),
};

function group(label, callback) {
  const kinds = Object.keys(FAULTS).filter((kind) => Boolean(FAULTS[kind].callback) === callback);
  return el(
    "optgroup",
    { label: say(label) },
    kinds.map((kind) => el("option", { value: kind }, say(`fault_${kind}`))),
  );
}

function pathField() {
  const paths = el(
    "datalist",
    { id: "fault-paths" },
    PATHS.map((path) => el("option", { value: path })),
  );
  return el(
    "div",
    {},
    fieldRow({
      name: "path",
      label: say("faultPath"),
      placeholder: say("faultPathAll"),
      list: "fault-paths",
      testid: "fault-path",
    }),
    paths,
  );
}

function faultOf({ fault, errcode, ip, millis, when, path, calls, share }) {
  const made = {
    fault,
    path: path?.trim() || null,
    calls: calls === undefined ? null : Number(calls),
    share: share === undefined ? null : Number(share),
  };
  if (errcode !== undefined) made.errcode = Number(errcode);
  if (ip !== undefined) made.ip = ip.trim();
  if (millis !== undefined) made.millis = Number(millis);
  if (when !== undefined) made.when = when;
  return made;
}
