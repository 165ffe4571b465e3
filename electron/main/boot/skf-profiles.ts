import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
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

/**
 * SKF libraries of installed U-Key software, by the profiles in `u-keys/skf.json`: a file of the installation, so that
 * an administrator may add a vendor and nobody else. A library named by the environment would be code of a stranger's
 * choice in a process that sees PINs, so only source checkouts and tests may name one. Throws when the file is not of
 * its form.
 */
export function skfProfiles(
  resources: string,
  env: NodeJS.ProcessEnv,
  isPackaged: boolean,
): readonly SkfProfile[] {
  const named = isPackaged ? [] : (env.FIELDCERT_SKF ?? '').split(delimiter);
  const text = readFileSync(join(resources, 'u-keys', 'skf.json'), 'utf8');
  const { profiles } = fileSchema.parse(JSON.parse(text));
  const machine = `${process.platform}-${process.arch}`;
  return [
    ...named
      .filter((path) => path !== '')
      .map((libraryPath) => ({ name: 'SKF', libraryPath, pinLength: STANDARD_PIN })),
    ...profiles.flatMap(({ libraries, ...profile }) => {
      const libraryPath = libraries[machine]?.find((path) => existsSync(path));
      return libraryPath === undefined ? [] : [{ ...profile, libraryPath }];
    }),
  ];
}
