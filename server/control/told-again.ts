import type { AdminPart } from '../../shared/protocol/admin-acts';
import { readDraft } from '../../shared/protocol/admin-acts';
import type { KeyProvider } from '../keys/key-provider';
import { takenSecond } from '../store/act-answers';
import type { KeptAct, SealedTold } from '../store/admins';
import type { SqlRunner } from '../store/sql-client';
import { type Signed, signerOf } from './act-signers';

/** How long the same signature is answered with the same codes: an answer is lost within seconds, and asked for again. */
export const TOLD_MS = 10 * 60_000;

/** The act is being done by another process of the centre: what became of it is known in a moment. */
export class ActUnderWay extends Error {
  constructor(id: string) {
    super(`act ${id} is being done`);
    this.name = 'ActUnderWay';
  }
}

type Seals = Pick<KeyProvider, 'wrap' | 'unwrap'>;
const contextOf = (id: string): string => `told act ${id}`;

/** What an act told, as it rests for some minutes. */
export function sealTold(keys: Seals, id: string, told: string, nowMs: number): SealedTold {
  const sealed = new Uint8Array(keys.wrap(Buffer.from(told, 'utf8'), contextOf(id)));
  return { sealed, untilMs: nowMs + TOLD_MS };
}

/** Undefined where nothing was told, or its time is over. */
export function openTold(
  keys: Seals,
  id: string,
  told: SealedTold | null,
  nowMs: number,
): string | undefined {
  if (told === null || told.untilMs <= nowMs) return undefined;
  return keys.unwrap(told.sealed, contextOf(id)).toString('utf8');
}

/**
 * Whether this is the very signature by which the act was decided, sent again because its answer was lost. A further signature of the
 * same person is none. Throws ActRefused for one that does not hold any more.
 */
export async function isSameSecond(
  runner: SqlRunner,
  kept: KeptAct,
  part: Exclude<AdminPart, 'request'>,
  signed: Signed,
  { open, nowMs }: { open(intent: string | null): string | null; readonly nowMs: number },
): Promise<boolean> {
  if (kept.state === 'open' || (kept.state === 'refused') !== (part === 'refuse')) return false;
  const taken = await takenSecond(runner, kept.id);
  const draft = readDraft(kept.text);
  const isSame =
    taken !== undefined &&
    draft !== null &&
    Buffer.from(taken.signature).equals(signed.signature) &&
    open(taken.intent) === (signed.intent ?? null);
  if (!isSame) return false;
  const { person } = await signerOf(runner, kept.text, part, signed, draft.act, nowMs);
  return person === taken.person;
}

/** Whether a known act was asked for by this very signature. */
export function isSameRequest(kept: KeptAct, text: string, person: string, by: Signed): boolean {
  return (
    kept.text === text &&
    kept.requestedBy === person &&
    Buffer.from(kept.request).equals(by.signature) &&
    kept.requestIntent === (by.intent ?? null)
  );
}
