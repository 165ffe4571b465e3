/** One of our own processes as main sees it: a utilityProcess, or a Node child. Messages are clones. */
export interface ProcessLink {
  /** `ports` are MessagePortMain objects; only utility processes can take them. */
  post(message: unknown, ports?: readonly unknown[]): void;
  onMessage(listener: (message: unknown) => void): void;
  /** Called once; the code is null when a signal ended it. */
  onExit(listener: (code: number | null) => void): void;
  /** Ends it at once. */
  kill(): void;
}

export type StartProcess = () => ProcessLink;
