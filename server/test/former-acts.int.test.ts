import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { readListed } from '../../shared/protocol/acts/listed';
import { Central } from '../central';
import { acts } from '../cli/act-commands';
import { readArguments } from '../cli/arguments';
import type { SqlClient } from '../store/sql-client';

const dir = mkdtempSync(join(tmpdir(), 'fieldcert-former-acts-'));
afterAll(() => rmSync(dir, { recursive: true, force: true }));

const PHONES = ['13912345678', '13700000007'] as const;
const inPlain = new RegExp(PHONES.join('|'), 'u');
const client = (central: Central) =>
  (central as unknown as { parts: { client: SqlClient } }).parts.client;
const rows = async (central: Central) =>
  JSON.stringify(await client(central).query('select admin_act::text as row from admin_act'));

/** The command as it is typed; what it prints. */
async function printed(...words: string[]): Promise<string> {
  const lines: string[] = [];
  const args = readArguments(['--dir', dir, ...words], ['json'], ['dir']);
  const terminal = { out: (line: string) => void lines.push(line), error: () => undefined };
  await acts(args, terminal as never);
  return lines.join('\n');
}

// Bugs: numbers by which people are reached stay in plain in the database of a centre that kept acts before they rested sealed; or are
// printed by the command for acts that are over, in either form.
it('are sealed when the centre starts, and printed without the number once they are over', async () => {
  const before = await Central.open({ dir });
  await client(before).query(
    `insert into admin (person, name, certificate, spki, added_ms) values ('B', '乙', $1, 'spki', 1)`,
    [Buffer.from([1])],
  );
  const texts = PHONES.map((phone) =>
    before.acts.draft({ kind: 'phone', office: '330600', badge: 'S1', phone }),
  );
  for (const [index, text] of texts.entries())
    await client(before).query(
      `insert into admin_act (id, text, requested_by, request, requested_ms, request_intent, countersign_intent, state)
       values ($1, $2, 'B', $3, $4, $2, $2, $5)`,
      [JSON.parse(text).id, text, Buffer.from([1]), index, ['done', 'open'][index]],
    );
  expect(await rows(before)).toMatch(inPlain);
  await before.close();

  const after = await Central.open({ dir });
  expect(await rows(after)).not.toMatch(inPlain);
  const [open, over] = await after.acts.list();
  await after.close();
  expect([open?.text, readListed(over?.text ?? '')?.act]).toMatchObject([
    texts[1],
    { phone: '139****5678' },
  ]);
  for (const shown of [await printed('--json'), await printed()]) {
    expect(shown).toContain('139****5678');
    expect(shown).not.toContain(PHONES[0]);
    // Whoever countersigns compares the number.
    expect(shown).toContain(PHONES[1]);
  }
}, 120_000);
