interface Settler {
  resolve(value: unknown): void;
  reject(error: unknown): void;
}

/** Calls that wait for their answer, by id. */
export class PendingCalls {
  private nextId = 1;
  private readonly open = new Map<number, Settler>();

  /** Registers a call, sends it with its id, and promises the answer. */
  start<T>(send: (id: number) => void): Promise<T> {
    const id = this.nextId++;
    return new Promise<T>((resolve, reject) => {
      this.open.set(id, { resolve: (value) => resolve(value as T), reject });
      try {
        send(id);
      } catch (error) {
        this.open.delete(id);
        reject(error);
      }
    });
  }

  resolve(id: number, value: unknown): void {
    this.take(id)?.resolve(value);
  }

  reject(id: number, error: unknown): void {
    this.take(id)?.reject(error);
  }

  /** The process is gone: every open call fails the same way. */
  rejectAll(error: unknown): void {
    const settlers = [...this.open.values()];
    this.open.clear();
    for (const settler of settlers) settler.reject(error);
  }

  private take(id: number): Settler | undefined {
    const settler = this.open.get(id);
    this.open.delete(id);
    return settler;
  }
}
