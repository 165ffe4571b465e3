/** A MessagePort that main handed over: a page's requests come and its answers go, past main. */
export interface PagePort {
  on(event: 'message', listener: (event: { readonly data: unknown }) => void): unknown;
  postMessage(message: unknown): void;
  start(): void;
}

/** The channel to whoever started this process. */
export interface ParentChannel {
  /** `sent` is called once the message is on its way. */
  postMessage(message: unknown, sent?: () => void): void;
  onMessage(handler: (message: unknown, ports: readonly PagePort[]) => void): void;
  /** The parent is gone: nothing that happens here can be answered any more. */
  onEnd(handler: () => void): void;
}

interface ElectronParentPort {
  postMessage(message: unknown): void;
  on(
    event: 'message',
    listener: (event: { readonly data: unknown; readonly ports?: readonly PagePort[] }) => void,
  ): void;
}

/**
 * `process.parentPort` in an Electron utilityProcess; the IPC channel of a Node child otherwise, which
 * must be forked with `serialization: 'advanced'`. Undefined when nobody listens.
 */
export function parentChannel(): ParentChannel | undefined {
  const { parentPort: port } = process as unknown as {
    readonly parentPort?: ElectronParentPort | null;
  };
  if (port !== undefined && port !== null) {
    return {
      postMessage: (message, sent) => {
        port.postMessage(message);
        if (sent !== undefined) setTimeout(sent, 50);
      },
      onMessage: (handler) => port.on('message', (event) => handler(event.data, event.ports ?? [])),
      // Electron ends a utilityProcess with its parent.
      onEnd: () => undefined,
    };
  }
  const send = process.send?.bind(process);
  if (send === undefined) return undefined;
  return {
    postMessage: (message, sent) => void send(message, undefined, undefined, () => sent?.()),
    onMessage: (handler) => void process.on('message', (message) => handler(message, [])),
    onEnd: (handler) => void process.once('disconnect', handler),
  };
}
