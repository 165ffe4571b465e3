import { type ChildProcess, fork } from 'node:child_process';

/** Runs in a process of its own, so that nothing it leaves behind weighs on another measurement. */
export interface ChildTask<I, O> {
  readonly name: string;
  readonly run: (input: I) => Promise<O>;
}

interface Answer {
  readonly ok: boolean;
  readonly value: unknown;
}

const SWITCH = '--child';

/** Starts the same program again for one task and answers what it returned. */
export async function runInChild<I, O>(task: ChildTask<I, O>, input: I): Promise<O> {
  const child = fork(__filename, [SWITCH, task.name], { serialization: 'advanced' });
  try {
    return await answerOf<O>(child, task.name, input);
  } finally {
    child.kill();
  }
}

function answerOf<O>(child: ChildProcess, name: string, input: unknown): Promise<O> {
  return new Promise((resolve, reject) => {
    child.once('message', (message) => {
      const answer = message as unknown as Answer;
      if (answer.ok) resolve(answer.value as O);
      else reject(new Error(`${name}: ${String(answer.value)}`));
    });
    child.once('error', reject);
    child.once('exit', (code) => reject(new Error(`${name} ended with ${code}`)));
    child.send(input as Parameters<ChildProcess['send']>[0]);
  });
}

/** In the child: takes the task that the command line names. False in the bench itself. */
export function serveChild(
  args: readonly string[],
  tasks: readonly ChildTask<never, unknown>[],
): boolean {
  if (args[0] !== SWITCH) return false;
  const task = tasks.find(({ name }) => name === args[1]);
  if (task === undefined) throw new TypeError(`no task ${args[1]}`);
  process.once('message', (input) => {
    const tell = (ok: boolean, value: unknown) => process.send?.({ ok, value } satisfies Answer);
    task.run(input as never).then(
      (value) => tell(true, value),
      (error: unknown) => tell(false, error instanceof Error ? (error.stack ?? error.message) : error),
    );
  });
  return true;
}
