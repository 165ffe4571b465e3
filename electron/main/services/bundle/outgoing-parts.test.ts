import fc from 'fast-check';
import { expect, it } from 'vitest';
import { MAX_OUTGOING, OUTGOING_SPLIT_BYTES } from '../../../../shared/protocol/bundle';
import type { OutboxCommand } from '../../../../shared/protocol/outbox';
import type { WaitingFile } from '../evidence/evidence-folder';
import { OutgoingSplit } from './outgoing-parts';

const command = (dseq: number, length: number): OutboxCommand => ({
  device: 'device',
  dseq,
  key: '01JDB0000000000000000000AB',
  kind: 'feedback',
  actor: 'actor',
  payload: 'x'.repeat(length),
  atMs: 1,
  previous: null,
  sig: '',
});

// Bug: many small photographs stay under the bytes of one file and over the number that any file may hold, so that no
// outgoing stick can be written at all, ever again.
it('a file holds no more than its schema lets it, however small its things are', () => {
  const things = fc.record({
    commands: fc.integer({ min: 0, max: 300 }),
    evidence: fc.integer({ min: 0, max: 3_500 }),
    bytes: fc.constantFrom(1, 20_000, 1_000_000),
  });
  fc.assert(
    fc.property(things, ({ commands, evidence, bytes }) => {
      const split = new OutgoingSplit();
      for (let i = 0; i < commands; i++) split.addCommand(command(i, 10));
      for (let i = 0; i < evidence; i++)
        split.addEvidence({ sha256: String(i), bytes } as WaitingFile);
      const { parts } = split;
      expect(parts.flatMap((part) => part.commands.map(({ dseq }) => dseq))).toEqual(
        Array.from({ length: commands }, (_, i) => i),
      );
      expect(parts.flatMap((part) => part.evidence.map(({ sha256 }) => sha256))).toEqual(
        Array.from({ length: evidence }, (_, i) => String(i)),
      );
      for (const part of parts) {
        expect(part.evidence.length).toBeLessThanOrEqual(MAX_OUTGOING.evidence);
        expect(part.evidence.length * bytes).toBeLessThanOrEqual(OUTGOING_SPLIT_BYTES);
        if (parts.length > 1)
          expect(part.commands.length + part.evidence.length).toBeGreaterThan(0);
      }
    }),
    { numRuns: 40 },
  );
});

it('there is one file at least, and commands are bounded too', () => {
  expect(new OutgoingSplit().parts).toHaveLength(1);
  const split = new OutgoingSplit();
  for (let i = 0; i <= MAX_OUTGOING.commands; i++) split.addCommand(command(i, 1));
  expect(split.parts.map(({ commands }) => commands.length)).toEqual([MAX_OUTGOING.commands, 1]);
});
