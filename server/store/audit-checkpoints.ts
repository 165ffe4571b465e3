import type { Signer } from './signers';
import type { SqlRunner } from './sql-client';

/** Keeps a signed end of a chain; the same again stays as it is. */
export async function keepCheckpoint(
  runner: SqlRunner,
  device: string,
  { userId, certificate, subject }: Signer,
  checkpoint: {
    readonly seq: number;
    readonly head: string;
    readonly atMs: number;
    readonly signed: unknown;
  },
  nowMs: number,
): Promise<void> {
  const { seq, head, atMs, signed } = checkpoint;
  await runner.query(
    `insert into audit_checkpoint (device, seq, head, user_id, certificate, subject, at_ms, received_ms, signed)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9) on conflict do nothing`,
    [device, seq, head, userId, certificate, subject, atMs, nowMs, JSON.stringify(signed)],
  );
}

/** What was signed of some entries of the device's present chain: since its renewal was accepted, where there was one. */
export function signedHeads(
  runner: SqlRunner,
  device: string,
  from: number,
  to: number,
): Promise<readonly { readonly seq: number; readonly head: string }[]> {
  return runner.query(
    `select seq, head from audit_checkpoint where device = $1 and seq between $2 and $3 and received_ms >=
       coalesce((select max(accepted_ms) from audit_chain where device = $1), 0)`,
    [device, from, to],
  );
}
