import { z } from 'zod';

/**
 * POST `PATHS.renew`, over the connection of the certificate that is to be replaced: the device made a new key and
 * proves that it has it. The old certificate stays good until the new one was used once.
 */
export const RenewRequestSchema = z.strictObject({
  /** SPKI DER, base64, P-256. */
  tlsKey: z.string().max(400),
  /** ES256 by that key over `renewProofText` (r ‖ s, base64). */
  proof: z.string().max(200),
});
export type RenewRequest = z.infer<typeof RenewRequestSchema>;

export const RenewAnswerSchema = z.strictObject({
  /** PEM, under the same authority and for the same device. */
  tlsCertificate: z.string().max(8_000),
});

/** The device is in it, so that a proof made for one device is none for another. */
export const renewProofText = (device: string, tlsKey: string): string =>
  ['fieldcert-renew', device, tlsKey].join('|');

/** POST `PATHS.controlRenew`, over the connection of the control certificate that is to be replaced. */
export const ControlRenewRequestSchema = z.strictObject({
  /** SPKI DER, base64, P-256. */
  controlKey: z.string().max(400),
  /** ES256 by that key over `controlRenewProofText` (r ‖ s, base64). */
  proof: z.string().max(200),
});
export type ControlRenewRequest = z.infer<typeof ControlRenewRequestSchema>;
export const ControlRenewAnswerSchema = z.strictObject({
  controlCertificate: z.string().max(8_000),
});

export const controlRenewProofText = (device: string, controlKey: string): string =>
  ['fieldcert-control-renew', device, controlKey].join('|');
