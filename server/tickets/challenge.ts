import { randomBytes, randomInt, timingSafeEqual } from 'node:crypto';
import type { z } from 'zod';
import { canonicalJson } from '../../shared/kernel/canonical-json';
import { ulid } from '../../shared/kernel/ids';
import { SignedStatementSchema } from '../../shared/protocol/signed-statement';
import {
  type ChallengeAnswerSchema,
  type CodeAnswerSchema,
  type ExportIntent,
  ExportIntentSchema,
} from '../../shared/protocol/ticket';
import type { ServerParts } from '../http/parts';
import type { KeyProvider } from '../keys/key-provider';
import type { Device } from '../store/devices';
import {
  addChallenge,
  answerChallenge,
  challengesSince,
  endChallenge,
  takeTry,
} from '../store/export-challenges';
import { findPhone } from '../store/phones';
import { keepTicket } from '../store/tickets';
import { boundTicket, demandForm } from './bound-ticket';
import { holderOf } from './issue';
import { policyOf } from './policy';

export const CODE_VALID_MS = 5 * 60_000;
export const CODE_TRIES = 5;
/** Codes to one person within a window; the wider one stops a patient guesser. */
const RATES = [
  { withinMs: 10 * 60_000, count: 3 },
  { withinMs: 24 * 3_600_000, count: 20 },
] as const;

export type ChallengeAnswer = z.infer<typeof ChallengeAnswerSchema>;
export type CodeAnswer = z.infer<typeof CodeAnswerSchema>;

const macOf = (keys: KeyProvider, challenge: string, code: string): string =>
  keys.mac('export code', Buffer.from(`${challenge}|${code}`, 'ascii')).toString('hex');

/** Context under which a person's phone rests. */
export const phoneContext = (office: string, userId: string): string => `phone ${office} ${userId}`;

const masked = (phone: string): string =>
  phone.length < 8 ? '****' : `${phone.slice(0, 3)}****${phone.slice(-4)}`;

const wordsOf = ({ board, maxRows }: ExportIntent): string =>
  board === undefined ? ` ${maxRows} 条证书数据` : `分析看板（${maxRows} 个数字）`;

/** The intent says whose it is; the connection says who asks. */
export function isOwnIntent(intent: ExportIntent, device: Device): boolean {
  return intent.device === device.id && intent.office === device.office;
}

/** Sends a one-time code to the person's phone. Throws RangeError for somebody who may not export. */
export async function sendCode(
  parts: ServerParts,
  device: Device,
  intent: ExportIntent,
): Promise<ChallengeAnswer> {
  const { client, keys, sms } = parts;
  const { user } = await holderOf(client, device.id, { userId: intent.userId });
  const policy = await policyOf(client, device.office);
  if (!policy.ways.includes('sms')) return { outcome: 'not-allowed' };
  demandForm(policy, intent);
  const wrapped = await findPhone(client, device.office, user.userId);
  if (wrapped === undefined) return { outcome: 'no-phone' };
  const phone = keys.unwrap(wrapped, phoneContext(device.office, user.userId)).toString('utf8');
  const nowMs = parts.nowMs();
  const id = ulid(nowMs, randomBytes(10));
  const code = String(randomInt(0, 1_000_000)).padStart(6, '0');
  const againMs = await client.transaction(async (runner) => {
    const widest = Math.max(...RATES.map(({ withinMs }) => withinMs));
    const sent = await challengesSince(runner, device.office, user.userId, nowMs - widest);
    for (const { withinMs, count } of RATES) {
      const recent = sent.filter((atMs) => atMs > nowMs - withinMs);
      const first = recent.at(-count);
      if (first !== undefined) return first + withinMs;
    }
    await addChallenge(runner, {
      id,
      office: device.office,
      device: device.id,
      userId: user.userId,
      intent: canonicalJson(intent),
      mac: macOf(keys, id, code),
      triesLeft: CODE_TRIES,
      issuedMs: nowMs,
      expiresMs: nowMs + CODE_VALID_MS,
    });
    return null;
  });
  if (againMs !== null) return { outcome: 'too-many', againMs };
  const text = `【证哨】验证码 ${code}，5 分钟内有效。${user.name}申请导出${wordsOf(intent)}，追踪编号 ${intent.traceId}。非本人操作请立即报告。`;
  try {
    await sms.send({ to: phone, text, reference: id });
  } catch (error) {
    parts.log(`short message not taken over: ${String(error)}`);
    await endChallenge(client, id);
    return { outcome: 'not-sent' };
  }
  const to = masked(phone);
  return {
    outcome: 'sent',
    challenge: id,
    to,
    expiresMs: nowMs + CODE_VALID_MS,
    tries: CODE_TRIES,
  };
}

/**
 * Looks at a code: each look costs a try. A right code makes one ticket, in the same transaction; given again by the same device
 * within its time, it is answered with that ticket and no other.
 */
export function takeCode(
  parts: ServerParts,
  device: Device,
  challenge: string,
  code: string,
): Promise<CodeAnswer> {
  return parts.client.transaction(async (runner): Promise<CodeAnswer> => {
    const found = await takeTry(runner, challenge);
    const isOpen =
      found !== undefined && found.device === device.id && found.expiresMs > parts.nowMs();
    if (!isOpen) return { outcome: 'ended' };
    const given = Buffer.from(macOf(parts.keys, challenge, code), 'hex');
    if (!timingSafeEqual(given, Buffer.from(found.mac, 'hex')))
      return { outcome: 'wrong', triesLeft: found.triesLeft };
    if (found.answer !== null)
      return { outcome: 'ticket', ticket: SignedStatementSchema.parse(JSON.parse(found.answer)) };
    const intent = ExportIntentSchema.parse(JSON.parse(found.intent));
    const { ticket, envelope } = await boundTicket(parts, runner, intent, 'sms');
    await keepTicket(runner, { ...ticket, sealed: null });
    await answerChallenge(runner, challenge, JSON.stringify(envelope));
    return { outcome: 'ticket', ticket: envelope };
  });
}
