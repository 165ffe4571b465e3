import {
  type Pkcs11Module,
  POINTER_BYTES,
  readUlong,
  ULONG_BYTES,
  ulongCell,
  writePointer,
  writeUlong,
} from './binding';
import { CKA, CKO } from './constants';

/** A certificate object: its CKA_ID (what ties it to its key) and DER. */
export interface CertificateObject {
  readonly id: Buffer;
  readonly der: Buffer;
}

export interface Attribute {
  readonly type: number;
  readonly value: Buffer | null;
}

const ATTRIBUTE_BYTES = ULONG_BYTES + POINTER_BYTES + ULONG_BYTES;
const MAX_OBJECTS = 64;
const MAX_VALUE_BYTES = 64 * 1024;

// The array holds bare addresses: without this the collector could free the values during an async call.
const valuesOf = new WeakMap<Buffer, readonly Attribute[]>();

/** A CK_ATTRIBUTE array; it keeps its values alive. */
export function attributeArray(attributes: readonly Attribute[]): Buffer {
  const array = Buffer.alloc(ATTRIBUTE_BYTES * attributes.length);
  valuesOf.set(array, attributes);
  attributes.forEach(({ type, value }, index) => {
    const base = index * ATTRIBUTE_BYTES;
    writeUlong(array, base, type);
    writePointer(array, base + ULONG_BYTES, value);
    writeUlong(array, base + ULONG_BYTES + POINTER_BYTES, value?.length ?? 0);
  });
  return array;
}

/** A CK_MECHANISM; it keeps its parameter alive (memory that the parameter points to is the caller's to keep). */
export function mechanism(type: number, parameter: Buffer | null = null): Buffer {
  return attributeArray([{ type, value: parameter }]);
}

/** Handles of all objects that match, at most 64. */
export async function findObjects(
  module: Pkcs11Module,
  session: number,
  attributes: readonly Attribute[],
): Promise<number[]> {
  const template = attributeArray(attributes);
  await module.call('C_FindObjectsInit', session, template, attributes.length);
  try {
    const handles = Buffer.alloc(ULONG_BYTES * MAX_OBJECTS);
    const count = ulongCell();
    await module.call('C_FindObjects', session, handles, MAX_OBJECTS, count);
    return Array.from({ length: readUlong(count) }, (_, index) =>
      readUlong(handles, index * ULONG_BYTES),
    );
  } finally {
    await module.call('C_FindObjectsFinal', session).catch(() => undefined);
  }
}

/** One attribute's bytes; undefined when the object has none. Throws `Pkcs11Error` otherwise. */
export async function readAttribute(
  module: Pkcs11Module,
  session: number,
  object: number,
  type: number,
): Promise<Buffer | undefined> {
  const lengthOffset = ULONG_BYTES + POINTER_BYTES;
  const query = attributeArray([{ type, value: null }]);
  await module.call('C_GetAttributeValue', session, object, query, 1);
  const length = readUlong(query, lengthOffset);
  if (length === 0 || length > MAX_VALUE_BYTES) return undefined;
  const value = Buffer.alloc(length);
  const request = attributeArray([{ type, value }]);
  await module.call('C_GetAttributeValue', session, object, request, 1);
  return value.subarray(0, readUlong(request, lengthOffset));
}

/** Every X.509 certificate on the token. */
export async function readCertificates(
  module: Pkcs11Module,
  session: number,
): Promise<CertificateObject[]> {
  const handles = await findObjects(module, session, [
    { type: CKA.class, value: ulongCell(CKO.certificate) },
  ]);
  const certificates: CertificateObject[] = [];
  for (const handle of handles) {
    const der = await readAttribute(module, session, handle, CKA.value);
    const id = await readAttribute(module, session, handle, CKA.id).catch(() => undefined);
    if (der !== undefined) certificates.push({ der, id: id ?? Buffer.alloc(0) });
  }
  return certificates;
}

/** The private key with this CKA_ID; visible only after login on most tokens. */
export async function findPrivateKey(
  module: Pkcs11Module,
  session: number,
  id: Buffer,
): Promise<number | undefined> {
  const [handle] = await findObjects(module, session, [
    { type: CKA.class, value: ulongCell(CKO.privateKey) },
    { type: CKA.id, value: id },
  ]);
  return handle;
}
