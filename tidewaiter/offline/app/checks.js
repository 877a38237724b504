// The checks that need nothing but the record and the definitions (checks/*.py). Others are made when it arrives:
// what is usual, what is there twice, what looks like a name.
import { defs } from "./definitions.js";
import { listView } from "./lists.js";
import { placeUse } from "./places.js";

export const CODES = [
  "date_in_future",
  "date_impossible",
  "unit_not_allowed",
  "place_mismatch",
  "route_conflict",
  "carrier_mode",
  "check_digit",
  "hs_mismatch",
  "not_in_list",
];
const found = (code, severity, path, says = {}) => ({ code, severity, path, says });
const USES = { seaport: "1", railway_station: "2", airport: "4" };
const MODES = { airport: "12378", seaport: "4", mail_centre: "18" };
const LENGTH = { year: 4, month: 7 };
const BAR = "█";

function* date(header, lines, form, today) {
  const day = String(header.date ?? ""),
    length = LENGTH[header.date_precision ?? "day"] ?? 10;
  if (day && day.slice(0, length) > today.slice(0, length)) {
    yield found("date_in_future", "stop", "date", { date: day.slice(0, length), today });
  } else if (day && day < "1950-01-01") {
    yield found("date_impossible", "stop", "date", { date: day.slice(0, length), earliest: "1950" });
  }
}
function* unit(header, lines, form) {
  for (const [at, line] of lines.entries()) {
    const allowed = form.unitsFor(String(line.subtype ?? ""));
    if (line.unit && !allowed.includes(line.unit)) {
      yield found("unit_not_allowed", "stop", `lines.${at + 1}.unit`, {
        unit: line.unit,
        subtype: line.subtype ?? "",
        allowed: allowed.join(", "),
      });
    }
  }
}
function* place(header) {
  const at = String(header.place ?? ""),
    kind = String(header.location_type ?? ""),
    mode = String(header.conveyance?.mode ?? "");
  if (at && at.slice(0, 2) !== header.country) {
    yield found("place_mismatch", "warn", "place", { place: at, why: "" });
    return;
  }
  const needed = USES[kind],
    use = placeUse(at);
  if (at && needed && use && !use.includes(needed)) {
    yield found("place_mismatch", "warn", "place", { place: at, why: "" });
    return;
  }
  if (MODES[kind] && mode && mode.length === 1 && MODES[kind].includes(mode)) {
    yield found("place_mismatch", "warn", "place", { place: at || kind, why: "" });
  }
}
function* route(header) {
  const legs = header.route;
  if (!legs?.length) {
    return;
  }
  const role = Object.fromEntries(legs.filter((leg) => leg.role !== "transit").map((leg) => [leg.role, leg]));
  const from = role.departure ?? {},
    to = role.destination ?? {};
  let any = false;
  if (from.country && from.country === to.country && from.place === to.place) {
    if (!legs.some((leg) => leg.role === "transit") && (header.direction !== "domestic" || from.place)) {
      any = true;
      yield found("route_conflict", "warn", "route");
    }
  }
  const on = new Set(legs.map((leg) => leg.country || String(leg.place ?? "").slice(0, 2)));
  if (
    from.country &&
    to.country &&
    !on.has(header.country) &&
    ["import", "export", "domestic"].includes(header.direction)
  ) {
    any = true;
    yield found("route_conflict", "warn", "route");
  }
  const dated = legs.filter((leg) => leg.date).map((leg) => String(leg.date)),
    length = LENGTH[header.date_precision ?? "day"] ?? 10;
  if (!dated.length) {
    return;
  }
  for (const name of ["origin", "departure"]) {
    if (String(role[name]?.date ?? "").slice(0, length) > String(header.date ?? "").slice(0, length)) {
      any = true;
      yield found("route_conflict", "warn", `route.${name}.date`);
    }
  }
  if (!any && dated.join() !== [...dated].sort().join()) {
    yield found("route_conflict", "warn", "route");
  }
}
function* carrier(header) {
  const { mode: said, carrier: airline, imo } = header.conveyance ?? {},
    mode = String(said ?? "");
  if (airline && !["", "0", "6", "9", "4", "5"].includes(mode)) {
    yield found("carrier_mode", "warn", "conveyance.carrier");
  }
  if (imo && !["", "0", "6", "9", "1", "8"].includes(mode)) {
    yield found("carrier_mode", "warn", "conveyance.imo");
  }
}
const squeezed = (text, signs) => [...text.trim()].filter((sign) => !signs.includes(sign)).join("");
function isContainer(text) {
  const number = squeezed(text, " ").toUpperCase();
  if (!/^[0-9A-Z]{3}[UJZR]\d{7}$/.test(number)) {
    return false;
  }
  const values = "0123456789A BCDEFGHIJK LMNOPQRSTU VWXYZ";
  const sum = [...number.slice(0, 10)].reduce((total, sign, at) => total + values.indexOf(sign) * 2 ** at, 0);
  return String((sum % 11) % 10) === number[10];
}
function isImo(text) {
  let number = text.toUpperCase();
  number = squeezed(number.startsWith("IMO") ? number.slice(3) : number, " ");
  if (number.startsWith("IMO")) {
    number = number.slice(3);
  }
  return (
    /^\d{7}$/.test(number) &&
    String([...number.slice(0, 6)].reduce((sum, sign, at) => sum + sign * (7 - at), 0) % 10) === number[6]
  );
}
function isWaybill(text) {
  if (!/^\d{3}[- ]?\d{8}$/.test(text)) {
    return true;
  }
  const digits = text.replace(/\D/g, "").slice(3);
  return Number(digits.slice(0, 7)) % 7 === Number(digits[7]);
}
function isEan(text) {
  const number = squeezed(text, " -");
  if (!/^\d+$/.test(number) || ![14, 13, 12, 8].includes(number.length)) {
    return false;
  }
  const sum = [...number.slice(0, -1)].reverse().reduce((total, sign, at) => total + sign * (at % 2 ? 1 : 3), 0);
  return String((10 - (sum % 10)) % 10) === number.at(-1);
}
function isCas(text) {
  let number = squeezed(text, " ");
  if (!number.includes("-")) {
    number = `${number.slice(0, -3)}-${number.slice(-3, -1)}-${number.slice(-1)}`;
  }
  if (!/^[1-9]\d{1,6}-\d{2}-\d$/.test(number)) {
    return false;
  }
  const digits = number.slice(0, -1).replaceAll("-", "");
  return String([...digits].reverse().reduce((sum, sign, at) => sum + sign * (at + 1), 0) % 10) === number.at(-1);
}
const HEADER = { container: isContainer, imo: isImo, number: isWaybill },
  LINE = { gtin: isEan, cas: isCas };
function* digits(header, lines) {
  for (const [name, valid] of Object.entries(HEADER)) {
    const said = String(header.conveyance?.[name] || "");
    if (said && !said.includes(BAR) && !valid(said)) {
      yield found("check_digit", "warn", `conveyance.${name}`, { number: said.slice(0, 40), kind: name });
    }
  }
  for (const [at, line] of lines.entries()) {
    for (const [name, valid] of Object.entries(LINE)) {
      const said = String(line.fields?.[name] || "");
      if (said && !said.includes(BAR) && !valid(said)) {
        yield found("check_digit", "warn", `lines.${at + 1}.${name}`, { number: said.slice(0, 40), kind: name });
      }
    }
  }
}
function* hs(header, lines, form) {
  for (const [at, line] of lines.entries()) {
    const code = String(line.hs ?? "");
    if (code && form.hs.length && !form.hs.some((one) => code.startsWith(one) || one.startsWith(code))) {
      yield found("hs_mismatch", "warn", `lines.${at + 1}.hs`, {
        hs: code,
        headings: form.hs.slice(0, 12).join(", "),
      });
    }
  }
}
function* openCodes(header, lines, form) {
  const columns = form.columns.filter((column) => column.open && column.scope === "fields");
  for (const [at, line] of lines.entries()) {
    for (const column of columns) {
      const said = String(line.fields?.[column.path] ?? "");
      if (said && !listView(column.list).codes.has(said)) {
        yield found("not_in_list", "note", `lines.${at + 1}.${column.path}`, { said });
      }
    }
  }
}
export function runChecks(header, lines, form, today) {
  return [date, unit, place, route, carrier, digits, hs, openCodes].flatMap((check) => [
    ...check(header, lines, form, today),
  ]);
}
export function sentence(one) {
  const words = defs.document.checks[one.code];
  return words
    ? [words.title, words.sentence.replace(/%\((\w+)\)s/g, (_all, name) => one.says[name] ?? "").trim()]
    : [one.code, ""];
}
