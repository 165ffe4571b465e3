var __defProp = Object.defineProperty;
var __getOwnPropDesc = Object.getOwnPropertyDescriptor;
var __getOwnPropNames = Object.getOwnPropertyNames;
var __hasOwnProp = Object.prototype.hasOwnProperty;
var __export = (target, all) => {
  for (var name in all)
    __defProp(target, name, { get: all[name], enumerable: true });
};
var __copyProps = (to, from, except, desc) => {
  if (from && typeof from === "object" || typeof from === "function") {
    for (let key of __getOwnPropNames(from))
      if (!__hasOwnProp.call(to, key) && key !== except)
        __defProp(to, key, { get: () => from[key], enumerable: !(desc = __getOwnPropDesc(from, key)) || desc.enumerable });
  }
  return to;
};
var __toCommonJS = (mod) => __copyProps(__defProp({}, "__esModule", { value: true }), mod);

// <stdin>
var stdin_exports = {};
__export(stdin_exports, {
  ARGON2_FLOOR: () => ARGON2_FLOOR,
  AUDIT_GENESIS: () => AUDIT_GENESIS,
  AUDIT_SALT_BYTES: () => AUDIT_SALT_BYTES,
  AUDIT_START: () => AUDIT_START,
  BLIND_KINDS: () => BLIND_KINDS,
  DirectiveStatementSchema: () => DirectiveStatementSchema,
  FileSink: () => FileSink,
  KEYED_TAG_BYTES: () => KEYED_TAG_BYTES,
  KEY_NAMES: () => KEY_NAMES,
  KeyRing: () => KeyRing,
  Keyslots: () => Keyslots,
  LeaseStatementSchema: () => LeaseStatementSchema,
  OfficeStatementSchema: () => OfficeStatementSchema,
  ROLE_KEYS: () => ROLE_KEYS,
  ReceiptStatementSchema: () => ReceiptStatementSchema,
  RingSink: () => RingSink,
  RoleStatementSchema: () => RoleStatementSchema,
  SEALED_BOX_OVERHEAD_BYTES: () => SEALED_BOX_OVERHEAD_BYTES,
  SignedStatementSchema: () => SignedStatementSchema,
  appendEntry: () => appendEntry,
  applySm4Ctr: () => applySm4Ctr,
  argon2: () => argon2,
  blindColumns: () => blindColumns,
  blindTag: () => blindTag,
  consoleSink: () => consoleSink,
  createKeyedTagger: () => createKeyedTagger,
  createLogger: () => createLogger,
  createSm3: () => createSm3,
  deriveFieldKeys: () => deriveFieldKeys,
  measureArgon2: () => measureArgon2,
  nextAuditKey: () => nextAuditKey,
  openBox: () => openBox,
  openNumber: () => openNumber,
  openPerson: () => openPerson,
  openStatement: () => openStatement,
  readAuditHeader: () => readAuditHeader,
  sealBox: () => sealBox,
  sealNumbers: () => sealNumbers,
  sealPersons: () => sealPersons,
  signStatement: () => signStatement,
  sm4Blocks: () => sm4Blocks,
  statementBytes: () => statementBytes,
  verifyChain: () => verifyChain,
  zeroFieldKeys: () => zeroFieldKeys
});
module.exports = __toCommonJS(stdin_exports);

// electron/crypto/sm3.ts
var import_hash_wasm = require("hash-wasm");
async function createSm3() {
  const hasher = await (0, import_hash_wasm.createSM3)();
  return {
    hash: (bytes) => hasher.init().update(bytes).digest("binary"),
    begin: () => void hasher.init(),
    update: (bytes) => void hasher.update(bytes),
    end: () => hasher.digest("binary")
  };
}

// electron/crypto/sm4.ts
var import_sm_crypto_v2 = require("sm-crypto-v2");
var BLOCK = 16;
var BLOCKS_PER_PASS = 65536;
function sm4Blocks(blocks, key) {
  if (key.length !== BLOCK) throw new RangeError("SM4 keys have 16 bytes");
  if (blocks.length % BLOCK !== 0) throw new RangeError("SM4 works on blocks of 16 bytes");
  return import_sm_crypto_v2.sm4.encrypt(blocks, key, { padding: "none", output: "array" });
}
function applySm4Ctr(rows, counters, key) {
  const { bytes, offsets } = rows;
  const count = offsets.length - 1;
  if (counters.length !== count) throw new RangeError("SM4-CTR: one counter a row");
  if (offsets[0] !== 0 || offsets[count] !== bytes.length)
    throw new RangeError("SM4-CTR: offsets do not cover the bytes");
  let first = 0;
  while (first < count) {
    let last = first;
    let blocks = 0;
    while (last < count && (last === first || blocks + blocksOf(offsets, last) <= BLOCKS_PER_PASS)) {
      blocks += blocksOf(offsets, last);
      last++;
    }
    const stream = sm4Blocks(counterBlocks(offsets, counters, first, last, blocks), key);
    let at = 0;
    for (let row = first; row < last; row++) {
      const end = offsets[row + 1] ?? 0;
      let k = at;
      for (let i = offsets[row] ?? 0; i < end; i++, k++)
        bytes[i] = (bytes[i] ?? 0) ^ (stream[k] ?? 0);
      at += BLOCK * blocksOf(offsets, row);
    }
    stream.fill(0);
    first = last;
  }
}
function blocksOf(offsets, row) {
  const length = (offsets[row + 1] ?? 0) - (offsets[row] ?? 0);
  if (length < 0) throw new RangeError("SM4-CTR: offsets descend");
  return Math.ceil(length / BLOCK);
}
function counterBlocks(offsets, counters, first, last, blocks) {
  const out = new Uint8Array(blocks * BLOCK);
  const view = new DataView(out.buffer);
  let at = 0;
  for (let row = first; row < last; row++) {
    const counter = counters[row] ?? 0n;
    const rowBlocks = blocksOf(offsets, row);
    for (let block = 0; block < rowBlocks; block++, at += BLOCK) {
      view.setBigUint64(at, counter);
      view.setUint32(at + 12, block);
    }
  }
  return out;
}

// shared/kernel/bytes.ts
var encoder = new TextEncoder();
var decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
function utf8Bytes(text2) {
  return encoder.encode(text2);
}
function textFromUtf8(bytes) {
  return decoder.decode(bytes);
}
function concatBytes(parts) {
  let length = 0;
  for (const part of parts) length += part.length;
  const all = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}

// shared/kernel/result.ts
function ok(value) {
  return { ok: true, value };
}
function err(error) {
  return { ok: false, error };
}

// electron/crypto/sealed-values.ts
var VERSION = 1;
var HEADER_BYTES = 11;
var MAX_VALUE_BYTES = 255;
var MAX_BLOB_BYTES = HEADER_BYTES + 3 + 2 * MAX_VALUE_BYTES;
function sealPersons(values, keys, firstCounter) {
  return sealPacked(values, packPerson, keys.person, keys.version, firstCounter);
}
function sealNumbers(values, keys, firstCounter) {
  return sealPacked(values, packNumber, keys.certificate, keys.version, firstCounter);
}
function openPerson(blob, keys) {
  const plain = openBlob(blob, keys.person, keys.version);
  if (!plain.ok) return plain;
  const person = unpackPerson(plain.value);
  plain.value.fill(0);
  return person === void 0 ? err("malformed") : ok(person);
}
function openNumber(blob, keys) {
  const plain = openBlob(blob, keys.certificate, keys.version);
  if (!plain.ok) return plain;
  const number = plain.value.length === 0 ? void 0 : readText(plain.value);
  plain.value.fill(0);
  return number === void 0 ? err("malformed") : ok(number);
}
function sealPacked(values, pack, key, keyVersion, firstCounter) {
  if (firstCounter < 0n || firstCounter + BigInt(values.length) > 0xffffffffffffffffn)
    throw new RangeError("sealed values: counter out of range");
  const plains = values.map((value) => value === null ? null : pack(value));
  const inner = new Uint32Array(values.length + 1);
  const offsets = new Uint32Array(values.length + 1);
  plains.forEach((plain, row) => {
    const length = plain?.length ?? 0;
    inner[row + 1] = (inner[row] ?? 0) + length;
    offsets[row + 1] = (offsets[row] ?? 0) + (plain === null ? 0 : HEADER_BYTES + length);
  });
  const sealed = new Uint8Array(inner[values.length] ?? 0);
  const counters = new BigUint64Array(values.length);
  plains.forEach((plain, row) => {
    counters[row] = firstCounter + BigInt(row);
    if (plain !== null) sealed.set(plain, inner[row]);
  });
  applySm4Ctr({ bytes: sealed, offsets: inner }, counters, key);
  const bytes = new Uint8Array(offsets[values.length] ?? 0);
  const view = new DataView(bytes.buffer);
  plains.forEach((plain, row) => {
    if (plain === null) return;
    const at = offsets[row] ?? 0;
    bytes[at] = VERSION;
    view.setUint16(at + 1, keyVersion);
    view.setBigUint64(at + 3, counters[row] ?? 0n);
    bytes.set(sealed.subarray(inner[row], inner[row + 1]), at + HEADER_BYTES);
    plain.fill(0);
  });
  return { bytes, offsets };
}
function openBlob(blob, key, keyVersion) {
  if (blob.length < HEADER_BYTES || blob.length > MAX_BLOB_BYTES) return err("malformed");
  const view = new DataView(blob.buffer, blob.byteOffset, blob.byteLength);
  if (view.getUint8(0) !== VERSION) return err("version-unknown");
  if (view.getUint16(1) !== keyVersion) return err("key-version-unknown");
  const bytes = blob.slice(HEADER_BYTES);
  applySm4Ctr(
    { bytes, offsets: Uint32Array.of(0, bytes.length) },
    BigUint64Array.of(view.getBigUint64(3)),
    key
  );
  return ok(bytes);
}
function packPerson(value) {
  const id = packText(value.idNumber);
  const phone = value.phone === void 0 ? Buffer.alloc(0) : packText(value.phone);
  if (!Number.isInteger(value.idType) || value.idType < 0 || value.idType > 255)
    throw new RangeError("sealed values: ID type out of range");
  return Buffer.concat([Buffer.of(value.idType, id.length), id, Buffer.of(phone.length), phone]);
}
function packNumber(value) {
  return packText(value);
}
function packText(text2) {
  const bytes = Buffer.from(text2, "utf8");
  if (bytes.length === 0 || bytes.length > MAX_VALUE_BYTES)
    throw new RangeError("sealed values: value empty or too long");
  return bytes;
}
function unpackPerson(plain) {
  const idLength = plain[1] ?? 0;
  const phoneAt = 2 + idLength;
  const phoneLength = plain[phoneAt];
  if (idLength === 0 || phoneLength === void 0 || plain.length !== phoneAt + 1 + phoneLength)
    return void 0;
  const idNumber = readText(plain.subarray(2, phoneAt));
  const phone = readText(plain.subarray(phoneAt + 1));
  if (idNumber === void 0 || phone === void 0) return void 0;
  return { idType: plain[0] ?? 0, idNumber, ...phoneLength > 0 ? { phone } : {} };
}
function readText(bytes) {
  try {
    return textFromUtf8(bytes);
  } catch {
    return void 0;
  }
}

// electron/crypto/blind-index.ts
var import_node_crypto2 = require("node:crypto");

// shared/domain/model/codes.ts
var ID_TYPES = { "resident-id": 1, passport: 2, "hk-macao-permit": 3, "taiwan-permit": 4, "foreign-permanent": 5 };
var ROLES = [
  "inspector",
  "head",
  "approver",
  "system-admin",
  "security-admin",
  "auditor"
];

// shared/domain/model/entities.ts
var int = (name) => ({ name, type: "int", isOptional: false });
var optInt = (name) => ({ name, type: "int", isOptional: true });
var text = (name) => ({ name, type: "text", isOptional: false });
var optText = (name) => ({ name, type: "text", isOptional: true });
var json = (name) => ({ name, type: "json", isOptional: false });
var optJson = (name) => ({ name, type: "json", isOptional: true });
var ENTITIES = {
  company: {
    code: 1,
    columns: [text("name"), text("uscc"), int("industry"), int("region"), json("staffing"), optJson("ext")],
    private: [],
    isLate: false
  },
  person: {
    code: 2,
    columns: [text("name"), int("sex"), optInt("company"), optInt("photo"), optJson("ext")],
    private: [int("idType"), text("idNumber"), optText("phone")],
    isLate: false
  },
  certificate: {
    code: 3,
    columns: [
      int("kind"),
      optInt("category"),
      int("numberForm"),
      optText("number"),
      int("holder"),
      optInt("company"),
      int("issuer"),
      int("region"),
      int("industry"),
      int("firstIssue"),
      int("validFrom"),
      int("validTo"),
      optInt("reviewDue"),
      optInt("reviewDone"),
      int("baseStatus"),
      optText("statusReason"),
      optInt("statusDay"),
      optInt("body"),
      int("source"),
      optJson("ext")
    ],
    private: [optText("number")],
    isLate: false
  },
  event: {
    code: 4,
    columns: [
      int("certificate"),
      int("seq"),
      int("type"),
      int("day"),
      int("by"),
      optText("document"),
      optInt("validTo"),
      optInt("reviewDue"),
      optInt("region"),
      optText("note")
    ],
    private: [],
    isLate: true
  },
  training: {
    code: 5,
    columns: [int("person"), optInt("certificate"), int("kind"), optInt("category"), int("course"), int("hours"), int("day"), int("body")],
    private: [],
    isLate: true
  },
  exam: {
    code: 6,
    columns: [int("person"), int("kind"), optInt("category"), int("day"), int("theory"), optInt("practice"), int("passed"), int("attempt"), int("body")],
    private: [],
    isLate: true
  },
  attachment: {
    code: 7,
    columns: [int("ownerType"), int("owner"), int("kind"), text("sha256"), int("bytes"), int("mime")],
    private: [],
    isLate: true
  }
};

// electron/crypto/hkdf.ts
var import_node_crypto = require("node:crypto");
function hkdf(secret, info, lengthBytes, salt = new Uint8Array(0)) {
  return new Uint8Array((0, import_node_crypto.hkdfSync)("sha256", secret, salt, info, lengthBytes));
}

// electron/crypto/field-keys.ts
var BLIND_KINDS = [
  "whole",
  "region6",
  "birth8",
  "last4",
  "last6",
  "phone",
  "phoneLast4"
];
function deriveFieldKeys(fieldKey, version) {
  if (fieldKey.length !== 32) throw new RangeError("the field key has 32 bytes");
  if (!Number.isInteger(version) || version < 1 || version > 65535)
    throw new RangeError("field key version out of range");
  const blind = (kind) => hkdf(fieldKey, `fieldcert field v1 blind ${kind}`, 32);
  return {
    version,
    person: hkdf(fieldKey, "fieldcert field v1 sealed person", 16),
    certificate: hkdf(fieldKey, "fieldcert field v1 sealed certificate number", 16),
    blind: {
      whole: blind("whole"),
      region6: blind("region6"),
      birth8: blind("birth8"),
      last4: blind("last4"),
      last6: blind("last6"),
      phone: blind("phone"),
      phoneLast4: blind("phoneLast4")
    }
  };
}
function zeroFieldKeys(keys) {
  for (const key of [keys.person, keys.certificate, ...Object.values(keys.blind)]) key.fill(0);
}

// electron/crypto/blind-index.ts
var BLOCK2 = 16;
var ROWS_PER_PASS = 65536;
var MAX_PACKED_CHARACTERS = 20;
var PLAIN_ID = /^[0-9A-Z]+$/;
function blindColumns(values, keys) {
  const texts = values.map((value) => value === null ? void 0 : fragmentsOf(value));
  const column = (kind) => {
    const tags = new Float64Array(values.length);
    for (let first = 0; first < values.length; first += ROWS_PER_PASS)
      tagPass(texts, kind, keys[kind], first, tags.subarray(first, first + ROWS_PER_PASS));
    return tags;
  };
  return Object.fromEntries(BLIND_KINDS.map((kind) => [kind, column(kind)]));
}
function blindTag(kind, text2, key) {
  const normal = kind === "phone" || kind === "phoneLast4" ? normalPhone(text2) : normalId(text2);
  if (normal === "") return 0;
  const block = new Uint8Array(BLOCK2);
  packBlock(normal, block, 0);
  return readTag(encryptBlocks(block, key), 0);
}
function fragmentsOf(value) {
  const whole = normalId(value.idNumber);
  const phone = value.phone === void 0 ? "" : normalPhone(value.phone);
  const isResident = value.idType === ID_TYPES["resident-id"];
  return {
    whole,
    ...isResident && whole.length === 18 ? { region6: whole.slice(0, 6), birth8: whole.slice(6, 14) } : {},
    // First-generation numbers (GB 11643-1989) have a two-digit year of the last century.
    ...isResident && whole.length === 15 ? { region6: whole.slice(0, 6), birth8: `19${whole.slice(6, 12)}` } : {},
    ...whole.length > 4 ? { last4: whole.slice(-4) } : {},
    ...whole.length > 6 ? { last6: whole.slice(-6) } : {},
    phone,
    ...phone.length > 4 ? { phoneLast4: phone.slice(-4) } : {}
  };
}
function normalId(text2) {
  return PLAIN_ID.test(text2) ? text2 : text2.normalize("NFKC").toUpperCase().replace(/[\s-]/g, "");
}
function normalPhone(text2) {
  const digits = /^\d+$/.test(text2) ? text2 : text2.normalize("NFKC").replace(/\D/g, "");
  return digits.length === 13 && digits.startsWith("86") ? digits.slice(2) : digits;
}
function tagPass(texts, kind, key, first, tags) {
  const blocks = new Uint8Array(tags.length * BLOCK2);
  for (let i = 0; i < tags.length; i++) {
    const text2 = texts[first + i]?.[kind];
    if (text2 !== void 0 && text2 !== "") packBlock(text2, blocks, i * BLOCK2);
  }
  const sealed = encryptBlocks(blocks, key);
  for (let i = 0; i < tags.length; i++)
    if (blocks[i * BLOCK2] !== 0) tags[i] = readTag(sealed, i * BLOCK2);
  blocks.fill(0);
}
function packBlock(text2, out, at) {
  let pending = 0;
  let pendingBits = 0;
  let to = at + 1;
  const isPackable = text2.length <= MAX_PACKED_CHARACTERS;
  for (let i = 0; isPackable && i < text2.length; i++) {
    const code = text2.charCodeAt(i) - 32;
    if (code < 0 || code > 63) return packHashed(text2, out, at);
    pending = (pending << 6 | code) & 65535;
    pendingBits += 6;
    if (pendingBits >= 8) {
      pendingBits -= 8;
      out[to++] = pending >> pendingBits;
    }
  }
  if (!isPackable) return packHashed(text2, out, at);
  if (pendingBits > 0) out[to] = pending << 8 - pendingBits;
  out[at] = text2.length;
}
function packHashed(text2, out, at) {
  out.set(
    (0, import_node_crypto2.createHash)("sha256").update(text2, "utf8").digest().subarray(0, BLOCK2 - 1),
    at + 1
  );
  out[at] = 255;
}
function encryptBlocks(blocks, key) {
  const cipher = (0, import_node_crypto2.createCipheriv)("aes-256-ecb", key, null);
  cipher.setAutoPadding(false);
  return cipher.update(blocks);
}
function readTag(blocks, at) {
  return blocks.readUIntBE(at, 6) || 1;
}

// electron/crypto/keyed-tag.ts
var import_hash_wasm2 = require("hash-wasm");

// shared/kernel/canonical-json.ts
var MAX_DEPTH = 64;
var PLAIN_TEXT = /^[\u0020\u0021\u0023-\u005b\u005d-\u02ff\u3000-\u3029\u3400-\u9fff\uff01-\uff5e]*$/;
function canonicalString(text2) {
  if (PLAIN_TEXT.test(text2)) return `"${text2}"`;
  if (new RegExp("\\p{Surrogate}", "u").test(text2)) throw new TypeError("canonical JSON: lone surrogate");
  return JSON.stringify(text2.normalize("NFC"));
}
function canonicalNumber(value) {
  if (!Number.isFinite(value)) throw new TypeError("canonical JSON: not a finite number");
  return String(value);
}
function canonicalJson(value) {
  return write(value, 0);
}
function write(value, depth) {
  switch (typeof value) {
    case "string":
      return canonicalString(value);
    case "number":
      return canonicalNumber(value);
    case "boolean":
      return value ? "true" : "false";
    case "object":
      if (value === null) return "null";
      if (depth >= MAX_DEPTH) throw new TypeError("canonical JSON: too deep");
      return Array.isArray(value) ? writeArray(value, depth) : writeObject(value, depth);
    default:
      throw new TypeError(`canonical JSON: cannot express ${typeof value}`);
  }
}
function writeArray(items, depth) {
  let text2 = "[";
  for (let i = 0; i < items.length; i++) text2 += (i === 0 ? "" : ",") + write(items[i], depth + 1);
  return `${text2}]`;
}
function writeObject(value, depth) {
  const prototype = Object.getPrototypeOf(value);
  if (prototype !== null && Object.getPrototypeOf(prototype) !== null)
    throw new TypeError("canonical JSON: not a plain object");
  const members = Object.entries(value).filter(([, member]) => member !== void 0).map(([key, member]) => [key.normalize("NFC"), member]).sort(([a], [b]) => a < b ? -1 : a > b ? 1 : 0);
  let text2 = "{";
  let before;
  for (const [key, member] of members) {
    if (key === before) throw new TypeError("canonical JSON: duplicate key");
    text2 += `${before === void 0 ? "" : ","}${canonicalString(key)}:${write(member, depth + 1)}`;
    before = key;
  }
  return `${text2}}`;
}

// electron/crypto/keyed-tag.ts
var KEYED_TAG_BYTES = 16;
async function createKeyedTagger(regionKey) {
  if (regionKey.length !== 32) throw new RangeError("the region key has 32 bytes");
  const hmac = await (0, import_hash_wasm2.createHMAC)((0, import_hash_wasm2.createSHA256)(), regionKey);
  const tag = (values) => hmac.init().update(canonicalJson(values)).digest("binary").subarray(0, KEYED_TAG_BYTES);
  return {
    tag,
    column: (rows) => {
      const tags = new Uint8Array(rows.length * KEYED_TAG_BYTES);
      rows.forEach((row, i) => {
        if (row !== null) tags.set(tag(row), i * KEYED_TAG_BYTES);
      });
      return tags;
    }
  };
}

// electron/crypto/kdf.ts
var import_hash_wasm3 = require("hash-wasm");
var ARGON2_FLOOR = { memoryKiB: 65536, passes: 3, lanes: 1 };
var MAX_PASSES = 10;
async function argon2(password, salt, parameters) {
  return (0, import_hash_wasm3.argon2id)({
    password,
    salt,
    memorySize: parameters.memoryKiB,
    iterations: parameters.passes,
    parallelism: parameters.lanes,
    hashLength: 32,
    outputType: "binary"
  });
}
async function measureArgon2(targetMs = 500, floor = ARGON2_FLOOR) {
  const startedMs = performance.now();
  await argon2(new Uint8Array(16), new Uint8Array(16), floor);
  const msPerPass = Math.max(1, performance.now() - startedMs) / floor.passes;
  const passes = Math.min(MAX_PASSES, Math.max(floor.passes, Math.floor(targetMs / msPerPass)));
  return { ...floor, passes };
}

// electron/crypto/keyslots.ts
var import_promises2 = require("node:fs/promises");

// shared/errors/unlock.ts
var UNLOCK_ERRORS = {
  ENROL_CODE_MALFORMED: { cause: "The enrolment code fails its check characters.", action: "Type it again from the slip.", isRetryable: false },
  ENROL_CODE_REFUSED: { cause: "The server does not know the code or it was used.", action: "Ask the central administrator for a new code.", isRetryable: false },
  ENROL_CODE_EXPIRED: { cause: "The code is past its time.", action: "Ask for a new code.", isRetryable: false, params: ["expired"] },
  ENROL_SERVER_MISMATCH: { cause: "The server\u2019s certificate does not carry the fingerprint in the code.", action: "Do not go on; check the address with the administrator.", isRetryable: false },
  ENROL_UNREACHABLE: { cause: "No answer from the address.", action: "Check the network and the address.", isRetryable: true, params: ["address"] },
  ENROL_ALREADY: { cause: "This device belongs to an office already.", action: "Use the existing office.", isRetryable: false },
  KEYSLOTS_DAMAGED: { cause: "The keyslot file is altered or unreadable.", action: "Restore it from the backup; the data files are untouched.", isRetryable: false },
  STATEMENT_INVALID: { cause: "A role or lease statement is not signed by the server or is expired.", action: "Synchronise; if it stays, call the security administrator.", isRetryable: true },
  LEASE_ENDED: { cause: "The office has been offline longer than its lease.", action: "Synchronise or renew the lease by stick.", isRetryable: true },
  PASSWORD_WEAK: { cause: "The password is shorter than the policy asks.", action: "Choose a longer one.", isRetryable: false, params: ["minLength"] },
  USER_UNKNOWN: { cause: "No slot of this device belongs to the badge number.", action: "Check the badge number.", isRetryable: false }
};

// shared/errors/sync.ts
var SYNC_ERRORS = {
  SYNC_UNREACHABLE: { cause: "No endpoint answered.", action: "Check the network; local data stay usable.", isRetryable: true },
  SYNC_INTERRUPTED: { cause: "The line broke; what had arrived is kept.", action: "Try again; it goes on where it stopped.", isRetryable: true },
  SYNC_SERVER_IDENTITY: { cause: "The server\u2019s certificate is not from the office\u2019s own authority.", action: "Do not use this network; call the administrator.", isRetryable: false },
  SYNC_DEVICE_REFUSED: { cause: "The server refused this device\u2019s certificate.", action: "Call the central administrator.", isRetryable: false },
  SYNC_SIGNATURE_BAD: { cause: "A manifest or checkpoint is not signed by the server\u2019s key.", action: "Nothing was applied; report it.", isRetryable: false },
  SYNC_OBJECT_DAMAGED: { cause: "A segment or page is truncated or altered; it was thrown away.", action: "Try again; only that piece is fetched again.", isRetryable: true, params: ["object"] },
  SYNC_ROOT_MISMATCH: { cause: "After applying, the slice does not equal the server\u2019s.", action: "Nothing was made visible; run the repair.", isRetryable: true, params: ["buckets"] },
  SYNC_SCHEMA_UNSUPPORTED: { cause: "The server\u2019s data need a newer program.", action: "Update the program; pending reports can still be sent.", isRetryable: false },
  SYNC_CURSOR_REFUSED: { cause: "The server no longer knows the cursor.", action: "A fresh snapshot is loaded; the old slice stays until it is verified.", isRetryable: true },
  SYNC_PROTOCOL: { cause: "The answer is not what the protocol says (a captive portal, for example).", action: "Open the network\u2019s login page or change the network.", isRetryable: true },
  SYNC_SERVER_BUSY: { cause: "The server asks to wait.", action: "It tries again by itself.", isRetryable: true, params: ["seconds"] }
};

// shared/errors/store.ts
var STORE_ERRORS = {
  STORE_KEY_WRONG: { cause: "The key does not open the file.", action: "Check that the data folder belongs to this office.", isRetryable: false, params: ["file"] },
  STORE_CORRUPT: { cause: "A data file is damaged. It was not changed.", action: "Restore the backup or load the slice again; unsent work is in another file.", isRetryable: false, params: ["file"] },
  STORE_FROM_FUTURE: { cause: "The file was written by a newer version.", action: "Install the newer version.", isRetryable: false, params: ["file"] },
  STORE_MISSING: { cause: "A data file is not there.", action: "Restore it from the backup.", isRetryable: false, params: ["file"] },
  STORE_CRASHED: { cause: "The store process ended; nothing acknowledged is lost.", action: "Unlock again.", isRetryable: true },
  STORE_IN_USE: { cause: "Another instance holds the data folder.", action: "Use the open window.", isRetryable: true },
  AUDIT_CHAIN_BROKEN: { cause: "The audit log does not verify.", action: "Stop and call the auditor; nothing was changed.", isRetryable: false, params: ["entry"] },
  SLICE_EMPTY: { cause: "No slice has been loaded yet.", action: "Run the first synchronisation.", isRetryable: true }
};

// shared/errors/exports.ts
var EXPORT_ERRORS = {
  EXPORT_EMPTY: { cause: "The chosen scope has no certificate.", action: "Widen the scope.", isRetryable: false },
  EXPORT_TOO_LARGE: { cause: "More certificates than the policy lets out at once.", action: "Narrow the scope.", isRetryable: false, params: ["count", "limit"] },
  EXPORT_STOPPED: { cause: "The export ended before sealing; no file was left.", action: "Start it again.", isRetryable: true },
  EXPORT_SELF_CHECK: { cause: "The finished package did not verify and was thrown away.", action: "Start again; if it repeats, run the token diagnostics.", isRetryable: true },
  EXPORT_TARGET: { cause: "The chosen folder cannot be written.", action: "Choose another folder.", isRetryable: true },
  PACKAGE_UNREADABLE: { cause: "The file is not a FieldCert package.", action: "Choose the .zip that was handed over.", isRetryable: false },
  JOBS_CRASHED: { cause: "The process that builds documents ended; no file was left.", action: "Start again.", isRetryable: true }
};

// shared/errors/common.ts
var COMMON_ERRORS = {
  INTERNAL: { cause: "A defect of the program; the log has the details under the reference.", action: "Report the reference number.", isRetryable: true },
  INPUT_INVALID: { cause: "A request did not match its schema.", action: "Correct the marked field.", isRetryable: false, params: ["field"] },
  FORBIDDEN: { cause: "The role or scope does not allow this act.", action: "Ask somebody with the role.", isRetryable: false },
  LOCKED: { cause: "The desk is locked.", action: "Unlock and try again.", isRetryable: false },
  CANCELLED: { cause: "The person cancelled.", action: "Start again when wanted.", isRetryable: true },
  BUSY: { cause: "The same work is running already.", action: "Wait for it or cancel it.", isRetryable: true },
  FILE_UNREADABLE: { cause: "A chosen file cannot be read.", action: "Choose another copy.", isRetryable: true, params: ["name"] },
  FILE_TOO_LARGE: { cause: "A chosen file is larger than the limit.", action: "Choose a smaller file.", isRetryable: false, params: ["name", "limitMb"] },
  DISK_FULL: { cause: "No space is left on the disk; what was written before stays.", action: "Free space, then repeat.", isRetryable: true, params: ["neededMb"] },
  DISK_READ_ONLY: { cause: "The data folder cannot be written.", action: "Give the user write access to the folder.", isRetryable: true },
  FALLBACK_RESTRICTED: { cause: "This runtime is for practice and tests only.", action: "Use the released product.", isRetryable: false }
};

// shared/errors/device.ts
var DEVICE_ERRORS = {
  TOKEN_NONE: { cause: "No U-Key is connected.", action: "Insert the U-Key.", isRetryable: true },
  TOKEN_REMOVED: { cause: "The U-Key was pulled out; the unfinished files were thrown away.", action: "Insert it and enter the PIN again.", isRetryable: true },
  TOKEN_PIN_WRONG: { cause: "The PIN is wrong.", action: "Check it; the key locks when no try is left.", isRetryable: true, params: ["triesLeft"] },
  TOKEN_PIN_LOCKED: { cause: "The PIN is locked.", action: "Have it unlocked by the issuing office.", isRetryable: false },
  TOKEN_LIBRARY_MISSING: { cause: "The vendor\u2019s library is not installed.", action: "Install the U-Key\u2019s driver.", isRetryable: false, params: ["library"] },
  TOKEN_CERTIFICATE_UNUSABLE: { cause: "The certificate is expired, not yet valid or not for signing.", action: "Choose another certificate or renew it.", isRetryable: false },
  TOKEN_NO_CERTIFICATE: { cause: "The U-Key holds no signing certificate.", action: "Have one issued.", isRetryable: false },
  TOKEN_TIMEOUT: { cause: "The U-Key did not answer in time.", action: "Pull it out, insert it and try again.", isRetryable: true },
  TOKEN_FAILED: { cause: "The driver reported a failure.", action: "Run the diagnostics; the layer is named there.", isRetryable: true, params: ["layer"] },
  DEVICE_CRASHED: { cause: "The U-Key process ended (vendor libraries do); nothing was signed.", action: "Try again.", isRetryable: true }
};

// shared/errors/policy.ts
var POLICY_ERRORS = {
  RULE_PACK_REFUSED: { cause: "A rule pack is unsigned, malformed or fails its golden set.", action: "The former pack stays in force; report it.", isRetryable: false, params: ["pack"] }
};

// shared/errors/app-error.ts
var ERRORS = {
  ...COMMON_ERRORS,
  ...UNLOCK_ERRORS,
  ...SYNC_ERRORS,
  ...STORE_ERRORS,
  ...EXPORT_ERRORS,
  ...DEVICE_ERRORS,
  ...POLICY_ERRORS
};
var AppError = class extends Error {
  code;
  params;
  detail;
  constructor(code, params = {}, detail) {
    super(code);
    this.name = "AppError";
    this.code = code;
    this.params = params;
    this.detail = detail;
  }
};

// electron/platform/atomic-write.ts
var import_node_crypto3 = require("node:crypto");
var import_promises = require("node:fs/promises");
var import_node_path = require("node:path");
async function writeAtomically(path, bytes) {
  const temporary = `${path}.${(0, import_node_crypto3.randomBytes)(6).toString("hex")}.tmp`;
  try {
    const file = await (0, import_promises.open)(temporary, "wx", 384);
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await (0, import_promises.rename)(temporary, path);
  } catch (cause) {
    await (0, import_promises.rm)(temporary, { force: true }).catch(() => void 0);
    throw diskError(cause, bytes.length);
  }
  await syncFolder((0, import_node_path.dirname)(path));
}
async function syncFolder(folder) {
  if (process.platform === "win32") return;
  const handle = await (0, import_promises.open)(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
function diskError(cause, neededBytes) {
  const code = cause instanceof Error ? cause.code : void 0;
  if (code === "ENOSPC" || code === "EDQUOT")
    return new AppError("DISK_FULL", { neededMb: Math.ceil(neededBytes / 1048576) }, code);
  if (code === "EROFS" || code === "EACCES" || code === "EPERM")
    return new AppError("DISK_READ_ONLY", {}, code);
  return cause;
}

// electron/crypto/attempt-policy.ts
var NO_ATTEMPTS = { failures: 0, notBefore: 0, highestSeenMs: 0 };
var FAILURES_BEFORE_WAIT = 5;
var FAILURES_BEFORE_ADMINISTRATOR = 10;
var MINUTE_MS = 6e4;
var WAITS_MS = [1, 5, 15, 30, 60].map((minutes) => minutes * MINUTE_MS);
function attemptGate(attempts, nowMs) {
  if (attempts.failures >= FAILURES_BEFORE_ADMINISTRATOR) return { kind: "administrator-needed" };
  const seenMs = Math.max(nowMs, attempts.highestSeenMs);
  return seenMs < attempts.notBefore ? { kind: "locked-until", untilMs: attempts.notBefore } : { kind: "open" };
}
function countFailure(attempts, nowMs) {
  const failures = attempts.failures + 1;
  const seenMs = Math.max(nowMs, attempts.highestSeenMs);
  const waitMs = failures < FAILURES_BEFORE_WAIT ? 0 : WAITS_MS[Math.min(failures - FAILURES_BEFORE_WAIT, WAITS_MS.length - 1)] ?? 0;
  return { failures, notBefore: waitMs === 0 ? 0 : seenMs + waitMs, highestSeenMs: seenMs };
}
function triesLeft(attempts) {
  return Math.max(
    0,
    (attempts.failures < FAILURES_BEFORE_WAIT ? FAILURES_BEFORE_WAIT : FAILURES_BEFORE_ADMINISTRATOR) - attempts.failures
  );
}

// electron/crypto/key-ring.ts
var KEY_NAMES = [
  "journal",
  "slice",
  "field",
  "region",
  "transportPublic",
  "transportPrivate",
  "audit",
  "deviceTls",
  "deviceSign",
  "deviceBox"
];
var READS_CERTIFICATES = [
  "journal",
  "slice",
  "field",
  "region",
  "transportPublic",
  "transportPrivate",
  "deviceTls",
  "deviceSign",
  "deviceBox"
];
var ROLE_KEYS = {
  inspector: READS_CERTIFICATES,
  head: READS_CERTIFICATES,
  approver: READS_CERTIFICATES,
  "system-admin": ["journal", "deviceTls", "deviceSign"],
  "security-admin": ["journal", "deviceTls", "deviceSign"],
  auditor: ["journal", "audit"]
};
var KeyRing = class {
  #keys = /* @__PURE__ */ new Map();
  constructor(keys) {
    for (const name of KEY_NAMES) {
      const key = keys[name];
      if (key !== void 0) this.#keys.set(name, Uint8Array.from(key));
    }
  }
  has(name) {
    return this.#keys.has(name);
  }
  names() {
    return [...this.#keys.keys()];
  }
  /** The ring's own bytes: copy what must outlive it. Undefined where the role holds no such key. */
  peek(name) {
    return this.#keys.get(name);
  }
  /** A copy that the receiver zeroes. Throws RangeError where the role holds no such key. */
  copy(name) {
    const key = this.#keys.get(name);
    if (key === void 0) throw new RangeError(`the session holds no ${name} key`);
    return Uint8Array.from(key);
  }
  /** Fills every key with 0 and forgets it. */
  zero() {
    for (const key of this.#keys.values()) key.fill(0);
    this.#keys.clear();
  }
};

// electron/crypto/keyslot-format.ts
var import_zod = require("zod");
var MAX_FILE_BYTES = 1048576;
var MAX_SLOTS = 200;
var WrappedSchema = import_zod.z.string().regex(/^[A-Za-z0-9+/]{40,1200}={0,2}$/);
var BadgeSchema = import_zod.z.string().regex(/^[\p{L}\p{N}-]{1,32}$/u);
var MsSchema = import_zod.z.number().int().min(0).max(864e13);
var FactorSchema = import_zod.z.enum(["password", "machine", "token"]);
var KdfSchema = import_zod.z.strictObject({
  algorithm: import_zod.z.literal("argon2id"),
  /** Bounded, so that an edited file cannot take the machine's memory. */
  memoryKiB: import_zod.z.number().int().min(64).max(1048576),
  passes: import_zod.z.number().int().min(1).max(64),
  lanes: import_zod.z.number().int().min(1).max(4),
  /** Base64 of 16 bytes. */
  salt: import_zod.z.string().regex(/^[A-Za-z0-9+/]{22}==$/)
});
var TokenSchema = import_zod.z.strictObject({
  driver: import_zod.z.string().min(1).max(20),
  serial: import_zod.z.string().min(1).max(120),
  keyRef: import_zod.z.string().min(1).max(300),
  wrapped: import_zod.z.string().regex(/^[A-Za-z0-9+/]{4,2000}={0,2}$/)
});
var SlotSchema = import_zod.z.strictObject({
  slotId: import_zod.z.string().regex(/^[0-9a-f]{32}$/),
  userId: import_zod.z.string().min(1).max(40),
  badge: BadgeSchema,
  /** For the unlock page; sessions take the name from the signed statement. */
  displayName: import_zod.z.string().min(1).max(80),
  /** Serial of the role statement that the slot was made for; the statement itself decides at every session. */
  roleStatementRef: import_zod.z.string().min(1).max(40),
  factors: import_zod.z.array(FactorSchema).min(1).max(3),
  kdf: KdfSchema,
  token: TokenSchema.optional(),
  /** Tells a wrong password from a damaged slot. */
  check: WrappedSchema,
  wrapped: import_zod.z.partialRecord(import_zod.z.enum(KEY_NAMES), WrappedSchema)
});
var AttemptsSchema = import_zod.z.strictObject({
  failures: import_zod.z.number().int().min(0).max(1e3),
  notBefore: MsSchema,
  highestSeenMs: MsSchema
});
var KeyslotFileSchema = import_zod.z.strictObject({
  format: import_zod.z.literal("fieldcert-keyslots"),
  version: import_zod.z.literal(1),
  office: import_zod.z.string().min(1).max(20),
  deviceId: import_zod.z.string().min(1).max(40),
  slots: import_zod.z.array(SlotSchema).max(MAX_SLOTS),
  /** By badge. */
  attempts: import_zod.z.record(BadgeSchema, AttemptsSchema)
});
function parseKeyslots(bytes) {
  if (bytes.length > MAX_FILE_BYTES) throw new AppError("KEYSLOTS_DAMAGED", {}, "too large");
  let value;
  try {
    value = JSON.parse(Buffer.from(bytes).toString("utf8"));
  } catch {
    throw new AppError("KEYSLOTS_DAMAGED", {}, "not JSON");
  }
  const parsed = KeyslotFileSchema.safeParse(value);
  if (!parsed.success)
    throw new AppError("KEYSLOTS_DAMAGED", {}, parsed.error.issues[0]?.path.join(".") ?? "form");
  const { slots } = parsed.data;
  if (new Set(slots.map((slot) => slot.badge)).size !== slots.length)
    throw new AppError("KEYSLOTS_DAMAGED", {}, "badge twice");
  return parsed.data;
}
function serializeKeyslots(file) {
  return `${canonicalJson(file)}
`;
}

// electron/crypto/new-slot.ts
var import_node_crypto6 = require("node:crypto");

// electron/crypto/slot-key.ts
var import_node_crypto5 = require("node:crypto");

// electron/crypto/aead.ts
var import_node_crypto4 = require("node:crypto");
var IV_BYTES = 12;
var TAG_BYTES = 16;
function sealGcm(key, plain, aad2) {
  const iv = (0, import_node_crypto4.randomBytes)(IV_BYTES);
  const cipher = (0, import_node_crypto4.createCipheriv)("aes-256-gcm", key, iv);
  cipher.setAAD(Buffer.from(aad2, "utf8"));
  return Buffer.concat([iv, cipher.update(plain), cipher.final(), cipher.getAuthTag()]);
}
function openGcm(key, sealed, aad2) {
  if (sealed.length < IV_BYTES + TAG_BYTES) return void 0;
  const decipher = (0, import_node_crypto4.createDecipheriv)("aes-256-gcm", key, sealed.subarray(0, IV_BYTES), {
    authTagLength: TAG_BYTES
  });
  decipher.setAAD(Buffer.from(aad2, "utf8"));
  decipher.setAuthTag(sealed.subarray(sealed.length - TAG_BYTES));
  try {
    return Buffer.concat([
      decipher.update(sealed.subarray(IV_BYTES, sealed.length - TAG_BYTES)),
      decipher.final()
    ]);
  } catch {
    return void 0;
  }
}

// electron/crypto/slot-key.ts
var CHECK_TEXT = new Uint8Array(32);
async function deriveSlotKey(slot, secrets) {
  const salt = Buffer.from(slot.kdf.salt, "base64");
  const stretched = await argon2(secrets.password, salt, slot.kdf);
  const token = slot.factors.includes("token") ? secrets.token : void 0;
  const machine = slot.factors.includes("machine") ? secrets.machine : void 0;
  const parts = [stretched, token ?? new Uint8Array(0), machine ?? new Uint8Array(0)];
  const secret = Buffer.concat(parts.flatMap((part) => [Buffer.of(part.length), part]));
  try {
    return hkdf(secret, `fieldcert slot key v1|${[...slot.factors].sort().join("+")}`, 32, salt);
  } finally {
    secret.fill(0);
    stretched.fill(0);
  }
}
function wrapKeys(slotKey, facts, keys) {
  const names = KEY_NAMES.filter((name) => keys[name] !== void 0);
  const bound = binding(facts, names);
  const wrapped = {};
  for (const name of names) {
    const key = keys[name];
    if (key !== void 0) wrapped[name] = base64(sealGcm(slotKey, key, `${bound}|${name}`));
  }
  return { check: base64(sealGcm(slotKey, CHECK_TEXT, checkAad(facts.slotId))), wrapped };
}
function fitsSlot(slotKey, slot) {
  return openGcm(slotKey, Buffer.from(slot.check, "base64"), checkAad(slot.slotId)) !== void 0;
}
function unwrapKeys(slotKey, facts, wrapped) {
  const names = KEY_NAMES.filter((name) => wrapped[name] !== void 0);
  const bound = binding(facts, names);
  const keys = {};
  for (const name of names) {
    const key = openGcm(slotKey, Buffer.from(wrapped[name] ?? "", "base64"), `${bound}|${name}`);
    if (key === void 0) return void 0;
    keys[name] = key;
  }
  return keys;
}
function binding(facts, names) {
  const { office, deviceId, slotId, userId, badge, factors, kdf, token } = facts;
  const text2 = canonicalJson({
    office,
    deviceId,
    slotId,
    userId,
    badge,
    factors,
    kdf,
    token,
    names
  });
  return `fieldcert keyslot v1|${(0, import_node_crypto5.createHash)("sha256").update(text2, "utf8").digest("hex")}`;
}
function checkAad(slotId) {
  return `fieldcert keyslot v1|${slotId}|check`;
}
function base64(bytes) {
  return Buffer.from(bytes).toString("base64");
}

// electron/crypto/new-slot.ts
function factorsOf(factors) {
  return [
    "password",
    ...factors.machine ? ["machine"] : [],
    ...factors.token ? ["token"] : []
  ];
}
async function makeSlot(file, input) {
  const isStrong = input.factors.token !== void 0 || input.factors.machine?.isBound === true;
  if (!isStrong && !input.isPractice) throw new RangeError("keyslots: a second factor is needed");
  const factors = factorsOf(input.factors);
  const { userId, badge, displayName, roleStatementRef } = input;
  const { machine, token } = input.factors;
  const head = {
    slotId: (0, import_node_crypto6.randomBytes)(16).toString("hex"),
    userId,
    badge,
    displayName,
    roleStatementRef,
    factors,
    kdf: newKdf(input.kdf),
    ...token === void 0 ? {} : {
      token: {
        driver: token.driver,
        serial: token.serial,
        keyRef: token.keyRef,
        wrapped: token.wrapped
      }
    }
  };
  const secrets = {
    password: input.password,
    ...machine === void 0 ? {} : { machine: machine.secret },
    ...token === void 0 ? {} : { token: token.secret }
  };
  const slotKey = await deriveSlotKey(head, secrets);
  const keys = keysOf(input.keys, ROLE_KEYS[input.role]);
  const slot = {
    ...head,
    ...wrapKeys(slotKey, { ...head, office: file.office, deviceId: file.deviceId }, keys)
  };
  slotKey.fill(0);
  return slot;
}
function keysOf(ring, names) {
  const keys = {};
  for (const name of names) {
    const key = ring.peek(name);
    if (key === void 0) throw new RangeError(`keyslots: the ${name} key of the role is missing`);
    keys[name] = key;
  }
  return keys;
}
function newKdf(kdf) {
  return { algorithm: "argon2id", ...kdf, salt: (0, import_node_crypto6.randomBytes)(16).toString("base64") };
}

// electron/crypto/keyslots.ts
var Keyslots = class _Keyslots {
  #path;
  #file;
  #last = Promise.resolve();
  constructor(path, file) {
    this.#path = path;
    this.#file = file;
  }
  /** Reads the file; undefined where there is none. Throws KEYSLOTS_DAMAGED. */
  static async open(path) {
    let bytes;
    try {
      bytes = await (0, import_promises2.readFile)(path);
    } catch (cause) {
      if (cause.code === "ENOENT") return void 0;
      throw new AppError("KEYSLOTS_DAMAGED", {}, "unreadable");
    }
    return new _Keyslots(path, parseKeyslots(bytes));
  }
  /** An office without slots; it reaches the disk with the first one. */
  static create(path, office, deviceId) {
    return new _Keyslots(path, {
      format: "fieldcert-keyslots",
      version: 1,
      office,
      deviceId,
      slots: [],
      attempts: {}
    });
  }
  get office() {
    return this.#file.office;
  }
  get deviceId() {
    return this.#file.deviceId;
  }
  slots() {
    return this.#file.slots.map(summaryOf);
  }
  /** Whether a try at this badge would be taken, to be asked before prompting for anything. */
  gate(badge, nowMs) {
    return attemptGate(this.#attempts(badge), nowMs);
  }
  /** Adds a slot. Throws RangeError when the badge has one, a key of the role is missing, or factors are too few. */
  createSlot(input) {
    return this.#queue(async () => {
      if (!BadgeSchema.safeParse(input.badge).success)
        throw new RangeError("keyslots: malformed badge");
      if (this.#slot(input.badge) !== void 0)
        throw new RangeError("keyslots: the badge has a slot");
      const slot = await makeSlot(this.#file, input);
      await this.#write({
        ...this.#file,
        slots: [...this.#file.slots, slot],
        attempts: this.#attemptsWithout(input.badge)
      });
      return summaryOf(slot);
    });
  }
  /** Opens a slot. Throws KEYSLOTS_DAMAGED when the password fits but the slot was edited. */
  openSlot(attempt) {
    return this.#queue(async () => {
      const opened = await this.#try(attempt);
      if (!opened.ok) return opened;
      opened.value.slotKey.fill(0);
      return ok(opened.value.ring);
    });
  }
  /** Sets a new password (a try like any other with the old one); the other factors stay. */
  changePassword(attempt, newPassword, kdf) {
    return this.#queue(async () => {
      const opened = await this.#try(attempt);
      if (!opened.ok) return opened;
      const { slot, slotKey, ring } = opened.value;
      slotKey.fill(0);
      const next = { ...slot, kdf: newKdf(kdf) };
      const nextKey = await deriveSlotKey(next, { ...attempt, password: newPassword });
      const changed = {
        ...next,
        ...wrapKeys(nextKey, this.#facts(next), keysOf(ring, ring.names()))
      };
      nextKey.fill(0);
      ring.zero();
      await this.#write({
        ...this.#file,
        slots: this.#file.slots.map((old) => old.slotId === slot.slotId ? changed : old)
      });
      return ok(void 0);
    });
  }
  /** Takes a person's way in; false when there was none. The keys themselves are unchanged. */
  removeSlot(badge) {
    return this.#queue(async () => {
      if (this.#slot(badge) === void 0) return false;
      const slots = this.#file.slots.filter((slot) => slot.badge !== badge);
      await this.#write({ ...this.#file, slots, attempts: this.#attemptsWithout(badge) });
      return true;
    });
  }
  /** Follows a renewed role statement: display only, so it needs no key. False for an unknown badge. */
  describe(badge, facts) {
    return this.#queue(async () => {
      if (this.#slot(badge) === void 0) return false;
      const { displayName, roleStatementRef } = facts;
      const slots = this.#file.slots.map(
        (slot) => slot.badge === badge ? { ...slot, displayName, roleStatementRef } : slot
      );
      await this.#write({ ...this.#file, slots });
      return true;
    });
  }
  /** The security administrator's release of a locked badge. */
  resetAttempts(badge) {
    return this.#queue(
      () => this.#write({ ...this.#file, attempts: this.#attemptsWithout(badge) })
    );
  }
  async #try(attempt) {
    const slot = this.#slot(attempt.badge);
    if (slot === void 0) return err({ kind: "unknown-user" });
    const gate = this.gate(attempt.badge, attempt.nowMs);
    if (gate.kind !== "open") return err(gate);
    if (slot.token !== void 0 && attempt.token === void 0)
      return err({ kind: "needs-token", token: slot.token });
    if (slot.factors.includes("machine") && attempt.machine === void 0)
      return err({ kind: "needs-machine" });
    const counted = countFailure(this.#attempts(slot.badge), attempt.nowMs);
    await this.#write({
      ...this.#file,
      attempts: { ...this.#file.attempts, [slot.badge]: counted }
    });
    const slotKey = await deriveSlotKey(slot, attempt);
    if (!fitsSlot(slotKey, slot)) {
      slotKey.fill(0);
      return err({ kind: "wrong-password", triesLeft: triesLeft(counted) });
    }
    const keys = unwrapKeys(slotKey, this.#facts(slot), slot.wrapped);
    if (keys === void 0) throw new AppError("KEYSLOTS_DAMAGED", {}, "slot edited");
    const ring = new KeyRing(keys);
    for (const key of Object.values(keys)) key.fill(0);
    await this.#write({ ...this.#file, attempts: this.#attemptsWithout(slot.badge) });
    return ok({ slot, slotKey, ring });
  }
  #slot(badge) {
    return this.#file.slots.find((slot) => slot.badge === badge);
  }
  #facts(slot) {
    return { ...slot, office: this.#file.office, deviceId: this.#file.deviceId };
  }
  #attempts(badge) {
    return Object.hasOwn(this.#file.attempts, badge) ? this.#file.attempts[badge] ?? NO_ATTEMPTS : NO_ATTEMPTS;
  }
  #attemptsWithout(badge) {
    return Object.fromEntries(
      Object.entries(this.#file.attempts).filter(([name]) => name !== badge)
    );
  }
  async #write(file) {
    await writeAtomically(this.#path, serializeKeyslots(file));
    this.#file = file;
  }
  #queue(act) {
    const turn = this.#last.then(act);
    this.#last = turn.catch(() => void 0);
    return turn;
  }
};
function summaryOf(slot) {
  const { slotId, userId, badge, displayName, roleStatementRef, factors, token } = slot;
  return {
    slotId,
    userId,
    badge,
    displayName,
    roleStatementRef,
    factors,
    ...token === void 0 ? {} : { token }
  };
}

// electron/crypto/audit-chain.ts
var import_node_crypto7 = require("node:crypto");
var import_zod2 = require("zod");
var AUDIT_SALT_BYTES = 32;
var AUDIT_GENESIS = "0".repeat(64);
var MAX_HEADER_CHARACTERS = 2e3;
var Hash = import_zod2.z.string().regex(/^[0-9a-f]{64}$/);
var HeaderSchema = import_zod2.z.strictObject({
  v: import_zod2.z.literal(1),
  seq: import_zod2.z.number().int().positive(),
  atMs: import_zod2.z.number().int().nonnegative(),
  actor: import_zod2.z.string().max(40),
  device: import_zod2.z.string().max(40),
  kind: import_zod2.z.string().min(1).max(60),
  prev: Hash,
  commitment: Hash
});
var AUDIT_START = { seq: 0, hash: AUDIT_GENESIS };
function nextAuditKey(key) {
  return (0, import_node_crypto7.createHash)("sha256").update("fieldcert audit ratchet v1").update(key).digest();
}
function appendEntry(head, facts, payload, key, salt = (0, import_node_crypto7.randomBytes)(AUDIT_SALT_BYTES)) {
  const text2 = canonicalJson(payload);
  const header = canonicalJson(
    HeaderSchema.parse({
      v: 1,
      seq: head.seq + 1,
      ...facts,
      prev: head.hash,
      commitment: commit(salt, text2)
    })
  );
  const hash = sha256(header);
  return {
    header,
    hash,
    mac: macOf(key, hash),
    payload: text2,
    salt,
    head: { seq: head.seq + 1, hash }
  };
}
function verifyChain(entries, expected = {}) {
  const { expectedHead } = expected;
  let head = expected.from ?? AUDIT_START;
  let key = expected.firstKey;
  let count = 0;
  let isExpectedMet = expectedHead === void 0 || sameHead(head, expectedHead);
  for (const entry of entries) {
    const fault = entryFault(entry, head, key);
    const seq = head.seq + 1;
    if (fault !== void 0) return { isIntact: false, fault, seq };
    head = { seq, hash: entry.hash };
    if (key !== void 0) key = nextAuditKey(key);
    count++;
    if (expectedHead?.seq === seq) {
      if (!sameHead(head, expectedHead)) return { isIntact: false, fault: "link", seq };
      isExpectedMet = true;
    }
  }
  return isExpectedMet ? { isIntact: true, head, entries: count } : { isIntact: false, fault: "truncated", seq: head.seq + 1 };
}
function readAuditHeader(header) {
  if (header.length > MAX_HEADER_CHARACTERS) return void 0;
  try {
    const parsed = HeaderSchema.parse(JSON.parse(header));
    return canonicalJson(parsed) === header ? parsed : void 0;
  } catch {
    return void 0;
  }
}
function entryFault(entry, head, key) {
  const header = readAuditHeader(entry.header);
  if (header === void 0) return "header";
  if (header.seq !== head.seq + 1) return "gap";
  if (header.prev !== head.hash) return "link";
  if (sha256(entry.header) !== entry.hash) return "hash";
  if (entry.payload === null !== (entry.salt === null)) return "payload";
  if (entry.payload !== null && entry.salt !== null && commit(entry.salt, entry.payload) !== header.commitment)
    return "payload";
  if (key !== void 0 && !sameMac(macOf(key, entry.hash), entry.mac)) return "mac";
  return void 0;
}
function sameHead(a, b) {
  return a.seq === b.seq && a.hash === b.hash;
}
function sameMac(a, b) {
  return a.length === b.length && (0, import_node_crypto7.timingSafeEqual)(Buffer.from(a), Buffer.from(b));
}
function commit(salt, payload) {
  if (salt.length !== AUDIT_SALT_BYTES) return "";
  return (0, import_node_crypto7.createHash)("sha256").update(salt).update(payload, "utf8").digest("hex");
}
function macOf(key, hash) {
  return (0, import_node_crypto7.createHmac)("sha256", key).update(hash, "hex").digest("hex");
}
function sha256(text2) {
  return (0, import_node_crypto7.createHash)("sha256").update(text2, "utf8").digest("hex");
}

// shared/kernel/codecs.ts
var HEX_PAIRS = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));
var BASE64URL = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
var BASE32 = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
var reverse = (alphabet) => new Map([...alphabet].map((character, value) => [character, value]));
var BASE64URL_VALUES = reverse(BASE64URL);
var BASE32_VALUES = new Map([...reverse(BASE32), ["I", 1], ["L", 1], ["O", 0]]);
function encode(bytes, alphabet, bitsPerCharacter) {
  let text2 = "";
  let pending = 0;
  let pendingBits = 0;
  for (const byte of bytes) {
    pending = pending << 8 | byte;
    pendingBits += 8;
    while (pendingBits >= bitsPerCharacter) {
      pendingBits -= bitsPerCharacter;
      text2 += alphabet[pending >> pendingBits];
      pending &= (1 << pendingBits) - 1;
    }
  }
  if (pendingBits > 0) text2 += alphabet[pending << bitsPerCharacter - pendingBits];
  return text2;
}
function decode(text2, values, bitsPerCharacter) {
  const totalBits = text2.length * bitsPerCharacter;
  if (totalBits % 8 >= bitsPerCharacter) return err("length");
  const bytes = new Uint8Array(Math.floor(totalBits / 8));
  let pending = 0;
  let pendingBits = 0;
  let at = 0;
  for (let i = 0; i < text2.length; i++) {
    const value = values.get(text2.charAt(i));
    if (value === void 0) return err("character");
    pending = pending << bitsPerCharacter | value;
    pendingBits += bitsPerCharacter;
    if (pendingBits >= 8) {
      pendingBits -= 8;
      bytes[at++] = pending >> pendingBits;
      pending &= (1 << pendingBits) - 1;
    }
  }
  return pending === 0 ? ok(bytes) : err("character");
}
function base64urlFromBytes(bytes) {
  return encode(bytes, BASE64URL, 6);
}
function bytesFromBase64url(text2) {
  return decode(text2, BASE64URL_VALUES, 6);
}

// shared/protocol/sealed-box.ts
var SEALED_BOX_OVERHEAD_BYTES = 1 + 65 + 16;
var VERSION2 = 1;
var POINT_BYTES = 65;
var INFO = utf8Bytes("fieldcert sealed box v1");
var CURVE = { name: "ECDH", namedCurve: "P-256" };
var MAX_BOX_BYTES = 256 * 1024 * 1024;
async function sealBox(subtle, recipientSpki, bytes, context) {
  const recipient = await subtle.importKey("spki", recipientSpki, CURVE, true, []);
  const recipientPoint = await rawPoint(subtle, recipient);
  const ephemeral = await subtle.generateKey(CURVE, true, ["deriveBits"]);
  const point = await rawPoint(subtle, ephemeral.publicKey);
  const { key, iv } = await deriveKey(
    subtle,
    ephemeral.privateKey,
    recipient,
    point,
    recipientPoint
  );
  const sealed = await subtle.encrypt(
    { name: "AES-GCM", iv, additionalData: aad(context), tagLength: 128 },
    key,
    bytes
  );
  return concatBytes([Uint8Array.of(VERSION2), point, new Uint8Array(sealed)]);
}
async function openBox(subtle, privatePkcs8, box, context) {
  if (box.length < SEALED_BOX_OVERHEAD_BYTES || box.length > MAX_BOX_BYTES) return err("malformed");
  if (box[0] !== VERSION2) return err("version-unknown");
  const own = await subtle.importKey("pkcs8", privatePkcs8, CURVE, true, ["deriveBits"]);
  const recipientPoint = pointOfJwk(await subtle.exportKey("jwk", own));
  const point = box.slice(1, 1 + POINT_BYTES);
  const sender = await importPoint(subtle, point);
  if (sender === void 0) return err("malformed");
  const { key, iv } = await deriveKey(subtle, own, sender, point, recipientPoint);
  try {
    const opened = await subtle.decrypt(
      { name: "AES-GCM", iv, additionalData: aad(context), tagLength: 128 },
      key,
      box.slice(1 + POINT_BYTES)
    );
    return ok(new Uint8Array(opened));
  } catch {
    return err("not-opened");
  }
}
async function deriveKey(subtle, own, other, point, recipientPoint) {
  const z4 = new Uint8Array(await subtle.deriveBits({ name: "ECDH", public: other }, own, 256));
  const secret = await subtle.importKey("raw", z4, "HKDF", false, ["deriveBits"]);
  const salt = concatBytes([point, recipientPoint]);
  const okm = new Uint8Array(
    await subtle.deriveBits({ name: "HKDF", hash: "SHA-256", salt, info: INFO }, secret, 44 * 8)
  );
  const key = await subtle.importKey("raw", okm.slice(0, 32), "AES-GCM", false, [
    "encrypt",
    "decrypt"
  ]);
  const iv = okm.slice(32);
  z4.fill(0);
  okm.fill(0);
  return { key, iv };
}
function aad(context) {
  return concatBytes([Uint8Array.of(VERSION2), utf8Bytes(context)]);
}
async function rawPoint(subtle, key) {
  const raw = await subtle.exportKey("raw", key);
  if (!(raw instanceof ArrayBuffer) || raw.byteLength !== POINT_BYTES)
    throw new TypeError("sealed box: not a P-256 key");
  return new Uint8Array(raw);
}
async function importPoint(subtle, point) {
  try {
    return await subtle.importKey("raw", point, CURVE, false, []);
  } catch {
    return void 0;
  }
}
function pointOfJwk(jwk) {
  const { x, y } = jwk;
  const left = typeof x === "string" ? bytesFromBase64url(x) : void 0;
  const right = typeof y === "string" ? bytesFromBase64url(y) : void 0;
  if (!left?.ok || !right?.ok || left.value.length !== 32 || right.value.length !== 32)
    throw new TypeError("sealed box: not a P-256 key");
  return concatBytes([Uint8Array.of(4), left.value, right.value]);
}

// shared/protocol/signed-statement.ts
var import_zod3 = require("zod");
var SignedStatementSchema = import_zod3.z.strictObject({
  payload: import_zod3.z.string().min(2).max(8e6),
  alg: import_zod3.z.literal("ES256"),
  kid: import_zod3.z.string().regex(/^[0-9a-f]{16}$/),
  sig: import_zod3.z.string().regex(/^[A-Za-z0-9_-]{86}$/)
});
var Ms = import_zod3.z.number().int().positive();
var Region = import_zod3.z.string().regex(/^\d{2,6}$/);
var Office = import_zod3.z.string().min(1).max(20);
var Device = import_zod3.z.string().min(1).max(40);
var Serial = import_zod3.z.string().min(1).max(40);
var RoleStatementSchema = import_zod3.z.strictObject({
  type: import_zod3.z.literal("role"),
  serial: Serial,
  office: Office,
  userId: import_zod3.z.string().min(1).max(40),
  badge: import_zod3.z.string().min(1).max(32),
  name: import_zod3.z.string().min(1).max(80),
  role: import_zod3.z.enum(ROLES),
  /** Region code prefixes of 2, 4 or 6 digits; none for a role that sees no certificate. */
  regions: import_zod3.z.array(Region).max(200),
  issuedMs: Ms,
  expiresMs: Ms
});
var LeaseStatementSchema = import_zod3.z.strictObject({
  type: import_zod3.z.literal("lease"),
  serial: Serial,
  office: Office,
  device: Device,
  issuedMs: Ms,
  expiresMs: Ms
});
var DirectiveStatementSchema = import_zod3.z.strictObject({
  type: import_zod3.z.literal("directive"),
  serial: Serial,
  office: Office,
  device: Device,
  seq: import_zod3.z.number().int().positive(),
  order: import_zod3.z.enum(["lock", "unlock", "wipe", "rotate-keys", "send-audit"]),
  reason: import_zod3.z.string().max(300),
  issuedMs: Ms,
  expiresMs: Ms
});
var OfficeStatementSchema = import_zod3.z.strictObject({
  type: import_zod3.z.literal("office"),
  serial: Serial,
  office: Office,
  name: import_zod3.z.string().min(1).max(80),
  region: Region,
  isPractice: import_zod3.z.boolean(),
  /** Factors that a keyslot of this office must have. */
  factors: import_zod3.z.array(import_zod3.z.enum(["password", "machine", "token"])).min(1).max(3),
  minPasswordLength: import_zod3.z.number().int().min(6).max(128),
  issuedMs: Ms,
  expiresMs: Ms
});
var ReceiptStatementSchema = import_zod3.z.strictObject({
  type: import_zod3.z.literal("receipt"),
  device: Device,
  dseq: import_zod3.z.number().int().nonnegative(),
  head: import_zod3.z.string().regex(/^[0-9a-f]{64}$/).nullable(),
  atMs: Ms
});
function statementBytes(kid, payload) {
  return utf8Bytes(`fieldcert-statement-v1
${kid}
${payload}`);
}
async function signStatement(kid, payload, sign) {
  const text2 = canonicalJson(payload);
  const signature = await sign(statementBytes(kid, text2));
  if (signature.length !== 64) throw new TypeError("statement: ES256 signatures have 64 bytes");
  return { payload: text2, alg: "ES256", kid, sig: base64urlFromBytes(signature) };
}
async function openStatement(envelope, schema, trust) {
  const form = SignedStatementSchema.safeParse(envelope);
  if (!form.success) return err("malformed");
  const { kid, payload, sig } = form.data;
  const spki = trust.keys.get(kid);
  if (spki === void 0) return err("key-unknown");
  const signature = bytesFromBase64url(sig);
  if (!signature.ok || signature.value.length !== 64) return err("malformed");
  if (!await trust.verify(spki, statementBytes(kid, payload), signature.value))
    return err("signature-bad");
  const value = parseCanonical(payload);
  if (value === void 0) return err("not-canonical");
  const parsed = schema.safeParse(value);
  if (!parsed.success) return err("payload-bad");
  const times = value;
  const { nowMs, skewMs = 6e5 } = trust;
  if (typeof times.issuedMs === "number" && times.issuedMs > nowMs + skewMs)
    return err("not-yet-valid");
  if (typeof times.expiresMs === "number" && times.expiresMs <= nowMs) return err("expired");
  return ok(parsed.data);
}
function parseCanonical(text2) {
  try {
    const value = JSON.parse(text2);
    return typeof value === "object" && value !== null && canonicalJson(value) === text2 ? value : void 0;
  } catch {
    return void 0;
  }
}

// electron/platform/redact.ts
var MAX_DEPTH2 = 6;
var MAX_ENTRIES = 50;
var MAX_TEXT = 2e3;
var SECRET_WORDS = /^(keys?|pins?|passwords?|passphrase|secrets?|salt|tokens?|cookie|authorization|phones?|mobile|private|sealed|idnumber|idcard)$/;
var SECRET_PHRASES = /id (number|card)|enrol\w* code/;
var PLAIN_FIELDS = /* @__PURE__ */ new Set([
  "keyRef",
  "keyEpoch",
  "keyId",
  "keyVersion",
  "keyName",
  "tokenId",
  "privateBytes"
]);
var ID_18 = /(?<![0-9０-９])[0-9０-９]{6}[ -]?[0-9０-９]{8}[ -]?[0-9０-９]{3}[0-9０-９XxＸｘ](?![0-9０-９])/g;
var ID_15 = /(?<![0-9０-９])[0-9０-９]{15}(?![0-9０-９])/g;
var PHONE = /(?<![0-9０-９])1[3-9][0-9]{9}(?![0-9０-９])|(?<![0-9０-９])1[3-9][0-9][ -][0-9]{4}[ -][0-9]{4}(?![0-9０-９])/g;
function redactText(text2) {
  const cut = text2.length > MAX_TEXT ? `${text2.slice(0, MAX_TEXT)}\u2026` : text2;
  return cut.replace(ID_18, "[id]").replace(ID_15, "[id]").replace(PHONE, "[phone]");
}
function redact(value) {
  return walk(value, 0);
}
function walk(value, depth) {
  if (typeof value === "string") return redactText(value);
  if (typeof value === "number" || typeof value === "bigint") {
    const text2 = redactText(String(value));
    return text2 === String(value) && typeof value === "number" ? value : text2;
  }
  if (value === null || value === void 0 || typeof value === "boolean") return value;
  if (typeof value === "function" || typeof value === "symbol") return `[${typeof value}]`;
  if (ArrayBuffer.isView(value) || value instanceof ArrayBuffer)
    return `[${value.byteLength} bytes]`;
  if (depth >= MAX_DEPTH2) return "[deep]";
  if (value instanceof Error) return walkError(value, depth);
  if (Array.isArray(value)) {
    const kept = value.slice(0, MAX_ENTRIES).map((entry) => walk(entry, depth + 1));
    return value.length > MAX_ENTRIES ? [...kept, `[${value.length - MAX_ENTRIES} more]`] : kept;
  }
  return walkObject(value, depth);
}
function walkObject(value, depth) {
  const entries = Object.entries(value).slice(0, MAX_ENTRIES);
  return Object.fromEntries(
    entries.map(([name, inner]) => [
      redactText(name),
      isSecretName(name) ? "[redacted]" : walk(inner, depth + 1)
    ])
  );
}
function walkError(error, depth) {
  const own = walkObject({ ...error }, depth);
  return {
    ...own,
    name: error.name,
    message: redactText(error.message),
    ...error.stack === void 0 ? {} : { stack: redactText(error.stack) },
    ...error.cause === void 0 ? {} : { cause: walk(error.cause, depth + 1) }
  };
}
function isSecretName(name) {
  if (PLAIN_FIELDS.has(name)) return false;
  if (/^K_/.test(name)) return true;
  const words = name.replace(/([a-z0-9])([A-Z])/g, "$1 $2").toLowerCase().split(/[^a-z0-9]+/);
  return words.some((word) => SECRET_WORDS.test(word)) || SECRET_PHRASES.test(words.join(" "));
}

// electron/platform/logger.ts
var LEVELS = { debug: 10, info: 20, warn: 30, error: 40 };
function createLogger(options) {
  const { scope, sinks, clock, minLevel = "info" } = options;
  const write2 = (level, event, fields = {}) => {
    if (LEVELS[level] < LEVELS[minLevel]) return;
    const line = lineOf(
      { at: new Date(clock.nowMs()).toISOString(), level, scope, event: redactText(event) },
      fields
    );
    for (const sink of sinks) sink.write(line, level);
  };
  return {
    debug: (event, fields) => write2("debug", event, fields),
    info: (event, fields) => write2("info", event, fields),
    warn: (event, fields) => write2("warn", event, fields),
    error: (event, fields) => write2("error", event, fields),
    child: (name) => createLogger({ ...options, scope: `${scope}.${name}` })
  };
}
function lineOf(head, fields) {
  try {
    return JSON.stringify({ ...redact(fields), ...head });
  } catch {
    return JSON.stringify({ ...head, fields: "[not loggable]" });
  }
}
var consoleSink = { write: (line) => console.error(line) };
var RingSink = class {
  #capacity;
  #lines = [];
  constructor(capacity) {
    this.#capacity = capacity;
  }
  write(line) {
    this.#lines.push(line);
    if (this.#lines.length > this.#capacity) this.#lines = this.#lines.slice(-this.#capacity);
  }
  /** Oldest first. */
  lines() {
    return this.#lines;
  }
};

// electron/platform/log-file.ts
var import_node_fs = require("node:fs");
var import_node_path2 = require("node:path");
var FileSink = class {
  #path;
  #previous;
  #maxBytes;
  #file;
  #bytes = 0;
  constructor(folder, name, maxBytes = 5 * 1024 * 1024) {
    this.#path = (0, import_node_path2.join)(folder, `${name}.jsonl`);
    this.#previous = (0, import_node_path2.join)(folder, `${name}.1.jsonl`);
    this.#maxBytes = maxBytes;
    this.#attempt(() => (0, import_node_fs.mkdirSync)(folder, { recursive: true, mode: 448 }));
    this.#open();
  }
  write(line) {
    const bytes = Buffer.from(`${line}
`, "utf8");
    if (this.#bytes > 0 && this.#bytes + bytes.length > this.#maxBytes) this.#rotate();
    this.#attempt(() => {
      if (this.#file !== void 0) this.#bytes += (0, import_node_fs.writeSync)(this.#file, bytes);
    });
  }
  close() {
    const file = this.#file;
    this.#file = void 0;
    if (file !== void 0) this.#attempt(() => (0, import_node_fs.closeSync)(file));
  }
  #rotate() {
    this.close();
    this.#attempt(() => (0, import_node_fs.renameSync)(this.#path, this.#previous));
    this.#open();
  }
  #open() {
    this.#attempt(() => {
      this.#file = (0, import_node_fs.openSync)(this.#path, "a", 384);
      this.#bytes = (0, import_node_fs.fstatSync)(this.#file).size;
    });
  }
  #attempt(act) {
    try {
      act();
    } catch {
    }
  }
};
// Annotate the CommonJS export names for ESM import in node:
0 && (module.exports = {
  ARGON2_FLOOR,
  AUDIT_GENESIS,
  AUDIT_SALT_BYTES,
  AUDIT_START,
  BLIND_KINDS,
  DirectiveStatementSchema,
  FileSink,
  KEYED_TAG_BYTES,
  KEY_NAMES,
  KeyRing,
  Keyslots,
  LeaseStatementSchema,
  OfficeStatementSchema,
  ROLE_KEYS,
  ReceiptStatementSchema,
  RingSink,
  RoleStatementSchema,
  SEALED_BOX_OVERHEAD_BYTES,
  SignedStatementSchema,
  appendEntry,
  applySm4Ctr,
  argon2,
  blindColumns,
  blindTag,
  consoleSink,
  createKeyedTagger,
  createLogger,
  createSm3,
  deriveFieldKeys,
  measureArgon2,
  nextAuditKey,
  openBox,
  openNumber,
  openPerson,
  openStatement,
  readAuditHeader,
  sealBox,
  sealNumbers,
  sealPersons,
  signStatement,
  sm4Blocks,
  statementBytes,
  verifyChain,
  zeroFieldKeys
});
