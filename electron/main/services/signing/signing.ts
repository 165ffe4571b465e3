import { AppError } from '../../../../shared/errors/app-error';
import type { Settings } from '../../../../shared/ipc/routes/app';
import type { Intent, SignedIntent } from '../../../../shared/protocol/intents';
import type { DeviceCaller } from '../../clients/device-client';
import { type SigningChoices, signingChoices } from '../tokens/tokens';
import type { OpenSession, SessionHolder } from '../unlock/session';
import type { SessionListener } from '../unlock/unlock';
import { intentWords } from './intent-words';
import { signIntentWith } from './sign-intent';
import type { ConfirmOutcome, SigningTask } from './signing-task';

const SHOW_SIGNED_MS = 900;

export interface SigningParts {
  readonly device: DeviceCaller;
  readonly sessions: SessionHolder;
  openSigningWindow(onClosed: () => void): Promise<void>;
  closeSigningWindow(): void;
}

/** What the person's refusal, or the end of the session, does to whatever is to be signed. */
type Cancel = () => Promise<void> | void;

/** The right to the signing window, until it is given back. */
export interface Seat {
  /** Opens the window on a task. */
  show(task: SigningTask): Promise<void>;
  /** Gives the window back; one that signed is read for a moment before it closes. */
  leave(hasSigned: boolean): void;
}

/**
 * The one way to a signature. A task waits here while its window is open; pages can neither see nor change it, and the
 * window's calls reach it alone: no page names a digest, an intent or a task. One at a time.
 */
export class SigningService implements SessionListener {
  private seat: (Seat & { readonly cancel: Cancel }) | null = null;
  private task: SigningTask | null = null;
  /** The call that signs now; null: none. One that a lock left behind is no longer it. */
  private confirming: object | null = null;

  constructor(private readonly parts: SigningParts) {}

  opened(): void {
    // Nothing waits in a new session.
  }

  async closing(): Promise<void> {
    await this.cancel();
    this.confirming = null;
    this.seat = null;
    this.task = null;
    this.parts.closeSigningWindow();
  }

  /** Throws BUSY while something else is being signed. `cancel`: also before its window is open. */
  reserve(cancel: Cancel): Seat {
    if (this.seat !== null) throw new AppError('BUSY');
    const seat = {
      cancel,
      show: async (task: SigningTask) => {
        if (this.seat !== seat) throw new AppError('CANCELLED');
        this.task = task;
        await this.parts.openSigningWindow(() => {
          if (this.seat === seat) void cancel();
        });
      },
      leave: (hasSigned: boolean) => {
        if (this.seat !== seat) return;
        this.seat = null;
        this.task = null;
        // The window's own call has to be answered, and its person to read that it is done.
        setTimeout(() => this.closeUnlessBusy(), hasSigned ? SHOW_SIGNED_MS : 0).unref();
      },
    };
    this.seat = seat;
    return seat;
  }

  /**
   * Has an intent signed by the person at the desk. Throws BUSY, CANCELLED (also after a lock), and a token's codes.
   * What comes back was verified with the certificate's key.
   */
  async sign(intent: Intent): Promise<SignedIntent> {
    const session = this.parts.sessions.demand();
    demandOwn(intent, session);
    let refuse: () => void = () => undefined;
    const refused = new Promise<never>((_, reject) => {
      refuse = () => reject(new AppError('CANCELLED'));
    });
    const seat = this.reserve(() => refuse());
    let hasSigned = false;
    try {
      const signed = await Promise.race([this.waitFor(seat, intent, session), refused]);
      if (this.parts.sessions.current?.view !== session.view) throw new AppError('CANCELLED');
      hasSigned = true;
      return signed;
    } finally {
      seat.leave(hasSigned);
    }
  }

  private waitFor(
    seat: Seat,
    intent: Intent,
    { view, office }: OpenSession,
  ): Promise<SignedIntent> {
    return new Promise((resolve, reject) => {
      const task: SigningTask = {
        shown: () => ({
          intent,
          person: { name: view.name, badge: view.badge },
          files: [],
          digestWords: '',
          signatures: 1,
          review: null,
          isPractice: office.isPractice,
        }),
        confirm: async (choice, pin) => {
          const answer = await signIntentWith(this.parts.device, intent, choice, pin);
          if (!answer.ok) return answer.outcome;
          resolve(answer.signed);
          return { outcome: 'signed' };
        },
      };
      seat.show(task).catch(reject);
    });
  }

  /** What the signing window shows. Throws CANCELLED when there is nothing to sign any more. */
  request(locale: Settings['locale']) {
    const { intent, extras, person, files, digestWords, signatures, review, isPractice } =
      this.demandTask().shown();
    const words = intentWords(intent, locale, extras);
    return {
      ...words,
      rows: words.rows.map((row) => ({ ...row })),
      trace: intent.type === 'export-intent' ? intent.traceId : null,
      person: { ...person },
      files: files.map((file) => ({ ...file })),
      digestWords,
      signatures,
      review,
      isPractice,
    };
  }

  choices(): Promise<SigningChoices> {
    return signingChoices(this.parts.device);
  }

  /** Signs what waits. `pin` is zeroed. Throws BUSY while an earlier call still signs: one PIN entry, one try. */
  async confirm(tokenId: string, keyRef: string, pin: Uint8Array): Promise<ConfirmOutcome> {
    const own = {};
    try {
      if (this.confirming !== null) throw new AppError('BUSY');
      this.confirming = own;
      const task = this.demandTask();
      const { items, problem } = await this.choices();
      const choice = items.find(
        ({ shown }) => shown.tokenId === tokenId && shown.keyRef === keyRef,
      );
      if (choice === undefined) {
        return problem === 'TOKEN_NONE'
          ? { outcome: 'token-removed' }
          : { outcome: 'failed', code: problem ?? 'TOKEN_NO_CERTIFICATE' };
      }
      if (choice.shown.state !== 'usable') {
        return { outcome: 'failed', code: 'TOKEN_CERTIFICATE_UNUSABLE' };
      }
      // Listing the keys takes a moment, in which the person may have gone.
      if (this.task !== task) throw new AppError('CANCELLED');
      return await task.confirm(choice, pin);
    } catch (error) {
      // What waits still waits: the next try starts the device process again.
      if (!(error instanceof AppError) || error.code !== 'DEVICE_CRASHED') throw error;
      return { outcome: 'failed', code: error.code };
    } finally {
      if (this.confirming === own) this.confirming = null;
      pin.fill(0);
    }
  }

  /** The person does not sign. */
  async cancel(): Promise<void> {
    await this.seat?.cancel();
  }

  /** What would leave the device as a record is not signed any more; other acts go on. */
  async refuseRecords(): Promise<void> {
    if (this.task?.shown().intent.type === 'record-intent') await this.cancel();
  }

  private demandTask(): SigningTask {
    if (this.task === null) throw new AppError('CANCELLED');
    return this.task;
  }

  /** Something else may have opened the window meanwhile. */
  private closeUnlessBusy(): void {
    if (this.task === null) this.parts.closeSigningWindow();
  }
}

/** An intent names who is at the desk: one of another person or device is a defect, and is not shown to anybody. */
function demandOwn(intent: Intent, { view, office }: OpenSession): void {
  const isOwn =
    intent.userId === view.userId &&
    intent.badge === view.badge &&
    intent.device === office.deviceId &&
    intent.office === office.office.code;
  if (!isOwn) throw new AppError('INTERNAL', {}, `intent of another: ${intent.type}`);
}
