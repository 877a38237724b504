// Sealing, signing, verifying: WebCrypto alone. A desk's key is wrapped twice: by the officer's passphrase (PBKDF2,
// then AES-GCM) and for the node's recovery key (JWE: ECDH-ES over X25519, A256GCM). See docs/wire/offline.md.
const subtle = globalThis.crypto?.subtle;
const ROUNDS = 600_000;
const encoder = new TextEncoder(),
  decoder = new TextDecoder();
export const bytes = (text) => encoder.encode(text);
export const text = (data) => decoder.decode(data);

export function b64(data) {
  let made = "";
  for (const byte of new Uint8Array(data)) {
    made += String.fromCharCode(byte);
  }
  return btoa(made).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}
export function unb64(said) {
  return Uint8Array.from(atob(said.replaceAll("-", "+").replaceAll("_", "/")), (sign) => sign.charCodeAt(0));
}
export async function sha256(data) {
  return [...new Uint8Array(await subtle.digest("SHA-256", data))]
    .map((byte) => byte.toString(16).padStart(2, "0"))
    .join("");
}
export function joined(...parts) {
  const made = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, 0));
  let at = 0;
  for (const part of parts) {
    made.set(new Uint8Array(part.buffer ?? part, part.byteOffset ?? 0, part.byteLength), at);
    at += part.byteLength;
  }
  return made;
}
export async function works() {
  try {
    await subtle.generateKey("Ed25519", true, ["sign", "verify"]);
    await subtle.generateKey("X25519", true, ["deriveBits"]);
    return true;
  } catch {
    return false;
  }
}

async function fromPassphrase(passphrase, salt, rounds) {
  const material = await subtle.importKey("raw", bytes(passphrase.normalize("NFKC")), "PBKDF2", false, [
    "deriveKey",
  ]);
  return subtle.deriveKey(
    { name: "PBKDF2", hash: "SHA-256", salt, iterations: rounds },
    material,
    { name: "AES-GCM", length: 256 },
    false,
    ["encrypt", "decrypt"],
  );
}
async function sealedWith(key, data, about) {
  const iv = crypto.getRandomValues(new Uint8Array(12));
  return joined(
    iv,
    new Uint8Array(await subtle.encrypt({ name: "AES-GCM", iv, additionalData: bytes(about) }, key, data)),
  );
}
async function openedWith(key, sealed, about) {
  return new Uint8Array(
    await subtle.decrypt(
      { name: "AES-GCM", iv: sealed.slice(0, 12), additionalData: bytes(about) },
      key,
      sealed.slice(12),
    ),
  );
}
async function wrappedFor(nodeKey, data) {
  const own = await subtle.generateKey("X25519", true, ["deriveBits"]);
  const theirs = await subtle.importKey("raw", unb64(nodeKey.x), "X25519", false, []);
  const shared = new Uint8Array(await subtle.deriveBits({ name: "X25519", public: theirs }, own.privateKey, 256));
  const number = (value) => new Uint8Array([0, 0, 0, value]);
  const algorithm = bytes("A256GCM");
  // RFC 7518, §4.6.2: one round of Concat KDF; 256 bits as a number of four bytes is 0 0 1 0
  const material = await subtle.digest(
    "SHA-256",
    joined(
      number(1),
      shared,
      number(algorithm.length),
      algorithm,
      number(0),
      number(0),
      new Uint8Array([0, 0, 1, 0]),
    ),
  );
  const key = await subtle.importKey("raw", material, "AES-GCM", false, ["encrypt"]);
  const epk = { kty: "OKP", crv: "X25519", x: b64(await subtle.exportKey("raw", own.publicKey)) };
  const head = b64(bytes(JSON.stringify({ alg: "ECDH-ES", enc: "A256GCM", kid: nodeKey.kid, epk })));
  const iv = crypto.getRandomValues(new Uint8Array(12));
  const sealed = new Uint8Array(
    await subtle.encrypt({ name: "AES-GCM", iv, additionalData: bytes(head) }, key, data),
  );
  return [head, "", b64(iv), b64(sealed.slice(0, -16)), b64(sealed.slice(-16))].join(".");
}

export class Desk {
  constructor(record, key, signing) {
    this.record = record;
    this.key = key;
    this.signing = signing;
  }
  get username() {
    return this.record.username;
  }
  seal(data, about) {
    return sealedWith(this.key, data, about);
  }
  open(sealed, about) {
    return openedWith(this.key, sealed, about);
  }
  async sealJson(document, about) {
    return this.seal(bytes(JSON.stringify(document)), about);
  }
  async openJson(sealed, about) {
    return JSON.parse(text(await this.open(sealed, about)));
  }
  async sign(document, typ) {
    const said = [{ alg: "Ed25519", kid: this.record.device, typ }, document]
      .map((part) => b64(bytes(JSON.stringify(part))))
      .join(".");
    return `${said}.${b64(await subtle.sign("Ed25519", this.signing, bytes(said)))}`;
  }
}
// A new desk: its key, wrapped twice; its signing key, sealed under it. Nothing of the passphrase is kept.
export async function newDesk(who, passphrase, nodeKeys) {
  const raw = crypto.getRandomValues(new Uint8Array(32)),
    salt = crypto.getRandomValues(new Uint8Array(16));
  const key = await subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]);
  const pair = await subtle.generateKey("Ed25519", true, ["sign", "verify"]);
  const record = {
    ...who,
    salt,
    rounds: ROUNDS,
    keys: nodeKeys,
    device: "",
    status: "enrolled",
    wrapped: await sealedWith(await fromPassphrase(passphrase, salt, ROUNDS), raw, "desk"),
    recovery: await wrappedFor(
      nodeKeys.find((one) => one.use === "enc"),
      raw,
    ),
    public_key: b64(await subtle.exportKey("raw", pair.publicKey)),
    signing: await sealedWith(key, await subtle.exportKey("pkcs8", pair.privateKey), "signing"),
  };
  raw.fill(0);
  return new Desk(record, key, pair.privateKey);
}
export async function openDesk(record, passphrase) {
  const raw = await openedWith(
    await fromPassphrase(passphrase, record.salt, record.rounds),
    record.wrapped,
    "desk",
  );
  const key = await subtle.importKey("raw", raw, "AES-GCM", false, ["encrypt", "decrypt"]);
  raw.fill(0);
  const signing = await subtle.importKey(
    "pkcs8",
    await openedWith(key, record.signing, "signing"),
    "Ed25519",
    false,
    ["sign"],
  );
  return new Desk(record, key, signing);
}
// What the node has signed, or null: by a key that this desk has held to be the node's, and no other.
export async function verified(token, typ, keys) {
  try {
    const [head, body, signature] = token.split("."),
      said = JSON.parse(text(unb64(head)));
    const known = keys.find((one) => one.use === "sig" && one.kid === said.kid);
    if (!known || said.alg !== "Ed25519" || said.typ !== typ) {
      return null;
    }
    const key = await subtle.importKey("raw", unb64(known.x), "Ed25519", false, ["verify"]);
    return (await subtle.verify("Ed25519", key, unb64(signature), bytes(`${head}.${body}`)))
      ? JSON.parse(text(unb64(body)))
      : null;
  } catch {
    return null;
  }
}
