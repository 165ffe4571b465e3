import { type ChildProcess, fork } from 'node:child_process';

/** What a child process does: named calls with structured clones in and out. */
export type Calls = Readonly<Record<string, (input: never) => Promise<unknown>>>;

/** A program of its own inside the bench, so that nothing it leaves behind weighs on another figure. */
export interface ChildProgram<C extends Calls> {
  readonly name: string;
  readonly calls: C;
  /** The file that it is in, where it is not in ours. */
  readonly file?: string;
}

interface Request {
  readonly id: number;
  readonly call: string;
  readonly input: unknown;
}
interface Answer {
  readonly id: number;
  readonly ok: boolean;
  readonly value: unknown;
}
interface Waiting {
  resolve(value: unknown): void;
  reject(error: Error): void;
}

const SWITCH = '--child';

type Input<C extends Calls, N extends keyof C> = Parameters<C[N]>[0];
type Output<C extends Calls, N extends keyof C> = Awaited<ReturnType<C[N]>>;

/** A running child. Every call settles: by its answer, or when the child ends. */
export class Child<C extends Calls> {
  private readonly process: ChildProcess;
  private readonly waiting = new Map<number, Waiting>();
  private nextId = 1;

  /** `heapMb`: room for a program that keeps more in memory than the runtime allows by itself. */
  constructor(
    private readonly program: ChildProgram<C>,
    heapMb?: number,
  ) {
    this.process = fork(program.file ?? __filename, [SWITCH, program.name], {
      serialization: 'advanced',
      execArgv: heapMb === undefined ? [] : [`--max-old-space-size=${heapMb}`],
    });
    this.process.on('message', (message) => this.receive(message as unknown as Answer));
    this.process.on('exit', (code) => this.failAll(`${program.name} ended with ${code}`));
  }

  call<N extends keyof C & string>(call: N, input: Input<C, N>): Promise<Output<C, N>> {
    const id = this.nextId++;
    return new Promise<unknown>((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      this.process.send({ id, call, input } satisfies Request);
    }) as Promise<Output<C, N>>;
  }

  /** Ends the child at once. */
  end(): void {
    this.process.removeAllListeners('exit');
    this.process.kill();
    this.failAll(`${this.program.name} was ended`);
  }

  private receive({ id, ok, value }: Answer): void {
    const waiting = this.waiting.get(id);
    this.waiting.delete(id);
    if (ok) waiting?.resolve(value);
    else waiting?.reject(new Error(`${this.program.name}: ${String(value)}`));
  }

  private failAll(reason: string): void {
    for (const { reject } of this.waiting.values()) reject(new Error(reason));
    this.waiting.clear();
  }
}

/** A program with one call. */
export type Task<I, O> = ChildProgram<{ readonly run: (input: I) => Promise<O> }>;

/** Starts a child for one call. */
export async function runInChild<I, O>(task: Task<I, O>, input: I, heapMb?: number): Promise<O> {
  const child = new Child(task, heapMb);
  try {
    return await child.call('run', input as never);
  } finally {
    child.end();
  }
}

/** In a child: answers calls to the program that the command line names. False in the bench itself. */
export function serveChild(
  args: readonly string[],
  programs: readonly ChildProgram<Calls>[],
): boolean {
  if (args[0] !== SWITCH) return false;
  const program = programs.find(({ name }) => name === args[1]);
  if (program === undefined) throw new TypeError(`no program ${args[1]}`);
  const answer = async ({ call, input }: Request): Promise<unknown> => {
    const handler = program.calls[call];
    if (handler === undefined) throw new TypeError(`no call ${call}`);
    return handler(input as never);
  };
  process.on('message', (message) => {
    const request = message as Request;
    const tell = (ok: boolean, value: unknown) =>
      process.send?.({ id: request.id, ok, value } satisfies Answer);
    answer(request).then(
      (value) => tell(true, value),
      (error: unknown) =>
        tell(false, error instanceof Error ? (error.stack ?? error.message) : error),
    );
  });
  // The bench is gone: nobody will ask any more.
  process.on('disconnect', () => process.exit());
  return true;
}
