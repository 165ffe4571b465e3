import { AppError } from '../../../../shared/errors/app-error';
import {
  BoxAnswerSchema,
  CROSS_REGION_CONTENT_PATH,
  crossRegionObjectPath,
} from '../../../../shared/protocol/cross-region';
import type { Line } from '../sync/line';

const MAX_PACKAGE_BYTES = 24 * 1024 * 1024;

/** Where a grant's keys, content and objects come from: the line, or a stick. What comes is not trusted for it. */
export interface GrantSource {
  /** The box of keys and signed content. */
  box(grant: string, signal: AbortSignal): Promise<Uint8Array>;
  /** A segment of at most so many bytes. */
  object(grant: string, sha256: string, limit: number, signal: AbortSignal): Promise<Buffer>;
}

/** What the centre gives for a grant. Throws SYNC_PROTOCOL, and codes of the line. */
export const sourceOf = (line: Line): GrantSource => ({
  async box(grant, signal) {
    const path = `${CROSS_REGION_CONTENT_PATH}?grant=${grant}`;
    const body = BoxAnswerSchema.safeParse(await line.json({ path, signal }, MAX_PACKAGE_BYTES));
    if (!body.success) throw new AppError('SYNC_PROTOCOL', {}, 'grant package');
    return Buffer.from(body.data.box, 'base64');
  },
  object(grant, sha256, limit, signal) {
    const path = `${crossRegionObjectPath(sha256)}?grant=${grant}`;
    return line.get({ path, signal }, 'application/octet-stream', limit);
  },
});
