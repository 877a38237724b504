// At submit a draft and its photos become items of the queue: sealed, signed, numbered, in one transaction.
import * as store from "./store.js";
import * as clock from "./clock.js";
import { state } from "./state.js";
import { forget } from "./keeping.js";
import { goneSaid, titleOf } from "./drafts.js";
import { bytes, joined, sha256 } from "./sealing.js";
import { namedTexts } from "./named.js";
import { word } from "./ui.js";

async function item(desk, kind, id, plain, more, label, seq) {
  const sealed = await desk.seal(plain, id),
    digest = await sha256(sealed),
    at = new Date().toISOString(),
    { ahead } = clock.known();
  const head = await desk.sign(
    {
      v: 1,
      id,
      device: desk.record.device,
      kind,
      digest,
      size: sealed.byteLength,
      at,
      sealed: "A256GCM",
      wrap: desk.record.recovery,
      ahead,
      ...more,
    },
    "tw-offline-item",
  );
  return {
    id,
    username: desk.username,
    device: desk.record.device,
    kind,
    seq,
    head,
    digest,
    size: sealed.byteLength,
    sealed,
    at: clock.now().toISOString(),
    label: await desk.sealJson(label, "label"),
    got: 0,
    refused: "",
    ...more,
  };
}
export async function frozen(draft, record) {
  forget();
  const { desk } = state,
    title = titleOf(draft),
    seq = ((await store.meta("seq")) ?? 0) + 1,
    items = [];
  await store.setMeta("seq", seq + draft.photos.length + 1);
  const content = {
    record,
    named: namedTexts(draft),
    photos: draft.photos.map((photo) => photo.id),
    submit: true,
    gone: goneSaid(draft),
    ...(draft.corrects ? { base: draft.corrects.base } : {}),
  };
  let after = "";
  if (draft.corrects) {
    const before = (await store.all("queue"))
      .filter(
        (one) => one.username === desk.username && one.kind === "correction" && one.corrects === draft.corrects.ref,
      )
      .sort((a, b) => a.seq - b.seq)
      .at(-1);
    after = before?.id ?? "";
  }
  const own = await item(
    desk,
    draft.corrects ? "correction" : "case",
    draft.id,
    bytes(JSON.stringify(content)),
    { of: "", after },
    { title },
    seq,
  );
  items.push({ ...own, corrects: draft.corrects?.ref ?? "" });
  for (const [at, photo] of draft.photos.entries()) {
    const row = await store.get("photos", photo.id),
      data = await desk.open(row.sealed, `loose ${photo.id}`);
    const said = bytes(
        JSON.stringify({ caption: photo.caption ?? "", shows: photo.shows ?? "", sha256: await sha256(data) }),
      ),
      length = new Uint8Array(4);
    new DataView(length.buffer).setUint32(0, said.byteLength);
    items.push(
      await item(
        desk,
        "photo",
        photo.id,
        joined(length, said, data),
        { of: draft.id, after: "" },
        { title: word("photo_of", { n: at + 1, what: title }) },
        seq + at + 1,
      ),
    );
  }
  await store.freeze(
    draft.id,
    draft.photos.map((photo) => photo.id),
    items,
  );
}
