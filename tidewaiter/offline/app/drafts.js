// A case as it is being entered: begun, taken from what the node has, and made a record of.
import * as store from "./store.js";
import * as clock from "./clock.js";
import { state } from "./state.js";
import { asText, formNamed, nest, normalPath, readRecord } from "./form.js";
import { listView } from "./lists.js";
import { runChecks } from "./checks.js";
import { lang, word } from "./ui.js";

export function begun(form) {
  return {
    id: crypto.randomUUID(),
    form: form.code,
    version: form.version,
    long: false,
    texts: { country: state.desk.record.administration, date: clock.today() },
    lines: [{}],
    named: [],
    photos: [],
    at: clock.now().toISOString(),
  };
}
export async function openDraft(desk, id) {
  const row = await store.get("drafts", id);
  return desk.openJson(row.sealed, id);
}
export async function correctionOf(desk, one) {
  const { record, called = {} } = one,
    texts = {};
  const form = formNamed(one.form);
  for (const [path, value] of flat(record)) {
    if (form.header.has(normalPath(path)[1]) || called[path]) {
      texts[path] = asText(value);
    }
  }
  const lines = (record.lines ?? []).map((line, at) =>
    Object.fromEntries(
      Object.entries({ ...line, ...(line.fields ?? {}) })
        .filter(([name]) => form.line.has(name) || called[`${at + 1} ${name}`])
        .map(([name, value]) => [name, asText(value)]),
    ),
  );
  return {
    id: crypto.randomUUID(),
    form: one.form,
    version: record.form_version ?? form.version,
    called,
    long: Boolean(record.long),
    texts,
    lines: lines.length ? lines : [{}],
    named: [],
    photos: [],
    at: clock.now().toISOString(),
    corrects: {
      ref: one.ref,
      reference: one.reference,
      changed_at: one.changed_at,
      base: { ref: one.ref, version: one.version, digest: one.digest, record },
    },
  };
}
function* flat(record) {
  let transits = 0;
  for (const [name, value] of Object.entries(record)) {
    if (["lines", "photos", "links", "judged", "form", "form_version"].includes(name)) {
      continue;
    }
    if (name === "route") {
      for (const leg of value) {
        transits += leg.role === "transit" ? 1 : 0;
        for (const [key, part] of Object.entries(leg)) {
          if (key !== "role") {
            yield [`route.${leg.role}${leg.role === "transit" ? `.${transits}` : ""}.${key}`, part];
          }
        }
      }
    } else if (name === "persons") {
      for (const [at, person] of value.entries()) {
        for (const [key, part] of Object.entries(person)) {
          yield [`persons.${at + 1}.${key}`, part];
        }
      }
    } else if (value && typeof value === "object" && !Array.isArray(value)) {
      for (const [key, part] of Object.entries(value)) {
        yield [`${name}.${key}`, part];
      }
    } else {
      yield [name, value];
    }
  }
}
export function recordOf(draft) {
  const form = formNamed(draft.form),
    full = (texts) => Object.fromEntries(Object.entries(texts).filter(([, text]) => text.trim()));
  const lines = draft.lines
    .map(full)
    .filter((line) => Object.keys(line).length)
    .map((line) => {
      const own = Object.entries(line).filter(([name]) => form.line.get(name)?.scope === "fields");
      return {
        ...Object.fromEntries(Object.entries(line).filter(([name]) => form.line.get(name)?.scope !== "fields")),
        ...(own.length ? { fields: Object.fromEntries(own) } : {}),
      };
    });
  return {
    ...nest(full(draft.texts)),
    form: draft.form,
    form_version: form.version,
    ...(draft.long ? { long: true } : {}),
    lines,
  };
}
export function titleOf(draft) {
  const line = draft.lines[0] ?? {},
    form = formNamed(draft.form),
    code = listView(form.subtypes).resolve(line.subtype ?? "").code;
  const goods = code ? listView(form.subtypes).label(code, lang()) : line.subtype || form.title,
    unit = line.unit
      ? ` ${listView("unit").label(listView("unit").resolve(line.unit).code ?? line.unit, lang())}`
      : "";
  const said = line.quantity ? `${goods}, ${line.quantity}${unit}` : goods;
  return draft.corrects ? word("correction_to", { ref: draft.corrects.reference }) : said;
}
// What the fields that are filled in are called, by the form as it is now; a code beside its name.
export function calledIn(draft) {
  const form = formNamed(draft.form),
    found = {},
    rows = [[draft.texts, form?.header, ""], ...draft.lines.map((line, at) => [line, form?.line, `${at + 1} `])];
  for (const [texts, columns, key] of rows) {
    for (const [path, text] of Object.entries(texts)) {
      const column = columns?.get(normalPath(path)[1]);
      if (column && text.trim()) {
        found[key + path] = [column.label, sayingOf(column, text)];
      }
    }
  }
  return found;
}
function sayingOf(column, text) {
  if (column.type === "boolean") {
    return word(text);
  }
  const code = column.list ? listView(column.list).resolve(text).code : "";
  return code ? listView(column.list).label(code, lang()) : text;
}
export const goneSaid = (draft) => goneFrom(formNamed(draft.form), draft);
export function goneFrom(form, draft) {
  const lost = (texts, columns, key) =>
    Object.entries(texts)
      .filter(([path, text]) => text.trim() && !columns.has(normalPath(path)[1]))
      .map(([path, text]) => draft.called?.[key + path] ?? [path, text]);
  return [
    ...lost(draft.texts, form.header, ""),
    ...draft.lines.flatMap((line, at) => lost(line, form.line, `${at + 1} `)),
  ];
}

export function judged(draft) {
  const form = formNamed(draft.form),
    record = recordOf(draft),
    read = readRecord(record),
    findings = read.problems.length ? [] : runChecks(read.header, read.lines, form, clock.today());
  return { record, read, findings };
}
