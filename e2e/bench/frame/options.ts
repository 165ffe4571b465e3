import { parseArgs } from 'node:util';

export const GROUPS = [
  'sync',
  'away',
  'beside',
  'store',
  'search',
  'verify',
  'boards',
  'exports',
  'sign',
  'backup',
  'start',
  'update',
  'emergency',
  'audit',
  'policy',
  'server',
] as const;
export type Group = (typeof GROUPS)[number];

export interface Options {
  readonly only: readonly Group[];
  /** Certificates in the slice. */
  readonly rows: number;
  readonly json: string | null;
  /** Keeps the server's data from one run to the next: seeding takes longer than measuring. */
  readonly serverData: string | null;
}

const MAX_ROWS = 2_000_000;

export const USAGE = `npm run bench -- [--only GROUP[,GROUP]] [--rows N] [--json FILE] [--server-data DIR]
groups: ${GROUPS.join(', ')}`;

function isGroup(name: string): name is Group {
  return (GROUPS as readonly string[]).includes(name);
}

/** Command line; throws TypeError in words for the user. */
export function parseOptions(args: readonly string[]): Options {
  const { values } = parseArgs({
    args: [...args],
    options: {
      only: { type: 'string' },
      rows: { type: 'string', default: '200000' },
      json: { type: 'string' },
      'server-data': { type: 'string' },
    },
  });
  const rows = Number(values.rows);
  if (!Number.isInteger(rows) || rows < 1_000 || rows > MAX_ROWS) {
    throw new TypeError(`--rows is a number from 1000 to ${MAX_ROWS}`);
  }
  const names = values.only?.split(',') ?? [];
  const unknown = names.find((name) => !isGroup(name));
  if (unknown !== undefined) throw new TypeError(`there is no group "${unknown}"`);
  const only = names.filter(isGroup);
  return {
    only: only.length === 0 ? GROUPS : only,
    rows,
    json: values.json ?? null,
    serverData: values['server-data'] ?? null,
  };
}
