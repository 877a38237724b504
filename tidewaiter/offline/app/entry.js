// Entering a case: the node's form, its readers and checks while one types; kept sealed as one types; frozen at submit.
import * as store from "./store.js";
import * as clock from "./clock.js";
import { state, sender, go, draw } from "./desk.js";
import { defs } from "./definitions.js";
import { fold } from "./text.js";
import { asText, clean, formNamed, nest, normalPath, readQuantity, readRecord } from "./form.js";
import { readDate } from "./dates.js";
import { listView } from "./lists.js";
import { resolvePlace, suggestPlaces, placeName } from "./places.js";
import { runChecks, sentence } from "./checks.js";
import { bytes, joined, sha256 } from "./sealing.js";
import { photosSheet } from "./photos.js";
import { namedSheet, namedTexts } from "./named.js";
import { h, icon, lang, word, time, sheet, button, step, callout } from "./ui.js";

const FEW = 45, LATE = 300;
let bell = 0, waiting = null;

export async function chooseForm(into) {
  const view = listView("commodity"), forms = [...defs.forms.values()];
  into.append(h("div", { class: "desk-head" }, h("h1", {}, word("choose_form"))), h("ol", { class: "sheet bare" }, ...forms.map((form) => h("li", { class: "qi" }, icon("file-text"), h("b", {}, h("a", { href: "#new", "data-form": form.code, onclick: async (event) => { event.preventDefault(); await go("new", { draft: begun(form) }); } }, form.title)), h("span", { class: "ref" }, form.code), h("span", { class: "m" }, view.codes.has(form.code) ? "" : "")))));
}
function begun(form) {
  return { id: crypto.randomUUID(), form: form.code, version: form.version, long: false, texts: { country: state.desk.record.administration, date: clock.today() }, lines: [{}], named: [], photos: [], at: clock.now().toISOString() };
}
export async function openDraft(desk, id) { const row = await store.get("drafts", id); return desk.openJson(row.sealed, id); }
export async function correctionOf(desk, one) {
  const { record } = one, texts = {};
  const form = formNamed(one.form);
  for (const [path, value] of flat(record)) { if (form.header.has(normalPath(path)[1])) { texts[path] = asText(value); } }
  const lines = (record.lines ?? []).map((line) => Object.fromEntries(Object.entries({ ...line, ...(line.fields ?? {}) }).filter(([name]) => form.line.has(name)).map(([name, value]) => [name, asText(value)])));
  return { id: crypto.randomUUID(), form: one.form, version: form.version, long: Boolean(record.long), texts, lines: lines.length ? lines : [{}], named: [], photos: [], at: clock.now().toISOString(), corrects: { ref: one.ref, reference: one.reference, changed_at: one.changed_at, base: { ref: one.ref, version: one.version, digest: one.digest, record } } };
}
function* flat(record) {
  let transits = 0;
  for (const [name, value] of Object.entries(record)) {
    if (["lines", "photos", "links", "judged", "form", "form_version"].includes(name)) { continue; }
    if (name === "route") { for (const leg of value) { transits += leg.role === "transit" ? 1 : 0; for (const [key, part] of Object.entries(leg)) { if (key !== "role") { yield [`route.${leg.role}${leg.role === "transit" ? `.${transits}` : ""}.${key}`, part]; } } } }
    else if (name === "persons") { for (const [at, person] of value.entries()) { for (const [key, part] of Object.entries(person)) { yield [`persons.${at + 1}.${key}`, part]; } } }
    else if (value && typeof value === "object" && !Array.isArray(value)) { for (const [key, part] of Object.entries(value)) { yield [`${name}.${key}`, part]; } }
    else { yield [name, value]; }
  }
}
export function recordOf(draft) {
  const form = formNamed(draft.form), full = (texts) => Object.fromEntries(Object.entries(texts).filter(([, text]) => text.trim()));
  const lines = draft.lines.map(full).filter((line) => Object.keys(line).length).map((line) => {
    const own = Object.entries(line).filter(([name]) => form.line.get(name)?.scope === "fields");
    return { ...Object.fromEntries(Object.entries(line).filter(([name]) => form.line.get(name)?.scope !== "fields")), ...(own.length ? { fields: Object.fromEntries(own) } : {}) };
  });
  return { ...nest(full(draft.texts)), form: draft.form, form_version: form.version, ...(draft.long ? { long: true } : {}), lines };
}
export function titleOf(draft) {
  const line = draft.lines[0] ?? {}, form = formNamed(draft.form), code = listView(form.subtypes).resolve(line.subtype ?? "").code;
  const goods = code ? listView(form.subtypes).label(code, lang()) : line.subtype || form.title, unit = line.unit ? ` ${listView("unit").label(listView("unit").resolve(line.unit).code ?? line.unit, lang())}` : "";
  const said = line.quantity ? `${goods}, ${line.quantity}${unit}` : goods;
  return draft.corrects ? word("correction_to", { ref: draft.corrects.reference }) : said;
}
// Kept as one types. What is typed while a former keeping goes on is kept after it.
export function changed(draft) { waiting = draft; clearTimeout(bell); bell = setTimeout(flush, LATE); }
export async function flush() {
  clearTimeout(bell);
  const draft = waiting, { desk } = state;
  waiting = null;
  if (!draft || !desk) { return; }
  draft.at = clock.now().toISOString();
  const row = { id: draft.id, username: desk.username, at: draft.at, sealed: await desk.sealJson(draft, draft.id), label: await desk.sealJson({ title: titleOf(draft) }, "label") };
  try {
    await store.put("drafts", row);
    const shown = document.getElementById("kept");
    if (shown) { shown.textContent = word("version_kept", { version: draft.version, time: time(draft.at) }); }
  } catch (error) { if (!store.isFull(error)) { throw error; } full(word("full_text")); }
}
export function full(text) {
  const place = document.getElementById("full");
  if (place) { place.replaceChildren(callout("stop", text)); place.scrollIntoView({ block: "nearest" }); }
}

function options(input, found) {
  const list = input.list;
  list.replaceChildren(...found.map(([code, text]) => h("option", { value: code }, text)));
}
function suggest(column, said, form, draft) {
  if (column.type === "place") { return suggestPlaces(said, countryFor(column.path, draft)); }
  const view = listView(column.list), wanted = fold(said), found = [];
  if (!wanted) { return found; }
  for (const one of view.current()) {
    const label = one.labels[lang()] ?? one.labels.en ?? one.code;
    if (one.code.toLowerCase().startsWith(said.toLowerCase()) || [...Object.values(one.labels), ...one.others].some((text) => fold(text).startsWith(wanted))) { found.push([one.code, label]); }
    if (found.length >= 12) { break; }
  }
  return found;
}
function countryFor(path, draft) {
  const said = draft.texts[path === "place" ? "country" : path.replace("place", "country")] ?? "";
  return said ? listView("country").resolve(said).code ?? "" : "";
}
function input(form, draft, texts, column, path, id, after) {
  const value = texts[path] ?? "", say = (text) => { if (text === "") { delete texts[path]; } else { texts[path] = text; } changed(draft); };
  const common = { id, "aria-describedby": `${id}-said`, "data-path": path };
  if (column.type === "boolean") {
    return h("select", { class: "form-select", ...common, value, onchange: (event) => { say(event.target.value); after(); } }, ...[["", "–"], ["yes", word("yes")], ["no", word("no")]].map(([code, text]) => h("option", { value: code, selected: code === value }, text)));
  }
  let codes = null;
  if (column.path === "unit") { codes = form.unitsFor(listView(form.subtypes).resolve(texts.subtype ?? "").code ?? "").map((code) => [code, listView("unit").label(code, lang())]); }
  else if (column.type === "code" && !column.open) { const all = listView(column.list).current(); if (all.length <= FEW) { codes = all.map((one) => [one.code, one.labels[lang()] ?? one.labels.en ?? one.code]); } }
  const known = value === "" || (codes ?? []).some(([code]) => code === value) || listView(column.list).resolve(value).code;
  if (codes && known) {
    const now = (column.path === "unit" ? (codes.some(([code]) => code === value) ? value : "") : listView(column.list).resolve(value).code) ?? "";
    return h("select", { class: "form-select", ...common, onchange: (event) => { say(event.target.value); after(); } }, h("option", { value: "" }, word("choose")), ...codes.map(([code, text]) => h("option", { value: code, selected: code === now }, text)));
  }
  if (column.type === "codes") {
    const all = listView(column.list).current(), held = new Set(value.split(";").filter(Boolean));
    return h("div", { class: "checks-in", ...common, role: "group", tabindex: "-1" }, ...all.map((one) => h("label", { class: "form-check" }, h("input", { type: "checkbox", class: "form-check-input", checked: held.has(one.code), onchange: (event) => { if (event.target.checked) { held.add(one.code); } else { held.delete(one.code); } say([...held].join(";")); } }), h("span", {}, one.labels[lang()] ?? one.labels.en ?? one.code))));
  }
  const css = `form-control${column.type === "hs" || column.path === "national_ref" ? " mono" : ""}`;
  if (column.type === "long_text") { return h("textarea", { class: css, rows: "3", ...common, value, oninput: (event) => say(event.target.value), onchange: after }); }
  const lists = column.type === "place" || column.list ? h("datalist", { id: `${id}-list` }) : null;
  const made = h("input", { class: css, ...common, value, autocomplete: "off", list: lists ? lists.id : null, inputmode: ["decimal", "integer"].includes(column.type) && column.path !== "quantity" ? "decimal" : null, oninput: (event) => { say(event.target.value); if (lists) { options(event.target, suggest(column, event.target.value, form, draft)); } }, onchange: after });
  return lists ? h("div", {}, made, lists) : made;
}
function saidOf(form, draft, texts, column, path) {
  const text = (texts[path] ?? "").trim();
  if (!text) { return null; }
  if (column.type === "place") {
    const answer = resolvePlace(text, countryFor(path, draft));
    if (answer.code) { return good(placeName(answer.code) || answer.code, defs.packs.get("unlocode")?.edition); }
    return answer.unread ? note(word("place_unread")) : bad({ code: answer.doubted ? "doubted" : answer.several ? "ambiguous_place" : "unknown_place" });
  }
  if (column.path === "quantity") { const [value, unit, problem] = readQuantity(text, null, form.everyUnit); return problem ? bad(problem) : value !== text ? note([value, unit].filter(Boolean).join(" ")) : null; }
  const [value, problem] = column.path === "date" ? readDay(text) : clean(form, path, column, text);
  if (problem) { return bad(problem); }
  if (typeof value === "string" && column.list && column.list !== "unit") { return value === text && listView(column.list).codes.size <= FEW ? null : good(listView(column.list).label(value, lang()), listView(column.list).edition); }
  return typeof value === "string" && value !== text && column.type !== "text" ? note(value) : null;
}
function readDay(text) {
  const reading = readDate(text);
  if (!reading.value) { return [null, { code: reading.several ? "date_ambiguous" : reading.why }]; }
  return [reading.value.iso.slice(0, { year: 4, month: 7 }[reading.value.precision] ?? 10), null];
}
const good = (name, edition) => h("div", { class: "tw-hint ok-t" }, icon("check"), word("from_codes", { name, edition: edition ?? "" }));
const note = (text) => h("div", { class: "tw-hint" }, icon("info-circle"), text);
const bad = (problem) => h("div", { class: "tw-err" }, icon("alert-octagon"), h("span", {}, defs.document.forms.sentences[problem.code] ?? problem.code));

function fld(form, draft, texts, column, path, key, after) {
  const id = `f-${key}-${path}`.replaceAll(".", "-"), needed = column.needed === "always" || (column.needed === "long" && draft.long);
  const said = h("div", { id: `${id}-said` });
  const look = () => { const one = saidOf(form, draft, texts, column, path); said.replaceChildren(...(one ? [one] : [])); after?.(column); };
  const wide = ["long_text", "codes", "place"].includes(column.type) || ["subtype", "narrative", "species"].includes(column.path) || column.largest > 250;
  const made = h("div", { class: `fld${wide ? " wide" : ""}` }, column.type === "codes" ? h("span", { class: "form-label" }, column.label) : h("label", { class: "form-label", for: id }, column.label, needed || column.path === "quantity" ? "" : h("span", { class: "quiet" }, ` ${word("optional")}`)), input(form, draft, texts, column, path, id, look), said);
  const one = saidOf(form, draft, texts, column, path);
  if (one) { said.append(one); }
  return made;
}
const asked = (form, draft, column, texts) => (column.simple || draft.long) && Object.entries(column.when).every(([other, codes]) => codes.includes(texts[other] ?? draft.texts[other] ?? ""));

export async function showEntry(into, draft) {
  const form = formNamed(draft.form), gone = goneFrom(form, draft), blocks = new Map();
  for (const column of form.header.values()) {
    if (!asked(form, draft, column, draft.texts)) { continue; }
    if (!blocks.has(column.block)) { blocks.set(column.block, []); }
    blocks.get(column.block).push(column);
  }
  into.append(h("div", { class: "desk-head" }, h("h1", {}, draft.corrects ? word("correction_to", { ref: draft.corrects.reference }) : word("new_case", { form: form.title })), h("div", { class: "t13 ink2", id: "kept" }, word("version_kept", { version: form.version, time: time(draft.at) }))), h("div", { id: "full", role: "alert" }), h("div", { id: "wrong", role: "alert" }));
  if (draft.version !== form.version) { into.append(callout("warn", word("form_changed", { version: form.version }), ...gone.map(([name, said]) => h("div", {}, word("field_gone", { field: name, said }))))); }
  const first = ["case"].filter((name) => blocks.has(name)), rest = [...blocks.keys()].filter((name) => !first.includes(name));
  const block = (name) => sheet(form.blocks[name], "", h("div", { class: "in two" }, ...blocks.get(name).map((column) => fld(form, draft, draft.texts, column, column.path, "h", (one) => { if (Object.values(form.columns).some((other) => one.path in other.when)) { draw(); } }))));
  into.append(...first.map(block));
  draft.lines.forEach((line, at) => into.append(lineSheet(form, draft, line, at)));
  into.append(h("div", { class: "row-x gap-t" }, button(word("add_line"), "plus", () => { draft.lines.push({}); changed(draft); draw(); })));
  into.append(namedSheet(draft, () => { changed(draft); draw(); }, () => changed(draft)), await photosSheet(draft, state.desk, () => { changed(draft); return draw(); }, () => changed(draft)), ...rest.map(block));
  into.append(h("div", { class: "row-x gap-t" }, h("label", { class: "form-check" }, h("input", { type: "checkbox", class: "form-check-input", checked: draft.long, onchange: (event) => { draft.long = event.target.checked; changed(draft); draw(); } }), h("span", {}, word("long_form"))), button(word("delete_draft"), "trash", async () => { waiting = null; for (const photo of draft.photos) { await store.remove("photos", photo.id); } await store.remove("drafts", draft.id); await go("queue", { said: word("withdrawn") }); }, "btn btn-plain push")));
  into.append(step(["draft", word("drafts")], word("you_finish"), word("then_frozen"), button(word("keep"), "", async () => { waiting = draft; await flush(); await go("queue", { said: word("kept") }); }), button(word("submit"), "send", () => submit(draft), "btn btn-primary", { id: "submit" })));
}
function lineSheet(form, draft, line, at) {
  const subtype = listView(form.subtypes).resolve(line.subtype ?? "").code ?? "";
  const columns = [...form.line.values()].filter((column) => asked(form, draft, column, line) && form.applies(column, subtype) && column.path !== "reported");
  const made = sheet(word("line_n", { n: at + 1 }), "", h("div", { class: "in two" }, ...columns.map((column) => fld(form, draft, line, column, column.path, `l${at + 1}`, (one) => { if (["subtype", "unit"].includes(one.path)) { draw(); } }))));
  if (draft.lines.length > 1) { made.querySelector("header").append(button(word("take_off"), "x", () => { draft.lines.splice(at, 1); changed(draft); draw(); }, "btn btn-plain btn-sm push")); }
  return made;
}
function goneFrom(form, draft) {
  const lost = Object.entries(draft.texts).filter(([path, text]) => text.trim() && !form.header.has(normalPath(path)[1]));
  for (const line of draft.lines) { lost.push(...Object.entries(line).filter(([path, text]) => text.trim() && !form.line.has(path))); }
  return lost;
}

export function judged(draft) {
  const form = formNamed(draft.form), record = recordOf(draft), read = readRecord(record), findings = read.problems.length ? [] : runChecks(read.header, read.lines, form, clock.today());
  return { record, read, findings };
}
async function submit(draft) {
  const { record, read, findings } = judged(draft), stops = findings.filter((one) => one.severity === "stop");
  const names = draft.named.filter((row) => Object.entries(row.texts).some(([name, text]) => name !== "role" && text.trim()) && !(row.texts.name?.trim() && row.texts.role));
  const rows = [...read.problems.map((one) => [one.path, defs.document.forms.sentences[one.code] ?? one.code]), ...stops.map((one) => [one.path, sentence(one).join(". ")]), ...names.map(() => ["named", word("name")])];
  if (rows.length) {
    const form = formNamed(draft.form), called = (path) => form.columns.find((column) => column.path === normalPath(path.replace(/^lines\.\d+\./, ""))[1])?.label ?? path;
    document.getElementById("wrong").replaceChildren(callout("stop", h("b", {}, word("must_mend", { n: rows.length })), h("ul", {}, ...rows.map(([path, said]) => h("li", {}, h("a", { href: `#${fieldId(path)}`, onclick: (event) => { event.preventDefault(); document.getElementById(fieldId(path))?.focus(); } }, called(path)), ` ${said}`)))));
    document.getElementById("wrong").scrollIntoView({ block: "center" });
    return;
  }
  document.getElementById("submit").disabled = true;
  try { await frozen(draft, record); } catch (error) {
    document.getElementById("submit").disabled = false;
    if (!store.isFull(error)) { throw error; }
    full(word("full_text"));
    return;
  }
  const looked = findings.map((one) => sentence(one)[0]);
  await go("queue", { said: looked.length ? `${word("to_look_at")}: ${looked.join("; ")}` : null });
  sender.now();
}
function fieldId(path) {
  const match = /^lines\.(\d+)\.(.+)$/.exec(path);
  return (match ? `f-l${match[1]}-${match[2]}` : path === "lines" ? "f-l1-subtype" : `f-h-${path}`).replaceAll(".", "-");
}
async function item(desk, kind, id, plain, more, label, seq) {
  const sealed = await desk.seal(plain, id), digest = await sha256(sealed), at = new Date().toISOString(), { ahead } = clock.known();
  const head = await desk.sign({ v: 1, id, device: desk.record.device, kind, digest, size: sealed.byteLength, at, sealed: "A256GCM", wrap: desk.record.recovery, ahead, ...more }, "tw-offline-item");
  return { id, username: desk.username, kind, seq, head, digest, size: sealed.byteLength, sealed, at: clock.now().toISOString(), label: await desk.sealJson(label, "label"), got: 0, refused: "", ...more };
}
async function frozen(draft, record) {
  waiting = null;
  clearTimeout(bell);
  const { desk } = state, title = titleOf(draft), seq = ((await store.meta("seq")) ?? 0) + 1, items = [];
  await store.setMeta("seq", seq + draft.photos.length + 1);
  const content = { record, named: namedTexts(draft), photos: draft.photos.map((photo) => photo.id), submit: true, ...(draft.corrects ? { base: draft.corrects.base } : {}) };
  let after = "";
  if (draft.corrects) {
    const before = (await store.all("queue")).filter((one) => one.username === desk.username && one.kind === "correction" && one.corrects === draft.corrects.ref).sort((a, b) => a.seq - b.seq).at(-1);
    after = before?.id ?? "";
  }
  const own = await item(desk, draft.corrects ? "correction" : "case", draft.id, bytes(JSON.stringify(content)), { of: "", after }, { title }, seq);
  items.push({ ...own, corrects: draft.corrects?.ref ?? "" });
  for (const [at, photo] of draft.photos.entries()) {
    const row = await store.get("photos", photo.id), data = await desk.open(row.sealed, `loose ${photo.id}`);
    const said = bytes(JSON.stringify({ caption: photo.caption ?? "", shows: photo.shows ?? "", sha256: await sha256(data) })), length = new Uint8Array(4);
    new DataView(length.buffer).setUint32(0, said.byteLength);
    items.push(await item(desk, "photo", photo.id, joined(length, said, data), { of: draft.id, after: "" }, { title: word("photo_of", { n: at + 1, what: title }) }, seq + at + 1));
  }
  await store.freeze(draft.id, draft.photos.map((photo) => photo.id), items);
}
