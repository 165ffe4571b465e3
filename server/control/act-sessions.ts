import { randomBytes } from 'node:crypto';
import { openIntent, type SignedIntent } from '../../shared/protocol/intents';
import { verifyIntent } from '../commands/signed-intent';
import { findSession, keepChallenge, keepSession, takeChallenge } from '../store/act-sessions';
import type { Admin } from '../store/admins';
import type { Device } from '../store/devices';
import type { SqlClient } from '../store/sql-client';
import type { ActDesk } from './act-desk';
import { ActRefused } from './act-refused';
import { SKEW_MS, sha256 } from './act-signers';

const CHALLENGE_MS = 300_000;
const SESSION_MS = 1_200_000;

/**
 * Administrators who showed their key on a device, for some minutes. Kept in the database, by the SHA-256 of the session's name: each
 * process of the centre knows them, and who reads the database cannot speak as one. What is done takes a signature of its own each time;
 * a session lets its person read, and nothing else.
 */
export class ActSessions {
  constructor(
    private readonly client: SqlClient,
    private readonly nowMs: () => number,
  ) {}

  /** A random number for a device to have signed; one that was asked before is void. */
  async challenge(device: string): Promise<string> {
    const text = randomBytes(32).toString('hex');
    await keepChallenge(this.client, device, text, this.nowMs() + CHALLENGE_MS);
    return text;
  }

  /** Lets in who signed the device's challenge, once. Throws ActRefused. */
  async open(
    desk: ActDesk,
    device: Pick<Device, 'id' | 'office'>,
    signed: SignedIntent,
  ): Promise<{ readonly session: string; readonly admin: Admin; readonly untilMs: number }> {
    const now = this.nowMs();
    const asked = await takeChallenge(this.client, device.id, now);
    const said = await openIntent('login', signed, verifyIntent);
    const isOwn =
      said.ok &&
      asked !== undefined &&
      said.value.challenge === asked &&
      said.value.device === device.id &&
      said.value.office === device.office &&
      Math.abs(said.value.atMs - now) <= SKEW_MS;
    if (!isOwn) throw new ActRefused('signature', 'no signature over what this device was asked');
    const certificate = Uint8Array.from(Buffer.from(signed.certificates[0] ?? '', 'base64'));
    const admin = await desk.personOf(certificate);
    const session = randomBytes(32).toString('hex');
    const untilMs = now + SESSION_MS;
    const kept = { device: device.id, certificate };
    await keepSession(this.client, sha256(session), kept, untilMs, now);
    return { session, admin, untilMs };
  }

  /** Who is in, on this device; null where nobody is, or is no administrator any more. */
  async personOf(desk: ActDesk, session: string, device: string): Promise<Admin | null> {
    const opened = await findSession(this.client, sha256(session), this.nowMs());
    if (opened === undefined || opened.device !== device) return null;
    return desk.personOf(opened.certificate).catch((error: unknown) => {
      if (error instanceof ActRefused) return null;
      throw error;
    });
  }
}
