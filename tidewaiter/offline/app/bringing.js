// What comes onto the device from the node of whoever is signed in there: forms and lists, and the latest cases.
import * as store from "./store.js";
import * as clock from "./clock.js";
import { listsOf, readPacks } from "./moves.js";
import { word } from "./ui.js";

export async function fromNode(address, options = {}) {
  const answer = await fetch(address, { credentials: "same-origin", cache: "no-store", ...options });
  if (answer.redirected) {
    const error = new Error("sign in");
    error.signedOut = true;
    throw error;
  }
  return answer;
}
export async function bringPacks() {
  const index = await (await fromNode("/offline/packs/")).json(),
    here = new Map((await store.all("packs")).map((pack) => [pack.name, pack]));
  const fresh = [];
  for (const pack of index.packs) {
    if (here.get(pack.name)?.digest === pack.digest) {
      continue;
    }
    const answer = await fromNode(`/offline/packs/${pack.name}.json`);
    if (!answer.ok) {
      throw new Error(pack.name);
    }
    fresh.push({ ...pack, content: await answer.text(), came: clock.now().toISOString() });
  }
  await keepBefore(here, fresh);
  for (const pack of fresh) {
    await store.put("packs", pack);
  }
  await readPacks();
  const page = await caches.keys();
  for (const name of page.filter((one) => one.startsWith("tidewaiter-desk-"))) {
    const again = await fromNode("/offline/", { cache: "reload" });
    if (again.ok) {
      await (await caches.open(name)).put("/offline/", again);
    }
  }
  return index;
}
// Forms that the node has no more, and their lists: what was begun on them can be finished.
async function keepBefore(here, fresh) {
  const read = (packs) => packs.map((pack) => JSON.parse(pack.content)),
    old = read([...here.values()]),
    now = read([...new Map([...here.values(), ...fresh].map((pack) => [pack.name, pack])).values()]);
  const forms = (packs) => packs.flatMap((pack) => pack.forms_in_use ?? []),
    lists = listsOf(now),
    codes = new Set(forms(now).map((form) => form.code));
  const before = (await store.meta("before")) ?? { forms: {}, lists: [] };
  for (const form of forms(old).filter((one) => !codes.has(one.code))) {
    before.forms[form.code] = form;
  }
  const gone = [...listsOf(old, before.lists).values()].filter((list) => !lists.has(list.name));
  await store.setMeta("before", { forms: before.forms, lists: gone });
}
export async function bringCases(desk) {
  const { username, cases } = await (await fromNode("/offline/carried/")).json();
  if (username !== desk.username) {
    const error = new Error("another");
    error.told = word("signed_in_other", { who: desk.record.name });
    throw error;
  }
  await store.put("carried", {
    username: desk.username,
    sealed: await desk.sealJson({ cases, at: clock.now().toISOString() }, "carried"),
  });
}
