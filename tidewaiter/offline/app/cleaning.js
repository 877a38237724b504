// One field's text as the node cleans it: codes, numbers, units, dates by their reader; a value or a problem.
import { defs } from "./definitions.js";
import { casefold } from "./text.js";
import { plain, readNumber } from "./numbers.js";
import { readDate } from "./dates.js";
import { listView, readUnit } from "./lists.js";

export const wrong = (path, code, said = "") => ({ path, code, said: said.slice(0, 80) });

function cleanText(path, said, largest) {
  const text = said.normalize("NFC").replaceAll("\r\n", "\n").replaceAll("\r", "\n").trim();
  if (text.search(defs.re.control) >= 0) {
    return [null, wrong(path, "control_characters", text)];
  }
  return [...text].length > largest ? [null, wrong(path, "too_long", text)] : [text, null];
}
export function cleanCode(path, said, list) {
  const answer = listView(list).resolve(said.slice(0, 200));
  if (answer.code) {
    return [answer.code, null];
  }
  const code = answer.doubted
    ? "doubted"
    : answer.listed
      ? "several_countries"
      : answer.several
        ? "ambiguous_code"
        : "unknown_code";
  return [null, { ...wrong(path, code, said), proposals: answer.proposals }];
}
function cleanCodes(path, said, list) {
  const codes = [];
  for (const part of said.split(";").filter((one) => one.trim())) {
    const [code, problem] = cleanCode(path, part, list);
    if (problem) {
      return [null, problem];
    }
    if (!codes.includes(code)) {
      codes.push(code);
    }
  }
  return [codes, null];
}
const NUMBERS = {
  about: "number_about",
  between: "number_between",
  times: "number_times",
  grouping: "number_grouping",
  too_long: "number_too_long",
};
export function numberProblem(path, said, reading) {
  return wrong(path, reading.several ? "number_ambiguous" : (NUMBERS[reading.why] ?? "not_a_number"), said);
}
function cleanDecimal(path, column, text) {
  const said = column.per_cent && text.endsWith("%") ? text.slice(0, -1).trim() : text;
  const reading = readNumber(said, { money: path !== "quantity" });
  return reading.value ? [plain(reading.value), null] : [null, numberProblem(path, said, reading)];
}
function cleanHs(path, said) {
  const digits = said.replace(/[.\s]/gu, "");
  if (!/^(?:\p{Nd}{2}|\p{Nd}{4}|\p{Nd}{6})$/u.test(digits)) {
    return [null, wrong(path, "hs_unreadable", said)];
  }
  return listView("hs").codes.has(digits) ? [digits, null] : [null, wrong(path, "hs_unknown", digits)];
}
export function cleanBoolean(path, said) {
  const word = casefold(said.trim());
  if (defs.words.yes.has(word)) {
    return [true, null];
  }
  return defs.words.no.has(word) ? [false, null] : [null, wrong(path, "not_yes_or_no", said)];
}
function cleanUnit(path, said, allowed) {
  const reading = readUnit(said.slice(0, 200), allowed);
  return reading.value
    ? [reading.value, null]
    : [null, wrong(path, reading.several ? "ambiguous_code" : "unknown_unit", said)];
}
export function clean(form, path, column, said) {
  if (column.type === "integer") {
    const [value, problem] = cleanDecimal(path, column, said);
    return !problem && value.includes(".") ? [null, wrong(path, "not_a_whole_number", said)] : [value, problem];
  }
  if (column.type === "decimal") {
    return cleanDecimal(path, column, said);
  }
  if (column.list === "unit" && column.scope === "line") {
    return cleanUnit("unit", said, form.everyUnit);
  }
  if (column.type === "code" && column.open) {
    const { code } = listView(column.list).resolve(said.slice(0, 200));
    return code ? [code, null] : cleanText(path, said, column.largest);
  }
  if (column.type === "code") {
    return cleanCode(path, said, column.list);
  }
  if (column.type === "codes") {
    return cleanCodes(path, said, column.list);
  }
  if (column.type === "boolean") {
    return cleanBoolean(path, said);
  }
  if (column.type === "hs") {
    return cleanHs(path, said);
  }
  if (column.type === "date") {
    const reading = readDate(said);
    if (reading.value) {
      return [reading.value.iso, null];
    }
    return [null, wrong(path, reading.several ? "date_ambiguous" : reading.why, said)];
  }
  if (path === "national_ref") {
    if (defs.words.no_reference.has(casefold(said.trim()))) {
      return [null, wrong(path, "no_reference", said)];
    }
    if (defs.full.cut_short.test(said.trim())) {
      return [null, wrong(path, "reference_rounded", said)];
    }
  }
  return cleanText(path, said, column.largest);
}
