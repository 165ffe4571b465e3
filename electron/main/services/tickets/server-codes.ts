import type { z } from 'zod';
import { AppError } from '../../../../shared/errors/app-error';
import {
  ANSWER_PATH,
  CHALLENGE_PATH,
  ChallengeAnswerSchema,
  CodeAnswerSchema,
  type ExportIntent,
} from '../../../../shared/protocol/ticket';
import type { LineSetup } from '../sync/line';
import { accessServer } from '../sync/server-access';
import type { OpenSession } from '../unlock/session';

const WAIT_MS = 20_000;
const MAX_ANSWER_BYTES = 32 * 1024;

async function post<T>(
  { office, keys }: OpenSession,
  setup: LineSetup | undefined,
  { path, isRepeatable = false }: { readonly path: string; readonly isRepeatable?: boolean },
  body: unknown,
  schema: z.ZodType<T>,
): Promise<T> {
  const { line } = accessServer(office, keys, setup);
  try {
    const signal = AbortSignal.timeout(WAIT_MS);
    const sent = { method: 'POST', isRepeatable, path } as const;
    const ask = { ...sent, body, signal, priority: 'directive' } as const;
    const answer = schema.safeParse(await line.json(ask, MAX_ANSWER_BYTES));
    if (!answer.success) throw new AppError('SYNC_PROTOCOL', {}, path);
    return answer.data;
  } finally {
    line.close();
  }
}

/** Has the server send a one-time code for an export: never twice for one wish. Throws codes of the line. */
export const askServer = (session: OpenSession, intent: ExportIntent, setup?: LineSetup) =>
  post(session, setup, { path: CHALLENGE_PATH }, { intent }, ChallengeAnswerSchema);

/** Answers with the code; it is six digits for some minutes, so that it may be text on the line. */
export const answerServer = (
  session: OpenSession,
  challenge: string,
  code: string,
  setup?: LineSetup,
  // The same code again gets the same ticket.
) =>
  post(
    session,
    setup,
    { path: ANSWER_PATH, isRepeatable: true },
    { challenge, code },
    CodeAnswerSchema,
  );
