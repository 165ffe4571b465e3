import { setTimeout as wait } from 'node:timers/promises';
import {
  CardError,
  type CardTransport,
  MAX_ANSWER_BYTES,
  MAX_COMMAND_BYTES,
} from '../piv/card-transport';
import { type Pcsc, readHandle, readWord, textOf, words } from './binding';
import { PcscError, SCARD } from './codes';

const SHARED = 2;
const PROTOCOL = { t0: 1, t1: 2 } as const;
const LEAVE = 0;
const RESET = 1;
/** How long another program may keep a card before we say that it is in use. */
const TRANSACTION_LIMIT_MS = 10_000;
const SETTLE_TRIES = 10;
const SETTLE_MS = 200;

/**
 * Connects the card in a reader with a context of its own: pcsclite lets one call at a time through a context, and a
 * reader that hangs must not hide the others. Rejects with `CardError`.
 */
export async function connectCard(
  pcsc: Pcsc,
  reader: string,
  makeContext: () => Promise<bigint>,
): Promise<CardTransport> {
  const { platform } = pcsc;
  const context = await makeContext();
  const release = () => pcsc.code('SCardReleaseContext', context).catch(() => 0);
  try {
    const cell = Buffer.alloc(8);
    const protocol = words(platform, 0);
    const name = textOf(platform, reader);
    const wanted = PROTOCOL.t0 | PROTOCOL.t1;
    await pcsc.call('SCardConnect', context, name, SHARED, wanted, cell, protocol);
    const handle = readHandle(platform, cell);
    const atr = await readAtr(pcsc, handle);
    return new PcscCard(pcsc, handle, atr, readWord(protocol), release);
  } catch (error) {
    await release();
    throw error;
  }
}

async function readAtr(pcsc: Pcsc, handle: bigint): Promise<Uint8Array> {
  const { platform } = pcsc;
  const atr = Buffer.alloc(platform.atrBytes);
  const length = words(platform, atr.length);
  const [state, protocol] = [words(platform, 0), words(platform, 0)];
  const name = Buffer.alloc(1_024);
  const nameLength = words(platform, platform.isWide ? name.length / 2 : name.length);
  await pcsc.call('SCardStatus', handle, name, nameLength, state, protocol, atr, length);
  return Uint8Array.from(atr.subarray(0, Math.min(readWord(length), atr.length)));
}

class PcscCard implements CardTransport {
  private isClosed = false;
  /** Native calls under way: the handle outlives them. */
  private running: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly pcsc: Pcsc,
    private readonly handle: bigint,
    readonly atr: Uint8Array,
    private protocol: number,
    private readonly release: () => Promise<unknown>,
  ) {}

  async transmit(apdu: Uint8Array, signal: AbortSignal): Promise<Uint8Array> {
    this.demandOpen();
    if (signal.aborted) throw new CardError('cancelled', 'before a command');
    if (apdu.length > MAX_COMMAND_BYTES) throw new CardError('malformed', 'command too long');
    const { platform } = this.pcsc;
    const sent = Uint8Array.from(this.protocol === PROTOCOL.t0 ? withoutLe(apdu) : apdu);
    const header = words(platform, this.protocol, 2 * platform.wordBytes);
    const answer = Buffer.alloc(MAX_ANSWER_BYTES);
    const length = words(platform, answer.length);
    try {
      const code = await this.native(
        'SCardTransmit',
        this.handle,
        header,
        sent,
        sent.length,
        null,
        answer,
        length,
      );
      if (code !== SCARD.success) throw await this.settled(new PcscError(code, 'SCardTransmit'));
      const answered = readWord(length);
      // Drivers of readers give nothing, and call it success, for a card that left while it worked.
      if (answered < 2) throw await this.settled(new PcscError(SCARD.communication, 'no status'));
      return Uint8Array.from(answer.subarray(0, answered));
    } finally {
      sent.fill(0);
      answer.fill(0);
    }
  }

  async exclusively<T>(work: () => Promise<T>, after: 'keep' | 'forget'): Promise<T> {
    await this.begin();
    try {
      return await work();
    } finally {
      await this.native('SCardEndTransaction', this.handle, after === 'forget' ? RESET : LEAVE);
    }
  }

  async close(): Promise<void> {
    if (this.isClosed) return;
    this.isClosed = true;
    await this.running;
    await this.pcsc.code('SCardDisconnect', this.handle, LEAVE).catch(() => 0);
    await this.release();
  }

  /** After a reset by others the connection is taken up again; a card that was taken out is another matter. */
  private async begin(): Promise<void> {
    this.demandOpen();
    const code = await this.limited();
    if (code === SCARD.success) return;
    const error = new PcscError(code, 'SCardBeginTransaction');
    if (error.fault !== 'reset') throw await this.settled(error);
    const protocol = words(this.pcsc.platform, 0);
    const wanted = PROTOCOL.t0 | PROTOCOL.t1;
    const taken = await this.native('SCardReconnect', this.handle, SHARED, wanted, LEAVE, protocol);
    if (taken !== SCARD.success) throw await this.settled(new PcscError(taken, 'SCardReconnect'));
    this.protocol = readWord(protocol);
    const again = await this.limited();
    if (again === SCARD.success) return;
    throw await this.settled(new PcscError(again, 'SCardBeginTransaction'));
  }

  /** A transaction of another program blocks this call for as long as it lasts. */
  private async limited(): Promise<number> {
    let isLate = false;
    let timer: NodeJS.Timeout | undefined;
    const begun = this.native('SCardBeginTransaction', this.handle);
    const limit = new Promise<'late'>((resolve) => {
      timer = setTimeout(() => resolve('late'), TRANSACTION_LIMIT_MS);
    });
    const first = await Promise.race([begun, limit]);
    clearTimeout(timer);
    if (first !== 'late') return first;
    isLate = true;
    void begun.then((code) => {
      if (isLate && code === SCARD.success)
        void this.native('SCardEndTransaction', this.handle, LEAVE);
    });
    return SCARD.sharingViolation;
  }

  private native(...call: Parameters<Pcsc['code']>): Promise<number> {
    const answer = this.pcsc.code(...call);
    this.running = Promise.allSettled([this.running, answer]);
    return answer;
  }

  /**
   * A card that leaves while it works is named in many ways until the service has seen it leave, which takes it up to
   * a second: whether it is still there then decides.
   */
  private async settled(error: PcscError): Promise<CardError> {
    const isVague =
      error.fault === 'malformed' || error.fault === 'mute' || error.fault === 'reset';
    for (let tries = 0; isVague && tries < SETTLE_TRIES; tries += 1) {
      const state = await readAtr(this.pcsc, this.handle).then(
        () => undefined,
        (reason: unknown) => (reason instanceof CardError ? reason.fault : undefined),
      );
      if (state === 'removed') return new CardError('removed', error.message);
      if (state === 'reset' && error.fault === 'reset') return error;
      await wait(SETTLE_MS);
    }
    return error;
  }

  private demandOpen(): void {
    if (this.isClosed) throw new CardError('removed', 'closed');
  }
}

/** T=0 carries data one way only (ISO 7816-3 section 12): what comes back is announced by 61xx. */
function withoutLe(apdu: Uint8Array): Uint8Array {
  const dataBytes = apdu[4] ?? 0;
  return apdu.length === 6 + dataBytes && dataBytes > 0 ? apdu.subarray(0, -1) : apdu;
}
