// Prints the given (`G`) and family names (`F`) of each locale of npm's @faker-js/faker (MIT) as JSON, for
// tools/build_names.py: node tools/faker_js_names.mjs FOLDER/package > faker_js.json
import { pathToFileURL } from "node:url";
import { resolve } from "node:path";

const index = resolve(process.argv[2], "dist/index.js");
const { allLocales } = await import(pathToFileURL(index).href);
const found = {};

function take(value, names) {
  if (Array.isArray(value)) {
    for (const one of value) {
      const name = typeof one === "string" ? one : one.value;
      if (name && !name.includes("{")) names.add(name);
    }
  } else if (value && typeof value === "object") {
    for (const part of Object.values(value)) take(part, names);
  }
}

for (const [locale, { person }] of Object.entries(allLocales)) {
  const given = new Set();
  const family = new Set();
  take(person?.first_name, given);
  take(person?.last_name, family);
  if (given.size) found[locale] = { G: [...given].sort(), F: [...family].sort() };
}
console.log(JSON.stringify(found));
