import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { at } from '../paths.mjs';

/**
 * The bill of materials of a package, CycloneDX 1.5 JSON (ECMA-424): what is really in it, bundled or beside, with the
 * integrity of the lock. No times and no random numbers: the same package has the same bill.
 * @param {{ version: string, electron: string, parts: readonly import('../compile/parts.mjs').Part[], helper?: { file: string, bytes: Buffer } | undefined }} input
 *   `helper`: our own program for 32-bit libraries, which a package has beside
 * @returns {string}
 */
export function billOfMaterials({ version, electron, parts, helper }) {
  const { packages } = JSON.parse(readFileSync(at('package-lock.json'), 'utf8'));
  /** @type {Map<string, string>} */
  const integrities = new Map();
  for (const [place, entry] of Object.entries(packages)) {
    // An alias is installed under its own name and described by another.
    const name = entry.name ?? place.slice(place.lastIndexOf('node_modules/') + 13);
    if (entry.integrity !== undefined) integrities.set(`${name}@${entry.version}`, entry.integrity);
  }
  const components = parts.map(({ name, version: of, licence }) => {
    if (name.includes(' ')) return within(name, of, licence);
    const purl = `pkg:npm/${name.replace('@', '%40')}@${of}`;
    const integrity = integrities.get(`${name}@${of}`);
    const hash = integrity?.startsWith('sha512-')
      ? Buffer.from(integrity.slice(7), 'base64').toString('hex')
      : null;
    return {
      type: 'library',
      'bom-ref': purl,
      name,
      version: of,
      ...(hash === null ? {} : { hashes: [{ alg: 'SHA-512', content: hash }] }),
      licenses: [licence.includes(' ') ? { expression: licence } : { license: { id: licence } }],
      purl,
    };
  });
  const runtime = {
    type: 'framework',
    'bom-ref': `pkg:generic/electron@${electron}`,
    name: 'electron',
    version: electron,
    licenses: [{ license: { id: 'MIT' } }],
    purl: `pkg:generic/electron@${electron}`,
  };
  const own = `pkg:generic/fieldcert@${version}`;
  const beside = helper === undefined ? [] : [helperOf(helper, version)];
  const all = [runtime, ...beside, ...components];
  const body = {
    bomFormat: 'CycloneDX',
    specVersion: '1.5',
    version: 1,
    metadata: {
      component: { type: 'application', 'bom-ref': own, name: 'FieldCert', version, purl: own },
    },
    components: all,
    dependencies: [{ ref: own, dependsOn: all.map((one) => one['bom-ref']) }],
  };
  const digest = createHash('sha256').update(JSON.stringify(body)).digest('hex');
  const serial = [8, 4, 4, 4, 12].map(cutter(digest)).join('-');
  return `${JSON.stringify({ ...body, serialNumber: `urn:uuid:${asVersion4(serial)}` }, null, 2)}\n`;
}

/** @param {{ file: string, bytes: Buffer }} helper @param {string} version */
function helperOf({ file, bytes }, version) {
  const content = createHash('sha512').update(bytes).digest('hex');
  const reference = `fieldcert:${file}@${version}`;
  const hashes = [{ alg: 'SHA-512', content }];
  const licenses = [{ license: { name: 'FieldCert' } }];
  return { type: 'application', 'bom-ref': reference, name: file, version, hashes, licenses };
}

/**
 * What native code was compiled from; its own version is nowhere said.
 * @param {string} name @param {string} version of the package that it is in @param {string} licence
 */
function within(name, version, licence) {
  const reference = `fieldcert:within/${encodeURIComponent(name)}@${version}`;
  return { type: 'library', 'bom-ref': reference, name, licenses: [{ license: { id: licence } }] };
}

/** @param {string} text */
function cutter(text) {
  let from = 0;
  return (/** @type {number} */ length) => {
    from += length;
    return text.slice(from - length, from);
  };
}

/** The form of a random UUID (RFC 9562), its bits taken from the content. @param {string} uuid */
function asVersion4(uuid) {
  const digits = [...uuid];
  digits[14] = '4';
  digits[19] = '89ab'[Number.parseInt(digits[19] ?? '0', 16) & 3] ?? '8';
  return digits.join('');
}
