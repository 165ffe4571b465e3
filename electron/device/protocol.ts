import { z } from 'zod';
import type { DeviceListing } from './device';
import type { PinStatus, ReaderReport, TokenCertificate, TokenFailure, TokenInfo } from './driver';
import { skfProfileSchema } from './drivers/skf/profile';
import type { LibraryLoad } from './library-loads';
import type { PresenceEvent } from './presence';

/** Messages between main and the device process. Requests are parsed; answers are typed (we wrote both ends). */

const id = z.int().nonnegative();
const tokenId = z.string().min(1).max(128);
const keyRef = z.string().min(1).max(256);
const bytes = (min: number, max: number) =>
  z.custom<Uint8Array>(
    (value) => value instanceof Uint8Array && value.length >= min && value.length <= max,
  );
const pin = bytes(1, 64);
const digest = bytes(32, 48);
const path = z.string().min(1).max(4_096);
const name = z.string().min(1).max(64);

export const deviceRequestSchema = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('configure'),
    id,
    pkcs11Libraries: z.array(path).max(16),
    skfProfiles: z.array(skfProfileSchema).max(16),
    /** Ways to PIV cards without a vendor's library. */
    cardReaders: z
      .array(z.enum(['pcsc-piv', 'ccid-piv']))
      .max(2)
      .optional(),
    training: z.strictObject({ directory: path }).optional(),
    isPracticeOffice: z.boolean(),
  }),
  z.strictObject({ kind: z.literal('list'), id }),
  z.strictObject({ kind: z.literal('readers'), id }),
  z.strictObject({ kind: z.literal('certs'), id, tokenId }),
  z.strictObject({ kind: z.literal('pinStatus'), id, tokenId }),
  z.strictObject({
    kind: z.literal('sign'),
    id,
    tokenId,
    keyRef,
    pin,
    digests: z.array(digest).min(1).max(8),
  }),
  z.strictObject({ kind: z.literal('beginSigning'), id, tokenId, keyRef, pin }),
  z.strictObject({ kind: z.literal('signNext'), id, signingId: z.uuid(), digest }),
  z.strictObject({ kind: z.literal('endSigning'), id, signingId: z.uuid() }),
  z.strictObject({ kind: z.literal('unwrap'), id, tokenId, keyRef, pin, wrapped: bytes(1, 1_024) }),
  z.strictObject({
    kind: z.literal('makeTrainingKey'),
    id,
    holder: z.strictObject({ name, badge: name, office: name }),
    pin,
  }),
  z.strictObject({ kind: z.literal('cancel'), id, target: id }),
]);

export type DeviceRequest = z.infer<typeof deviceRequestSchema>;

/** What each request's answer carries on success. */
export interface DeviceAnswers {
  readonly configure: null;
  readonly list: DeviceListing;
  readonly readers: readonly ReaderReport[];
  readonly certs: readonly TokenCertificate[];
  readonly pinStatus: PinStatus;
  readonly sign: readonly Uint8Array[];
  readonly beginSigning: { readonly signingId: string };
  readonly signNext: Uint8Array;
  readonly endSigning: null;
  readonly unwrap: Uint8Array;
  readonly makeTrainingKey: TokenInfo;
  readonly cancel: null;
}

export type DeviceReply =
  | {
      readonly kind: 'answer';
      readonly id: number;
      readonly ok: true;
      readonly value: DeviceAnswers[keyof DeviceAnswers];
    }
  | {
      readonly kind: 'answer';
      readonly id: number;
      readonly ok: false;
      readonly failure: TokenFailure;
    };

/** `ready` comes once, before anything else; over a real channel with the point that secrets are sealed to. */
export type DeviceEvent =
  | { readonly kind: 'ready'; readonly point?: Uint8Array }
  | PresenceEvent
  | LibraryLoad;

export type DeviceMessage = DeviceReply | DeviceEvent;
