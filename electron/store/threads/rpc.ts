import type { Transferable } from 'node:worker_threads';
import {
  AppError,
  type ErrorCode,
  type ErrorParams,
  isErrorCode,
} from '../../../shared/errors/app-error';
import { storeError } from '../sqlcipher-error';

/** Calls of one thread or process: name → [input, answer]. */
export type CallMap = Readonly<Record<string, readonly [unknown, unknown]>>;
export type CallMapOf<C> = { readonly [N in keyof C]: readonly [unknown, unknown] };

/** A failure as it crosses threads and processes. */
export interface WireError {
  readonly code: ErrorCode;
  readonly params: ErrorParams;
  readonly detail?: string;
}
export type WireAnswer =
  | { readonly id: number; readonly ok: true; readonly data: unknown }
  | { readonly id: number; readonly ok: false; readonly error: WireError };

/** Documented errors keep their code; a defect becomes INTERNAL, its text for the log only. `file` was being worked on. */
export function wireError(thrown: unknown, file = ''): WireError {
  const error = storeError(thrown, file);
  if (error instanceof AppError) {
    return {
      code: error.code,
      params: error.params,
      ...(error.detail === undefined ? {} : { detail: error.detail }),
    };
  }
  return {
    code: 'INTERNAL',
    params: {},
    detail: error instanceof Error ? (error.stack ?? error.message) : String(error),
  };
}

export function errorFromWire(error: WireError): AppError {
  return new AppError(
    isErrorCode(error.code) ? error.code : 'INTERNAL',
    error.params,
    error.detail,
  );
}

export type Handlers<C extends CallMapOf<C>> = {
  readonly [N in keyof C]: (input: C[N][0]) => C[N][1] | Promise<C[N][1]>;
};

/** The end that answers. */
export interface ServerEnd {
  on(event: 'message', listener: (message: unknown) => void): unknown;
  postMessage(message: unknown, transfer?: readonly Transferable[]): void;
  /** The database that is worked on, named in failures. */
  readonly file?: string;
}

/** A thread's port with the name of the database behind it. */
export function ofFile(port: ServerEnd, file: string): ServerEnd {
  return {
    on: (event, listener) => port.on(event, listener),
    postMessage: (message, transfer) => port.postMessage(message, transfer),
    file,
  };
}

interface RequestMessage {
  readonly id: number;
  readonly call: string;
  readonly input: unknown;
}

/** Answers every request on a port with the handlers; they run as they come, in order of arrival. */
export function serve<C extends CallMapOf<C>>(port: ServerEnd, handlers: Handlers<C>): void {
  port.on('message', (message) => {
    const { id, call, input } = message as RequestMessage;
    const handler = (handlers as Readonly<Record<string, (input: unknown) => unknown>>)[call];
    const answer = async (): Promise<unknown> => {
      if (handler === undefined) throw new AppError('INTERNAL', {}, `no call ${call}`);
      return handler(input);
    };
    answer().then(
      (data) => port.postMessage({ id, ok: true, data } satisfies WireAnswer),
      (error: unknown) =>
        port.postMessage({
          id,
          ok: false,
          error: wireError(error, port.file),
        } satisfies WireAnswer),
    );
  });
}

/** Requests that wait for their answer. Every one settles: by answer, or with `abandon`. */
export class PendingCalls {
  private readonly waiting = new Map<
    number,
    { readonly resolve: (data: unknown) => void; readonly reject: (error: AppError) => void }
  >();
  private nextId = 1;
  private gone: AppError | undefined;

  /** Registers a call and sends it. */
  start(send: (id: number) => void): Promise<unknown> {
    if (this.gone !== undefined) return Promise.reject(this.gone);
    const id = this.nextId++;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      try {
        send(id);
      } catch (error) {
        this.waiting.delete(id);
        reject(
          error instanceof AppError ? error : new AppError('STORE_CRASHED', {}, String(error)),
        );
      }
    });
  }

  settle(answer: WireAnswer): void {
    const call = this.waiting.get(answer.id);
    if (call === undefined) return;
    this.waiting.delete(answer.id);
    if (answer.ok) call.resolve(answer.data);
    else call.reject(errorFromWire(answer.error));
  }

  /** Fails everything that waits, and every later call. */
  abandon(error: AppError): void {
    this.gone = error;
    for (const call of this.waiting.values()) call.reject(error);
    this.waiting.clear();
  }
}
