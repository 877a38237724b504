// Who has part in the case, by name: stays on the node of the country, beside the case (registry's annex).
import { defs } from "./definitions.js";
import { state } from "./state.js";
import { listView } from "./lists.js";
import { h, icon, lang, word, button } from "./ui.js";

const MOST = 20;
const fieldsOf = (kind) => defs.document.named.fields[kind] ?? defs.document.named.fields.conveyance;
function row(draft, one, at, redraw, kept) {
  const said = (name) => one.texts[name] ?? "",
    say = (name, text) => {
      one.texts[name] = text;
      kept();
    };
  const { kinds, roles } = defs.document.named;
  const input = (name, title, most) =>
    h(
      "div",
      { class: "fld" },
      h("label", { class: "form-label", for: `n${at}-${name}` }, title),
      h("input", {
        id: `n${at}-${name}`,
        class: "form-control",
        maxlength: String(most),
        autocomplete: "off",
        value: said(name),
        oninput: (event) => say(name, event.target.value),
      }),
    );
  return h(
    "div",
    { class: "in two named-row" },
    input("name", word("name"), 300),
    h(
      "div",
      { class: "fld" },
      h("label", { class: "form-label", for: `n${at}-role` }, word("role")),
      h(
        "select",
        { id: `n${at}-role`, class: "form-select", onchange: (event) => say("role", event.target.value) },
        h("option", { value: "" }, word("choose")),
        ...Object.entries(roles).map(([code, text]) =>
          h("option", { value: code, selected: code === said("role") }, text),
        ),
      ),
    ),
    ["person", "company"].includes(one.kind)
      ? null
      : h(
          "div",
          { class: "fld" },
          h("label", { class: "form-label", for: `n${at}-kind` }, word("kind")),
          h(
            "select",
            {
              id: `n${at}-kind`,
              class: "form-select",
              onchange: (event) => {
                one.kind = event.target.value;
                kept();
              },
            },
            ...Object.entries(kinds)
              .filter(([kind]) => !["person", "company"].includes(kind))
              .map(([kind, text]) => h("option", { value: kind, selected: kind === one.kind }, text)),
          ),
        ),
    ...fieldsOf(one.kind).map(([name, title, most]) => input(name, title, most)),
    h(
      "div",
      { class: "wide row-x" },
      button(
        word("take_off"),
        "x",
        () => {
          draft.named.splice(at, 1);
          redraw();
        },
        "btn btn-plain btn-sm",
      ),
    ),
  );
}
export function namedSheet(draft, redraw, kept) {
  const country = listView("country").label(state.desk.record.administration, lang());
  const add = (kind, sign, text) =>
    button(text, sign, () => {
      if (draft.named.length < MOST) {
        draft.named.push({ kind, texts: {} });
        redraw();
      }
    });
  return h(
    "section",
    { class: "sheet nominal", "aria-label": word("names") },
    h(
      "header",
      {},
      h("h2", {}, word("names")),
      h("span", { class: "push lock" }, icon("lock"), word("stays", { country })),
    ),
    ...draft.named.map((one, at) => row(draft, one, at, redraw, kept)),
    h(
      "div",
      { class: "in" },
      h(
        "div",
        { class: "row-x" },
        add("person", "user", word("add_person")),
        add("company", "building-factory-2", word("add_company")),
        add("vehicle", "car", word("add_vehicle")),
      ),
      draft.named.length ? h("p", { class: "t12 ink2 gap-t" }, word("not_looked_up")) : null,
    ),
  );
}
// As the case's own page of entry posts it: named.1.name, named.1.role …
export function namedTexts(draft) {
  const made = {};
  for (const [at, one] of draft.named.entries()) {
    made[`named.${at + 1}.kind`] = one.kind;
    for (const [name, text] of Object.entries(one.texts)) {
      if (text.trim()) {
        made[`named.${at + 1}.${name}`] = text;
      }
    }
  }
  return made;
}
