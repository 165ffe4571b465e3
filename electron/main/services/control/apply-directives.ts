import { createHash } from 'node:crypto';
import { type LevelState, withOrdered } from '../../../../shared/domain/emergency/levels';
import { type MarkState, withMark, withoutMark } from '../../../../shared/domain/marks/marks';
import { ulid } from '../../../../shared/kernel/ids';
import { LeaseFileSchema } from '../../../../shared/protocol/control';
import type {
  DirectiveRefusal,
  DirectiveStatement,
  SignedStatement,
} from '../../../../shared/protocol/signed-statement';
import type { OfficeFile } from '../unlock/office-file';
import type { RefusedEnvelope } from './ask-control';
import type { ControlState } from './control-state';
import { readLeaseFile } from './lease-file';

/** Orders that act whenever they come, whatever came before them. */
const URGENT: readonly DirectiveStatement['kind'][] = ['lock', 'wipe'];

/**
 * Orders that need no turn among the others: a mark's id and the lifts that are remembered make one that comes again, or
 * after its lift, change nothing; a level is held against the number of the last one. None waits for an order that somebody has to be at the desk for.
 */
const UNTURNED: readonly DirectiveStatement['kind'][] = ['mark', 'lift-mark', 'set-level'];

/** What an order of the others needs of the device. */
interface DirectiveActs {
  office(): OfficeFile;
  saveStatements(statements: readonly SignedStatement[]): Promise<void>;
  saveEndpoints(endpoints: readonly string[]): Promise<void>;
  /** Begins a run; false while nobody is at the desk. */
  requireSync(): boolean;
  /** Changes what is marked as 核查中, for whoever looks from then on; false where `change` gave null. */
  changeMarks(change: (state: MarkState) => MarkState | null): Promise<boolean>;
  /** Changes the emergency level, with everything that follows from it; false where `change` gave null. */
  changeLevel(change: (state: LevelState) => LevelState | null): Promise<boolean>;
}

/** `later`: not now, and nothing that was given after it either. */
type DirectiveEnd =
  | { readonly outcome: 'done' | 'practised' }
  | { readonly outcome: 'refused'; readonly reason: DirectiveRefusal }
  | { readonly outcome: 'later' };

/**
 * Why an order that is not urgent may not be carried out: its time is over, or a newer one was carried out before it, so that
 * it is an old one that comes again or out of its turn. Null: it may.
 */
export function refusalOf(
  { kind, seq, expiresMs }: Pick<DirectiveStatement, 'kind' | 'seq' | 'expiresMs'>,
  applied: ControlState['applied'],
  nowMs: number,
  forgotten: ControlState['forgotten'] = undefined,
): DirectiveRefusal | null {
  if (expiresMs !== undefined && expiresMs <= nowMs) return 'expired';
  if (!hasTurn({ kind })) return null;
  const highest = Math.max(forgotten?.turn ?? 0, ...applied.filter(hasTurn).map((one) => one.seq));
  return seq <= highest ? 'order' : null;
}

export function isUrgent({ kind }: Pick<DirectiveStatement, 'kind'>): boolean {
  return URGENT.includes(kind);
}

/** Whether an order waits for those that were given before it. */
export function hasTurn({ kind }: Pick<DirectiveStatement, 'kind'>): boolean {
  return !URGENT.includes(kind) && !UNTURNED.includes(kind);
}

/** Carries an order out that is not urgent. A drill changes nothing. */
export async function carryOut(
  directive: DirectiveStatement,
  acts: DirectiveActs,
  nowMs: number,
): Promise<DirectiveEnd> {
  switch (directive.kind) {
    case 'practise':
      return { outcome: 'practised' };
    case 'require-sync':
      return { outcome: acts.requireSync() ? 'done' : 'later' };
    case 'switch-endpoint':
      await acts.saveEndpoints(directive.endpoints ?? []);
      return { outcome: 'done' };
    case 'mark': {
      const { mark: id, marked: set, reason, issuedMs: sinceMs } = directive;
      if (id === undefined || set === undefined) throw new RangeError('a mark without its set');
      const mark = { id, set, reason, sinceMs };
      const isHeld = await acts.changeMarks((state) => withMark(state, mark));
      return isHeld ? { outcome: 'done' } : { outcome: 'refused', reason: 'too-many' };
    }
    case 'lift-mark':
      await acts.changeMarks((state) => withoutMark(state, directive.mark ?? ''));
      return { outcome: 'done' };
    case 'set-level':
      return setLevel(directive, acts);
    case 'renew-lease':
      return renewLease(directive, acts, nowMs);
    default:
      throw new RangeError(`${directive.kind} is carried out elsewhere`);
  }
}

/** A drill goes the same way up to the last step: what would be taken is noted, not done. */
async function setLevel(
  { level, isDrill, endpoints = [], seq, reason, issuedMs }: DirectiveStatement,
  { changeLevel }: DirectiveActs,
): Promise<DirectiveEnd> {
  if (level === undefined) throw new RangeError('no level');
  const ordered = { level, seq, reason, sinceMs: issuedMs, endpoints };
  const isTaken = await changeLevel((state) => {
    const next = withOrdered(state, ordered);
    if (next === null || isDrill !== true) return next;
    return { ...state, drill: { level, by: null, reason, atMs: issuedMs } };
  });
  if (!isTaken) return { outcome: 'refused', reason: 'order' };
  return { outcome: isDrill === true ? 'practised' : 'done' };
}

/** By the same checks as a lease from a file. */
async function renewLease(
  { lease }: DirectiveStatement,
  acts: DirectiveActs,
  nowMs: number,
): Promise<DirectiveEnd> {
  const file = LeaseFileSchema.safeParse({
    format: 'fieldcert-lease',
    version: 1,
    statement: lease,
  });
  if (!file.success) return { outcome: 'refused', reason: 'lease' };
  const bytes = new TextEncoder().encode(JSON.stringify(file.data));
  try {
    const { statements } = await readLeaseFile('', bytes, acts.office(), nowMs);
    await acts.saveStatements(statements);
    return { outcome: 'done' };
  } catch (error) {
    // A disk that fails is no fault of the order: it is tried again.
    if (isLeaseFault(error)) return { outcome: 'refused', reason: 'lease' };
    throw error;
  }
}

const isLeaseFault = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && String(error.code).startsWith('LEASE_FILE_');

/** The command that tells of an envelope that was no order to this device: the same for the same, so that it is told once. */
export function refusedKey({ envelope }: RefusedEnvelope): string {
  const text = JSON.stringify(envelope) ?? '';
  return ulid(0, createHash('sha256').update(text).digest().subarray(0, 10));
}
