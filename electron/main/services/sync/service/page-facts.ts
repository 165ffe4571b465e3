import { X509Certificate } from 'node:crypto';
import type { LineStatus } from '../../../../../shared/ipc/routes/line';
import type { SyncStatus } from '../../../../../shared/ipc/routes/sync';
import { certificateFor } from '../../unlock/tls-certificate';
import type { Line } from '../line';
import { readWanted } from '../repair/wanted';
import { type StatusFacts, syncStatus } from '../status';
import { readSticks } from '../stick-runs';
import type { SliceProofs } from './slice-proofs';
import type { SyncParts } from './sync-parts';

const RUNS_SHOWN = 50;

/** What only the running service knows. */
type Live = Pick<
  StatusFacts,
  'running' | 'connection' | 'server' | 'obstacle' | 'awaiting' | 'isCut'
>;

/** What pages are told of synchronisation. Throws LOCKED. */
export async function statusNow(
  parts: SyncParts,
  proofs: SliceProofs,
  live: () => Live,
): Promise<SyncStatus> {
  const { store, sessions, clock, freshnessDays } = parts;
  const session = sessions.demand();
  const state = await store.call('state', {});
  const runs = await store.call('syncRuns', { limit: RUNS_SHOWN });
  const outbox = await parts.outbox.state();
  return syncStatus({
    state,
    runs,
    outbox,
    leaseUntilMs: session.leaseUntilMs,
    nowMs: clock.highestMs(),
    freshnessDays,
    policy: parts.policy(),
    ...live(),
    ...(await proofs.standing(state)),
    wanted: await readWanted(store),
    sticks: await readSticks(store),
  });
}

/** What the page says of the line beside the status. Throws LOCKED. */
export function lineFactsNow(parts: SyncParts, line: Line | null): Omit<LineStatus, 'settings'> {
  const { sessions, clock } = parts;
  const { keys } = sessions.demand();
  const key = keys.peek('deviceTls');
  const epochs = keys.transportEpochs;
  const epoch = epochs.at(-1);
  const office = parts.office();
  const certificate = key === undefined ? office.tlsCertificate : certificateFor(office, key);
  return {
    endpoints: [...(line?.endpoints ?? [])],
    bytesPerSecond: line?.pace.bytesPerSecond ?? null,
    clockAheadMs: clock.mark().anchor === null ? null : Math.round(clock.wrongByMs()),
    certificateUntilMs: Date.parse(new X509Certificate(certificate).validTo),
    regionKeys: epoch === undefined ? null : { epoch, former: epochs.length - 1 },
  };
}
