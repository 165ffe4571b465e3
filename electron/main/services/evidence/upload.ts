import { AppError } from '../../../../shared/errors/app-error';
import {
  type EvidenceAnswer,
  EvidenceAnswerSchema,
  evidencePath,
  MAX_EVIDENCE_PIECE,
} from '../../../../shared/protocol/evidence';
import type { Line } from '../sync/line';
import { withRetries } from '../sync/retries';
import type { EvidenceFolder, WaitingFile } from './evidence-folder';

const MAX_ANSWER_BYTES = 4_096;
/** A piece takes about so long: a cut costs no more. */
const PIECE_SECONDS = 5;
const LEAST_PIECE = 16 * 1024;

/** Sends one file from where the server has it to its end. Answers how the server has it then. Throws codes of the line. */
export async function sendEvidence(
  folder: EvidenceFolder,
  line: Line,
  { sha256, bytes: total }: WaitingFile,
  signal: AbortSignal,
): Promise<EvidenceAnswer> {
  const path = evidencePath(sha256);
  let reached = 0;
  const again = (act: () => Promise<EvidenceAnswer>) =>
    withRetries(line.timing, signal, act, () => reached);
  let answer = await again(async () =>
    parsed(await line.json({ path, signal, priority: 'scan' }, MAX_ANSWER_BYTES)),
  );
  while (answer.state === 'wanted') {
    const at = answer.have < total ? answer.have : 0;
    const length = Math.min(
      total - at,
      line.pace.sized(PIECE_SECONDS, LEAST_PIECE, MAX_EVIDENCE_PIECE),
    );
    const bytes = await folder.piece(sha256, at, length);
    const before = answer.have;
    answer = await again(async () => {
      const ask = {
        method: 'POST',
        isRepeatable: true,
        path: `${path}?at=${at}&total=${total}`,
        bytes,
        signal,
        priority: 'scan',
      } as const;
      return parsed(await line.json(ask, MAX_ANSWER_BYTES));
    });
    reached += Math.max(0, answer.have - before);
    // A server that says the same again and again would be asked for ever.
    if (answer.state === 'wanted' && answer.have === before)
      throw new AppError('SYNC_PROTOCOL', {}, 'evidence does not advance');
  }
  return answer;
}

function parsed(answer: unknown): EvidenceAnswer {
  const found = EvidenceAnswerSchema.safeParse(answer);
  if (!found.success) throw new AppError('SYNC_PROTOCOL', {}, 'evidence answer');
  return found.data;
}
