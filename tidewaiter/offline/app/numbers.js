// Numbers and quantities as people write them (foundation/readings/numbers.py, quantities.py). A number is exact:
// {n, e} is n · 10^-e with a BigInt.
import { defs, find } from "./definitions.js";
import { alike, casefold } from "./text.js";

export function decimal(text) {
  const match = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/.exec(text);
  const [, sign, whole, part = "", power = "0"] = match;
  let n = BigInt(whole + part || "0"),
    e = part.length - Number(power);
  if (sign === "-") {
    n = -n;
  }
  return e < 0 ? { n: n * 10n ** BigInt(-e), e: 0 } : { n, e };
}
function size(n) {
  return (n < 0n ? -n : n).toString().length;
}
function halfEven(n, by) {
  const low = n < 0n,
    whole = low ? -n : n;
  let quotient = whole / by;
  const twice = (whole % by) * 2n;
  if (twice > by || (twice === by && quotient % 2n === 1n)) {
    quotient += 1n;
  }
  return low ? -quotient : quotient;
}
export function equal(a, b) {
  return a.n * 10n ** BigInt(b.e) === b.n * 10n ** BigInt(a.e);
}
export function plain({ n, e }) {
  if (n === 0n) {
    return "0";
  }
  const low = n < 0n,
    digits = (low ? -n : n).toString().padStart(e + 1, "0");
  const whole = digits.slice(0, digits.length - e),
    part = e ? digits.slice(-e).replace(/0+$/, "") : "";
  return (low ? "-" : "") + whole + (part ? `.${part}` : "");
}
export function times(a, b) {
  return { n: a.n * b.n, e: a.e + b.e };
}
export function plus(a, b) {
  const e = Math.max(a.e, b.e);
  return { n: a.n * 10n ** BigInt(e - a.e) + b.n * 10n ** BigInt(e - b.e), e };
}
export function more(a, b) {
  return a.n * 10n ** BigInt(b.e) > b.n * 10n ** BigInt(a.e);
}
export function divided(a, b, digits) {
  let top = a.n * 10n ** BigInt(b.e),
    under = b.n * 10n ** BigInt(a.e),
    e = 0;
  if (top === 0n) {
    return { n: 0n, e: 0 };
  }
  const scale = digits + Math.max(0, size(under) - size(top)) + 1;
  top *= 10n ** BigInt(scale);
  e = scale;
  const rough = top / under,
    over = size(rough) - digits;
  const n = halfEven(top, under * 10n ** BigInt(over));
  return e - over < 0 ? { n: n * 10n ** BigInt(over - e), e: 0 } : { n, e: e - over };
}
function bounded(number) {
  const most = defs.document.readings;
  if (number.n === 0n) {
    return { value: { n: 0n, e: 0 } };
  }
  if (size(number.n) - number.e - 1 >= most.max_digits) {
    return { why: "too_long" };
  }
  if (number.e > most.max_places) {
    return { value: { n: halfEven(number.n, 10n ** BigInt(number.e - most.max_places)), e: most.max_places } };
  }
  return { value: number };
}
function withMarks(raw, mark) {
  if (!raw.includes("٫") && !raw.includes("٬")) {
    return [raw, mark];
  }
  if (raw.includes(".") || (raw.includes(",") && raw.includes("٬"))) {
    return [raw, mark];
  }
  return [raw.replaceAll(",", "٬").replaceAll("٬", ",").replaceAll("٫", "."), "."];
}
function by(raw, mark) {
  if (defs.full.exponent.test(raw)) {
    return mark === "." ? decimal(raw) : null;
  }
  let said = mark === "." ? raw : raw.replace(/[.,]/g, (sign) => (sign === "." ? "," : "."));
  if (mark === "." && said.endsWith(".") && /^\p{Nd}+$/u.test(said.slice(0, -1).replace(/^[+-]+/, ""))) {
    said = said.slice(0, -1);
  }
  if (!defs.full[mark === "." ? "by_point" : "by_comma"].test(said)) {
    return null;
  }
  return decimal(said.replace(/[, '+]/g, ""));
}
function withoutMoney(raw) {
  let sign = "",
    rest = raw;
  if (rest && "+-".includes(rest[0])) {
    sign = rest[0];
    rest = rest.slice(1).trim();
  }
  const hit = moneyAt(rest);
  return hit ? sign + (rest.slice(0, hit.index) + rest.slice(hit.index + hit[0].length)).trim() : raw;
}
function moneyAt(rest) {
  const hits = [...rest.matchAll(defs.re.money)];
  return hits.find((one) => one.index === 0) ?? hits.find((one) => one.index + one[0].length === rest.length);
}
export function moneySign(text) {
  return /^\p{Nd}/u.test(text) && /\p{Nd}$/u.test(text)
    ? ""
    : (moneyAt(alike(text).replace(/^[+-]+/, "").trim())?.[0].trim() ?? "");
}
function why(raw) {
  if (!/\p{N}|[一二三四五六七八九十百千万億兆〇零壹贰叁肆伍陆柒捌玖拾佰仟萬亿两]/u.test(raw)) {
    return "not_a_number";
  }
  const said = casefold(raw).match(/[\p{L}\p{Nl}\p{No}]+\.?|[~≈∼±<>≤≥]=?/gu) ?? [];
  if (find("between", raw) && !/^[0-9]{4}-[0-9]{1,2}(-[0-9]{1,2})?$/.test(raw)) {
    return "between";
  }
  if (said.some((word) => defs.words.about.has(word)) || raw.endsWith("+")) {
    return "about";
  }
  if (said.some((word) => defs.words.bound.has(word))) {
    return "about";
  }
  if ((find("times", raw) && !raw.startsWith("0x")) || raw.normalize("NFKC").includes("⁄")) {
    return "times";
  }
  return /^[+-]?[0-9][0-9 .,']*$/.test(raw) ? "grouping" : "not_a_number";
}

export function readNumber(text, { money = false } = {}) {
  if (defs.full.simple.test(text)) {
    return bounded(decimal(text));
  }
  if (text.length > defs.document.readings.longest_number) {
    return { why: /^\p{Nd}+$/u.test(text.trim()) ? "too_long" : "not_a_number" };
  }
  const [raw, mark] = withMarks(money ? withoutMoney(alike(text)) : alike(text), "");
  let found = [...(mark || ".,")].map((one) => by(raw, one)).filter((one) => one !== null);
  if (found.length > 1 && (equal(found[0], found[1]) || !raw.includes(","))) {
    found = found.slice(0, 1);
  }
  if (found.length > 1) {
    return { several: found };
  }
  return found.length ? bounded(found[0]) : { why: why(raw) };
}

function unitOf(word) {
  return word
    .trim()
    .replace(new RegExp(defs.re.joined.source, defs.re.joined.flags.replace("g", "")), "")
    .trim();
}

export function partsOf(text) {
  const said = alike(text.slice(0, defs.document.readings.longest_number + 1));
  const alone = readNumber(said);
  if (alone.value) {
    return { value: [[alone.value, ""]] };
  }
  if (alone.several) {
    return { several: alone.several.map((number) => [[number, ""]]) };
  }
  if (["about", "between", "times", "too_long"].includes(alone.why)) {
    return { why: alone.why };
  }
  const parts = [];
  let at = 0;
  for (const hit of said.matchAll(defs.re.part)) {
    if (said.slice(at, hit.index).trim()) {
      return { why: "not_a_number" };
    }
    const end = hit.index + hit[0].length,
      number = readNumber(hit.groups.number.replace(/[.,' ]+$/, ""));
    if (!number.value) {
      if (number.several) {
        const unit = unitOf(hit.groups.unit);
        return end === said.length && !parts.length
          ? { several: number.several.map((one) => [[one, unit]]) }
          : { why: "grouping" };
      }
      return { why: number.why };
    }
    if (find("reaches", hit.groups.unit.trim())) {
      return { why: "between" };
    }
    parts.push([number.value, unitOf(hit.groups.unit)]);
    at = end;
    const tail = /^\s*[,;&+]\s*/u.exec(said.slice(at));
    at += tail ? tail[0].length : 0;
  }
  if (!parts.length || said.slice(at).trim()) {
    return { why: parts.length ? "not_a_number" : alone.why };
  }
  return { value: parts };
}
