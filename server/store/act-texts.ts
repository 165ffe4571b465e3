import type { SqlRow, SqlRunner } from './sql-client';

/** What an act's row says in words: its text, and what each window showed of it. */
export interface ActTexts {
  readonly text: string;
  readonly requestIntent: string | null;
  readonly countersignIntent: string | null;
}

/** Acts that set a phone and whose text, in canonical JSON, rests in plain. */
export async function plainPhoneActs(runner: SqlRunner): Promise<readonly string[]> {
  const rows = await runner.query<{ id: string } & SqlRow>(
    `select id from admin_act where text like '{%"kind":"phone"%' order by id`,
  );
  return rows.map(({ id }) => id);
}

/** Held until the transaction ends; undefined where there is no such act. */
export async function holdTexts(runner: SqlRunner, id: string): Promise<ActTexts | undefined> {
  const [row] = await runner.query<
    { text: string; request_intent: string | null; countersign_intent: string | null } & SqlRow
  >('select text, request_intent, countersign_intent from admin_act where id = $1 for update', [
    id,
  ]);
  if (row === undefined) return undefined;
  const { text, request_intent: requestIntent, countersign_intent: countersignIntent } = row;
  return { text, requestIntent, countersignIntent };
}

export async function keepTexts(
  runner: SqlRunner,
  id: string,
  { text, requestIntent, countersignIntent }: ActTexts,
): Promise<void> {
  await runner.query(
    'update admin_act set text = $2, request_intent = $3, countersign_intent = $4 where id = $1',
    [id, text, requestIntent, countersignIntent],
  );
}
