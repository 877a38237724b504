// What the device keeps: IndexedDB. Definitions lie open, they are the node's and anybody's; all else lies sealed.
const NAME = "tidewaiter-offline",
  VERSION = 2;
const STORES = {
  meta: "key",
  packs: "name",
  desks: "username",
  drafts: "id",
  photos: "id",
  queue: "id",
  bytes: "id",
  receipts: "id",
  carried: "username",
};
const BALLAST = 256 * 1024;
let opened = null;

export function open() {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open(NAME, VERSION);
    request.onupgradeneeded = () => {
      for (const [name, keyPath] of Object.entries(STORES)) {
        if (!request.result.objectStoreNames.contains(name)) {
          request.result.createObjectStore(name, { keyPath });
        }
      }
      setApart(request.transaction);
    };
    request.onsuccess = () => {
      request.result.onversionchange = () => {
        request.result.close();
        opened = null;
      };
      resolve(request.result);
    };
    request.onerror = () => {
      opened = null;
      reject(request.error);
    };
  });
  return opened;
}
// Of the queue is read all the time what waits there, of its sealed bytes only what is sent: they lie apart.
export function setApart(deal) {
  const queue = deal.objectStore("queue"),
    bytes = deal.objectStore("bytes");
  queue.openCursor().onsuccess = ({ target: { result: at } }) => {
    if (at) {
      const { sealed, ...item } = at.value;
      if (sealed) {
        bytes.put({ id: item.id, sealed });
        at.update(item);
      }
      at.continue();
    }
  };
}
async function within(names, mode, work) {
  const database = await open();
  return new Promise((resolve, reject) => {
    const deal = database.transaction(names, mode, mode === "readwrite" ? { durability: "strict" } : {});
    let answer;
    deal.oncomplete = () => resolve(answer);
    deal.onabort = () => reject(deal.error ?? new DOMException("aborted", "AbortError"));
    answer = work(...names.map((name) => deal.objectStore(name)));
    if (answer instanceof IDBRequest) {
      const request = answer;
      request.onsuccess = () => {
        answer = request.result;
      };
    }
  });
}
export const get = (name, key) => within([name], "readonly", (store) => store.get(key));
export const all = (name) => within([name], "readonly", (store) => store.getAll());
export const remove = (name, key) =>
  within([name], "readwrite", (store) => {
    store.delete(key);
  });
export const isFull = (error) =>
  error?.name === "QuotaExceededError" || error?.inner?.name === "QuotaExceededError";

export async function put(name, value) {
  try {
    await within([name], "readwrite", (store) => {
      store.put(value);
    });
  } catch (error) {
    if (!isFull(error)) {
      throw error;
    }
    await release();
    await within([name], "readwrite", (store) => {
      store.put(value);
    });
  }
}
// Text is small: room is held free for it, which photos may not take.
async function release() {
  await remove("meta", "ballast");
}
export async function holdRoom() {
  try {
    if (!(await get("meta", "ballast"))) {
      await within(["meta"], "readwrite", (store) => {
        store.put({ key: "ballast", room: new Uint8Array(BALLAST) });
      });
    }
  } catch {
    /* no room to hold: what there is is left to the text itself */
  }
}
// A photo and the draft that lists it, together: whenever the browser is killed, the one is there with the other.
export async function putPhoto(value, draft) {
  await within(["photos", "drafts"], "readwrite", (photos, drafts) => {
    photos.put(value);
    drafts.put(draft);
  });
}
export async function removePhoto(id, draft) {
  await within(["photos", "drafts"], "readwrite", (photos, drafts) => {
    photos.delete(id);
    drafts.put(draft);
  });
}
// Freezing is one transaction: the draft and its loose photos become items of the queue together, or nothing changes.
export async function freeze(draft, photos, items) {
  const write = () =>
    within(["drafts", "photos", "queue", "bytes"], "readwrite", (drafts, loose, queue, bytes) => {
      for (const { sealed, ...item } of items) {
        queue.put(item);
        bytes.put({ id: item.id, sealed });
      }
      for (const id of photos) {
        loose.delete(id);
      }
      drafts.delete(draft);
    });
  try {
    await write();
  } catch (error) {
    if (!isFull(error)) {
      throw error;
    }
    await release();
    await write();
  }
}
export async function received(id, kept) {
  await within(["queue", "bytes", "receipts"], "readwrite", (queue, bytes, receipts) => {
    queue.delete(id);
    bytes.delete(id);
    receipts.put(kept);
  });
}
export const sealedOf = async (id) => (await get("bytes", id)).sealed;
// What waits of one officer, counted alike wherever it is said: texts, and photos whose text is through.
export function waitingOf(queue, username) {
  const mine = queue.filter((one) => one.username === username),
    texts = new Set(mine.filter((one) => one.kind !== "photo").map((one) => one.id));
  return mine.filter((one) => one.kind !== "photo" || !texts.has(one.of));
}
export const meta = async (key) => (await get("meta", key))?.value;
export const setMeta = (key, value) => put("meta", { key, value });
