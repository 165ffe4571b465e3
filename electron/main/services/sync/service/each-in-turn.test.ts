import { describe, expect, it } from 'vitest';
import { AppError } from '../../../../../shared/errors/app-error';
import { eachInTurn } from './each-in-turn';

const { signal } = new AbortController();

function acts(done: string[], failures: Readonly<Record<string, Error>>) {
  return ['outbox', 'evidence', 'saved'].map((name) => async () => {
    done.push(name);
    if (failures[name] !== undefined) throw failures[name];
  });
}

describe('eachInTurn', () => {
  // Would catch: evidence, saved items and the national list kept back for good by an outbox that cannot go on.
  it('goes on after a failure and tells of the first', async () => {
    const done: string[] = [];
    const outbox = new AppError('OUTBOX_DIFFERS');
    const failures = { outbox, saved: new AppError('SYNC_PROTOCOL') };
    await expect(eachInTurn(signal, acts(done, failures))).rejects.toBe(outbox);
    expect(done).toEqual(['outbox', 'evidence', 'saved']);
    await eachInTurn(signal, acts(done, {}));
  });

  // Would catch: every further act waiting in vain for a server that is not there, or after the time was up.
  it('ends where nobody can be reached or the time is up', async () => {
    const done: string[] = [];
    const gone = { outbox: new AppError('SYNC_UNREACHABLE') };
    await expect(eachInTurn(signal, acts(done, gone))).rejects.toBe(gone.outbox);
    const late = { evidence: new AppError('CANCELLED') };
    await expect(eachInTurn(AbortSignal.abort(), acts(done, late))).rejects.toBe(late.evidence);
    expect(done).toEqual(['outbox', 'outbox', 'evidence']);
  });
});
