// A record read by its form, as the node reads it (forms/engine.py, forms/types.py, forms/columns.py).
import { defs } from "./definitions.js";
import { moneySign, partsOf, plain, readNumber } from "./numbers.js";
import { readDate } from "./dates.js";
import { listView, together } from "./lists.js";
import { resolvePlace } from "./places.js";

import { clean, cleanBoolean, cleanCode, numberProblem, wrong } from "./cleaning.js";

const ROLES = ["origin", "departure", "transit", "seizure", "destination"],
  COARSE = ["day", "month", "year"];
const LEG =
  /^route\.(origin|departure|transit|seizure|destination)(?:\.(\d{1,2}))?\.(country|place|date|certainty)$/;
const PERSON = /^persons\.(\d{1,2})\.(role|nationality|sex|age_band|arrested)$/;
export function normalPath(written) {
  const path = written.startsWith("fields.") ? written.slice(7) : written;
  let match = LEG.exec(path);
  if (match) {
    const [, role, number, name] = match;
    return role === "transit"
      ? [`route.transit.${+(number ?? 1)}.${name}`, `route.transit.1.${name}`]
      : [`route.${role}.${name}`, `route.${role === "seizure" ? "departure" : role}.${name}`];
  }
  match = PERSON.exec(path);
  return match ? [`persons.${+match[1]}.${match[2]}`, `persons.1.${match[2]}`] : [path, path];
}
function oneText(value) {
  if (value === null || value === undefined) {
    return "";
  }
  if (typeof value === "boolean") {
    return value ? "yes" : "no";
  }
  return String(value);
}
export function asText(value) {
  return Array.isArray(value) ? value.flat(Infinity).map(oneText).join(";") : oneText(value);
}
function* flatten(header) {
  let transits = 0;
  const plainObject = (one) => one !== null && typeof one === "object" && !Array.isArray(one);
  for (const [name, value] of Object.entries(header)) {
    if (["photos", "links", "judged"].includes(name)) {
      continue;
    }
    if (name === "route" && Array.isArray(value)) {
      for (const leg of value.filter(plainObject)) {
        const role = String(leg.role ?? "");
        transits += role === "transit" ? 1 : 0;
        const place = role === "transit" ? `route.transit.${transits}` : `route.${role}`;
        for (const [key, part] of Object.entries(leg)) {
          if (key !== "role") {
            yield [`${place}.${key}`, part];
          }
        }
      }
    } else if (name === "persons" && Array.isArray(value)) {
      for (const [at, person] of value.entries()) {
        if (plainObject(person)) {
          for (const [key, part] of Object.entries(person)) {
            yield [`persons.${at + 1}.${key}`, part];
          }
        }
      }
    } else if (plainObject(value)) {
      for (const [key, part] of Object.entries(value)) {
        yield [`${name}.${key}`, part];
      }
    } else {
      yield [name, value];
    }
  }
}
export function nest(flat) {
  const header = {},
    legs = new Map(),
    persons = new Map();
  const into = (map, key, make) => {
    if (!map.has(key)) {
      map.set(key, make());
    }
    return map.get(key);
  };
  for (const [path, value] of Object.entries(flat)) {
    const leg = LEG.exec(path),
      person = PERSON.exec(path),
      at = path.indexOf(".");
    if (leg) {
      into(legs, ROLES.indexOf(leg[1]) * 100 + +(leg[2] ?? 0), () => ({ role: leg[1] }))[leg[3]] = value;
    } else if (person) {
      into(persons, +person[1], () => ({}))[person[2]] = value;
    } else if (at < 0) {
      header[path] = value;
    } else {
      (header[path.slice(0, at)] ??= {})[path.slice(at + 1)] = value;
    }
  }
  const inOrder = (map) => [...map.keys()].sort((a, b) => a - b).map((key) => map.get(key));
  if (legs.size) {
    header.route = inOrder(legs);
  }
  if (persons.size) {
    header.persons = inOrder(persons);
  }
  return header;
}

export class Form {
  constructor(document) {
    Object.assign(this, document);
    this.header = new Map();
    this.line = new Map();
    for (const column of document.columns) {
      (column.scope === "header" ? this.header : this.line).set(column.path, column);
    }
    this.everyUnit = [...new Set([...this.units.allowed, ...Object.values(this.units.by_subtype).flat()])];
  }
  lineage(subtype) {
    const view = listView(this.subtypes),
      found = [];
    for (let at = subtype; at && !found.includes(at); at = view.codes.get(at)?.parent ?? "") {
      found.push(at);
    }
    return found;
  }
  unitsFor(subtype) {
    const own = this.lineage(subtype).find((at) => Object.hasOwn(this.units.by_subtype, at));
    return own === undefined ? this.units.allowed : this.units.by_subtype[own];
  }
  valueSuffices(subtype) {
    return this.lineage(subtype).some((at) => this.units.value_suffices.includes(at));
  }
  applies(column, subtype) {
    return !column.subtypes.length || this.lineage(subtype).some((at) => column.subtypes.includes(at));
  }
}
export function formNamed(code) {
  const document = defs.forms.get(code) ?? defs.before?.[code];
  return document ? new Form(document) : null;
}

class Reader {
  constructor(form) {
    this.form = form;
    this.dated = [];
    this.unread = [];
  }
  value(path, column, said, into, problems) {
    const [value, problem] = clean(this.form, path, column, said);
    if (problem) {
      problems.push(problem);
      return;
    }
    if (value === false || (value !== null && value !== "" && value.length !== 0)) {
      into[path] = value;
      const dated = column.type === "code" ? listView(column.list).dated(String(value)) : null;
      if (dated) {
        this.dated.push([path, dated]);
      }
    }
  }
  inForce(day, problems) {
    for (const [path, one] of day ? this.dated : []) {
      if ((one.from && one.from > day) || (one.to && day > one.to)) {
        problems.push(wrong(path, "code_retired", one.code));
      }
    }
    this.dated = [];
  }
  placeCountry(path, row) {
    const said = (row[path === "place" ? "country" : path.replaceAll("place", "country")] ?? "").slice(0, 200);
    return said ? (listView("country").resolve(said).code ?? "") : "";
  }
  header(row, long) {
    const flat = {},
      problems = [];
    for (const [path, said] of Object.entries(row)) {
      const column = this.form.header.get(normalPath(path)[1]);
      if (!column || path === "date_precision") {
        continue;
      }
      if (path === "date") {
        readDay(said.slice(0, 200), flat, problems);
      } else if (column.type === "place") {
        const answer = resolvePlace(said.slice(0, 200), this.placeCountry(path, row));
        if (answer.code) {
          flat[path] = answer.code;
        } else if (answer.unread) {
          this.unread.push(path);
        } else {
          problems.push(
            wrong(path, answer.doubted ? "doubted" : answer.several ? "ambiguous_place" : "unknown_place", said),
          );
        }
      } else {
        this.value(path, column, said, flat, problems);
      }
    }
    if ("date_precision" in row) {
      coarser(row.date_precision, flat, problems);
    }
    for (const column of this.form.header.values()) {
      if (needs(column, long) && !(column.path in row)) {
        problems.push(wrong(column.path, "required"));
      }
    }
    this.inForce(flat.date, problems);
    flat.kind ??= "seizure";
    return [
      { ...nest(flat), form: this.form.code, form_version: this.form.version, ...(long ? { long: true } : {}) },
      problems,
    ];
  }
  line(row, day, long) {
    const flat = {},
      own = {},
      problems = [],
      form = this.form;
    for (const [path, said] of Object.entries(row)) {
      const column = form.line.get(path);
      if (column && path !== "quantity" && path !== "unit") {
        this.value(path, column, said, column.scope === "fields" ? own : flat, problems);
      }
    }
    this.quantity(row, flat, problems);
    if ("value" in flat && "currency" in flat && otherMoney(row.value, flat.currency)) {
      problems.push(wrong("value", "currency_contradicts", row.value));
    }
    const counted = "quantity" in row;
    if (!counted) {
      if (!("value" in row && "currency" in row && form.valueSuffices(String(flat.subtype ?? "")))) {
        problems.push(wrong("quantity", "no_line"));
      }
    } else if ((flat.quantity ?? "1").startsWith("-") || flat.quantity === "0") {
      problems.push(wrong("quantity", "not_positive", row.quantity));
    }
    if (counted && !("unit" in row) && !("unit" in flat) && "subtype" in flat) {
      const units = form.unitsFor(flat.subtype);
      if (units.length === 1) {
        flat.unit = units[0];
      }
    }
    for (const column of form.line.values()) {
      if (column.path === "quantity" || !needs(column, long) || column.path in row) {
        continue;
      }
      if (column.path === "unit" && (!counted || problems.some((one) => one.path === "quantity"))) {
        continue;
      }
      if (!(column.path in flat) && form.applies(column, String(flat.subtype ?? ""))) {
        problems.push(wrong(column.path, "required"));
      }
    }
    this.inForce(day, problems);
    if (Object.keys(own).length) {
      flat.fields = own;
    }
    return [flat, problems];
  }
  quantity(row, flat, problems) {
    const said = row.unit ?? "";
    if (said) {
      this.value("unit", this.form.line.get("unit"), said, flat, problems);
    }
    if (!("quantity" in row)) {
      return;
    }
    const [quantity, unit, problem] = readQuantity(
      row.quantity,
      said ? (flat.unit ?? null) : null,
      this.form.everyUnit,
    );
    if (problem) {
      problems.push(problem);
    } else {
      flat.quantity = quantity;
    }
    if (unit && !said) {
      flat.unit = unit;
    }
  }
}
const needs = (column, long) => column.needed === "always" || (column.needed === "long" && long);
function readDay(said, flat, problems) {
  const reading = readDate(said);
  if (!reading.value) {
    problems.push(wrong("date", reading.several ? "date_ambiguous" : reading.why, said));
    return;
  }
  flat.date = reading.value.iso;
  flat.date_precision = reading.value.precision;
}
function coarser(said, flat, problems) {
  const [value, problem] = cleanCode("date_precision", said, "date_precision");
  if (problem) {
    problems.push(problem);
    return;
  }
  if ("date" in flat && COARSE.indexOf(value) > COARSE.indexOf(flat.date_precision)) {
    flat.date_precision = value;
    flat.date = flat.date.slice(0, 4) + (value === "year" ? "-01-01" : `${flat.date.slice(4, 7)}-01`);
  }
}
function otherMoney(said, currency) {
  const sign = moneySign(said),
    view = listView("currency"),
    meant = view.codes.has(sign) ? [sign] : sign ? view.named(sign) : [];
  return meant.length > 0 && !meant.includes(currency);
}
export function readQuantity(said, unit, units) {
  const alone = readNumber(said);
  if (alone.value) {
    return [plain(alone.value), "", null];
  }
  if (alone.several) {
    return ["", "", numberProblem("quantity", said, alone)];
  }
  const parts = partsOf(said);
  if (!parts.value) {
    return ["", "", numberProblem("quantity", said, parts)];
  }
  const sum = together(parts.value, units);
  if (!sum.value) {
    return [
      "",
      "",
      wrong(
        "quantity",
        sum.why === "units_differ" ? "units_differ" : sum.several ? "ambiguous_code" : "unknown_unit",
        said,
      ),
    ];
  }
  const [number, code] = sum.value;
  return unit !== null && code !== unit
    ? ["", "", wrong("quantity", "unit_contradicts", said)]
    : [plain(number), code, null];
}

export function readRecord(document, form = formNamed(String(document.form ?? ""))) {
  if (!form) {
    return {
      header: {},
      lines: [],
      problems: [wrong("form", document.form ? "unknown_form" : "required")],
      unread: [],
    };
  }
  const reader = new Reader(form),
    texts = {};
  for (const [path, value] of flatten(document)) {
    const text = asText(value),
      name = normalPath(path)[0];
    if (text.trim() && name !== "lines" && name !== "form") {
      texts[name] = text;
    }
  }
  const long = document.long === true || cleanBoolean("long", texts.long ?? "no")[0] === true;
  const [header, problems] = reader.header(texts, long);
  const lines = [],
    given = Array.isArray(document.lines) ? document.lines : [];
  for (const [at, line] of given.entries()) {
    const row = { ...(line ?? {}), ...(line?.fields ?? {}) };
    delete row.fields;
    const cells = Object.fromEntries(
      Object.entries(row)
        .map(([path, value]) => [path, asText(value)])
        .filter(([, text]) => text.trim()),
    );
    const [value, wrongs] = reader.line(cells, String(header.date ?? ""), long);
    lines.push(value);
    problems.push(...wrongs.map((one) => ({ ...one, path: `lines.${at + 1}.${one.path}` })));
  }
  if (!lines.length && header.kind === "seizure") {
    problems.push(wrong("lines", "required"));
  }
  return { header, lines, problems, unread: reader.unread };
}
