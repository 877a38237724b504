// One field of the form: its input, what is proposed as one types, and what the readers say of it.
import { changed } from "./keeping.js";
import { defs } from "./definitions.js";
import { fold } from "./text.js";
import { clean } from "./cleaning.js";
import { readQuantity } from "./form.js";
import { readDate } from "./dates.js";
import { listView } from "./lists.js";
import { resolvePlace, suggestPlaces, placeName } from "./places.js";
import { h, icon, lang, word } from "./ui.js";

const FEW = 45;
function options(input, found) {
  const list = input.list;
  list.replaceChildren(...found.map(([code, text]) => h("option", { value: code }, text)));
}
function suggest(column, said, form, draft) {
  if (column.type === "place") {
    return suggestPlaces(said, countryFor(column.path, draft));
  }
  const view = listView(column.list),
    wanted = fold(said),
    found = [];
  if (!wanted) {
    return found;
  }
  for (const one of view.current()) {
    const label = one.labels[lang()] ?? one.labels.en ?? one.code;
    if (
      one.code.toLowerCase().startsWith(said.toLowerCase()) ||
      [...Object.values(one.labels), ...one.others].some((text) => fold(text).startsWith(wanted))
    ) {
      found.push([one.code, label]);
    }
    if (found.length >= 12) {
      break;
    }
  }
  return found;
}
function countryFor(path, draft) {
  const said = draft.texts[path === "place" ? "country" : path.replace("place", "country")] ?? "";
  return said ? (listView("country").resolve(said).code ?? "") : "";
}
// The field's text is written into the draft, which is kept.
function saying(draft, texts, path) {
  return (text) => {
    if (text === "") {
      delete texts[path];
    } else {
      texts[path] = text;
    }
    changed(draft);
  };
}
const labelOf = (one) => one.labels[lang()] ?? one.labels.en ?? one.code;
function choice(common, pairs, now, say, after) {
  return h(
    "select",
    {
      class: "form-select",
      ...common,
      onchange: (event) => {
        say(event.target.value);
        after();
      },
    },
    ...pairs.map(([code, text]) => h("option", { value: code, selected: code === now }, text)),
  );
}
// The codes that are few enough to be chosen from; null where one types.
function choices(form, texts, column) {
  if (column.path === "unit") {
    const units = form.unitsFor(listView(form.subtypes).resolve(texts.subtype ?? "").code ?? "");
    return units.map((code) => [code, listView("unit").label(code, lang())]);
  }
  if (column.type === "code" && !column.open) {
    const all = listView(column.list).current();
    return all.length <= FEW ? all.map((one) => [one.code, labelOf(one)]) : null;
  }
  return null;
}
function chosen(codes, column, value) {
  if (column.path === "unit") {
    return codes.some(([code]) => code === value) ? value : "";
  }
  return listView(column.list).resolve(value).code ?? "";
}
function ticks(common, column, value, say) {
  const held = new Set(value.split(";").filter(Boolean));
  const tick = (one) =>
    h("input", {
      type: "checkbox",
      class: "form-check-input",
      checked: held.has(one.code),
      onchange: (event) => {
        if (event.target.checked) {
          held.add(one.code);
        } else {
          held.delete(one.code);
        }
        say([...held].join(";"));
      },
    });
  return h(
    "div",
    { class: "checks-in", ...common, role: "group", tabindex: "-1" },
    ...listView(column.list)
      .current()
      .map((one) => h("label", { class: "form-check" }, tick(one), h("span", {}, labelOf(one)))),
  );
}
function input(form, draft, texts, column, path, id, after) {
  const value = texts[path] ?? "",
    say = saying(draft, texts, path),
    common = { id, "aria-describedby": `${id}-said`, "data-path": path };
  if (column.type === "boolean") {
    const pairs = [
      ["", "–"],
      ["yes", word("yes")],
      ["no", word("no")],
    ];
    return choice(common, pairs, value, say, after);
  }
  const codes = choices(form, texts, column);
  const known =
    value === "" || (codes ?? []).some(([code]) => code === value) || listView(column.list).resolve(value).code;
  if (codes && known) {
    return choice(common, [["", word("choose")], ...codes], chosen(codes, column, value), say, after);
  }
  if (column.type === "codes") {
    return ticks(common, column, value, say);
  }
  const css = `form-control${column.type === "hs" || column.path === "national_ref" ? " mono" : ""}`;
  if (column.type === "long_text") {
    const typed = { oninput: (event) => say(event.target.value), onchange: after };
    return h("textarea", { class: css, rows: "3", ...common, value, ...typed });
  }
  return typedIn({ class: css, ...common, value, onchange: after }, form, draft, column, id, say);
}
function typedIn(said, form, draft, column, id, say) {
  const list = column.type === "place" || column.list ? h("datalist", { id: `${id}-list` }) : null;
  const number = ["decimal", "integer"].includes(column.type) && column.path !== "quantity";
  const made = h("input", {
    ...said,
    autocomplete: "off",
    list: list ? list.id : null,
    inputmode: number ? "decimal" : null,
    oninput: (event) => {
      say(event.target.value);
      if (list) {
        options(event.target, suggest(column, event.target.value, form, draft));
      }
    },
  });
  return list ? h("div", {}, made, list) : made;
}
function saidOf(form, draft, texts, column, path) {
  const text = (texts[path] ?? "").trim();
  if (!text) {
    return null;
  }
  if (column.type === "place") {
    const answer = resolvePlace(text, countryFor(path, draft));
    if (answer.code) {
      return good(placeName(answer.code) || answer.code, defs.packs.get("unlocode")?.edition);
    }
    return answer.unread
      ? note(word("place_unread"))
      : bad({ code: answer.doubted ? "doubted" : answer.several ? "ambiguous_place" : "unknown_place" });
  }
  if (column.path === "quantity") {
    const [value, unit, problem] = readQuantity(text, null, form.everyUnit);
    return problem ? bad(problem) : value !== text ? note([value, unit].filter(Boolean).join(" ")) : null;
  }
  const [value, problem] = column.path === "date" ? readDay(text) : clean(form, path, column, text);
  if (problem) {
    return bad(problem);
  }
  if (typeof value === "string" && column.list && column.list !== "unit") {
    return value === text && listView(column.list).codes.size <= FEW
      ? null
      : good(listView(column.list).label(value, lang()), listView(column.list).edition);
  }
  return typeof value === "string" && value !== text && column.type !== "text" ? note(value) : null;
}
function readDay(text) {
  const reading = readDate(text);
  if (!reading.value) {
    return [null, { code: reading.several ? "date_ambiguous" : reading.why }];
  }
  return [reading.value.iso.slice(0, { year: 4, month: 7 }[reading.value.precision] ?? 10), null];
}
const good = (name, edition) =>
  h("div", { class: "tw-hint ok-t" }, icon("check"), word("from_codes", { name, edition: edition ?? "" }));
const note = (text) => h("div", { class: "tw-hint" }, icon("info-circle"), text);
const bad = (problem) =>
  h(
    "div",
    { class: "tw-err" },
    icon("alert-octagon"),
    h("span", {}, defs.document.forms.sentences[problem.code] ?? problem.code),
  );

export function fld(form, draft, texts, column, path, key, after) {
  const id = `f-${key}-${path}`.replaceAll(".", "-"),
    needed = column.needed === "always" || (column.needed === "long" && draft.long);
  const said = h("div", { id: `${id}-said` });
  const look = () => {
    const one = saidOf(form, draft, texts, column, path);
    said.replaceChildren(...(one ? [one] : []));
    after?.(column);
  };
  const wide =
    ["long_text", "codes", "place"].includes(column.type) ||
    ["subtype", "narrative", "species"].includes(column.path) ||
    column.largest > 250;
  const made = h(
    "div",
    { class: `fld${wide ? " wide" : ""}` },
    column.type === "codes"
      ? h("span", { class: "form-label" }, column.label)
      : h(
          "label",
          { class: "form-label", for: id },
          column.label,
          needed || column.path === "quantity" ? "" : h("span", { class: "quiet" }, ` ${word("optional")}`),
        ),
    input(form, draft, texts, column, path, id, look),
    said,
  );
  const one = saidOf(form, draft, texts, column, path);
  if (one) {
    said.append(one);
  }
  return made;
}
export const asked = (form, draft, column, texts) =>
  (column.simple || draft.long) &&
  Object.entries(column.when).every(([other, codes]) => codes.includes(texts[other] ?? draft.texts[other] ?? ""));
