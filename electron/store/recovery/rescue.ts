import { join } from 'node:path';
import { AppError } from '../../../shared/errors/app-error';
import { Thread } from '../threads/thread';
import type { Threads } from '../threads/threads';
import type { RecoveryCalls } from './calls';

type RescueHandlers = {
  readonly [C in keyof RecoveryCalls]: (input: RecoveryCalls[C][0]) => Promise<RecoveryCalls[C][1]>;
};

/** Calls that work on files which do not open; each has a thread of its own, gone afterwards. */
export function rescueHandlers(
  threadDir: () => string,
  threads: () => Threads | undefined,
): RescueHandlers {
  const run = async <C extends keyof RecoveryCalls>(
    call: C,
    input: RecoveryCalls[C][0],
  ): Promise<RecoveryCalls[C][1]> => {
    const hooks = { onEnd: () => undefined, onProgress: () => undefined };
    const thread = new Thread<RecoveryCalls>(join(threadDir(), 'writer.cjs'), 'rescue', hooks);
    try {
      return await thread.call(call, input);
    } finally {
      await thread.terminate();
    }
  };
  return {
    diagnose: (input) => run('diagnose', input),
    salvage: (input) =>
      run('salvage', input).finally(() => {
        for (const key of [input.key, input.nextKey, input.newKey, ...(input.sliceKeys ?? [])])
          key?.fill(0);
      }),
    setAsideSlice: async (input) => {
      if (threads()?.hasOpenSlice === true) throw new AppError('BUSY', {}, 'the slice is open');
      const answer = await run('setAsideSlice', input);
      await threads()?.forgetSlice();
      return answer;
    },
    salvageSlice: (input) => {
      if (threads()?.hasOpenSlice === true) throw new AppError('BUSY', {}, 'the slice is open');
      return run('salvageSlice', input);
    },
    renewJournal: (input) => {
      if (threads() !== undefined) throw new AppError('BUSY', {}, 'the journal is open');
      return run('renewJournal', input);
    },
  };
}
