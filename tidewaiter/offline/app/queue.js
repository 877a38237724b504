// What waits, since when, and what has gone.
import * as store from "./store.js";
import * as clock from "./clock.js";
import { state, sender } from "./state.js";
import { go, saveQueue } from "./moves.js";
import { h, icon, word, size, age, when, sheet, button, step } from "./ui.js";
import { openDraft } from "./drafts.js";

const OLD = 86_400_000,
  SIGNS = { case: "file-text", photo: "photo", correction: "pencil" };
export async function labelled(desk, row) {
  try {
    return await desk.openJson(row.label, "label");
  } catch {
    return { title: "–" };
  }
}
function row(sign, title, side, old, ...under) {
  return h(
    "li",
    { class: "qi" },
    icon(sign),
    h("b", {}, title),
    h("span", { class: `age${old ? " old" : ""}` }, side),
    h("span", { class: "m" }, ...under),
  );
}
export async function showQueue(into) {
  const { desk } = state,
    now = clock.now().getTime();
  const items = (await store.all("queue"))
    .filter((one) => one.username === desk.username)
    .sort((a, b) => a.seq - b.seq);
  const waiting = store.waitingOf(items, desk.username);
  const oldest = items.map((one) => one.at).sort()[0];
  into.append(
    h(
      "div",
      { class: "desk-head" },
      h(
        "div",
        { class: "row-x" },
        h(
          "h1",
          {},
          waiting.length === 0
            ? word("nothing_waits")
            : waiting.length === 1
              ? word("wait_one")
              : word("wait_many", { n: waiting.length }),
        ),
        h("span", { class: "push tag" }, desk.record.called),
      ),
      oldest
        ? h(
            "div",
            { class: "t13" },
            h(
              "span",
              { class: `sev ${now - Date.parse(oldest) > OLD ? "warn" : ""}` },
              icon("history"),
              word("oldest", { age: age(oldest, now) }),
            ),
          )
        : null,
    ),
  );
  await drafts(into, desk);
  if (waiting.length) {
    into.append(
      sheet(
        word("queue"),
        "",
        h("ol", { class: "bare" }, ...(await Promise.all(waiting.map((one) => waits(one, items, desk, now))))),
      ),
    );
  }
  const gone = (await store.all("receipts"))
    .filter((one) => one.username === desk.username)
    .sort((a, b) => (a.at < b.at ? 1 : -1))
    .slice(0, 8);
  if (gone.length) {
    into.append(
      sheet(
        word("gone_last"),
        word("only_on_receipt"),
        h("ol", { class: "bare" }, ...(await Promise.all(gone.map((one) => went(one, desk))))),
      ),
    );
  }
  into.append(
    step(
      items.length ? ["waiting rest", String(waiting.length)] : ["receipt", "0"],
      items.length ? word("find_a_line") : word("all_sent"),
      word("nothing_lost"),
      button(word("save_queue"), "device-floppy", saveQueue, "btn btn-plain", { disabled: !items.length }),
      button(
        word(sender.busy ? "sending" : "send_now"),
        "send",
        () => {
          sender.wait = 5000;
          sender.now(desk);
        },
        "btn btn-primary",
        { id: "send-now" },
      ),
    ),
  );
}
async function drafts(into, desk) {
  const held = (await store.all("drafts"))
    .filter((one) => one.username === desk.username)
    .sort((a, b) => (a.at < b.at ? 1 : -1));
  if (!held.length) {
    return;
  }
  const rows = await Promise.all(
    held.map(async (one) => {
      const label = await labelled(desk, one);
      return h(
        "li",
        { class: "qi" },
        icon("pencil"),
        h(
          "b",
          {},
          h(
            "a",
            {
              href: "#new",
              onclick: async (event) => {
                event.preventDefault();
                go("new", { draft: await openDraft(desk, one.id) });
              },
            },
            label.title,
          ),
        ),
        h("span", { class: "age" }, when(one.at)),
        h("span", { class: "m" }, h("span", { class: "st draft bare" }, h("span", {}, word("drafts")))),
      );
    }),
  );
  into.append(sheet(word("drafts"), "", h("ol", { class: "bare" }, ...rows)));
}
async function waits(one, items, desk, now) {
  const label = await labelled(desk, one),
    photos = items.filter((other) => other.of === one.id),
    sum = photos.reduce((total, photo) => total + photo.size, 0);
  const share = one.got ? Math.floor((100 * one.got) / one.size) : 0,
    before = one.after && items.find((other) => other.id === one.after);
  const said = one.refused
    ? h(
        "span",
        { class: "st late bare" },
        h(
          "span",
          {},
          one.refused === "device_ended"
            ? word("revoked")
            : one.refused === "forged_receipt"
              ? word("forged_receipt")
              : word("refused", { why: one.refused }),
        ),
      )
    : share
      ? h("span", { class: "st late bare" }, h("span", {}, word("cut_off", { share })))
      : h(
          "span",
          { class: "st waiting rest bare" },
          h("span", {}, before ? word("after", { what: (await labelled(desk, before)).title }) : word("frozen")),
        );
  const many = photos.length === 1 ? "then_photo" : "then_photos";
  const parts = [word("text", { size: size(one.size) })];
  if (photos.length) {
    parts.push(word(many, { n: photos.length, size: size(sum) }));
  }
  const sized = one.kind === "photo" ? word("goes_on") : parts.join(", ");
  return row(
    SIGNS[one.kind],
    label.title,
    age(one.at, now),
    now - Date.parse(one.at) > OLD,
    said,
    h("span", {}, sized),
  );
}
async function went(one, desk) {
  const label = await labelled(desk, one),
    open = { unsettled: word("to_settle"), two_versions: word("two_versions") }[one.outcome];
  return row(
    SIGNS[one.kind],
    label.title,
    when(one.at),
    false,
    h("span", { class: `st ${open ? "late" : "receipt"} bare` }, h("span", {}, open ?? word("receipt_signed"))),
  );
}
