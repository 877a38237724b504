// The node's time: the device's clock, set right by what was measured when the two last met.
import * as store from "./store.js";

let ahead = null,
  met = null;
export async function recall() {
  const known = await store.meta("clock");
  ahead = known?.ahead ?? null;
  met = known?.at ?? null;
}
export async function measure(nodeNow, sent, came) {
  const node = Date.parse(nodeNow);
  if (Number.isNaN(node)) {
    return;
  }
  const now = ((sent + came) / 2 - node) / 1000;
  if (ahead === null || Math.abs(now - ahead) > 2) {
    ahead = now;
    met = new Date(node).toISOString();
    await store.setMeta("clock", { ahead, at: met });
  }
}
export const known = () => ({ ahead, met });
export const now = () => new Date(Date.now() - (ahead ?? 0) * 1000);
export const today = () => now().toISOString().slice(0, 10);
