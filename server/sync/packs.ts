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

const byId = <T extends { readonly id: number }>(list: readonly T[]): T[] =>
  [...list].sort((a, b) => a.id - b.id);

/** The names in the one form that is hashed and signed: a list in another order is no other list. */
function canonicalNames(reference: ReferencePack): ReferencePack {
  const { issuers, bodies, ...rest } = ReferencePackSchema.parse(reference);
  return { ...rest, issuers: byId(issuers), bodies: byId(bodies) };
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
      canonicalNames(reference),
    ),
  ];
}
