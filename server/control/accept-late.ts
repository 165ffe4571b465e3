import type { Bench } from '../commands/bench';
import { judgeContent } from '../commands/judge';
import type { ReviewRow } from '../store/decisions';
import { findDevice } from '../store/devices';
import { setSubject } from '../store/outbox';
import type { SqlRunner } from '../store/sql-client';

export type LateParts = Pick<Bench, 'keys' | 'kid' | 'statements' | 'signerRoots'>;

/**
 * Two persons accepted a signature that came after the end of its certificate: the command is judged again with all
 * else that counts, and has its effects now. Answers what the centre says of it (of a list, row by row); null where nothing. Throws
 * RangeError where something else stands against it.
 */
export async function acceptLate(
  parts: LateParts,
  runner: SqlRunner,
  row: ReviewRow,
  content: Uint8Array,
  nowMs: number,
): Promise<string | null> {
  const device = await findDevice(runner, row.device);
  if (device === undefined) throw new RangeError(`no device ${row.device}`);
  const { dseq, kind, actor, base } = row;
  const command = { dseq, kind, actor, ...(base === null ? {} : { base }) };
  const late = { provenMs: null, isLateAccepted: true };
  const { verdict, reason, subject } = await judgeContent(
    { ...parts, runner, device, command, nowMs, ...late },
    content,
  );
  if (verdict !== 'applied')
    throw new RangeError(`it cannot be accepted: ${reason ?? verdict}; refuse it`);
  await setSubject(runner, row.device, dseq, subject);
  return reason;
}
