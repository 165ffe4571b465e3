import { deriveFieldKeys, fieldKeyVersion, zeroFieldKeys } from '../../../crypto/field-keys';
import { keyBytes } from '../../../crypto/key-bytes';
import type { KeyName, KeyRing } from '../../../crypto/key-ring';
import type { BlindKeySet, StoreKeys } from '../../../store/protocol';
import type { IngestKeys } from '../../workers/ingest-protocol';

/*
 * What of a session's keys its processes and workers get; each copy is zeroed by whoever asked for it.
 * While a rotation runs, the ring holds the next field key beside the present one: what is sealed is
 * sealed under the next, and both open and find.
 */

/** Keys of files, as far as the session holds them; never the field key. */
export function storeKeysOf(keys: KeyRing): StoreKeys {
  const copies = (names: readonly KeyName[]) =>
    Object.fromEntries(names.flatMap((name) => (keys.has(name) ? [[name, keys.copy(name)]] : [])));
  return {
    journal: keys.copy('journal'),
    ...copies(['journalNext', 'slice', 'sliceNext']),
    ...(keys.has('transportPublic')
      ? { transportPublic: keys.packedTransport('transportPublic') }
      : {}),
  };
}

/** Keys of blind tags, newest first: one set, two during a rotation, none for roles that read nothing. */
export function blindKeysOf(keys: KeyRing): BlindKeySet[] {
  const field = [keys.peek('fieldNext'), keys.peek('field')];
  return field.flatMap((key) => (key === undefined ? [] : [blindKeysFrom(key)]));
}

/** Keys of blind tags under one field key. */
export function blindKeysFrom(fieldKey: Uint8Array): BlindKeySet {
  const fields = deriveFieldKeys(fieldKey, fieldKeyVersion(fieldKey));
  const blind = Object.fromEntries(
    Object.entries(fields.blind).map(([kind, key]) => [kind, keyBytes(key)]),
  );
  zeroFieldKeys(fields);
  return blind;
}

/** What the ingest worker seals with, and the key that a rotation replaces. */
export function ingestKeys(keys: KeyRing): IngestKeys {
  const isRotating = keys.has('fieldNext');
  const field = keys.copy(isRotating ? 'fieldNext' : 'field');
  return {
    field,
    fieldVersion: fieldKeyVersion(field),
    ...(isRotating ? { fieldBefore: keys.copy('field') } : {}),
    region: keys.copy('region'),
    transportPrivate: keys.packedTransport('transportPrivate'),
  };
}

export function zeroIngestKeys(keys: IngestKeys): void {
  for (const key of [keys.field, keys.fieldBefore, keys.region, keys.transportPrivate])
    key?.fill(0);
}
