// The cases that were brought along, and the code lists.
import * as store from "./store.js";
import { state } from "./state.js";
import { go } from "./moves.js";
import { defs } from "./definitions.js";
import { fold } from "./text.js";
import { listView } from "./lists.js";
import { suggestPlaces } from "./places.js";
import { h, icon, lang, word, when, day, sheet, button } from "./ui.js";
import { correctionOf } from "./drafts.js";
import { formNamed } from "./form.js";

const MOST = 60;
function goodsOf(form, line) {
  const named = (list, code) => (code && list ? listView(list).label(code, lang()) : (code ?? ""));
  return [line.quantity, named("unit", line.unit), named(form?.subtypes, line.subtype)].filter(Boolean).join(" ");
}
export async function showLookUp(into) {
  const { desk } = state,
    row = await store.get("carried", desk.username);
  const kept = row ? await desk.openJson(row.sealed, "carried") : null,
    list = h("ol", { class: "bare" });
  const find = h("input", {
    type: "search",
    class: "form-control",
    "aria-label": word("look_up"),
    placeholder: word("look_up"),
    id: "find-case",
    oninput: () => fill(find.value),
  });
  function fill(said) {
    const wanted = fold(said).split(" ").filter(Boolean),
      cases = (kept?.cases ?? []).filter((one) => {
        const text = fold(JSON.stringify(one));
        return wanted.every((part) => text.includes(part));
      });
    list.replaceChildren(
      ...cases.map((one) => shown(one, formNamed(one.form))),
    );
    if (!cases.length) {
      list.replaceChildren(
        h("li", { class: "qi" }, icon("info-circle"), h("span", {}, word(kept ? "nothing_found" : "no_cases"))),
      );
    }
  }
  function shown(one, form) {
    return h(
      "li",
      { class: "qi" },
      icon("file-text"),
      h("b", {}, one.reference),
      h("span", { class: "age" }, day(one.changed_at)),
      h(
        "span",
        { class: "m" },
        h("span", {}, one.state ?? ""),
        h("span", {}, one.record.date ?? ""),
        h(
          "span",
          {},
          (one.record.lines ?? [])
            .map((line) => goodsOf(form, line))
            .join(", "),
        ),
        form
          ? button(
              word("correct"),
              "pencil",
              async () => go("new", { draft: await correctionOf(desk, one) }),
              "btn btn-plain btn-sm",
            )
          : null,
      ),
    );
  }
  fill("");
  into.append(
    h("div", { class: "desk-head" }, h("h1", {}, word("look_up"))),
    sheet(
      kept ? word("your_cases", { when: when(kept.at) }) : word("look_up"),
      "",
      h("div", { class: "in" }, find),
      list,
    ),
  );
}
export async function showCodes(into) {
  const called = (name) => defs.document.lists_called[name] ?? name,
    names = [...(defs.packs?.keys() ?? [])].sort((a, b) => called(a).localeCompare(called(b), lang())),
    out = h("ol", { class: "bare" });
  const choose = h(
    "select",
    { class: "form-select", "aria-label": word("codes"), onchange: () => fill() },
    ...names.map((name) => h("option", { value: name }, called(name))),
  );
  const find = h("input", {
    type: "search",
    class: "form-control",
    "aria-label": word("look_up"),
    oninput: () => fill(),
  });
  function fill() {
    const name = choose.value,
      pack = defs.packs.get(name),
      said = fold(find.value);
    const rows =
      name === "unlocode"
        ? said
          ? suggestPlaces(find.value, "", MOST)
          : pack.codes.slice(0, MOST).map(([code, , , texts]) => [code, texts[0]])
        : [...listView(name).codes.values()]
            .filter(
              (one) =>
                !said ||
                one.code.toLowerCase().startsWith(said) ||
                [...Object.values(one.labels), ...one.others].some((text) => fold(text).includes(said)),
            )
            .slice(0, MOST)
            .map((one) => [
              one.code,
              one.labels[document.documentElement.lang] ?? one.labels.en ?? one.code,
              one.to,
            ]);
    out.replaceChildren(
      ...rows.map(([code, text, ended]) =>
        h(
          "li",
          { class: "qi" },
          icon("bookmark"),
          h("b", { class: typeof ended === "string" && ended ? "struck" : "" }, text),
          h("span", { class: "ref" }, code),
        ),
      ),
    );
    head.textContent = `${word("edition", { edition: pack.edition })} · ${word("entries", { n: pack.codes.length })}`;
  }
  const head = h("p", { class: "t12 quiet" });
  into.append(
    h("div", { class: "desk-head" }, h("h1", {}, word("codes"))),
    h(
      "section",
      { class: "sheet", "aria-label": word("codes") },
      h("div", { class: "in two" }, choose, find, head),
      out,
    ),
  );
  if (names.length) {
    choose.value = names.includes("country") ? "country" : names[0];
    fill();
  }
}
