import { DEFAULT_PAGE_ROWS } from '../../../../shared/protocol/endpoints';
import type { LinePace } from './line-pace';

/** A page is taken in one piece, so that all of one that breaks off is lost. */
const PAGE_SECONDS = 20;
/** What a changed row costs on the wire, the larger ones counted. */
const ROW_BYTES = 64;
const FEWEST_ROWS = 100;

/**
 * How many changed rows to ask for at once: what the line carries in about twenty seconds, fewer after it broke. Never
 * more than the usual page, because a page is applied in one transaction, which searches must not feel.
 */
export function pageRows(pace: LinePace): number {
  const bytes = pace.sized(PAGE_SECONDS, FEWEST_ROWS * ROW_BYTES, DEFAULT_PAGE_ROWS * ROW_BYTES);
  return Math.floor(bytes / ROW_BYTES);
}
