/** The part of a process channel that our utility processes use: Electron's, Node's, or a test's pair. */
export interface ProcessPort {
  postMessage(message: unknown): void;
  /** `ports` are the MessagePorts that came along (Electron only). */
  onMessage(handler: (message: unknown, ports: readonly unknown[]) => void): void;
}

interface ElectronParentPort {
  postMessage(message: unknown): void;
  on(
    event: 'message',
    listener: (event: { data: unknown; ports?: readonly unknown[] }) => void,
  ): void;
}

/**
 * The channel to whoever started this process: `process.parentPort` in an Electron utilityProcess, the IPC
 * channel of a Node child (with `serialization: 'advanced'`, or bytes would arrive as objects) otherwise.
 * Undefined when the module was merely imported.
 */
export function parentPort(): ProcessPort | undefined {
  const { parentPort: port } = process as unknown as { parentPort?: ElectronParentPort };
  if (port !== undefined && port !== null) {
    return {
      postMessage: (message) => port.postMessage(message),
      onMessage: (handler) => port.on('message', (event) => handler(event.data, event.ports ?? [])),
    };
  }
  const send = process.send?.bind(process);
  if (send === undefined) return undefined;
  // Whoever started it is gone, perhaps killed: what it worked at has nobody any more, and a next start may begin.
  process.once('disconnect', () => process.exit(0));
  return {
    // To nobody it is no error: `disconnect` ends this process.
    postMessage: (message) => void send(message, () => undefined),
    onMessage: (handler) => void process.on('message', (message) => handler(message, [])),
  };
}

/** Two joined ports in one process, delivering structured clones in order, for tests and in-process use. */
export function portPair(): readonly [ProcessPort, ProcessPort] {
  const handlers: ((message: unknown, ports: readonly unknown[]) => void)[][] = [[], []];
  const end = (own: 0 | 1): ProcessPort => ({
    postMessage: (message) => {
      const copy: unknown = structuredClone(message);
      setImmediate(() => {
        for (const handler of handlers[own === 0 ? 1 : 0] ?? []) handler(copy, []);
      });
    },
    onMessage: (handler) => void handlers[own]?.push(handler),
  });
  return [end(0), end(1)];
}
