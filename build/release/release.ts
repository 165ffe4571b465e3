import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { parseReleaseEnvelope } from '../../shared/protocol/release-trust';
import {
  draftRelease,
  draftRoot,
  publishRelease,
  publishRoot,
  renewTimestamp,
  signDraft,
} from './ceremony';
import { checkFiles, checkMetadata, readFrom } from './folder';
import { makeKey, readKey } from './keys';

const USAGE = `usage: npm run release -- COMMAND …
  keys --out DIR --name NAME --passphrase-file FILE        a key pair, on a machine without network
  root --folder F --roles ROLES.json --drafts DIR          drafts the first root, or the one after those in F
  draft --folder F [--release R.json] [--drop V,V…] --files DIR --drafts DIR
                                                           drafts list, snapshot and stick.json; --drop lets releases go
  sign DRAFT… --key KEY.pem --passphrase-file FILE         shows each draft and adds a signature
  publish-root DRAFT --folder F                            checks a signed root and puts it into F
  publish --folder F --drafts DIR --files DIR              checks signed drafts and puts all into F
  timestamp --folder F --snapshot FILE --key KEY.pem --passphrase-file FILE [--days 7]
  check --folder F [--medium timestamp|stick]              reads F as a client does, with all files`;

const text = { type: 'string' } as const;
const OPTIONS = {
  out: text,
  name: text,
  folder: text,
  roles: text,
  drafts: text,
  release: text,
  drop: text,
  files: text,
  key: text,
  snapshot: text,
  days: text,
  medium: text,
  'passphrase-file': text,
};

async function main(words: readonly string[]): Promise<void> {
  const { values, positionals } = parseArgs({
    args: [...words],
    options: OPTIONS,
    allowPositionals: true,
  });
  const [command, ...paths] = positionals;
  const need = (name: keyof typeof OPTIONS): string => {
    const value = values[name];
    if (value === undefined) throw new Error(`--${name} is missing\n${USAGE}`);
    return value;
  };
  const at = { nowMs: Date.now() };
  const passphrase = (): string => readFileSync(need('passphrase-file'), 'utf8').trim();
  switch (command) {
    case 'keys':
      console.log(makeKey(need('out'), need('name'), passphrase()).keyid);
      return;
    case 'root':
      console.log(draftRoot(need('folder'), need('roles'), need('drafts'), at));
      return;
    case 'draft':
      for (const path of await draftRelease(
        need('folder'),
        values.release,
        need('files'),
        need('drafts'),
        at,
        values.drop?.split(',') ?? [],
      ))
        console.log(path);
      return;
    case 'sign': {
      const key = readKey(need('key'), passphrase());
      for (const path of paths) {
        const draft = parseReleaseEnvelope(readFileSync(path, 'utf8'));
        console.log(`${path}\n${JSON.stringify(JSON.parse(draft?.signed ?? 'null'), null, 2)}`);
        signDraft(path, key);
      }
      console.log(`signed by ${key.keyid}`);
      return;
    }
    case 'publish-root':
      console.log(`root ${publishRoot(need('folder'), resolve(paths[0] ?? ''))}`);
      return;
    case 'publish':
      console.log(await publishRelease(need('folder'), need('drafts'), need('files'), at));
      return;
    case 'timestamp':
      renewTimestamp(
        need('folder'),
        need('snapshot'),
        readKey(need('key'), passphrase()),
        Number(values.days ?? '7'),
        at,
      );
      return;
    case 'check': {
      const medium = values.medium === 'stick' ? 'stick' : 'timestamp';
      const { targets } = checkMetadata(
        readFrom(join(need('folder'), 'metadata')),
        medium,
        at.nowMs,
      );
      const count = await checkFiles(need('folder'), targets);
      const versions = targets.releases.map(({ version }) => version).join(' ');
      console.log(`good: list ${targets.version}, releases ${versions}, ${count} files`);
      return;
    }
    default:
      throw new Error(USAGE);
  }
}

main(process.argv.slice(2)).catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
});
