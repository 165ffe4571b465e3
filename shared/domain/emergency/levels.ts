import type { Mark } from '../marks/marks';

/** Emergency levels of an office; 0: none. Each has the measures of those below it and one more. */
export const EMERGENCY_LEVELS = [0, 1, 2, 3, 4] as const;
export type EmergencyLevel = (typeof EMERGENCY_LEVELS)[number];

/**
 * What the levels do, from 1 on. `isolate`: nothing of people's data leaves the device. `manual-check`: no certificate is read as
 * valid by this device alone. `backup-endpoint`: the addresses that the order names take the place of the others. `stick-only`: no
 * data come or go over the line.
 */
export const EMERGENCY_MEASURES = [
  'isolate',
  'manual-check',
  'backup-endpoint',
  'stick-only',
] as const;
export type EmergencyMeasure = (typeof EMERGENCY_MEASURES)[number];

/** The highest level that an office head may set without the centre. */
export const LOCAL_MOST = 2;

/** What the centre ordered last. `seq` is the order's number on this device: none counts after a higher one. */
export interface OrderedLevel {
  readonly level: EmergencyLevel;
  readonly seq: number;
  readonly reason: string;
  readonly sinceMs: number;
  /** Of level 3 and 4: addresses that are asked instead of the known ones. */
  readonly endpoints: readonly string[];
}

/** What the office head set last; 0: lifted. */
export interface LocalLevel {
  readonly level: EmergencyLevel;
  /** Badge. */
  readonly by: string;
  readonly reason: string;
  readonly sinceMs: number;
}

/** The last drill: which level was practised, by order or by the head. */
export interface LevelDrill {
  readonly level: EmergencyLevel;
  /** Badge; null: the centre. */
  readonly by: string | null;
  readonly reason: string;
  readonly atMs: number;
}

export interface LevelState {
  readonly ordered: OrderedLevel | null;
  readonly local: LocalLevel | null;
  readonly drill: LevelDrill | null;
}
export const NO_LEVEL: LevelState = { ordered: null, local: null, drill: null };

/** How the device stands. */
export interface LevelStanding {
  readonly level: EmergencyLevel;
  readonly reason: string;
  readonly sinceMs: number | null;
  /** Set by the centre: it alone lifts it. */
  readonly isOrdered: boolean;
  /** Badge of who set it here. */
  readonly by: string | null;
  readonly endpoints: readonly string[];
}

/** The higher of what the centre ordered and what the head set. */
export function standingOf({ ordered, local }: LevelState): LevelStanding {
  const [far, near] = [ordered?.level ?? 0, local?.level ?? 0];
  if (ordered !== null && far > 0 && far >= near) {
    const { level, reason, sinceMs, endpoints } = ordered;
    return { level, reason, sinceMs, isOrdered: true, by: null, endpoints };
  }
  if (local !== null && near > 0) {
    const { level, reason, sinceMs, by } = local;
    return { level, reason, sinceMs, isOrdered: false, by, endpoints: [] };
  }
  return {
    ...{ level: 0, reason: '', sinceMs: null, isOrdered: false, by: null, endpoints: [] },
  };
}

export function measuresOf(level: EmergencyLevel): readonly EmergencyMeasure[] {
  return EMERGENCY_MEASURES.slice(0, level);
}

export function hasMeasure(level: EmergencyLevel, measure: EmergencyMeasure): boolean {
  return measuresOf(level).includes(measure);
}

/**
 * The state after an order; null: an order with a higher number came before it. The same one once more is taken: the device may have
 * failed half-way, and it changes nothing where it did not.
 */
export function withOrdered(state: LevelState, ordered: OrderedLevel): LevelState | null {
  return state.ordered !== null && state.ordered.seq > ordered.seq ? null : { ...state, ordered };
}

/** The state after an act of the head; null: above what a head may set, or not above what the centre ordered. */
export function withLocal(state: LevelState, local: LocalLevel): LevelState | null {
  if (local.level > LOCAL_MOST) return null;
  if (local.level > 0 && local.level <= (state.ordered?.level ?? 0)) return null;
  return local.level === 0 && (state.local?.level ?? 0) === 0 ? null : { ...state, local };
}

/** What two places of the same device know together: of each the later. */
export function mergeLevels(a: LevelState, b: LevelState): LevelState {
  return {
    ordered: later(a.ordered, b.ordered, ({ seq }) => seq),
    local: later(a.local, b.local, ({ sinceMs }) => sinceMs),
    drill: later(a.drill, b.drill, ({ atMs }) => atMs),
  };
}

function later<T>(a: T | null, b: T | null, of: (one: T) => number): T | null {
  if (a === null || b === null) return a ?? b;
  return of(b) > of(a) ? b : a;
}

/** Under `manual-check` every certificate is under verification, so that none is read as valid. */
export function markOfLevel({ level, reason, sinceMs }: LevelStanding): Mark | null {
  if (!hasMeasure(level, 'manual-check')) return null;
  return { id: 'EMERGENCY-LEVEL', set: { by: 'every' }, reason, sinceMs: sinceMs ?? 0 };
}
