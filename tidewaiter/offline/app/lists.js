// Code lists: what a text means in one (codelists/queries.py), units (codelists/units.py).
import { defs } from "./definitions.js";
import {
  countryKey,
  fold,
  hasHan,
  isSign,
  partsOfNames,
  plainSign,
  sameSigns,
  signKey,
  strip,
  withoutDoubt,
  withoutNote,
} from "./text.js";
import { decimal, divided, plus, times } from "./numbers.js";

function put(names, key, code) {
  const found = names.get(key);
  if (!found) {
    names.set(key, [code]);
  } else if (!found.includes(code)) {
    found.push(code);
  }
}
const digitsOf = (text) => {
  const whole = text.endsWith(".0") ? text.slice(0, -2) : text;
  return /^\p{Nd}{1,3}$/u.test(whole) ? whole.padStart(3, "0") : "";
};

export class ListView {
  constructor({ name, codes, edition }) {
    this.name = name;
    this.edition = edition;
    this.codes = new Map();
    this.byUpper = new Map();
    this.byLabel = new Map();
    this.bySign = new Map();
    this.bySound = new Map();
    this.byWords = new Map();
    for (const [code, parent, from, to, labels, others, data] of codes) {
      this.codes.set(code, { code, parent, from, to, labels, others, data });
      this.byUpper.set(code.toUpperCase(), code);
    }
    for (const one of this.codes.values()) {
      for (const text of [...Object.values(one.labels), ...one.others]) {
        this.naming(text, one.code);
      }
    }
    if (name === "country") {
      this.standardCodes();
    }
  }
  naming(text, code) {
    put(this.bySign, this.sign(text), code);
    if (!isSign(text)) {
      put(this.byLabel, fold(text), code);
    }
    if (hasHan(text)) {
      if (!this.bySound.has(fold(text))) {
        this.bySound.set(fold(text), []);
      }
      this.bySound.get(fold(text)).push([text, code]);
    }
    const key = this.name === "country" ? countryKey(text) : "";
    if (key) {
      put(this.byWords, key, code);
    }
  }
  standardCodes() {
    for (const [code, { data, to }] of this.codes) {
      for (const said of [data.alpha3, data.numeric]) {
        if (said && (!to || !this.byUpper.has(String(said)))) {
          this.byUpper.set(String(said), code);
        }
      }
    }
    for (const [said, code] of Object.entries(defs.document.codelists.country_codes)) {
      const held = this.codes.get(this.byUpper.get(said) ?? "");
      if (this.codes.has(code) && (!held || held.to)) {
        this.byUpper.set(said, code);
      }
    }
  }
  sign(text) {
    return this.name === "country" ? plainSign(text) : signKey(text);
  }
  dated(code) {
    const one = this.codes.get(code);
    return one && (one.from || one.to) ? one : null;
  }
  label(code, lang) {
    const one = this.codes.get(code);
    return one ? one.labels[lang] || one.labels.en || code : code;
  }
  resolve(text) {
    const said = text.trim(),
      bare = withoutDoubt(said);
    if (bare && !this.bySign.has(this.sign(said))) {
      const meant = this.resolved(bare);
      if (meant.code || meant.several) {
        return {
          code: null,
          several: Boolean(meant.several),
          doubted: true,
          proposals: meant.code ? [meant.code] : meant.proposals,
        };
      }
    }
    return this.resolved(said);
  }
  resolved(said) {
    let exact = this.codes.has(said) ? said : this.byUpper.get(said.toUpperCase());
    if (exact === undefined && this.name === "country") {
      exact = this.byUpper.get(digitsOf(said));
    }
    if (exact !== undefined) {
      return { code: exact };
    }
    const at = said.indexOf(" "),
      first = at < 0 ? said : said.slice(0, at),
      rest = at < 0 ? "" : said.slice(at + 1);
    if (
      rest &&
      this.codes.has(first) &&
      Object.values(this.codes.get(first).labels).some((label) => fold(label) === fold(rest))
    ) {
      return { code: first };
    }
    const found = this.named(said);
    if (found.length === 1) {
      return { code: found[0] };
    }
    if (found.length) {
      return { code: null, several: true, proposals: found.slice(0, 8) };
    }
    const listed = this.name === "country" ? this.listed(said) : [];
    if (listed.length) {
      return { code: null, several: true, listed: true, proposals: listed };
    }
    return { code: null, proposals: [] };
  }
  named(text) {
    let found = this.called(text);
    const bare = !found.length && this.name === "country" ? withoutNote(text) : "";
    if (bare) {
      found = this.called(bare);
    }
    if (found.length > 1) {
      const now = found.filter((code) => !this.codes.get(code).to);
      found = now.length ? now : found;
    }
    return found;
  }
  called(text) {
    const found = this.bySign.get(this.sign(text)) ?? [];
    if (found.length) {
      return found;
    }
    const folded = this.folded(text);
    if (folded.length) {
      return folded;
    }
    return this.name === "country" ? (this.byWords.get(countryKey(text)) ?? []) : [];
  }
  folded(text) {
    if (isSign(text)) {
      return [];
    }
    if (!hasHan(text)) {
      return this.byLabel.get(fold(text)) ?? [];
    }
    const sounding = this.bySound.get(fold(text)) ?? [];
    return [...new Set(sounding.filter(([label]) => sameSigns(text, label)).map(([, code]) => code))];
  }
  listed(text) {
    const found = new Set();
    for (const part of partsOfNames(text)) {
      const exact = this.byUpper.get(part.toUpperCase());
      const codes = exact ? [exact] : this.named(part);
      if (codes.length !== 1) {
        return [];
      }
      found.add(codes[0]);
    }
    return found.size > 1 ? [...found] : [];
  }
  current() {
    return [...this.codes.values()].filter((one) => !one.to);
  }
}

const EMPTY = { name: "", edition: "", codes: [] };
export function listView(name) {
  if (!defs.lists.has(name)) {
    defs.lists.set(name, new ListView({ ...EMPTY, ...(defs.packs?.get(name) ?? {}), name }));
  }
  return defs.lists.get(name);
}

let everyday = null,
  everydayOf = null;
function everydayUnits(view) {
  if (everydayOf !== view) {
    everydayOf = view;
    everyday = [...view.codes.values()].filter((one) => Object.keys(one.labels).length > 1).map((one) => one.code);
  }
  return everyday;
}
export function readUnit(text, allowed = []) {
  const view = listView("unit");
  if (withoutDoubt(text)) {
    return { why: "unknown_unit" };
  }
  const taken = allowed.filter((code) => view.codes.has(code)),
    usual = everydayUnits(view),
    { large_m: large, small_m: small } = defs.document.codelists,
    bare = text.trim();
  if (Object.hasOwn(large, bare) && taken.includes(small[bare]) && !taken.includes(large[bare])) {
    return { several: [small[bare], large[bare]] };
  }
  for (const among of taken.length ? [taken, usual] : [usual]) {
    const found = amongUnits(view, text.trim(), among);
    if (found.length === 1) {
      return { value: found[0] };
    }
    if (found.length) {
      return { several: found };
    }
  }
  const said = text.trim(),
    code = view.codes.has(said) ? said : view.byUpper.get(said.toUpperCase());
  if (code !== undefined && !/^\p{Nd}+$/u.test(said)) {
    return { value: code };
  }
  const named = view.named(said);
  if (named.length === 1) {
    return { value: named[0] };
  }
  return named.length ? { several: named } : { why: "unknown_unit" };
}
function amongUnits(view, said, among) {
  const large = defs.document.codelists.large_m;
  if (Object.hasOwn(large, said)) {
    return [large[said]];
  }
  const micro = defs.document.codelists.micro,
    small = strip(said.replace(defs.re.unit_note, ""), " .").replaceAll("\u00b5", "\u03bc").toLowerCase();
  if (Object.hasOwn(micro, small)) {
    return [micro[small]];
  }
  const upper = said.toUpperCase();
  if (among.includes(upper)) {
    return [upper];
  }
  const at = said.indexOf(" "),
    first = at < 0 ? said : said.slice(0, at),
    rest = at < 0 ? "" : said.slice(at + 1);
  if (
    rest &&
    among.includes(first) &&
    Object.values(view.codes.get(first).labels).some((label) => fold(label) === fold(rest))
  ) {
    return [first];
  }
  for (const text of new Set([said, said.replace(defs.re.unit_note, "").trim(), strip(said, " .:")])) {
    for (const codes of [view.bySign.get(signKey(text)) ?? [], view.folded(text)]) {
      const found = among.filter((code) => codes.includes(code));
      if (found.length) {
        return found.length > 1 && hasHan(text) ? ownName(view, text, found) : found;
      }
    }
  }
  return [];
}
function ownName(view, text, codes) {
  const said = signKey(text);
  const own = codes.filter((code) =>
    Object.values(view.codes.get(code).labels).some((label) => signKey(label) === said),
  );
  return own.length === 1 ? own : codes;
}
const RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹⁻";
function measure(factor) {
  const match = defs.full.factor.exec(factor.trim());
  if (!match) {
    return null;
  }
  let number = decimal((match.groups.number ?? "1").replaceAll(" ", "").replaceAll(",", "."));
  if (match.groups.power) {
    const power = [...match.groups.power].map((sign) => "0123456789-"[RAISED.indexOf(sign)]).join("");
    number = times(number, decimal(`1e${power}`));
  }
  return match.groups.unit === "mg" ? [times(number, { n: 1n, e: 6 }), "kg"] : [number, match.groups.unit];
}
export function together(parts, allowed) {
  const codes = [];
  for (const [, word] of parts) {
    if (!word && parts.length === 1) {
      return { value: [parts[0][0], ""] };
    }
    const unit = readUnit(word, allowed);
    if (!unit.value) {
      return parts.length === 1 && unit.several ? { several: unit.several } : { why: "unknown_unit" };
    }
    codes.push(unit.value);
  }
  if (parts.length === 1) {
    return { value: [parts[0][0], codes[0]] };
  }
  const view = listView("unit"),
    measures = codes.map((code) => measure(String(view.codes.get(code).data.factor ?? "")));
  const told = measures.filter(Boolean);
  if (told.length < codes.length || new Set(told.map(([, base]) => base)).size > 1) {
    return { why: "units_differ" };
  }
  for (let at = 1; at < told.length; at += 1) {
    const [a, b] = [told[at - 1][0], told[at][0]];
    if (!(a.n * 10n ** BigInt(b.e) > b.n * 10n ** BigInt(a.e))) {
      return { why: "units_differ" };
    }
  }
  const total = parts.reduce((sum, [number], at) => plus(sum, times(number, told[at][0])), { n: 0n, e: 0 });
  return { value: [divided(total, told[0][0], 12), codes[0]] };
}
