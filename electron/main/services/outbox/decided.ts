import { AppError } from '../../../../shared/errors/app-error';
import { PATHS } from '../../../../shared/protocol/endpoints';
import { DecidedSchema, MAX_ASKED } from '../../../../shared/protocol/outbox';
import type { OutboxVerdict } from '../../../store/outbox-protocol';
import type { ExchangeParts } from './exchange';

const MAX_ANSWER_BYTES = 256 * 1024;

/**
 * Asks what persons at the centre decided of the commands that wait there, and keeps it. A centre of an older program
 * does not know the question: then they go on waiting. Throws codes of the line.
 */
export async function takeDecisions({
  line,
  store,
  log,
  signal,
}: Omit<ExchangeParts, 'session'>): Promise<void> {
  const waiting = await store.call('outboxUnderReview', { limit: MAX_ASKED });
  if (waiting.length === 0) return;
  const path = `${PATHS.outboxDecided}?of=${waiting.join(',')}`;
  let said: unknown;
  try {
    said = await line.json({ path, signal }, MAX_ANSWER_BYTES);
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== 'SYNC_PROTOCOL') throw error;
    log.warn('centre tells no decisions', { detail: error.detail ?? '' });
    return;
  }
  const answer = DecidedSchema.safeParse(said);
  if (!answer.success) throw new AppError('SYNC_PROTOCOL', {}, 'decisions answer');
  const verdicts = answer.data.verdicts.flatMap(
    ({ dseq, verdict, reason = null }): OutboxVerdict[] =>
      verdict === 'gap' ? [] : [{ dseq, verdict, reason }],
  );
  if (verdicts.length > 0) await store.call('outboxDecided', { verdicts });
}
