// Sending: heads first, text before photos, each item by itself, in pieces that begin where the last one ended. An item
// is deleted on a receipt that the node has signed for it, and on nothing else.
import * as store from "./store.js";
import * as clock from "./clock.js";
import { text as textOf, unb64, verified } from "./sealing.js";

const LEAST = 8 * 1024,
  MOST = 512 * 1024,
  PACE = 4000,
  PATIENCE = 45_000;
const FIRST_WAIT = 5_000,
  LONGEST_WAIT = 60_000;
const KEPT = 30,
  DONE = ["taken", "unsettled", "two_versions", "settled", "after"];

class NoLine extends Error {}
class Refused extends Error {
  constructor(status, code, message, note = "") {
    super(message);
    this.status = status;
    this.code = code;
    this.note = note;
  }
}

// Whose an item is: a desk that was taken into use anew has another device than what it froze before.
const deviceOf = (item, desk) => item.device ?? desk.device;
async function ask(address, body, type) {
  const stop = new AbortController(),
    bell = setTimeout(() => stop.abort(), PATIENCE),
    sent = Date.now();
  try {
    const answer = await fetch(address, {
      method: "POST",
      body,
      headers: { "Content-Type": type },
      credentials: "omit",
      cache: "no-store",
      signal: stop.signal,
    });
    const said = await answer.json().catch(() => {
      throw new NoLine("no answer of the node");
    });
    if (said.now) {
      await clock.measure(said.now, sent, Date.now());
    }
    if (answer.status >= 500 || answer.status === 429) {
      throw new NoLine(`${answer.status}`);
    }
    if (!answer.ok) {
      throw new Refused(answer.status, said.code ?? said.type ?? "", said.detail ?? said.title ?? "", said.note);
    }
    return said;
  } catch (error) {
    if (error instanceof Refused || error instanceof NoLine) {
      throw error;
    }
    throw new NoLine(error.message);
  } finally {
    clearTimeout(bell);
  }
}

export class Sender extends EventTarget {
  constructor() {
    super();
    this.wait = FIRST_WAIT;
    this.next = 0;
    this.busy = false;
    this.line = null;
    this.since = null;
    this.piece = 32 * 1024;
    this.bell = 0;
  }
  tell() {
    this.dispatchEvent(new Event("change"));
  }
  start() {
    addEventListener("online", () => this.now());
    addEventListener("offline", () => {
      this.lost();
      this.tell();
    });
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) {
        this.now();
      }
    });
    this.now();
  }
  lost() {
    if (this.line !== false) {
      this.line = false;
      this.since = clock.now().toISOString();
    }
  }
  later() {
    clearTimeout(this.bell);
    this.next = Date.now() + this.wait;
    this.bell = setTimeout(() => this.now(), this.wait);
    this.wait = Math.min(LONGEST_WAIT, this.wait * 2);
    this.tell();
  }
  async now(desk = this.desk) {
    if (this.busy) {
      return;
    }
    this.busy = true;
    clearTimeout(this.bell);
    this.tell();
    try {
      const work = () => this.round(desk);
      await (navigator.locks
        ? navigator.locks.request("tidewaiter-send", { ifAvailable: true }, (lock) => (lock ? work() : null))
        : work());
      this.line = true;
      this.since = null;
      this.wait = FIRST_WAIT;
    } catch (error) {
      if (!(error instanceof NoLine)) {
        console.info("sending stopped", error.name);
      }
      this.lost();
    }
    this.busy = false;
    if ((await store.all("queue")).some((item) => !item.refused)) {
      this.later();
    } else {
      this.wait = LONGEST_WAIT;
      this.later();
      this.wait = FIRST_WAIT;
    }
  }
  async round(desk) {
    if (desk) {
      await this.hello(desk);
    }
    const items = (await store.all("queue")).sort(
      (a, b) => (a.kind === "photo") - (b.kind === "photo") || a.seq - b.seq,
    );
    let broken = null;
    if (!items.length && !desk) {
      await ask("/offline/v1/asked", "[]", "application/json");
    }
    for (const item of items) {
      try {
        await this.send(item);
      } catch (error) {
        if (error instanceof NoLine) {
          broken = error;
          this.piece = Math.max(LEAST, this.piece / 2);
          break;
        }
        if (!(error instanceof Refused)) {
          throw error;
        }
        if (await this.endedBy(error.note, item)) {
          continue;
        }
        await this.note(item.id, { refused: error.message || error.code });
      }
    }
    if (broken) {
      throw broken;
    }
  }
  async note(id, change) {
    const item = await store.get("queue", id);
    if (item) {
      await store.put("queue", { ...item, ...change });
    }
    this.tell();
  }
  async hello(desk) {
    const mine = (await store.all("queue")).filter((item) => item.username === desk.username);
    const oldest = mine.map((item) => item.at).sort()[0],
      persist = await store.meta("persist");
    const said = await desk.sign(
      {
        device: desk.record.device,
        at: new Date().toISOString(),
        waiting: mine.length,
        oldest: oldest ?? "",
        version: document.body.dataset.version,
        persisted: persist?.granted ?? null,
      },
      "tw-offline-hello",
    );
    let answer;
    try {
      answer = await ask("/offline/v1/hello", said, "application/jose");
    } catch (error) {
      if (error instanceof NoLine) {
        throw error;
      }
      return;
    }
    const note = await verified(answer.note, "tw-offline-note", desk.record.keys);
    if (!note || note.device !== desk.record.device) {
      return;
    }
    if (note.status !== "enrolled") {
      await this.ended(desk.username);
      return;
    }
    const record = await store.get("desks", desk.username);
    await store.put("desks", { ...record, keys: note.keys });
    desk.record.keys = note.keys;
  }
  // Only the node's own signed word ends a device, as only its receipt deletes.
  async endedBy(token, item) {
    const desk = await store.get("desks", item.username),
      said = token ? await verified(token, "tw-offline-note", desk.keys) : null,
      ends = said?.device === deviceOf(item, desk) && said.status !== "enrolled";
    if (ends && said.device === desk.device) {
      await this.ended(item.username);
    } else if (ends) {
      await this.note(item.id, { refused: "device_ended" });
    }
    return ends;
  }
  // The passphrase opens it no more; the node's recovery key does.
  async ended(username) {
    const record = await store.get("desks", username);
    await store.put("desks", { ...record, status: "revoked", wrapped: null, signing: null, salt: null });
    for (const item of (await store.all("queue")).filter((one) => one.username === username)) {
      await store.put("queue", { ...item, refused: "device_ended" });
    }
    this.dispatchEvent(new CustomEvent("ended", { detail: username }));
    this.tell();
  }
  async send(item) {
    let said = await ask("/offline/v1/items", item.head, "application/jose");
    const whole = said.receipt ? null : new Uint8Array(await store.sealedOf(item.id));
    let idle = 0;
    while (!said.receipt) {
      const from = said.got,
        began = Date.now();
      await this.note(item.id, { got: from, refused: "" });
      const piece = whole.slice(from, from + this.piece);
      said = await ask(`/offline/v1/items/${item.id}?from=${from}`, piece, "application/octet-stream");
      const took = Date.now() - began;
      if (took < PACE / 2) {
        this.piece = Math.min(MOST, this.piece * 2);
      } else if (took > PACE * 1.5) {
        this.piece = Math.max(LEAST, this.piece / 2);
      }
      idle = said.got > from ? 0 : idle + 1;
      if (!said.receipt && idle > 2) {
        throw new Refused(409, "spoilt", "digest");
      }
    }
    await this.signedFor(item, said.receipt);
  }
  async signedFor(item, token) {
    const desk = await store.get("desks", item.username);
    const receipt = await verified(token, "tw-offline-receipt", desk.keys);
    const fits =
      receipt &&
      receipt.id === item.id &&
      receipt.digest === item.digest &&
      receipt.device === deviceOf(item, desk) &&
      DONE.includes(receipt.outcome);
    if (!fits) {
      await this.note(item.id, { refused: "forged_receipt" });
      return;
    }
    await store.received(item.id, {
      id: item.id,
      username: item.username,
      at: clock.now().toISOString(),
      label: item.label,
      kind: item.kind,
      outcome: receipt.outcome,
      case: receipt.case,
      token,
    });
    const old = (await store.all("receipts")).sort((a, b) => (a.at < b.at ? 1 : -1)).slice(KEPT);
    for (const one of old) {
      await store.remove("receipts", one.id);
    }
    this.tell();
  }
}

// Receipts that were carried back in a file: what each signs for is deleted, as if it had come by the line.
export async function receiptsTaken(sender, text) {
  const tokens = text.split(/\s+/).filter((line) => line.split(".").length === 3),
    before = (await store.all("queue")).length;
  for (const token of tokens) {
    const id = idOf(token),
      item = id && (await store.get("queue", id));
    if (item) {
      await sender.signedFor(item, token);
    }
  }
  const gone = before - (await store.all("queue")).length;
  return { gone, other: tokens.length - gone };
}
function idOf(token) {
  try {
    return JSON.parse(textOf(unb64(token.split(".")[1]))).id ?? "";
  } catch {
    return "";
  }
}

// The whole queue as one file, as it lies here: sealed, each item signed. It opens on the node alone.
export async function saved() {
  const items = (await store.all("queue")).sort(
    (a, b) => (a.kind === "photo") - (b.kind === "photo") || a.seq - b.seq,
  );
  const parts = [
    `${JSON.stringify({ tw_offline_bundle: 1, items: items.length, at: clock.now().toISOString() })}\n`,
  ];
  for (const item of items) {
    parts.push(`${item.head}\n${item.size}\n`, new Blob([await store.sealedOf(item.id)]), "\n");
  }
  return new Blob(parts, { type: "application/octet-stream" });
}
