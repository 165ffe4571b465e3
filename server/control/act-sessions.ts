import { randomBytes } from 'node:crypto';
import { openIntent, type SignedIntent } from '../../shared/protocol/intents';
import { verifyIntent } from '../commands/signed-intent';
import type { Admin } from '../store/admins';
import type { Device } from '../store/devices';
import type { ActDesk } from './act-desk';
import { ActRefused } from './act-refused';
import { SKEW_MS, sha256 } from './act-signers';

const CHALLENGE_MS = 300_000;
const SESSION_MS = 1_200_000;
const MOST = 1_000;

interface Opened {
  readonly device: string;
  readonly certificate: Uint8Array;
  readonly untilMs: number;
}

/**
 * Administrators who showed their key on a device, for some minutes. Kept in memory alone: a start of the centre asks anew. What is
 * done takes a signature of its own each time; a session lets its person read, and nothing else.
 */
export class ActSessions {
  /** By device. */
  private readonly challenges = new Map<
    string,
    { readonly text: string; readonly untilMs: number }
  >();
  /** By the SHA-256 of its name. */
  private readonly opened = new Map<string, Opened>();

  constructor(private readonly nowMs: () => number) {}

  /** A random number for a device to have signed; one that was asked before is void. */
  challenge(device: string): string {
    const text = randomBytes(32).toString('hex');
    this.challenges.delete(device);
    this.challenges.set(device, { text, untilMs: this.nowMs() + CHALLENGE_MS });
    dropOldest(this.challenges);
    return text;
  }

  /** Lets in who signed the device's challenge, once. Throws ActRefused. */
  async open(
    desk: ActDesk,
    device: Pick<Device, 'id' | 'office'>,
    signed: SignedIntent,
  ): Promise<{ readonly session: string; readonly admin: Admin; readonly untilMs: number }> {
    const asked = this.challenges.get(device.id);
    this.challenges.delete(device.id);
    const said = await openIntent('login', signed, verifyIntent);
    const now = this.nowMs();
    const isOwn =
      said.ok &&
      asked !== undefined &&
      asked.untilMs > now &&
      said.value.challenge === asked.text &&
      said.value.device === device.id &&
      said.value.office === device.office &&
      Math.abs(said.value.atMs - now) <= SKEW_MS;
    if (!isOwn) throw new ActRefused('signature', 'no signature over what this device was asked');
    const certificate = Uint8Array.from(Buffer.from(signed.certificates[0] ?? '', 'base64'));
    const admin = await desk.personOf(certificate);
    const session = randomBytes(32).toString('hex');
    const untilMs = now + SESSION_MS;
    this.opened.set(sha256(session), { device: device.id, certificate, untilMs });
    dropOldest(this.opened);
    return { session, admin, untilMs };
  }

  /** Who is in, on this device; null where nobody is, or is no administrator any more. */
  async personOf(desk: ActDesk, session: string, device: string): Promise<Admin | null> {
    const opened = this.opened.get(sha256(session));
    if (opened === undefined || opened.device !== device || opened.untilMs <= this.nowMs())
      return null;
    return desk.personOf(opened.certificate).catch((error: unknown) => {
      if (error instanceof ActRefused) return null;
      throw error;
    });
  }
}

function dropOldest(map: Map<string, unknown>): void {
  const [oldest] = map.keys();
  if (map.size > MOST && oldest !== undefined) map.delete(oldest);
}
