// The inspector on the right: what went over the wire, and the faults.

import { byId, el, iconButton } from "./dom.js";
import { activityList } from "./activity.js";
import { callView } from "./call_view.js";
import { exchangeView } from "./exchange_view.js";
import { faultsPanel } from "./faults.js";
import { onLanguage, say } from "./language.js";
import { hideInspector, showInspector } from "./layout.js";
import { subscribe } from "./store.js";

/** Builds the inspector; it begins with the list. */
export function startInspector() {
  build();
  subscribe((told) => {
    if (told.all && detail) inspect(null);
    views[tab].take?.(told);
    if (tab === "activity") detail?.view.take(told);
  });
  onLanguage(build);
  byId("faults-open").addEventListener("click", () => {
    openTab("faults");
    showInspector();
    focusInspector();
  });
}

/** Opens {exchange} or {call}; null goes back to the list. */
export function inspect(target) {
  detail = target === null ? null : { target, view: viewOf(target) };
  openTab("activity");
}

/** Opens it, and brings the inspector into view where it is not. */
export function inspectAndShow(target) {
  inspect(target);
  showInspector();
}

/** Puts the keyboard on the open tab. */
export function focusInspector() {
  showInspector();
  root.querySelector('[role="tab"][aria-selected="true"]')?.focus();
}

const root = byId("inspector");
let tab = "activity";
let detail = null;
let views = {};
let panes = {};

function build() {
  views = { activity: activityList(inspect), faults: faultsPanel() };
  const tabs = Object.keys(views).map((name) =>
    el(
      "button",
      {
        type: "button",
        role: "tab",
        class: "tab",
        id: `tab-${name}`,
        "aria-controls": "inspector-pane",
        data: { testid: `tab-${name}`, tab: name },
        onclick: () => {
          if (name === "activity") detail = null;
          openTab(name);
        },
      },
      say(name),
    ),
  );
  panes = {
    head: el(
      "div",
      { class: "inspector-head" },
      el("div", { class: "tabs", role: "tablist", "aria-label": say("inspector") }, tabs),
      iconButton("close", say("close"), hideInspector, {
        class: "tool only-overlay",
        "data-testid": "inspector-close",
      }),
    ),
    body: el("div", { class: "inspector-body", id: "inspector-pane", role: "tabpanel", tabindex: "-1" }),
  };
  panes.head.addEventListener("keydown", (event) => {
    if (event.key !== "ArrowLeft" && event.key !== "ArrowRight") return;
    const other = tabs.find((button) => button.dataset.tab !== tab);
    other.click();
    other.focus();
  });
  if (detail) detail.view = viewOf(detail.target);
  root.replaceChildren(panes.head, panes.body);
  openTab(tab);
}

function openTab(name) {
  tab = name;
  for (const button of panes.head.querySelectorAll('[role="tab"]')) {
    const selected = button.dataset.tab === name;
    button.setAttribute("aria-selected", String(selected));
    button.tabIndex = selected ? 0 : -1;
  }
  panes.body.setAttribute("aria-labelledby", `tab-${name}`);
  const view = name === "activity" && detail ? detail.view : views[name];
  view.refresh?.();
  if (panes.body.firstElementChild !== view.node) {
    panes.body.replaceChildren(view.node);
    panes.body.scrollTop = 0;
  }
}

function viewOf({ exchange, call }) {
  const back = () => inspect(null);
  return exchange === undefined ? callView(call, back, inspect) : exchangeView(exchange, back, inspect);
}
