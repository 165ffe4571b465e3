import { describe, expect, it } from 'vitest';
import { AppError } from '../../../../shared/errors/app-error';
import { PATHS } from '../../../../shared/protocol/endpoints';
import type { Ask, Line } from '../sync/line';
import { type OutboxParts, OutboxService } from './outbox';

/** A device whose outbox can take nothing more, with a command that was signed before. */
function held() {
  const logged: string[] = [];
  const asked: Ask[] = [];
  const answers: Record<string, unknown> = {
    outboxState: { pending: 1, alarm: null, last: { dseq: 1, hash: '' }, receipt: null },
    outboxPending: [],
  };
  const store = {
    call: async (name: string) => {
      if (name === 'auditUplink') throw new AppError('OUTBOX_DIFFERS', {}, 'differs');
      return answers[name];
    },
  };
  const session = { keys: { has: () => true } };
  const outbox = new OutboxService({
    store,
    sessions: { current: session, demand: () => session },
    log: { error: () => undefined, warn: (text: string) => logged.push(text) },
    nowMs: Date.now,
  } as unknown as OutboxParts);
  const line = {
    pace: {},
    timing: { nowMs: () => 0 },
    json: async (ask: Ask) => {
      asked.push(ask);
      throw new AppError('SYNC_PROTOCOL', {}, 'far enough');
    },
  } as unknown as Line;
  return { outbox, line, asked, logged };
}

describe('an outbox whose copy differs', () => {
  // Would catch: commands that were signed long ago never going up because a page of the log cannot be added to them;
  // and requests that hold back what comes down, revocations among it.
  it('still sends what is signed, in a class that keeps nobody waiting', async () => {
    const { outbox, line, asked, logged } = held();
    const { signal } = new AbortController();
    await expect(outbox.send(line, signal)).rejects.toMatchObject({ detail: 'far enough' });
    expect(asked).toMatchObject([{ method: 'POST', path: PATHS.outbox, priority: 'up' }]);
    expect(logged).toHaveLength(1);
  });

  // Would catch: every stick refused for the same reason.
  it('lets a stick take what is signed', async () => {
    const { outbox, logged } = held();
    await outbox.queueAudit();
    expect(logged).toHaveLength(1);
  });
});
