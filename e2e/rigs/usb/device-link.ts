import type {
  DriverId,
  KeyUse,
  Outcome,
  SigningSession,
  TokenDriver,
} from '../../../electron/device/driver';
import { done } from '../../../electron/device/driver';
import type {
  DeviceAnswers,
  DeviceEvent,
  DeviceMessage,
  DeviceRequest,
} from '../../../electron/device/protocol';
import { DeviceSeal } from '../../../electron/main/clients/device-seal';

type Kind = DeviceRequest['kind'];
type Body<K extends Kind> = Omit<Extract<DeviceRequest, { kind: K }>, 'kind' | 'id'>;
type Reply = Extract<DeviceMessage, { kind: 'answer' }>;

/** The device process of the product, wherever it runs. */
export interface DeviceLink {
  ask<K extends Kind>(
    kind: K,
    body: Body<K>,
    signal?: AbortSignal,
  ): Promise<Outcome<DeviceAnswers[K]>>;
  /** Resolves when the process says it next, or has said it since the last time it was asked for. */
  heard(kind: DeviceEvent['kind']): Promise<void>;
  receive(message: unknown): void;
  /** What is under way and what is still asked for fails: the process is gone. */
  lost(why: string): void;
}

/** Speaks the device protocol over any channel, as the main process does. */
export function linkDevice(post: (message: object) => void): DeviceLink {
  const waiting = new Map<
    number,
    { resolve: (reply: Reply) => void; reject: (error: Error) => void }
  >();
  const seal = new DeviceSeal();
  const events: string[] = [];
  const listeners = new Map<string, { resolve: () => void; reject: (error: Error) => void }>();
  let lastId = 0;
  let gone: Error | undefined;

  function tell(kind: string): void {
    const listener = listeners.get(kind);
    listeners.delete(kind);
    if (listener === undefined) events.push(kind);
    else listener.resolve();
  }

  return {
    ask: async (kind, body, signal) => {
      lastId += 1;
      const id = lastId;
      if (gone !== undefined) throw gone;
      const reply = new Promise<Reply>((resolve, reject) => waiting.set(id, { resolve, reject }));
      const cancel = () => {
        lastId += 1;
        post({ kind: 'cancel', id: lastId, target: id });
      };
      post({ kind, id, ...(await seal.hide(body)) });
      signal?.addEventListener('abort', cancel);
      const answer = await reply;
      signal?.removeEventListener('abort', cancel);
      const { kind: _kind, id: _id, ...outcome } = answer;
      return seal.show(outcome) as Outcome<DeviceAnswers[typeof kind]>;
    },
    heard: (kind) => {
      const index = events.indexOf(kind);
      if (index >= 0) {
        events.splice(index, 1);
        return Promise.resolve();
      }
      if (gone !== undefined) return Promise.reject(gone);
      return new Promise((resolve, reject) => listeners.set(kind, { resolve, reject }));
    },
    receive: (message) => {
      const received = message as DeviceMessage;
      if (received.kind === 'ready') seal.ready(received.point ?? null);
      if (received.kind !== 'answer') tell(received.kind);
      else waiting.get(received.id)?.resolve(received);
    },
    lost: (why) => {
      gone = new Error(why);
      for (const { reject } of [...waiting.values(), ...listeners.values()]) reject(gone);
    },
  };
}

/** The process as a driver, for the conformance suite: each call is one request of the protocol. */
export function driverOf(link: DeviceLink, id: DriverId): TokenDriver {
  const calm = new AbortController().signal;
  const session = (signingId: string): SigningSession => ({
    sign: (digest, signal) => link.ask('signNext', { signingId, digest }, signal),
    close: async () => {
      await link.ask('endSigning', { signingId });
    },
  });
  const body = ({ tokenId, keyRef, pin }: KeyUse) => ({ tokenId, keyRef, pin: pin.slice() });
  return {
    id,
    list: async () => {
      const listed = await link.ask('list', {}, calm);
      if (!listed.ok) return listed;
      const own = listed.value.problems.find(({ driver }) => driver === id);
      if (own !== undefined) return { ok: false, failure: own.failure };
      return done(listed.value.tokens.filter(({ driver }) => driver === id));
    },
    certs: (tokenId) => link.ask('certs', { tokenId }),
    pinStatus: (tokenId) => link.ask('pinStatus', { tokenId }),
    openSigning: async (use) => {
      const begun = await link.ask('beginSigning', body(use), use.signal);
      return begun.ok ? done(session(begun.value.signingId)) : begun;
    },
    unwrap: (use, wrapped) => link.ask('unwrap', { ...body(use), wrapped }, use.signal),
    close: async () => undefined,
  };
}
