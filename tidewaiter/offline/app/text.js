// Texts made comparable, as the node does it (foundation/text.py, codelists/names.py, readings).
import { defs, find } from "./definitions.js";

export function casefold(text) {
  return text
    .replace(/[\u1e9e]/gu, "ss")
    .toLowerCase()
    .replace(/ß/gu, "ss")
    .replace(/ς/gu, "σ")
    .replace(/ſ/gu, "s");
}

export function anyascii(text) {
  let made = "";
  for (const sign of text) {
    const code = sign.codePointAt(0);
    if (code < 128) {
      made += sign;
      continue;
    }
    const block = code < 0x10000 ? defs.fold[code >> 8] : 0;
    made += block ? block[code & 255] : "";
  }
  return made;
}

const folded = new Map();
export function fold(text) {
  let known = folded.get(text);
  if (known === undefined) {
    const plain = anyascii(text.normalize("NFKC")).toLowerCase().replace(/['`]/g, "");
    known = plain.replace(/[^0-9a-z]+/g, " ").trim() || text.trim().toLowerCase();
    if (folded.size > 50000) {
      folded.clear();
    }
    folded.set(text, known);
  }
  return known;
}

export function words(text) {
  return text.split(/\s+/u).filter(Boolean);
}
export function signKey(text) {
  return words(casefold(text.normalize("NFKC"))).join(" ");
}
export function plainSign(text) {
  return words(signKey(text).replaceAll(".", " ").replaceAll("-", " ")).join(" ") || signKey(text);
}
export function isSign(text) {
  return /\p{Sc}/u.test(text);
}
export function hasHan(text) {
  return find("han", text) !== null;
}
export function sameSigns(text, label) {
  const one = [...signKey(text).replaceAll(" ", "")],
    other = [...signKey(label).replaceAll(" ", "")];
  return (
    one.length === other.length && one.length > 1 && one.some((sign, at) => sign === other[at] && hasHan(sign))
  );
}
export function strip(text, signs) {
  let from = 0,
    to = text.length;
  while (from < to && signs.includes(text[from])) {
    from += 1;
  }
  while (to > from && signs.includes(text[to - 1])) {
    to -= 1;
  }
  return text.slice(from, to);
}
export function withoutDoubt(text) {
  const bare = text.replace(defs.re.doubt, " ");
  return bare === text ? "" : strip(bare, " \t()[]（）");
}
export function withoutNote(text) {
  const bare = text.replace(defs.re.beside, "").trim();
  return bare === text.trim() ? "" : bare;
}
export function partsOfNames(text) {
  const found = text.split(defs.re.parts).map((part) => part.trim());
  return found.length > 1 && found.length <= 6 ? found.filter(Boolean) : [];
}
export function countryKey(text) {
  const short = defs.document.codelists.short;
  const kept = new Set(
    fold(text)
      .split(" ")
      .filter(Boolean)
      .map((word) => short[word] ?? word),
  );
  const left = [...kept].filter((word) => !defs.little.has(word));
  return left.length > 1 ? left.sort().join(" ") : "";
}
export function plainWord(word) {
  const bare = casefold(word)
    .normalize("NFKD")
    .replace(/\p{M}/gu, (sign) => (combining(sign) ? "" : sign));
  return strip(bare.normalize("NFC"), " .,-'’");
}
function combining(sign) {
  return /\p{Mn}/u.test(sign);
}

const ZEROS = (() => {
  const made = [];
  for (let code = 0x80; code < 0x10000; code += 1) {
    if (/\p{Nd}/u.test(String.fromCharCode(code)) && !/\p{Nd}/u.test(String.fromCharCode(code - 1))) {
      made.push(code);
    }
  }
  return made;
})();
function digit(sign) {
  const code = sign.codePointAt(0);
  if (code < 128 || !/\p{Nd}/u.test(sign)) {
    return sign;
  }
  const zero = ZEROS.filter((one) => one <= code).at(-1);
  return zero === undefined ? sign : String((code - zero) % 10);
}
export function alike(text) {
  let made = "";
  for (const sign of text) {
    made += defs.alike.has(sign) ? defs.alike.get(sign) : digit(sign);
  }
  return made.trim();
}
