import type { ServerFaults } from './server/model-server';
import type { Chance } from './world/chance';
import type { LineFaults } from './world/network';

const MINUTE_MS = 60_000;

/** What one seed does. */
export interface Plan {
  readonly clients: number;
  readonly certificates: number;
  readonly rowsPerSegment: number;
  readonly pageRows: number;
  readonly line: LineFaults;
  readonly server: ServerFaults;
  readonly diskFull: number;
  /** How long things go wrong, ms. */
  readonly chaosMs: number;
  /** The server begins one history after another, and caches between give older ones. */
  readonly isRestless: boolean;
  /** Long enough for every time-out and interval; it is watched to its end, however soon it heals. */
  readonly isLong: boolean;
  /** Clocks and freshness are looked at in the end. */
  readonly hasReckoningOfTime: boolean;
  /** How many acts, on the whole. */
  readonly acts: number;
}

/**
 * How much of a world a seed gets. `small` is one device with little data for a few dense seconds: nothing that takes two
 * devices or a long time-out, and a fraction of the cost, so that thousands are looked at in the time of some hundreds.
 */
export type WorldSize = 'whole' | 'small';

/** Most seeds suffer from a few faults each, some from many at once. */
export function planOf(chance: Chance, size: WorldSize): Plan {
  const plan = wholePlan(chance);
  if (size === 'whole') return plan;
  return {
    ...plan,
    clients: 1,
    certificates: chance.between(1, 3),
    chaosMs: chance.between(4, 15) * 1_000,
    acts: chance.between(3, 9),
    isLong: false,
    hasReckoningOfTime: false,
  };
}

function wholePlan(chance: Chance): Plan {
  const share = chance.pick([0.25, 0.5, 0.9]);
  const isRestless = chance.isHit(0.2);
  const isLong = chance.isHit(0.04);
  const rate = (most: number) => (chance.isHit(share) ? chance.next() * most : 0);
  return {
    clients: chance.pick([1, 1, 1, 1, 2, 2, 3]),
    certificates: chance.between(2, 9),
    rowsPerSegment: chance.between(4, 24),
    pageRows: chance.between(1, 6),
    line: {
      dropped: rate(0.15),
      answerLost: rate(0.15),
      duplicated: rate(0.3),
      slow: rate(0.15),
      truncated: rate(0.2),
      corrupted: rate(0.1),
      stale: isRestless ? 0.4 : rate(0.2),
      portal: rate(0.1),
    },
    server: {
      busy: rate(0.15),
      rowWithheld: rate(0.25),
      segmentWithheld: rate(0.3),
      cursorForgotten: rate(0.2),
    },
    diskFull: rate(0.1),
    chaosMs: isLong ? chance.between(2, 7) * MINUTE_MS : chance.between(15, 60) * 1_000,
    isRestless,
    isLong,
    hasReckoningOfTime: chance.isHit(0.2),
    acts: isLong ? chance.between(6, 30) : chance.between(4, 20),
  };
}

export type Act =
  | { readonly kind: 'server-lives'; readonly changes: number }
  | { readonly kind: 'snapshot' | 'new-epoch' }
  | { readonly kind: 'server-down'; readonly ms: number }
  | { readonly kind: 'server-clock'; readonly ms: number }
  | { readonly kind: 'outbox-lost'; readonly client: number; readonly commands: number }
  | { readonly kind: 'tell' | 'ask' | 'cancel' | 'verify'; readonly client: number }
  | {
      readonly kind: 'crash';
      readonly client: number;
      readonly ms: number;
      readonly losesPower: boolean;
    }
  | { readonly kind: 'cut'; readonly client: number; readonly ms: number }
  | { readonly kind: 'clock'; readonly client: number; readonly ms: number };

const YEAR_MS = 365 * 86_400_000;

export function actOf(chance: Chance, plan: Plan): Act {
  const client = chance.between(0, plan.clients - 1);
  if (plan.isRestless && chance.isHit(0.3))
    return chance.pick([{ kind: 'new-epoch' }, { kind: 'ask', client }, { kind: 'ask', client }]);
  const kind = chance.next();
  if (kind < 0.3) return { kind: 'server-lives', changes: chance.between(1, 8) };
  if (kind < 0.5) return { kind: 'tell', client };
  if (kind < 0.6) return { kind: 'ask', client };
  if (kind < 0.64) return { kind: 'cancel', client };
  if (kind < 0.68) return { kind: 'verify', client };
  if (kind < 0.78)
    return { kind: 'crash', client, ms: chance.between(1, 60_000), losesPower: chance.isHit(0.5) };
  if (kind < 0.85) return { kind: 'cut', client, ms: chance.between(1_000, 180_000) };
  if (kind < 0.89)
    return { kind: 'clock', client, ms: chance.pick([-1, 1]) * chance.between(1, 3 * YEAR_MS) };
  if (kind < 0.91) return { kind: 'server-clock', ms: chance.between(-60_000, 60_000) };
  if (kind < 0.94) return { kind: 'server-down', ms: chance.between(1_000, 90_000) };
  if (kind < 0.96) return { kind: 'snapshot' };
  if (kind < 0.985) return { kind: 'new-epoch' };
  return { kind: 'outbox-lost', client, commands: chance.between(1, 3) };
}
