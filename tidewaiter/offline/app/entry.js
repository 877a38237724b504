// Entering a case: the node's form, its readers and checks while one types; kept sealed as one types; frozen at submit.
import * as store from "./store.js";
import { state, sender } from "./state.js";
import { draw, go } from "./moves.js";
import { changed, flush, forget, full } from "./keeping.js";
import { begun, goneFrom, judged } from "./drafts.js";
import { frozen } from "./freezing.js";
import { asked, fld } from "./fields.js";
import { defs } from "./definitions.js";
import { formNamed, normalPath } from "./form.js";
import { listView } from "./lists.js";
import { sentence } from "./checks.js";
import { photosSheet } from "./photos.js";
import { namedSheet } from "./named.js";
import { h, icon, word, time, sheet, button, step, callout } from "./ui.js";

export async function chooseForm(into) {
  const forms = [...defs.forms.values()];
  into.append(
    h("div", { class: "desk-head" }, h("h1", {}, word("choose_form"))),
    h(
      "ol",
      { class: "sheet bare" },
      ...forms.map((form) =>
        h(
          "li",
          { class: "qi" },
          icon("file-text"),
          h(
            "b",
            {},
            h(
              "a",
              {
                href: "#new",
                "data-form": form.code,
                onclick: async (event) => {
                  event.preventDefault();
                  await go("new", { draft: begun(form) });
                },
              },
              form.title,
            ),
          ),
          h("span", { class: "ref" }, form.code),
          
        ),
      ),
    ),
  );
}
function blocksOf(form, draft) {
  const blocks = new Map();
  for (const column of form.header.values()) {
    if (asked(form, draft, column, draft.texts)) {
      blocks.set(column.block, [...(blocks.get(column.block) ?? []), column]);
    }
  }
  return blocks;
}
function headOf(form, draft) {
  const corrects = draft.corrects && word("correction_to", { ref: draft.corrects.reference });
  const kept = word("version_kept", { version: form.version, time: time(draft.at) });
  return [
    h(
      "div",
      { class: "desk-head" },
      h("h1", {}, corrects || word("new_case", { form: form.title })),
      h("div", { class: "t13 ink2", id: "kept" }, kept),
    ),
    h("div", { id: "full", role: "alert" }),
    h("div", { id: "wrong", role: "alert" }),
  ];
}
// The form has become another since the draft was begun: what it no longer asks for is shown, and kept.
function formChanged(form, draft) {
  const gone = goneFrom(form, draft).map(([name, said]) => h("div", {}, word("field_gone", { field: name, said }))),
    note = gone.length ? h("div", {}, word("gone_goes")) : null;
  return callout("warn", word("form_changed", { version: form.version }), ...gone, note);
}
function blockSheet(form, draft, name, columns) {
  const after = (one) => {
    if (form.columns.some((other) => one.path in other.when)) {
      draw();
    }
  };
  const fields = columns.map((column) => fld(form, draft, draft.texts, column, column.path, "h", after));
  return sheet(form.blocks[name], "", h("div", { class: "in two" }, ...fields));
}
function longOrGone(draft, again) {
  const long = h("input", {
    type: "checkbox",
    class: "form-check-input",
    checked: draft.long,
    onchange: (event) => {
      draft.long = event.target.checked;
      again();
    },
  });
  return h(
    "div",
    { class: "row-x gap-t" },
    h("label", { class: "form-check" }, long, h("span", {}, word("long_form"))),
    button(word("delete_draft"), "trash", () => thrownAway(draft), "btn btn-plain push"),
  );
}
async function thrownAway(draft) {
  forget();
  for (const photo of draft.photos) {
    await store.remove("photos", photo.id);
  }
  await store.remove("drafts", draft.id);
  await go("queue", { said: word("withdrawn") });
}
async function keptForLater(draft) {
  changed(draft);
  await flush();
  await go("queue", { said: word("kept") });
}
export async function showEntry(into, draft) {
  const kept = () => changed(draft),
    again = () => {
      changed(draft);
      return draw();
    };
  // First what takes time: what is typed while it is waited for is then in the fields that are drawn after it.
  const photos = await photosSheet(draft, state.desk, again, kept);
  const form = formNamed(draft.form),
    blocks = blocksOf(form, draft),
    block = (name) => blockSheet(form, draft, name, blocks.get(name));
  into.append(...headOf(form, draft));
  if (draft.version !== form.version) {
    into.append(formChanged(form, draft));
  }
  into.append(...[...blocks.keys()].filter((name) => name === "case").map(block));
  draft.lines.forEach((line, at) => into.append(lineSheet(form, draft, line, at)));
  const another = button(word("add_line"), "plus", () => {
    draft.lines.push({});
    again();
  });
  into.append(h("div", { class: "row-x gap-t gap-b" }, another), namedSheet(draft, again, kept));
  into.append(photos, ...[...blocks.keys()].filter((name) => name !== "case").map(block), longOrGone(draft, again));
  const later = button(word("keep"), "", () => keptForLater(draft)),
    now = button(word("submit"), "send", () => submit(draft), "btn btn-primary", { id: "submit" });
  into.append(step(["draft", word("drafts")], word("you_finish"), word("then_frozen"), later, now));
}
function lineSheet(form, draft, line, at) {
  const subtype = listView(form.subtypes).resolve(line.subtype ?? "").code ?? "";
  const columns = [...form.line.values()].filter(
    (column) => asked(form, draft, column, line) && form.applies(column, subtype) && column.path !== "reported",
  );
  const made = sheet(
    word("line_n", { n: at + 1 }),
    "",
    h(
      "div",
      { class: "in two" },
      ...columns.map((column) =>
        fld(form, draft, line, column, column.path, `l${at + 1}`, (one) => {
          if (["subtype", "unit"].includes(one.path)) {
            draw();
          }
        }),
      ),
    ),
  );
  if (draft.lines.length > 1) {
    made.querySelector("header").append(
      button(
        word("take_off"),
        "x",
        () => {
          draft.lines.splice(at, 1);
          changed(draft);
          draw();
        },
        "btn btn-plain btn-sm push",
      ),
    );
  }
  return made;
}
// What must be mended before it is sent: [path, what is said].
function wrongIn(draft, read, findings) {
  const unnamed = draft.named.filter(
    (row) =>
      Object.entries(row.texts).some(([name, text]) => name !== "role" && text.trim()) &&
      !(row.texts.name?.trim() && row.texts.role),
  );
  return [
    ...read.problems.map((one) => [one.path, defs.document.forms.sentences[one.code] ?? one.code]),
    ...findings.filter((one) => one.severity === "stop").map((one) => [one.path, sentence(one).join(". ")]),
    ...unnamed.map((row) => [`named.${draft.named.indexOf(row)}`, word("name_and_role")]),
  ];
}
function sayWrong(form, rows, kind = "stop", head = word("must_mend", { n: rows.length })) {
  const called = (path) => {
    if (path.startsWith("named.")) {
      return word("names");
    }
    const [, plain] = normalPath(path.replace(/^lines\.\d+\./, ""));
    return form.columns.find((column) => column.path === plain)?.label ?? path;
  };
  const row = ([path, said]) => {
    const to = (event) => {
      event.preventDefault();
      document.getElementById(fieldId(path))?.focus();
    };
    return h("li", {}, h("a", { href: `#${fieldId(path)}`, onclick: to }, called(path)), ` ${said}`);
  };
  const place = document.getElementById("wrong");
  place.replaceChildren(
    callout(kind, h("b", {}, head), h("ul", {}, ...rows.map(row))),
  );
  place.scrollIntoView({ block: "center" });
}
// What the checks say is told before it is frozen, once: whoever submits the same again has looked at it.
function toLookAt(draft, findings) {
  const told = findings.map((one) => [one.path, sentence(one).join(". ")]),
    asked = JSON.stringify(told);
  if (!findings.some((one) => one.severity === "warn") || draft.looked === asked) {
    return false;
  }
  draft.looked = asked;
  sayWrong(formNamed(draft.form), told, "warn", word("look_first"));
  return true;
}
async function submit(draft) {
  const { record, read, findings } = judged(draft),
    rows = wrongIn(draft, read, findings);
  if (rows.length) {
    sayWrong(formNamed(draft.form), rows);
    return;
  }
  if (toLookAt(draft, findings)) {
    return;
  }
  document.getElementById("submit").disabled = true;
  try {
    await frozen(draft, record);
  } catch (error) {
    document.getElementById("submit").disabled = false;
    if (!store.isFull(error)) {
      throw error;
    }
    full(word("full_text"));
    return;
  }
  await go("queue");
  sender.now();
}
function fieldId(path) {
  if (path.startsWith("named.")) {
    return `n${path.slice(6)}-name`;
  }
  const match = /^lines\.(\d+)\.(.+)$/.exec(path);
  return (match ? `f-l${match[1]}-${match[2]}` : path === "lines" ? "f-l1-subtype" : `f-h-${path}`).replaceAll(
    ".",
    "-",
  );
}
