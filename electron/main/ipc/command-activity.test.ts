import { expect, it } from 'vitest';
import { CommandActivity } from './command-activity';

// Bug: the program ends itself in the middle of a restore, or between two steps of a recovery.
it('is quiet some minutes after the last command of all has ended', async () => {
  let nowMs = 0;
  const activity = new CommandActivity(() => nowMs);
  expect(activity.isQuiet).toBe(true);
  let end: () => void = () => undefined;
  const long = activity.during(() => new Promise<void>((resolve) => (end = resolve)));
  nowMs = 3_600_000;
  await expect(activity.during(() => Promise.reject(new Error('refused')))).rejects.toThrow();
  nowMs += 3_600_000;
  expect(activity.isQuiet).toBe(false);
  end();
  await long;
  nowMs += 9 * 60_000;
  expect(activity.isQuiet).toBe(false);
  nowMs += 60_000;
  expect(activity.isQuiet).toBe(true);
});
