import { createHash, randomBytes, sign, X509Certificate } from 'node:crypto';
import { canonicalJson } from '../../shared/kernel/canonical-json';
import { ulid } from '../../shared/kernel/ids';
import { outboxContext, PATHS } from '../../shared/protocol/endpoints';
import { chainBytes, OutboxAnswerSchema, signedBytes } from '../../shared/protocol/outbox';
import { sealBox } from '../../shared/protocol/sealed-box';
import { boxSubtle } from '../keys/key-provider';
import type { TestDevice } from './device';

/** What a device says to the centre, next in its chain: verdict and reason in one text. */
export type Tell = (kind: string, payload: unknown, actor?: string) => Promise<string>;

/** A device's chain of commands from its beginning on. */
export function teller(device: TestDevice): {
  readonly tell: Tell;
  /** Several at once, as a desk that was away for a while. */
  readonly tellAll: (
    commands: readonly { readonly kind: string; readonly payload: unknown }[],
    actor: string,
  ) => Promise<string[]>;
  readonly last: () => number;
  /** All of it once more, with the centre's last receipt, as to a centre that lost it. */
  readonly again: () => Promise<string[]>;
} {
  const { deviceId, boxCertificate } = device.answer;
  const spki = new Uint8Array(
    new X509Certificate(boxCertificate).publicKey.export({ type: 'spki', format: 'der' }),
  );
  let dseq = 0;
  let previous: string | null = null;
  let receipt: unknown;
  const sent: unknown[] = [];
  const post = async (body: unknown): Promise<string[]> => {
    const raw = await device.post(PATHS.outbox, body);
    const answer = OutboxAnswerSchema.parse(JSON.parse(raw.body.toString('utf8')));
    receipt = answer.receipt;
    return answer.verdicts.map(
      ({ verdict, reason }) => `${verdict}${reason === undefined ? '' : ` ${reason}`}`,
    );
  };
  const signed = async (kind: string, payload: unknown, actor: string) => {
    dseq++;
    const bytes = Buffer.from(JSON.stringify(payload));
    const sealed = await sealBox(boxSubtle, spki, bytes, outboxContext(deviceId, dseq));
    const unsigned = {
      device: deviceId,
      dseq,
      key: ulid(Date.now(), randomBytes(10)),
      kind,
      actor,
      payload: Buffer.from(sealed).toString('base64'),
      atMs: 1,
      previous,
      sig: '',
    };
    const how = { key: device.signingKey, dsaEncoding: 'ieee-p1363' } as const;
    const sig = sign('sha256', signedBytes(unsigned), how).toString('base64url');
    const command = { ...unsigned, sig };
    previous = createHash('sha256').update(chainBytes(command)).digest('hex');
    sent.push(command);
    return command;
  };
  return {
    last: () => dseq,
    again: () => post({ commands: sent, receipt }),
    tell: async (kind, payload, actor = 'u') => {
      const [said = ''] = await post({ commands: [await signed(kind, payload, actor)] });
      return said;
    },
    tellAll: async (told, actor) => {
      const commands = [];
      for (const { kind, payload } of told) commands.push(await signed(kind, payload, actor));
      return post({ commands });
    },
  };
}

interface Entry {
  readonly header: string;
  readonly mac: string;
}

/** An audit chain that a device may hand in, honest or not. */
export class TestLog {
  readonly entries: Entry[] = [];

  constructor(private readonly device: string) {}

  hash(seq: number): string {
    const { header } = this.entries[seq - 1] ?? { header: undefined };
    return header === undefined
      ? '0'.repeat(64)
      : createHash('sha256').update(header).digest('hex');
  }

  place(seq: number) {
    return { seq, hash: this.hash(seq) };
  }

  /** Adds entries; the first of them of a kind. */
  write(count: number, kind = 'query'): this {
    for (let i = 0; i < count; i++) {
      const seq = this.entries.length + 1;
      const prev = this.hash(seq - 1);
      const made = { seq, device: this.device, kind: i === 0 ? kind : 'query', prev };
      const salt = randomBytes(8).toString('hex');
      const header = canonicalJson({ ...made, commitment: salt });
      this.entries.push({ header, mac: '0'.repeat(64) });
    }
    return this;
  }

  /** The same chain until an entry, as a backup has it. */
  until(seq: number): TestLog {
    const copy = new TestLog(this.device);
    copy.entries.push(...this.entries.slice(0, seq));
    return copy;
  }

  page(from: number, until = this.entries.length) {
    return { from, entries: this.entries.slice(from - 1, until) };
  }
}
