// Photos of a case that is being entered: drawn anew where they are larger than the node keeps them, sealed at once.
import * as store from "./store.js";
import { full } from "./keeping.js";
import { h, icon, word, size, sheet } from "./ui.js";

const LONGEST = 3200,
  QUALITY = 0.86,
  MOST = 30;
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
  let wrong = "";
  for (const file of [...files].slice(0, MOST - draft.photos.length)) {
    const id = crypto.randomUUID();
    let data;
    try {
      data = await drawn(file);
    } catch {
      wrong = `${file.name}: ${word("no_picture")}`;
      continue;
    }
    try {
      await store.putPhoto({
        id,
        username: desk.username,
        draft: draft.id,
        sealed: await desk.seal(data, `loose ${id}`),
      });
    } catch (error) {
      if (!store.isFull(error)) {
        throw error;
      }
      return word("full_photo");
    }
    draft.photos.push({ id, size: data.byteLength, caption: "", shows: "" });
  }
  return wrong;
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
                draft.photos.splice(at, 1);
                await store.remove("photos", photo.id);
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
