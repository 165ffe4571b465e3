import { readFileSync } from 'node:fs';
import { at } from '../paths.mjs';

/**
 * Test files that `npm test` leaves to `npm run proof`, so that a whole run stays short, each with what stays in its place.
 * A run with a filter (`npm test -- int exports`) leaves nothing out.
 */
const long = Object.keys(JSON.parse(readFileSync(at('build/test/long.json'), 'utf8')));

/** Set by the runner of a whole run; the configurations of Vitest and Playwright read it. */
export const QUICK = 'FIELDCERT_QUICK';

/** @param {'int' | 'e2e'} suite */
export function longFilesOf(suite) {
  return long.filter((file) => file.endsWith('.spec.ts') === (suite === 'e2e'));
}

export const isQuick = process.env[QUICK] === '1';

/** What this run of `int` leaves out. */
export const leftOut = isQuick ? longFilesOf('int') : [];
