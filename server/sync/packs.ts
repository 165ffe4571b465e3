import type { z } from 'zod';
import rulesFile from '../../resources/rule-packs/national-2026.11.1.json';
import { canonicalJson } from '../../shared/kernel/canonical-json';
import {
  type PackRefSchema,
  type ReferencePack,
  ReferencePackSchema,
} from '../../shared/protocol/manifest';
import type { ObjectStore } from './object-store';

type PackRef = z.infer<typeof PackRefSchema>;

async function writePack(
  objects: ObjectStore,
  kind: PackRef['kind'],
  id: string,
  value: unknown,
): Promise<PackRef> {
  const bytes = Buffer.from(canonicalJson(value), 'utf8');
  return { kind, id, sha256: await objects.put(bytes), bytes: bytes.length };
}

/** The packs that a slice depends on, as canonical JSON; the manifest's signature covers their hashes. */
export async function writePacks(
  objects: ObjectStore,
  reference: ReferencePack,
): Promise<readonly PackRef[]> {
  return [
    await writePack(objects, 'rules', `${rulesFile.id}-${rulesFile.version}`, rulesFile),
    await writePack(
      objects,
      'reference',
      `reference-${reference.region}`,
      ReferencePackSchema.parse(reference),
    ),
  ];
}
