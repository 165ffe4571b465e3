import { writeFileSync } from 'node:fs';

/** Where the reporter writes; set by the runner. */
export const OUTSIDE = 'FIELDCERT_OUTSIDE_FILE';

/**
 * A reporter of Vitest that writes how many errors belong to no test: rejections that nobody handled, workers that crashed. The
 * JSON report has none of them, and a file that left one reads as passed there.
 */
export default class OutsideReporter {
  /** @param {readonly unknown[]} _modules @param {readonly unknown[]} errors */
  onTestRunEnd(_modules, errors) {
    const file = process.env[OUTSIDE];
    if (file !== undefined) writeFileSync(file, JSON.stringify({ errors: errors.length }));
  }
}
