// A draft is kept sealed as one types, and says so; where there is no room left, that too.
import * as store from "./store.js";
import * as clock from "./clock.js";
import { state } from "./state.js";
import { calledIn, titleOf } from "./drafts.js";
import { formNamed } from "./form.js";
import { callout, time, word } from "./ui.js";

const LATE = 300;
let bell = 0,
  waiting = null;

// Kept as one types. What is typed while a former keeping goes on is kept after it.
export function changed(draft) {
  waiting = draft;
  clearTimeout(bell);
  bell = setTimeout(flush, LATE);
}
// What is frozen or thrown away is not kept again by what was still waiting.
export function forget() {
  waiting = null;
  clearTimeout(bell);
}
// A draft as it is kept: sealed, with what its fields are called, for a later form may no longer know them.
export async function rowOf(draft, desk) {
  draft.at = clock.now().toISOString();
  draft.called = { ...draft.called, ...calledIn(draft) };
  return {
    id: draft.id,
    username: desk.username,
    at: draft.at,
    sealed: await desk.sealJson(draft, draft.id),
    label: await desk.sealJson({ title: titleOf(draft) }, "label"),
  };
}
export async function flush() {
  clearTimeout(bell);
  const draft = waiting,
    { desk } = state;
  waiting = null;
  if (!draft || !desk) {
    return;
  }
  try {
    await store.put("drafts", await rowOf(draft, desk));
    const shown = document.getElementById("kept");
    if (shown) {
      const version = formNamed(draft.form)?.version ?? draft.version;
      shown.textContent = word("version_kept", { version, time: time(draft.at) });
    }
  } catch (error) {
    if (!store.isFull(error)) {
      throw error;
    }
    full(word("full_text"));
  }
}
export function full(text) {
  const place = document.getElementById("full");
  if (place) {
    place.replaceChildren(callout("stop", text));
    place.scrollIntoView({ block: "nearest" });
  }
}
