import { z } from 'zod';
import { utf8Bytes } from '../../../../shared/kernel/bytes';
import { DeviceActSchema } from '../../../../shared/protocol/commands';
import { ControlReceiptSchema } from '../../../../shared/protocol/control';
import { LevelStateSchema } from '../../../../shared/protocol/emergency-level';
import { MarkStateSchema } from '../../../../shared/protocol/marks';
import { DIRECTIVE_KINDS, DIRECTIVE_REFUSALS } from '../../../../shared/protocol/signed-statement';
import type { MachineSeal } from './machine-seal';

const STATE_USE = 'control-state';
const Ms = z.number().int().nonnegative();

export const ClockMarkSchema = z.strictObject({
  highestMs: Ms,
  contacts: z.number().int().nonnegative(),
  anchor: z.strictObject({ serverMs: Ms, wallMs: Ms }).nullable(),
});

/** What the control channel knows, over restarts and while the journal is shut. */
export const ControlStateSchema = z.strictObject({
  clock: ClockMarkSchema,
  lastContactMs: Ms.nullable(),
  /** Directives that were applied, the newest last; each acts once. */
  applied: z
    .array(
      z.strictObject({
        id: z.string().length(26),
        kind: z.enum(DIRECTIVE_KINDS),
        seq: z.number().int().positive(),
        reason: z.string().max(300),
        atMs: Ms,
        /** What became of it; absent: locked. */
        outcome: z.enum(['done', 'practised', 'refused']).optional(),
        refused: z.enum(DIRECTIVE_REFUSALS).optional(),
      }),
    )
    .max(200),
  /** The highest numbers of those that the list has no more; absent until it was full. */
  forgotten: z
    .strictObject({
      turn: z.number().int().nonnegative(),
      lock: z.number().int().nonnegative(),
    })
    .optional(),
  /** Receipts that the server has not confirmed. */
  receipts: z.array(ControlReceiptSchema).max(200),
  /** Acts to be told by the outbox once somebody unlocks; `key` is the command's. */
  acts: z.array(z.strictObject({ key: z.string().length(26), act: DeviceActSchema })).max(200),
  /** The directive that locked the desk, until somebody unlocked it again. */
  lockedBy: z.strictObject({ reason: z.string().max(300), atMs: Ms }).nullable(),
  /** What the centre has marked as 核查中; absent where nothing ever was. */
  marks: MarkStateSchema.optional(),
  /** Emergency level: what the centre ordered and what the head set; absent where there never was one. */
  level: LevelStateSchema.optional(),
});
export type ControlState = z.infer<typeof ControlStateSchema>;

export const FIRST_STATE: Omit<ControlState, 'clock'> = {
  lastContactMs: null,
  applied: [],
  receipts: [],
  acts: [],
  lockedBy: null,
};

/** Reads the state; null where there is none, or where it was altered (`isAltered`): then what the journal knows counts. */
export async function readControlState(
  seal: MachineSeal,
  path: string,
): Promise<{ readonly state: ControlState | null; readonly isAltered: boolean }> {
  const found = await seal.read(path, STATE_USE);
  if (typeof found === 'string') return { state: null, isAltered: found === 'altered' };
  try {
    const text = Buffer.from(found).toString('utf8');
    return { state: ControlStateSchema.parse(JSON.parse(text)), isAltered: false };
  } catch {
    return { state: null, isAltered: true };
  }
}

export async function writeControlState(
  seal: MachineSeal,
  path: string,
  state: ControlState,
): Promise<void> {
  const text = JSON.stringify(ControlStateSchema.parse(state));
  await seal.write(path, STATE_USE, utf8Bytes(text));
}
