// The desk: its pages, the frame around them, and the line.
import * as store from "./store.js";
import * as clock from "./clock.js";
import { state, sender } from "./state.js";
import { draw, drawnBy, go, lock, readPacks } from "./moves.js";
import { flush } from "./keeping.js";
import { defs } from "./definitions.js";
import { works } from "./sealing.js";
import { h, icon, word, button, time, day } from "./ui.js";
import { showQueue } from "./queue.js";
import { showEntry, chooseForm } from "./entry.js";
import { showLookUp, showCodes } from "./lookup.js";
import { showDevice, showLock } from "./device.js";

const PAGES = {
  queue: ["files", showQueue],
  new: ["plus", showNew],
  lookup: ["search", showLookUp],
  codes: ["list-search", showCodes],
  device: ["device-laptop", showDevice],
};
const main = document.getElementById("main"),
  rail = document.getElementById("rail");

async function showNew(into) {
  return state.draft ? showEntry(into, state.draft) : chooseForm(into);
}
// Whoever goes by keyboard stays at the field they had come to, at the letter they had come to; and at the button or
// link that says the same, where it has no name of its own.
const STOPS = "a[href],button,input,select,textarea,summary,[tabindex='0']";
function focusKept() {
  const held = main.contains(document.activeElement) ? document.activeElement : null,
    { id = "", selectionStart = null, selectionEnd = null } = held ?? {};
  const alike = (one) => one.localName === held.localName && one.textContent === held.textContent,
    at = held ? [...main.querySelectorAll(STOPS)].filter(alike).indexOf(held) : -1;
  return () => {
    const again = id
      ? document.getElementById(id)
      : at >= 0 && [...main.querySelectorAll(STOPS)].filter(alike)[at];
    if (!again || again === document.activeElement) {
      return;
    }
    again.focus({ preventScroll: true });
    if (selectionStart !== null) {
      again.setSelectionRange(selectionStart, selectionEnd);
    }
  };
}
async function drawn() {
  const into = h("div");
  into.append(h("div", { id: "line" }));
  const said = () =>
    h("div", { class: "tw-callout gap-t", role: "status" }, icon("info-circle"), h("div", {}, ...[state.said].flat()));
  if (!state.desk) {
    rail.replaceChildren();
    into.append(...(state.said ? [said()] : []));
    await showLock(into);
  } else {
    const mine = store.waitingOf(await store.all("queue"), state.desk.username).length;
    rail.replaceChildren(
      ...Object.entries(PAGES).map(([name, [sign]]) =>
        h(
          "a",
          {
            class: "r",
            href: `#${name}`,
            "aria-current": state.at === name ? "page" : null,
            onclick: (event) => {
              event.preventDefault();
              go(name);
            },
          },
          icon(sign),
          h("span", {}, word(name === "lookup" ? "look_up" : name)),
          name === "queue" && mine ? h("span", { class: "n" }, String(mine)) : null,
        ),
      ),
    );
    if (state.said) {
      into.append(said());
    }
    await PAGES[state.at][1](into);
  }
  const back = focusKept();
  main.replaceChildren(...into.childNodes);
  back();
  line();
  plate();
}
function plate() {
  const who = document.getElementById("who");
  who.replaceChildren(
    ...(state.desk
      ? [
          h(
            "span",
            { class: "tw-dot", "aria-hidden": "true" },
            state.desk.record.name
              .split(" ")
              .map((part) => part[0])
              .slice(0, 2)
              .join("")
              .toUpperCase(),
          ),
          h("span", { class: "only-wide" }, h("b", {}, state.desk.record.name), state.desk.record.called),
          button(word("lock"), "lock", lock, "btn btn-plain"),
        ]
      : []),
  );
}
function line() {
  const place = document.getElementById("line");
  if (!place || !defs.document) {
    return;
  }
  const left = Math.max(0, Math.round((sender.next - Date.now()) / 1000)),
    told = `${Math.floor(left / 60)}:${String(left % 60).padStart(2, "0")}`;
  if (sender.line !== false) {
    place.replaceChildren();
    return;
  }
  const said = sender.busy ? word("sending") : word("next_try", { left: told });
  place.replaceChildren(
    h(
      "div",
      { class: "line-off", role: "status" },
      icon("alert-triangle"),
      h(
        "span",
        { class: "grow" },
        h(
          "b",
          {},
          sender.since
            ? word("no_line", { when: `${day(sender.since)}, ${time(sender.since)}` })
            : word("no_line_yet"),
        ),
        " ",
        word("kept_here"),
      ),
      h("span", { class: "t12 num", "aria-live": "off" }, said),
    ),
  );
}
let asked = 0;
sender.addEventListener("change", () => {
  line();
  clearTimeout(asked);
  asked = setTimeout(() => {
    if (state.desk && ["queue", "device"].includes(state.at)) {
      if (!document.activeElement?.matches("input,select,textarea")) {
        draw();
      }
    }
  }, 250);
});
sender.addEventListener("ended", ({ detail }) => {
  if (state.desk?.username === detail) {
    lock();
  }
});
const IDLE = 15 * 60_000;
let used = Date.now();
for (const name of ["keydown", "pointerdown"]) {
  document.addEventListener(
    name,
    () => {
      used = Date.now();
    },
    true,
  );
}
setInterval(() => {
  line();
  if (state.desk && Date.now() - used > IDLE) {
    lock();
  }
}, 1000);
addEventListener("pagehide", () => {
  flush();
});
document.addEventListener("visibilitychange", () => {
  if (document.hidden) {
    flush();
  }
});

async function start() {
  drawnBy(drawn);
  if (!globalThis.crypto?.subtle || !(await works())) {
    main.replaceChildren(h("p", { class: "tw-callout stop" }, word("no_crypto")));
    return;
  }
  await clock.recall();
  await readPacks();
  await draw();
  sender.start();
  if ("serviceWorker" in navigator) {
    await navigator.serviceWorker
      .register("/offline/worker.js", { scope: "/offline/", updateViaCache: "none" })
      .catch(() => {
        /* no line: the one that is here stays */
      });
    document.body.dataset.ready = "yes";
  }
}
start();
