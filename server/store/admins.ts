import type { SqlRow, SqlRunner } from './sql-client';

/** A person who may ask for administrative acts and countersign them. */
export interface Admin {
  readonly person: string;
  readonly name: string;
  /** DER. */
  readonly certificate: Uint8Array;
}

/** `agreed`: two signed, and it is being done, or the centre ended before it was. */
export type ActState = 'open' | 'agreed' | 'done' | 'failed' | 'refused';

/** An act with its signatures. */
export interface KeptAct {
  readonly id: string;
  /** The canonical text that was signed. */
  readonly text: string;
  readonly requestedBy: string;
  readonly request: Uint8Array;
  /** What a desk's signing window showed and was signed; null: the text itself was, as a file. */
  readonly requestIntent: string | null;
  readonly requestedMs: number;
  /** Who countersigned, or refused. */
  readonly countersignedBy: string | null;
  readonly state: ActState;
  readonly outcome: string | null;
}

const adminOf = (row: SqlRow): Admin => ({
  person: String(row.person),
  name: String(row.name),
  certificate: new Uint8Array(row.certificate as Uint8Array),
});

/** Those who may act now. */
export async function listAdmins(runner: SqlRunner): Promise<readonly Admin[]> {
  const rows = await runner.query(
    'select person, name, certificate from admin where removed_ms is null order by person',
  );
  return rows.map(adminOf);
}

/** One after the other: who adds or takes away sees what the other did. */
export async function holdAdmins(runner: SqlRunner): Promise<void> {
  await runner.query('lock table admin in exclusive mode');
}

/** False where the person or the key is known, also as somebody's who was taken away. */
export async function addAdmin(
  runner: SqlRunner,
  { person, name, certificate }: Admin,
  spki: string,
  nowMs: number,
): Promise<boolean> {
  const rows = await runner.query(
    `insert into admin (person, name, certificate, spki, added_ms) values ($1, $2, $3, $4, $5)
     on conflict do nothing returning person`,
    [person, name, certificate, spki, nowMs],
  );
  return rows.length > 0;
}

/** Another certificate of the same key. False where there is no such administrator, or the key is another. */
export async function renewAdmin(
  runner: SqlRunner,
  person: string,
  certificate: Uint8Array,
  spki: string,
): Promise<boolean> {
  const rows = await runner.query(
    'update admin set certificate = $2 where person = $1 and spki = $3 and removed_ms is null returning person',
    [person, certificate, spki],
  );
  return rows.length > 0;
}

export async function endAdmin(runner: SqlRunner, person: string, nowMs: number): Promise<boolean> {
  const rows = await runner.query(
    'update admin set removed_ms = $2 where person = $1 and removed_ms is null returning person',
    [person, nowMs],
  );
  return rows.length > 0;
}

/** False where an act of this id is known. */
export async function addAct(
  runner: SqlRunner,
  act: Pick<KeptAct, 'id' | 'text' | 'requestedBy' | 'request' | 'requestIntent' | 'requestedMs'>,
): Promise<boolean> {
  const rows = await runner.query(
    `insert into admin_act (id, text, requested_by, request, requested_ms, request_intent, state)
     values ($1, $2, $3, $4, $5, $6, 'open') on conflict do nothing returning id`,
    [act.id, act.text, act.requestedBy, act.request, act.requestedMs, act.requestIntent],
  );
  return rows.length > 0;
}

const ACTS = `select id, text, requested_by, request, request_intent, requested_ms::double precision as requested, countersigned_by, state, outcome
  from admin_act`;

const actOf = (row: SqlRow): KeptAct => ({
  id: String(row.id),
  text: String(row.text),
  requestedBy: String(row.requested_by),
  request: new Uint8Array(row.request as Uint8Array),
  requestIntent: row.request_intent === null ? null : String(row.request_intent),
  requestedMs: Number(row.requested),
  countersignedBy: row.countersigned_by === null ? null : String(row.countersigned_by),
  state: row.state as ActState,
  outcome: row.outcome === null ? null : String(row.outcome),
});

/** An act, held until the transaction ends. */
export async function holdAct(runner: SqlRunner, id: string): Promise<KeptAct | undefined> {
  const [row] = await runner.query(`${ACTS} where id = $1 for update`, [id]);
  return row && actOf(row);
}

/** Acts, the newest first. */
export async function listActs(runner: SqlRunner, limit: number): Promise<readonly KeptAct[]> {
  return (await runner.query(`${ACTS} order by requested_ms desc, id desc limit $1`, [limit])).map(
    actOf,
  );
}

export async function agreeAct(
  runner: SqlRunner,
  id: string,
  by: {
    readonly person: string;
    readonly signature: Uint8Array;
    readonly intent: string | null;
    readonly atMs: number;
  },
): Promise<void> {
  await runner.query(
    `update admin_act set countersigned_by = $2, countersign = $3, countersigned_ms = $4, countersign_intent = $5, state = 'agreed'
     where id = $1`,
    [id, by.person, by.signature, by.atMs, by.intent],
  );
}

/** What an act told, sealed, and until when it may be asked for again. */
export interface SealedTold {
  readonly sealed: Uint8Array;
  readonly untilMs: number;
}

export async function endAct(
  runner: SqlRunner,
  id: string,
  state: 'done' | 'failed' | 'refused',
  outcome: string,
  told: SealedTold | null = null,
): Promise<void> {
  await runner.query(
    'update admin_act set state = $2, outcome = $3, told = $4, told_until_ms = $5 where id = $1',
    [id, state, outcome.slice(0, 500), told?.sealed ?? null, told?.untilMs ?? null],
  );
}
