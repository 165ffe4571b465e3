import { webcrypto } from 'node:crypto';
import { AppError } from '../../../../shared/errors/app-error';
import { utf8Bytes } from '../../../../shared/kernel/bytes';
import { canonicalJson } from '../../../../shared/kernel/canonical-json';
import { COMMAND_PAYLOADS, type CommandKind } from '../../../../shared/protocol/commands';
import { outboxContext } from '../../../../shared/protocol/endpoints';
import {
  type OutboxCommand,
  OutboxCommandSchema,
  signedBytes,
} from '../../../../shared/protocol/outbox';
import { type BoxSubtle, sealBox } from '../../../../shared/protocol/sealed-box';
import type { OutboxState } from '../../../store/outbox-protocol';
import { signEs256 } from '../unlock/device-keys';
import type { OpenSession } from '../unlock/session';
import { outboxBoxKey } from './box-key';

/** Largest content of a command, bytes: sealed and in base64 it stays below what the server takes. */
const MAX_CONTENT_BYTES = 1_400_000;

export interface NewCommand {
  readonly kind: CommandKind;
  readonly payload: object;
  /** ULID; the same again is the same act. */
  readonly key: string;
  /** Revision of the row that it is about. */
  readonly base?: number | undefined;
  readonly atMs: number;
}

/**
 * The next command of the chain: its content checked by its kind, sealed to the server, signed by the device.
 * Throws INPUT_INVALID for another content, FORBIDDEN for a role without the signature key.
 */
export async function sealCommand(
  session: OpenSession,
  last: OutboxState['last'],
  { kind, payload, key, base, atMs }: NewCommand,
): Promise<{ readonly command: OutboxCommand; readonly content: string }> {
  const { office, keys, view } = session;
  const signKey = keys.peek('deviceSign');
  if (signKey === undefined) throw new AppError('FORBIDDEN', {}, 'no signature key');
  const parsed = COMMAND_PAYLOADS[kind].safeParse(payload);
  if (!parsed.success)
    throw new AppError('INPUT_INVALID', { field: parsed.error.issues[0]?.path.join('.') ?? kind });
  const content = canonicalJson(parsed.data);
  const bytes = utf8Bytes(content);
  if (bytes.length > MAX_CONTENT_BYTES) throw new AppError('INPUT_INVALID', { field: kind });
  const { deviceId: device } = office;
  const dseq = (last?.dseq ?? 0) + 1;
  const sealed = await sealBox(
    webcrypto.subtle as unknown as BoxSubtle<webcrypto.CryptoKey>,
    outboxBoxKey(office),
    bytes,
    outboxContext(device, dseq),
  );
  const unsigned = {
    device,
    dseq,
    key,
    kind,
    actor: view.userId,
    ...(base === undefined ? {} : { base }),
    payload: Buffer.from(sealed).toString('base64'),
    atMs,
    previous: last?.hash ?? null,
    sig: '',
  };
  const sig = signEs256(signKey, signedBytes(unsigned)).toString('base64url');
  return { command: OutboxCommandSchema.parse({ ...unsigned, sig }), content };
}
