import { describe, expect, it } from 'vitest';
import { HandoverEnd } from '../../crypto/handover';
import type { ProcessLink } from '../clients/process-link';
import { startIngest } from './ingest-client';
import { IngestProcesses } from './ingest-processes';
import type { IngestRequest } from './ingest-protocol';

const keys = {
  field: new Uint8Array(32).fill(1),
  fieldVersion: 1,
  region: new Uint8Array(32).fill(2),
  transportPrivate: new Uint8Array(36).fill(3),
};
const counters = { take: async () => 1n };

/** A worker that refuses or takes the keys it is begun with, and what became of it. */
function worker(takes: boolean) {
  const seen = { kills: 0 };
  const exits: ((code: number | null) => void)[] = [];
  let hear: (message: unknown) => void = () => undefined;
  const link: ProcessLink = {
    post: (message) => {
      const { id } = message as IngestRequest;
      const error = { code: 'INTERNAL', params: {}, detail: 'no keys' };
      queueMicrotask(() => hear(takes ? { id, ok: true, value: null } : { id, ok: false, error }));
    },
    onMessage: (listener) => {
      hear = listener;
      const { point } = new HandoverEnd();
      queueMicrotask(() => listener({ point }));
    },
    onExit: (listener) => void exits.push(listener),
    kill: () => {
      seen.kills++;
      for (const exit of exits) exit(null);
    },
  };
  return { link, seen };
}

describe('an ingest worker', () => {
  // Would catch: a worker that got keys and could not begin living on, past the lock, with nobody who knows of it.
  it('that cannot begin is ended', async () => {
    const { link, seen } = worker(false);
    await expect(startIngest(() => link, keys, counters)).rejects.toMatchObject({
      code: 'INTERNAL',
    });
    expect(seen.kills).toBe(1);
  });

  // Would catch: a worker that somebody forgot holding the keys of a session that is over.
  it('does not outlive the session, and none that ended is asked again', async () => {
    const made = [worker(true), worker(true)] as const;
    const left = made.map(({ link }) => link);
    const processes = new IngestProcesses(() => left.shift() as ProcessLink);
    const ended = await startIngest(processes.start, keys, counters);
    await startIngest(processes.start, keys, counters);
    await ended.end();
    processes.stopAll();
    processes.stopAll();
    expect(made.map(({ seen }) => seen.kills)).toEqual([1, 1]);
  });
});
