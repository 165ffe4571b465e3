import { generateKeyPairSync } from 'node:crypto';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { SignedFiles } from './signed-files';

type Parts = ConstructorParameters<typeof SignedFiles>[0];

// Bug: the stick fills up at the second file: a paper that says it was signed lies there without its signature, and the log
// lists all of it as saved.
it('leaves nothing in the folder where one file cannot be put, and says so in the log', async () => {
  const root = mkdtempSync(join(tmpdir(), 'fieldcert-signed-files-'));
  const target = join(root, 'stick');
  mkdirSync(target);
  const logged: string[] = [];
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const key = privateKey.export({ type: 'pkcs8', format: 'der' });
  const session = {
    view: { userId: 'U', badge: 'B', name: 'W' },
    office: { deviceId: 'D', office: { code: '110105' } },
    keys: { peek: () => key },
  };
  const files = new SignedFiles({
    store: {
      call: async (kind: string, input: { kind?: string }) => {
        if (kind !== 'auditAppend') return { number: 1, value: null };
        logged.push(input.kind ?? '');
        // In the way of the second file from now on.
        if (logged.length === 1) mkdirSync(join(target, 'record.xlsx', 'x'), { recursive: true });
        return {};
      },
    },
    sessions: { current: session, demand: () => session },
    signing: { choices: async () => ({ items: [] }) },
    nowMs: () => 1_790_000_000_000,
    temporaryDir: join(root, 'apart'),
    chooseFolder: async () => target,
    showFile: () => undefined,
    demandLeaving: () => undefined,
  } as unknown as Parts);
  const make = async (path: string) => writeFileSync(path, 'content');
  try {
    const saving = files.save({
      record: 'site-record',
      auditKind: 'site-record-saved',
      stem: 'record',
      subject: 'x',
      rows: 1,
      files: { pdf: make, xlsx: make },
    });
    await expect(saving).rejects.toMatchObject({ code: 'EXPORT_TARGET' });
    expect(readdirSync(target)).toEqual(['record.xlsx']);
    expect(logged).toEqual(['site-record-saved', 'record-not-saved']);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
});
