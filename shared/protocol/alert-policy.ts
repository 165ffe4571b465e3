import { z } from 'zod';
import {
  type AlertThresholds,
  THRESHOLD_BOUNDS,
  THRESHOLDS,
  thresholdFault,
} from '../domain/alerts/thresholds';

/** Thresholds of alerts as a policy has them: every one of them, and nothing else. */
const AllThresholds = z.record(z.enum(THRESHOLDS), z.number());

/** Thresholds within their bounds. */
export const ThresholdsSchema = AllThresholds.superRefine((values, context) => {
  const name = thresholdFault(values);
  if (name === null) return;
  const [least, most] = THRESHOLD_BOUNDS[name];
  context.addIssue({ code: 'custom', path: [name], message: `${least} to ${most}` });
}) as unknown as z.ZodType<AlertThresholds>;

/**
 * Thresholds of an office's alerts, as the centre signs them. `number` counts the policies of the office from 1: none is taken
 * after a newer one. It has no end, so that an office that is long without contact keeps the rules that it was given.
 */
export const AlertPolicyStatementSchema = z.strictObject({
  type: z.literal('alert-policy'),
  office: z.string().min(1).max(20),
  number: z.number().int().positive(),
  /** When it was set, UTC ms. */
  setMs: z.number().int().positive(),
  /** Read by `ThresholdsSchema` when it is taken: a signed policy beyond the bounds is told of, not merely passed over. */
  thresholds: z.record(z.string().max(40), z.number()),
  issuedMs: z.number().int().positive(),
});
export type AlertPolicyStatement = z.infer<typeof AlertPolicyStatementSchema>;
