// Photos of a case that is being entered: drawn anew where they are larger than the node keeps them, sealed at once.
import * as store from "./store.js";
import { defs } from "./definitions.js";
import { full, rowOf } from "./keeping.js";
import { h, icon, word, size, sheet } from "./ui.js";

const LONGEST = 3200,
  QUALITY = 0.86;
const shown = new Map();
async function drawn(file) {
  const picture = await createImageBitmap(file, { imageOrientation: "from-image" });
  const share = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
  if (share === 1 && file.type === "image/jpeg") {
    picture.close();
    return new Uint8Array(await file.arrayBuffer());
  }
  const canvas = new OffscreenCanvas(Math.round(picture.width * share), Math.round(picture.height * share));
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  return new Uint8Array(await (await canvas.convertToBlob({ type: "image/jpeg", quality: QUALITY })).arrayBuffer());
}
export async function addPhotos(draft, desk, files) {
  const most = defs.document.photos_most,
    room = Math.max(0, most - draft.photos.length);
  let wrong = files.length > room ? word("most_photos", { n: most, left: files.length - room }) : "";
  for (const file of [...files].slice(0, room)) {
    const id = crypto.randomUUID();
    let data;
    try {
      data = await drawn(file);
    } catch {
      wrong = `${file.name}: ${word("no_picture")}`;
      continue;
    }
    const sealed = await desk.seal(data, `loose ${id}`);
    draft.photos.push({ id, size: data.byteLength, caption: "", shows: "" });
    try {
      await store.putPhoto({ id, username: desk.username, draft: draft.id, sealed }, await rowOf(draft, desk));
    } catch (error) {
      draft.photos = draft.photos.filter((one) => one.id !== id);
      if (!store.isFull(error)) {
        throw error;
      }
      return word("full_photo");
    }
  }
  return wrong;
}
// What was opened to be shown is shut again: when it is taken off, and all of it when the desk is locked.
export function forgetShown(...ids) {
  for (const id of ids.length ? ids : [...shown.keys()]) {
    URL.revokeObjectURL(shown.get(id) ?? "");
    shown.delete(id);
  }
}
async function address(photo, desk) {
  if (!shown.has(photo.id)) {
    const row = await store.get("photos", photo.id);
    if (!row) {
      return "";
    }
    shown.set(
      photo.id,
      URL.createObjectURL(new Blob([await desk.open(row.sealed, `loose ${photo.id}`)], { type: "image/jpeg" })),
    );
  }
  return shown.get(photo.id);
}
export async function photosSheet(draft, desk, redraw, kept) {
  const pick = h("input", {
    type: "file",
    accept: "image/*",
    multiple: true,
    class: "visually-hidden",
    id: "photos-in",
    onchange: async (event) => {
      const said = await addPhotos(draft, desk, event.target.files);
      await redraw();
      if (said) {
        full(said);
      }
    },
  });
  const sum = draft.photos.reduce((total, photo) => total + photo.size, 0);
  const figures = await Promise.all(
    draft.photos.map(async (photo, at) =>
      h(
        "figure",
        {},
        h("img", {
          src: await address(photo, desk),
          loading: "lazy",
          alt: photo.caption || word("photo_of", { n: at + 1, what: "" }),
        }),
        h(
          "figcaption",
          {},
          h("input", {
            class: "form-control",
            "aria-label": word("caption"),
            placeholder: word("caption"),
            maxlength: "200",
            value: photo.caption,
            oninput: (event) => {
              photo.caption = event.target.value;
              kept();
            },
          }),
          h(
            "button",
            {
              type: "button",
              class: "icon-btn",
              "aria-label": word("take_off"),
              onclick: async () => {
                draft.photos = draft.photos.filter((one) => one !== photo);
                forgetShown(photo.id);
                await store.removePhoto(photo.id, await rowOf(draft, desk));
                redraw();
              },
            },
            icon("x"),
          ),
        ),
      ),
    ),
  );
  return sheet(
    word("photos"),
    draft.photos.length ? word("photos_after", { n: draft.photos.length, size: size(sum) }) : "",
    h(
      "div",
      { class: "in" },
      figures.length ? h("div", { class: "strip", role: "group", "aria-label": word("photos") }, ...figures) : null,
      h("label", { class: "btn btn-plain", for: "photos-in" }, icon("photo"), word("add_photo")),
      pick,
    ),
  );
}
