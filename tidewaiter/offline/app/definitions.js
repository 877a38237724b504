// The node's own definitions, compiled once: patterns, words, lists, forms. Nothing of them is written in the browser.
export const defs = { re: {}, full: {}, words: {}, lists: new Map(), forms: new Map(), places: null, fold: null };

export function load(document) {
  defs.document = document;
  for (const part of ["readings", "codelists", "forms"]) {
    for (const [name, { source, flags }] of Object.entries(document[part].patterns)) {
      defs.re[name] = new RegExp(source, flags + "g");
      defs.full[name] = new RegExp(`^(?:${source})$`, flags);
    }
  }
  const readings = document.readings;
  defs.alike = new Map(Object.entries(readings.alike));
  for (const name of ["about", "bound", "fillers"]) {
    defs.words[name] = new Set(readings[name]);
  }
  defs.words.days = new Map(Object.entries(readings.days));
  defs.months = new Map(Object.entries(readings.months));
  defs.little = new Set(document.codelists.little);
  for (const name of ["no_reference", "yes", "no"]) {
    defs.words[name] = new Set(document.forms[name]);
  }
  defs.forms = new Map();
  for (const form of document.forms_in_use) {
    defs.forms.set(form.code, form);
  }
}

export function find(name, text) {
  const pattern = defs.re[name];
  pattern.lastIndex = 0;
  return pattern.exec(text);
}
