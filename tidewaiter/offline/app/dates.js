// Dates as people write them (foundation/readings/dates.py, months.py).
import { defs } from "./definitions.js";
import { alike, plainWord, strip } from "./text.js";

const two = (number) => String(number).padStart(2, "0");
const range = () => defs.document.readings.years;

export function readDate(text) {
  const longest = defs.document.readings.longest_date;
  const said = alike(text.slice(0, longest + 1));
  if (said.length > longest) {
    return { why: "date_unreadable" };
  }
  const time = new RegExp(defs.re.time.source, defs.re.time.flags.replace("g", ""));
  const bare = strip(said.replace(time, ""), " ,");
  if (/^['’`]?\d+$/.test(bare) || defs.full.serial.test(said)) {
    return ofDigits(said.includes(".") && said.split(".").length === 2 ? said : strip(bare, "'’`"));
  }
  let match = defs.full.span.exec(bare);
  if (match && follows(match)) {
    if (!(match[3].length === 2 && +match[3] >= 1 && +match[3] <= 12)) {
      return { why: "date_span", facts: { first: match[1] } };
    }
    if (match[2] !== "-") {
      return oneOf([whole(+match[1], +match[3], null), whole(+match[1], null, null)]);
    }
  }
  match = defs.full.iso.exec(bare);
  if (match) {
    return whole(+match[1], match[3] ? +match[3] : null, match[4] ? +match[4] : null);
  }
  match = defs.full.chinese.exec(bare);
  if (match) {
    return whole(+match[1], match[2] ? +match[2] : null, match[3] ? +match[3] : null);
  }
  match = defs.full.month_year.exec(bare);
  if (match) {
    return whole(+match[2], +match[1], null);
  }
  match = defs.full.three.exec(bare);
  if (match) {
    return threeNumbers(match[1], match[3], match[4], match[2]);
  }
  if (quarterOf(bare)) {
    return { why: "date_quarter" };
  }
  return onItsWeekday(withWords(bare), bare);
}
function follows(match) {
  return +match[3] === (+match[1] + 1) % (match[3].length === 4 ? 10000 : 100);
}
function quarterOf(text) {
  const match = defs.full.quarter.exec(alike(text.slice(0, defs.document.readings.longest_date)));
  if (!match) {
    return false;
  }
  const year = Object.entries(match.groups).find(([name, said]) => name.startsWith("year") && said);
  return +year[1] >= range()[0] && +year[1] <= range()[1];
}
function ofDigits(said) {
  const [first, last] = range(),
    [low, high] = defs.document.readings.serials;
  const match = defs.full.compact.exec(said);
  if (match) {
    return whole(+match[1], +match[2], +match[3]);
  }
  if (
    said.length === 6 &&
    +said.slice(0, 4) >= first &&
    +said.slice(0, 4) <= last &&
    +said.slice(4) >= 1 &&
    +said.slice(4) <= 12
  ) {
    return whole(+said.slice(0, 4), +said.slice(4), null);
  }
  if (/^\d{4}$/.test(said)) {
    return +said >= first && +said <= last
      ? { value: { iso: `${said}-01-01`, precision: "year" } }
      : { why: "date_year", facts: { year: said } };
  }
  if (defs.full.serial.test(said) && Math.trunc(+said) >= low && Math.trunc(+said) < high) {
    const day = new Date(Date.UTC(1899, 11, 30) + Math.trunc(+said) * 86400000);
    return { value: { iso: day.toISOString().slice(0, 10), precision: "day" } };
  }
  return { why: "date_unreadable" };
}
function whole(year, month, day) {
  const [first, last] = range();
  if (!(year >= first && year <= last)) {
    return { why: "date_year", facts: { year: String(year) } };
  }
  if (month === null) {
    return { value: { iso: `${year}-01-01`, precision: "year" } };
  }
  if (!(month >= 1 && month <= 12)) {
    return { why: "date_month", facts: { month_said: String(month) } };
  }
  if (day === null) {
    return { value: { iso: `${year}-${two(month)}-01`, precision: "month" } };
  }
  const days = new Date(Date.UTC(year, month, 0)).getUTCDate();
  if (!(day >= 1 && day <= days)) {
    return { why: "date_day", facts: { month: String(month), year: String(year), days: String(days) } };
  }
  return { value: { iso: `${year}-${two(month)}-${two(day)}`, precision: "day" } };
}
function oneOf(readings) {
  const found = new Map(
    readings.filter((one) => one.value).map((one) => [`${one.value.iso} ${one.value.precision}`, one.value]),
  );
  if (found.size === 1) {
    return { value: [...found.values()][0] };
  }
  return found.size ? { several: [...found.values()] } : { why: "date_unreadable" };
}
function threeNumbers(first, second, third, between) {
  const tried = [];
  if ([2, 4].includes(third.length) && first.length <= 2) {
    tried.push(...years(third).map((year) => whole(year, +second, +first)));
    tried.push(...years(third).map((year) => whole(year, +first, +second)));
  }
  if (
    (first.length === 4 || (first.length === 2 && third.length === 2 && "-/".includes(between))) &&
    third.length <= 2
  ) {
    tried.push(...years(first).map((year) => whole(year, +second, +third)));
  }
  if (tried.some((one) => one.value)) {
    return oneOf(tried);
  }
  return tried.find((one) => one.why === "date_day") ?? tried[0] ?? { why: "date_unreadable" };
}
// A year of two digits that may be of either century is both (foundation/readings/dates.py).
function years(year) {
  const [from, until] = defs.document.readings.either;
  if (year.length === 4) {
    return [+year];
  }
  return +year < from ? [2000 + +year] : +year >= until ? [1900 + +year] : [2000 + +year, 1900 + +year];
}
function ofEither(year, month, day) {
  const tried = years(year).map((one) => whole(one, month, day));
  return tried.some((one) => one.value) ? oneOf(tried) : tried[0];
}
function withMonthNumbers(text) {
  const said = plainWord(text).replace(defs.re.long_months, (hit) => ` m${defs.months.get(hit)} `);
  const marked = said.replace(/(?<![\p{L}\p{N}_])m([0-9]+)(?![\p{L}\p{N}_])/gu, " ⟨$1⟩ ");
  const out = [];
  let named = false;
  for (const word of marked.match(/[0-9]+|m[0-9]+|[\p{L}\p{Nl}\p{No}]+\.?|[^\p{L}\p{N}_\s]/gu) ?? []) {
    const bare = plainWord(word);
    if (defs.months.has(bare)) {
      out.push(`m${defs.months.get(bare)}`);
      named = true;
    } else if (/^\p{L}/u.test(bare)) {
      if (!defs.words.fillers.has(bare) && !defs.words.days.has(bare)) {
        return [text, false];
      }
    } else if (/^\p{Nd}/u.test(word) || word === "⟨" || word === "⟩") {
      out.push(word);
    }
  }
  const joined = out.join(" ").replace(/⟨ (\d+) ⟩/g, "m$1");
  return [joined, named || joined.includes("m")];
}
// A day whose weekday is named must be one (foundation/readings/dates.py).
function onItsWeekday(reading, said) {
  if (!reading.value || reading.value.precision !== "day") {
    return reading;
  }
  const on = (new Date(`${reading.value.iso}T00:00:00Z`).getUTCDay() + 6) % 7;
  const named = (plainWord(said).match(/[\p{L}\p{Nl}\p{No}]+/gu) ?? [])
    .map((word) => defs.words.days.get(plainWord(word)))
    .filter(Boolean);
  if (named.every((days) => days.includes(on))) {
    return reading;
  }
  return { why: "date_weekday", facts: { day: reading.value.iso, weekday: String(on) } };
}
function withWords(said) {
  let bare = said;
  const stuck = defs.full.stuck.exec(bare);
  if (stuck) {
    bare = stuck.slice(1).join(" ");
  }
  const [text, named] = withMonthNumbers(bare);
  if (!named) {
    return { why: "date_unreadable" };
  }
  const parts = text.split(/\s+/u).filter(Boolean),
    numbers = parts.filter((part) => part[0] !== "m");
  const months = parts.filter((part) => part[0] === "m").map((part) => Number(part.slice(1)));
  if (months.length !== 1 || numbers.length > 2 || !numbers.every((part) => /^\p{Nd}+$/u.test(part))) {
    return { why: "date_unreadable" };
  }
  const month = months[0];
  if (!numbers.length || (numbers.length === 1 && parts[0][0] !== "m" && numbers[0].length <= 2)) {
    return { why: "date_no_year" };
  }
  if (numbers.length === 1) {
    return [2, 4].includes(numbers[0].length) ? ofEither(numbers[0], month, null) : { why: "date_unreadable" };
  }
  const [first, second] = numbers;
  if (first.length === 4) {
    return second.length <= 2 ? whole(+first, month, +second) : { why: "date_unreadable" };
  }
  if (second.length === 4 || (second.length === 2 && parts.at(-1) === second)) {
    return ofEither(second, month, +first);
  }
  return { why: "date_unreadable" };
}
