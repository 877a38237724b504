// Going from page to page, drawing, locking, opening. The pages are handed in by the desk, which stands above them.
import * as store from "./store.js";
import * as clock from "./clock.js";
import { state, sender } from "./state.js";
import { flush } from "./keeping.js";
import { defs, load } from "./definitions.js";
import { forgetShown } from "./photos.js";
import { saved } from "./sending.js";
import { h, word } from "./ui.js";

let paint = async () => {};
export function drawnBy(painter) {
  paint = painter;
}
export const listsOf = (packs, before = []) =>
  new Map([...before, ...[...packs].flatMap((pack) => pack.lists ?? [])].map((list) => [list.name, list]));
export async function readPacks() {
  const packs = new Map((await store.all("packs")).map((pack) => [pack.name, JSON.parse(pack.content)]));
  if (!packs.has("definitions") || !packs.has("folding")) {
    return false;
  }
  load(packs.get("definitions"));
  defs.fold = packs.get("folding").blocks;
  // What was begun on a form that is no longer in use is finished on it.
  const before = (await store.meta("before")) ?? { forms: {}, lists: [] };
  defs.before = before.forms;
  defs.packs = listsOf(packs.values(), before.lists);
  if (packs.has("places")) {
    defs.packs.set("unlocode", packs.get("places"));
  }
  defs.lists = new Map();
  return true;
}
export async function go(at, more = {}) {
  await flush();
  Object.assign(state, { at, draft: null, said: null }, more);
  await draw();
  document.getElementById("main").focus({ preventScroll: true });
  scrollTo(0, 0);
}
// A page is not drawn anew under a finger: a button that is gone between press and release gets no click.
let released = Promise.resolve();
let release = () => {};
function pressed() {
  release();
  released = new Promise((resolve) => {
    release = resolve;
  });
}
// The click comes after the release, in a task of its own.
const afterClick = () => setTimeout(release);
addEventListener("pointerdown", pressed, true);
addEventListener("pointerup", afterClick, true);
addEventListener("pointercancel", afterClick, true);
addEventListener("blur", (event) => event.target === globalThis && afterClick(), true);
let drawing = Promise.resolve();
export function draw() {
  const whenReleased = () => released.then(paint);
  drawing = drawing.then(whenReleased, whenReleased);
  return drawing;
}
export async function lock(why = null) {
  await flush();
  forgetShown();
  state.desk = null;
  sender.desk = null;
  state.draft = null;
  state.said = typeof why === "string" ? why : null;
  await draw();
}
// One page at a time has a desk open: what is typed at two of them would be written over by one another.
let times = 0;
function holdHere() {
  times += 1;
  const mine = times;
  navigator.locks
    ?.request("tidewaiter-desk", { steal: true }, () => new Promise(() => {}))
    .catch(async () => {
      if (mine === times) {
        await lock(word("open_elsewhere"));
      }
    });
}
export async function openedFor(desk) {
  state.desk = desk;
  sender.desk = desk;
  holdHere();
  if (navigator.storage?.persist) {
    const granted = await navigator.storage.persist();
    await store.setMeta("persist", { granted, at: clock.now().toISOString() });
  }
  await store.holdRoom();
  await go("queue");
  sender.now(desk);
}
export async function saveQueue() {
  const name = `queue-${clock.now().toISOString().slice(0, 16).replace(":", "")}.bundle`,
    link = h("a", { href: URL.createObjectURL(await saved()), download: name });
  document.body.append(link);
  link.click();
  link.remove();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
  state.said = word("saved_to_file", { name });
  await draw();
}
