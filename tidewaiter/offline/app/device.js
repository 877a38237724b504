// Opening the desk, taking a device into use, and what lies on it.
import * as store from "./store.js";
import * as clock from "./clock.js";
import { state, sender } from "./state.js";
import { bringCases, bringPacks, fromNode } from "./bringing.js";
import { openedFor, draw, lock, saveQueue } from "./moves.js";
import { receiptsTaken } from "./sending.js";
import { newDesk, openDesk } from "./sealing.js";
import { h, icon, word, size, when, sheet, button, callout } from "./ui.js";

const LEAST = 12;
function field(id, text, input, hint = "") {
  return h(
    "div",
    {},
    h("label", { class: "form-label", for: id }, text),
    input,
    hint ? h("div", { class: "tw-hint" }, hint) : null,
  );
}
const secret = (id, more = {}) =>
  h("input", { id, type: "password", class: "form-control", autocomplete: "off", ...more });

export async function showLock(into) {
  const desks = await store.all("desks"),
    queue = await store.all("queue");
  if (!desks.length) {
    return showEnrol(into);
  }
  const who = h(
      "select",
      {
        id: "desk-who",
        class: "form-select",
        onchange: () => {
          state.last = who.value;
        },
      },
      ...desks.map((one) => h("option", { value: one.username }, one.name)),
    ),
    said = h("div", { class: "tw-err", role: "alert" });
  who.value = state.last ?? desks[0].username;
  const passphrase = secret("desk-passphrase", { required: true });
  async function enter(event) {
    event.preventDefault();
    state.last = who.value;
    const record = await store.get("desks", who.value);
    if (record.status !== "enrolled") {
      said.textContent = word("revoked");
      return;
    }
    try {
      await openedFor(await openDesk(record, passphrase.value));
    } catch (error) {
      if (error.name !== "OperationError") {
        throw error;
      }
      said.textContent = word("wrong_passphrase");
      passphrase.value = "";
      passphrase.focus();
    }
  }
  const waits = desks
    .map((one) => [one.name, store.waitingOf(queue, one.username).length])
    .filter(([, n]) => n);
  into.append(
    h("div", { class: "desk-head" }, h("h1", {}, word("unlock")), h("p", { class: "t13 quiet" }, word("locked"))),
    h(
      "form",
      { class: "sheet narrow", onsubmit: enter },
      h(
        "div",
        { class: "in stack" },
        field("desk-who", word("who"), who),
        field("desk-passphrase", word("passphrase"), passphrase),
        said,
        h(
          "div",
          { class: "row-x" },
          h("button", { class: "btn btn-primary" }, icon("lock-open"), word("unlock")),
          button(word("other_officer"), "users", () => {
            document.getElementById("main").replaceChildren();
            const place = h("div");
            showEnrol(place).then(() => document.getElementById("main").replaceChildren(...place.childNodes));
          }),
        ),
      ),
    ),
  );
  for (const [name, n] of waits) {
    into.append(callout("note", word("must_unlock_out", { n, who: name })));
  }
  if (waits.length) {
    into.append(
      h(
        "div",
        { class: "row-x gap-t" },
        button(word("save_queue"), "device-floppy", saveQueue),
        button(word("send_now"), "send", () => sender.now(null)),
      ),
    );
  }
}
async function showEnrol(into) {
  const desks = await store.all("desks"),
    name = h("input", { id: "desk-name", class: "form-control", maxlength: "60", required: true }),
    first = secret("desk-new"),
    second = secret("desk-again"),
    said = h("div", { class: "tw-err", role: "alert" });
  const submit = h("button", { class: "btn btn-primary" }, icon("shield-check"), word("take_into_use"));
  const back = button(word("unlock"), "", draw);
  async function enrol(event, anew = false) {
    event.preventDefault();
    said.replaceChildren();
    if ([...first.value].length < LEAST) {
      said.textContent = word("too_short");
      return;
    }
    if (first.value !== second.value) {
      said.textContent = word("not_the_same");
      return;
    }
    submit.disabled = true;
    try {
      await enrolled(name.value, first.value, anew);
    } catch (error) {
      if (error.signedOut) {
        said.replaceChildren(
          word("sign_in_again"),
          " ",
          h("a", { href: "/accounts/login/?next=/offline/" }, word("sign_in")),
        );
      } else {
        said.replaceChildren(error.told ?? word("enrol_needs_line"));
        if (error.anew) {
          said.append(" ", button(word("take_anew"), "", (click) => enrol(click, true), "btn btn-plain btn-sm"));
        }
        if (!error.told) {
          console.info(error.name, error.message);
        }
      }
    }
    submit.disabled = false;
  }
  into.append(
    h(
      "div",
      { class: "desk-head" },
      h("h1", {}, word("take_into_use")),
      h("p", { class: "t13 quiet" }, word("take_hint")),
    ),
    h(
      "form",
      { class: "sheet narrow", onsubmit: enrol, id: "enrol" },
      h(
        "div",
        { class: "in stack" },
        field("desk-name", word("device_name"), name),
        field("desk-new", word("passphrase"), first, word("passphrase_hint")),
        field("desk-again", word("again"), second),
        said,
        h("div", { class: "row-x" }, submit, desks.length ? back : null),
      ),
    ),
  );
}
async function enrolled(called, passphrase, anew) {
  const index = await bringPacks(),
    known = await store.get("desks", index.username);
  if (known?.status === "enrolled" && !anew) {
    const error = new Error("known");
    error.told = word("desk_known", { who: known.name });
    error.anew = true;
    throw error;
  }
  const desk = await newDesk(
    { username: index.username, name: index.name, administration: index.administration, called },
    passphrase,
    index.keys,
  );
  const proof = await desk.sign({ username: index.username, key: desk.record.public_key }, "tw-offline-enrol");
  const body = new URLSearchParams({
    name: called,
    public_key: desk.record.public_key,
    proof,
    csrfmiddlewaretoken: index.csrf,
  });
  const answer = await fromNode("/offline/enrol/", { method: "POST", body }),
    out = await answer.json();
  if (!answer.ok) {
    const error = new Error(out.code);
    error.told = out.message;
    throw error;
  }
  Object.assign(desk.record, { device: out.device, keys: out.keys });
  await store.put("desks", desk.record);
  for (const name of known ? ["drafts", "photos"] : []) {
    for (const row of (await store.all(name)).filter((one) => one.username === desk.username)) {
      await store.remove(name, row.id); // sealed with a key that nothing opens here any more
    }
  }
  await bringCases(desk);
  await openedFor(desk);
}
// The way back of a queue that went by stick: the node's receipts, as a file.
function receiptsIn(say) {
  const pick = h("input", {
    type: "file",
    accept: ".receipts,.json",
    class: "visually-hidden",
    id: "receipts-in",
    onchange: async (event) => {
      const { gone, other } = await receiptsTaken(sender, await event.target.files[0].text());
      event.target.value = "";
      await say(word("receipts_taken", { n: gone, other }));
    },
  });
  return [h("label", { class: "btn btn-plain", for: "receipts-in" }, icon("upload"), word("receipts_take")), pick];
}
export async function showDevice(into) {
  const { desk } = state,
    queue = await store.all("queue"),
    packs = await store.all("packs"),
    room = (await navigator.storage?.estimate?.()) ?? {},
    persist = await store.meta("persist");
  const waits = queue.reduce((sum, one) => sum + one.size, 0),
    forms = packs.reduce((sum, one) => sum + one.bytes, 0),
    free = Math.max(0, (room.quota ?? 0) - (room.usage ?? 0)),
    whole = Math.max(1, waits + forms + free);
  const { ahead, met } = clock.known(),
    others = (await store.all("desks")).filter((one) => one.username !== desk.username);
  const bar = (share, css) => {
    const made = h("i", { class: css });
    made.style.setProperty("inline-size", `${Math.max(1, Math.round((100 * share) / whole))}%`);
    return made;
  };
  const facts = [
    [
      word("persistence"),
      persist
        ? word(persist.granted ? "asked_granted" : "asked_denied", { when: when(persist.at) })
        : word("not_asked"),
    ],
    [word("sealed_with"), word("both_keys")],
    [
      word("clock"),
      ahead === null
        ? word("not_measured")
        : Math.abs(ahead) > 120
          ? word("clock_wrong", {
              s: new Intl.NumberFormat(document.documentElement.lang, {
                style: "unit",
                unit: "minute",
                maximumFractionDigits: 0,
                signDisplay: "always",
              }).format(ahead / 60),
              when: when(met),
            })
          : word("clock_right", { s: Math.round(ahead), when: when(met) }),
    ],
    [
      word("forms_codes"),
      packs.length
        ? word("of_day", {
            when: when(
              packs
                .map((one) => one.came)
                .sort()
                .at(-1),
            ),
          })
        : word("not_asked"),
    ],
    [
      word("others_here"),
      others.length
        ? others
            .map((one) =>
              word("other_waits", {
                who: one.name,
                n: store.waitingOf(queue, one.username).length,
              }),
            )
            .join("; ")
        : word("nobody_else"),
    ],
  ];
  const parts = [
    word("waits_here", { size: size(waits) }),
    word("forms_here", { size: size(forms) }),
    word("free", { size: size(free) }),
  ];
  // What is said outlives the page, which is drawn anew while it is waited for.
  const say = (...told) => {
    state.said = told;
    return draw();
  };
  async function renew() {
    try {
      await bringPacks();
      await bringCases(desk);
      await say(word("forms_got"));
    } catch (error) {
      const link = h("a", { href: "/accounts/login/?next=/offline/" }, word("sign_in"));
      await say(
        ...(error.signedOut ? [word("sign_in_again"), " ", link] : [error.told ?? word("no_line_yet")]),
      );
    }
  }
  into.append(
    h(
      "div",
      { class: "desk-head" },
      h("h1", {}, word("device")),
      h("p", { class: "t13 quiet" }, `${desk.record.name} · ${desk.record.called}`),
    ),
    sheet(
      word("on_device"),
      word(persist?.granted ? "not_cleared" : "may_be_cleared"),
      h(
        "div",
        { class: "in" },
        h(
          "div",
          {
            class: "stack-bar",
            role: "img",
            "aria-label": parts.join(", "),
          },
          bar(waits, "w"),
          bar(forms, "f"),
        ),
        h(
          "div",
          { class: "kx" },
          h("span", {}, h("i", { class: "b w" }), parts[0]),
          h("span", {}, h("i", { class: "b f" }), parts[1]),
          h("span", {}, parts[2]),
        ),
        h("dl", { class: "facts" }, ...facts.flatMap(([title, text]) => [h("dt", {}, title), h("dd", {}, text)])),
        h(
          "div",
          { class: "row-x gap-t" },
          button(word("forms_get"), "download", renew),
          button(word("save_queue"), "device-floppy", saveQueue),
          ...receiptsIn(say),
          button(word("lock"), "lock", lock),
        ),
      ),
    ),
  );
}
