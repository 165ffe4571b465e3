import { type Day, parseIsoDay } from '../../kernel/day';
import { err, ok, type Result } from '../../kernel/result';

/** One unit of GB/T 2260. Codes are short: province 2 digits, prefecture 4, county 6. Never reused. */
export interface RegionUnit {
  readonly code: string;
  readonly name: string;
  readonly validFrom?: Day;
  /** Last day in force, inclusive. Absent: in force. */
  readonly validTo?: Day;
  /** The unit that took over. */
  readonly successor?: string;
}

/** A region code as rows (110105), scopes ('11', '1101') and six-digit forms ('110000') write it. */
export type RegionCode = string | number;

export type RegionFault =
  | { readonly kind: 'shape'; readonly at: string }
  | { readonly kind: 'duplicate' | 'no-superior' | 'no-successor'; readonly at: string };

/** Look-ups over one version of the table. An unknown code is undefined or empty, never an error. */
export interface RegionTable {
  readonly version: string;
  readonly unit: (code: RegionCode) => RegionUnit | undefined;
  /** The unit's own name; 市辖区 and the like for the prefecture level of a municipality. */
  readonly name: (code: RegionCode) => string | undefined;
  /** Names from the province down, fillers left out: 浙江省杭州市西湖区, 北京市朝阳区. */
  readonly fullName: (code: RegionCode) => string | undefined;
  /** Superiors from the province down, without the unit itself. */
  readonly ancestors: (code: RegionCode) => readonly RegionUnit[];
  /** Units directly below, in code order; provinces without an argument. Retired ones only on request. */
  readonly children: (
    code?: RegionCode,
    options?: { readonly hasRetired: boolean },
  ) => readonly RegionUnit[];
  /** County units in force within a scope, in code order. */
  readonly counties: (scope: RegionCode) => readonly RegionUnit[];
  /** The unit in force today that a retired code has become (itself when in force). */
  readonly current: (code: RegionCode) => RegionUnit | undefined;
}

const MAX_UNITS = 20_000;

/** Short form of a code: 330000 and '33' are '33', 330100 is '3301'. Undefined when malformed. */
export function shortRegionCode(code: RegionCode): string | undefined {
  const text = String(code);
  if (!/^[1-9]\d(\d\d){0,2}$/.test(text)) return undefined;
  return text.replace(/(00){1,2}$/, '');
}

/** True when the code lies in the scope (a province, prefecture or county); a unit lies in itself. */
export function isWithin(scope: RegionCode, code: RegionCode): boolean {
  const outer = shortRegionCode(scope);
  return outer !== undefined && (shortRegionCode(code)?.startsWith(outer) ?? false);
}

/** Fillers of the standard at prefecture level that no full name carries. */
const FILLER = /^(市辖区|县|.*直辖县级行政区划)$/;

function readUnit(value: unknown): RegionUnit | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const { code, name, validFrom, validTo, successor, ...rest } = value as Record<string, unknown>;
  if (Object.keys(rest).length > 0) return undefined;
  if (typeof code !== 'string' || shortRegionCode(code) !== code) return undefined;
  if (typeof name !== 'string' || name.length === 0 || name.length > 64) return undefined;
  const unit: { -readonly [K in keyof RegionUnit]: RegionUnit[K] } = { code, name };
  for (const [key, text] of [
    ['validFrom', validFrom],
    ['validTo', validTo],
  ] as const) {
    if (text === undefined) continue;
    const day = typeof text === 'string' ? parseIsoDay(text) : err('format');
    if (!day.ok) return undefined;
    unit[key] = day.value;
  }
  if (successor !== undefined) {
    if (typeof successor !== 'string' || shortRegionCode(successor) !== successor) return undefined;
    unit.successor = successor;
  }
  return unit;
}

function readUnits(file: unknown): Result<{ version: string; units: RegionUnit[] }, RegionFault> {
  const { version, units } = (file ?? {}) as { version?: unknown; units?: unknown };
  if (typeof version !== 'string' || version.length > 32)
    return err({ kind: 'shape', at: 'version' });
  if (!Array.isArray(units) || units.length > MAX_UNITS) return err({ kind: 'shape', at: 'units' });
  const read: RegionUnit[] = [];
  for (const [i, value] of units.entries()) {
    const unit = readUnit(value);
    if (unit === undefined) return err({ kind: 'shape', at: `units[${i}]` });
    read.push(unit);
  }
  return ok({ version, units: read });
}

function findFault(byCode: ReadonlyMap<string, RegionUnit>): RegionFault | undefined {
  for (const { code, successor } of byCode.values()) {
    if (code.length > 2 && !byCode.has(code.slice(0, -2))) return { kind: 'no-superior', at: code };
    let next = successor;
    for (let steps = 0; next !== undefined; steps++) {
      const unit = byCode.get(next);
      if (unit === undefined || steps > 32) return { kind: 'no-successor', at: code };
      next = unit.successor;
    }
  }
  return undefined;
}

/**
 * Reads and checks a region file `{version, units: [{code, name, validFrom?, validTo?, successor?}]}`
 * with ISO days: shapes, unique codes, a superior for each unit, successors that exist and end.
 */
export function loadRegionTable(file: unknown): Result<RegionTable, RegionFault> {
  const read = readUnits(file);
  if (!read.ok) return read;
  const byCode = new Map<string, RegionUnit>();
  const below = new Map<string, RegionUnit[]>();
  for (const unit of [...read.value.units].sort((a, b) => (a.code < b.code ? -1 : 1))) {
    if (byCode.has(unit.code)) return err({ kind: 'duplicate', at: unit.code });
    byCode.set(unit.code, unit);
    const superior = unit.code.slice(0, -2);
    const siblings = below.get(superior);
    if (siblings === undefined) below.set(superior, [unit]);
    else siblings.push(unit);
  }
  const fault = findFault(byCode);
  if (fault !== undefined) return err(fault);
  return ok(tableOf(read.value.version, byCode, below));
}

function tableOf(
  version: string,
  byCode: ReadonlyMap<string, RegionUnit>,
  below: ReadonlyMap<string, readonly RegionUnit[]>,
): RegionTable {
  const unit = (code: RegionCode): RegionUnit | undefined =>
    byCode.get(shortRegionCode(code) ?? '');
  const isCurrent = (one: RegionUnit): boolean => one.validTo === undefined;
  const ancestors = (code: RegionCode): readonly RegionUnit[] => {
    const short = shortRegionCode(code) ?? '';
    return [2, 4]
      .filter((length) => length < short.length)
      .flatMap((length) => byCode.get(short.slice(0, length)) ?? []);
  };
  const children: RegionTable['children'] = (code, options) => {
    const all = below.get(code === undefined ? '' : (shortRegionCode(code) ?? '-')) ?? [];
    return options?.hasRetired === true ? all : all.filter(isCurrent);
  };
  return {
    version,
    unit,
    ancestors,
    children,
    name: (code) => unit(code)?.name,
    fullName: (code) => {
      const own = unit(code);
      if (own === undefined) return undefined;
      const superiors = ancestors(code).filter(({ name }) => !FILLER.test(name));
      return [...superiors, own].map(({ name }) => name).join('');
    },
    counties: (scope) => {
      const short = shortRegionCode(scope);
      if (short === undefined) return [];
      return [...byCode.values()].filter(
        (one) => one.code.length === 6 && one.code.startsWith(short) && isCurrent(one),
      );
    },
    current: (code) => {
      let one = unit(code);
      while (one?.successor !== undefined) one = byCode.get(one.successor);
      return one;
    },
  };
}
