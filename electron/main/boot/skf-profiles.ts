import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { type SkfProfile, skfProfileSchema } from '../../device/drivers/skf/profile';

const vendorSchema = z.strictObject({
  ...skfProfileSchema.omit({ libraryPath: true }).shape,
  /** Where the vendor's installer puts the library, by `<platform>-<architecture>` of Node; the first found counts. */
  libraries: z.record(z.string(), z.array(z.string().min(1).max(4_096)).max(8)),
});
const fileSchema = z.strictObject({ profiles: z.array(vendorSchema).max(16) });

/** What the standard itself says of PINs, for libraries without a vendor's profile. */
const STANDARD_PIN = { min: 6, max: 16 };
/** More than an office has vendors. */
const MAX_PROFILES = 16;

export interface SkfSources {
  /** The program's own read-only folder. */
  readonly resources: string;
  /** The folder of an installed program outside its archive; null in a source checkout. */
  readonly installed: string | null;
  /** Libraries that a source checkout names. */
  readonly named: readonly string[];
}

/**
 * SKF libraries of installed U-Key software, by the profiles shipped in `u-keys/skf.json` and, first, by those in a file
 * of the same name beside the installed program: whoever may write there may replace the program as well, so an
 * administrator can add or replace a vendor and nobody else. Throws when a file is not of its form.
 */
export function skfProfiles({ resources, installed, named }: SkfSources): readonly SkfProfile[] {
  const vendors = [installed, resources].flatMap((folder) => vendorsIn(folder));
  const machine = `${process.platform}-${process.arch}`;
  const found = vendors
    .filter(({ name }, index) => vendors.findIndex((other) => other.name === name) === index)
    .flatMap(({ libraries, ...profile }) => {
      const libraryPath = libraries[machine]?.find((path) => existsSync(path));
      return libraryPath === undefined ? [] : [{ ...profile, libraryPath }];
    });
  return [
    ...named.map((libraryPath) => ({ name: 'SKF', libraryPath, pinLength: STANDARD_PIN })),
    ...found,
  ].slice(0, MAX_PROFILES);
}

function vendorsIn(folder: string | null): readonly z.infer<typeof vendorSchema>[] {
  if (folder === null) return [];
  const file = join(folder, 'u-keys', 'skf.json');
  if (!existsSync(file)) return [];
  try {
    return fileSchema.parse(JSON.parse(readFileSync(file, 'utf8'))).profiles;
  } catch (error) {
    const detail = error instanceof Error ? error.message : 'unreadable';
    throw new Error(`${file}: ${detail}`);
  }
}
