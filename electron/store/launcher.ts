import { type ChildProcess, fork } from 'node:child_process';
import { AppError } from '../../shared/errors/app-error';
import { BulkLane, hasBulk } from './bulk';
import type { StoreAnswer, StoreCallName, StoreCalls, StoreEvent } from './protocol';
import { hasSecrets, sealFields } from './sealed-fields';
import { PendingCalls } from './threads/rpc';

/** The parent's end of a store process: a Node child, or a utilityProcess behind the same few functions. */
export interface StoreTransport {
  /** Structured clone of a message to the process. */
  send(message: unknown): void;
  onMessage(handler: (message: unknown) => void): void;
  /** Called once, when the process has ended for whatever reason. */
  onExit(handler: (code: number | null) => void): void;
  kill(): void;
}

/** A running store process, typed. */
export interface StoreClient {
  /** Fails with the store's documented error, or STORE_CRASHED when the process is gone. */
  call<C extends StoreCallName>(name: C, input: StoreCalls[C][0]): Promise<StoreCalls[C][1]>;
  /** Listens to every unasked message; the answer stops it. */
  onEvent(listener: (event: StoreEvent) => void): () => void;
  /** Told once when the process has ended; `wasAsked` after close or kill. */
  onExit(
    listener: (end: { readonly code: number | null; readonly wasAsked: boolean }) => void,
  ): void;
  kill(): void;
}

/** A client over any transport. */
export function storeClient(transport: StoreTransport): StoreClient {
  const calls = new PendingCalls();
  const listeners = new Set<(event: StoreEvent) => void>();
  const exitListeners = new Set<
    (end: { readonly code: number | null; readonly wasAsked: boolean }) => void
  >();
  let wasAsked = false;
  let tellPoint: (point: Uint8Array | null) => void = () => undefined;
  const point = new Promise<Uint8Array | null>((resolve) => {
    tellPoint = resolve;
  });
  transport.onMessage((message) => {
    const received = message as StoreAnswer | StoreEvent;
    if (!('event' in received)) calls.settle(received);
    else if (received.event === 'started') tellPoint(received.point);
    else for (const listener of listeners) listener(received);
  });
  const send = (call: StoreCallName, rest: object) =>
    calls.start((id) => transport.send({ id, call, ...rest }));
  /** Keys wait for the process to listen; one that ended before that fails the call below. */
  const sendSealed = async (call: StoreCallName, input: StoreCalls[StoreCallName][0]) => {
    const to = await point;
    return send(call, to === null ? {} : sealFields(input, to));
  };
  const lane = new BulkLane(calls, (message) => transport.send(message));
  const sendBulk = async (call: StoreCallName, input: StoreCalls[StoreCallName][0]) =>
    send(call, await lane.ahead(input));
  transport.onExit((code) => {
    tellPoint(null);
    calls.abandon(new AppError('STORE_CRASHED', {}, `exit ${code ?? 'by signal'}`));
    for (const listener of exitListeners) listener({ code, wasAsked });
  });
  return {
    call: <C extends StoreCallName>(name: C, input: StoreCalls[C][0]) => {
      if (name === 'close') wasAsked = true;
      const answer = (): Promise<unknown> => {
        if (hasSecrets(input)) return sendSealed(name, input);
        return hasBulk(input) ? sendBulk(name, input) : send(name, { input });
      };
      return answer() as Promise<StoreCalls[C][1]>;
    },
    onEvent: (listener) => {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    onExit: (listener) => void exitListeners.add(listener),
    kill: () => {
      wasAsked = true;
      transport.kill();
    },
  };
}

export interface ChildStoreOptions {
  readonly kind: 'child';
  /** A Node 24 binary: the encrypted engine loads in no older runtime. */
  readonly nodePath: string;
  /** store.cjs; writer.cjs and reader.cjs lie beside it. */
  readonly entry: string;
  /** Further variables of its environment. */
  readonly env?: Readonly<Record<string, string>>;
}

function childTransport(child: ChildProcess): StoreTransport {
  return {
    send: (message) => {
      if (!child.connected) throw new AppError('STORE_CRASHED');
      child.send(message as object);
    },
    onMessage: (handler) => void child.on('message', handler),
    onExit: (handler) => {
      let isTold = false;
      const tell = (code: number | null): void => {
        if (!isTold) handler(code);
        isTold = true;
      };
      child.once('exit', tell);
      // Every message to a child that has just died is an error of its own, and one without a listener ends main.
      child.on('error', () => tell(null));
    },
    kill: () => void child.kill('SIGKILL'),
  };
}

/** Starts the store as a Node child. Its environment is empty but for what the runtime needs. */
export function launchStore(options: ChildStoreOptions): StoreClient {
  const keep = ['PATH', 'SYSTEMROOT', 'TEMP', 'TMP', 'TMPDIR', 'TZ'];
  const env = Object.fromEntries(
    keep.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  );
  const child = fork(options.entry, [], {
    execPath: options.nodePath,
    execArgv: [],
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    env: { ...env, ...options.env },
  });
  return storeClient(childTransport(child));
}
