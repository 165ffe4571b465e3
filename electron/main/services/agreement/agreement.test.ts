import { describe, expect, it } from 'vitest';
import type { SentCommand } from '../../../store/outbox-protocol';
import { commandOf } from './agreement';

const sent = (key: string, atMs: number, verdict: SentCommand['verdict']): SentCommand => ({
  ...{ dseq: atMs, key, atMs, verdict, reason: null, payload: null, judgedMs: null },
});
/** Newest first, as the journal lists them. */
const TOLD = [sent('c', 30, 'rejected'), sent('b', 20, 'applied'), sent('a', 10, 'rejected')];

describe('the command of a signed agreement', () => {
  // Would catch: a signature that counts although its own command was refused, or one that is lost over another's refusal.
  it('is the one that told it, also of signatures from before commands were named', () => {
    expect(commandOf({ key: 'b', atMs: 10 }, TOLD)?.verdict).toBe('applied');
    expect(commandOf({ key: 'a', atMs: 10 }, TOLD)?.verdict).toBe('rejected');
    expect(commandOf({ key: 'gone', atMs: 10 }, TOLD)).toBeUndefined();
    expect(commandOf({ atMs: 19 }, TOLD)?.key).toBe('b');
    expect(commandOf({ atMs: 10 }, TOLD)?.key).toBe('a');
    expect(commandOf({ atMs: 31 }, TOLD)).toBeUndefined();
  });
});
