import { readFileSync } from 'node:fs';
import { at } from '../paths.mjs';

/**
 * What `npm test` leaves to `npm run proof -- long`, so that a whole run stays short: whole files, and single tests of
 * `int` by their names. Each has a quicker neighbour that stays, named beside it in long.json. A run with a filter
 * (`npm test -- int exports`) leaves nothing out.
 * @typedef {{ files: Record<string, string>, tests: Record<string, string[]> }} Long
 * @type {Long}
 */
export const long = JSON.parse(readFileSync(at('build/test/long.json'), 'utf8'));

/** Set by the runner of a whole run; the configurations of Vitest and Playwright read it. */
export const QUICK = 'FIELDCERT_QUICK';

export const isQuick = process.env[QUICK] === '1';

/** Files with something long in them, of one suite. @param {'int' | 'e2e'} suite */
export function longFilesOf(suite) {
  const isOf = (/** @type {string} */ file) => file.endsWith('.spec.ts') === (suite === 'e2e');
  return [...Object.keys(long.files), ...Object.keys(long.tests)].filter(isOf);
}
