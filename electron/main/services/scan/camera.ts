import type { CodesFound, HeldReader } from '../../clients/code-client';

/** A code that stays before the camera is one code; shown again after this long it is scanned again. */
const SAME_CODE_MS = 4_000;
/** Without pictures for this long the camera was closed. */
const IDLE_MS = 10_000;
/** Codes that are remembered as seen. */
const MOST_SEEN = 16;

export interface CameraParts {
  hold(): HeldReader;
  nowMs(): number;
}

/**
 * The pictures of a camera, read by a decoder of their own while it is open. Hands out each code once as long as it is
 * held before the camera, so that the next person is not the last one again.
 */
export class CameraReader {
  private reader: HeldReader | null = null;
  private idle: ReturnType<typeof setTimeout> | undefined;
  private readonly seen = new Map<string, number>();

  constructor(private readonly parts: CameraParts) {}

  /** The codes that came newly before the camera, `isHeld` where one is there that was handed out already. */
  async read(bytes: Uint8Array): Promise<{ found: CodesFound; isHeld: boolean }> {
    if (this.reader === null || this.reader.isOver) this.reader = this.parts.hold();
    clearTimeout(this.idle);
    this.idle = setTimeout(() => this.end(), IDLE_MS);
    this.idle.unref();
    const found = await this.reader.read(bytes);
    if (typeof found === 'string') return { found, isHeld: false };
    const now = this.parts.nowMs();
    const fresh = found.filter((text) => {
      const lastMs = this.seen.get(text);
      // A clock that was set back makes it a new code, which is logged, not one that is never read again.
      return lastMs === undefined || Math.abs(now - lastMs) > SAME_CODE_MS;
    });
    for (const text of found) {
      this.seen.delete(text);
      this.seen.set(text, now);
    }
    for (const text of this.seen.keys()) if (this.seen.size > MOST_SEEN) this.seen.delete(text);
    return { found: fresh, isHeld: found.length > fresh.length };
  }

  /** The camera is opened: what lies before it is new to whoever looks. */
  begin(): void {
    this.seen.clear();
  }

  /** Forgets what was before the camera: what was not answered may be scanned again at once. */
  forget(texts: readonly string[]): void {
    for (const text of texts) this.seen.delete(text);
  }

  /** Ends the decoder; nothing of what was seen is kept. */
  end(): void {
    clearTimeout(this.idle);
    this.reader?.end();
    this.reader = null;
    this.seen.clear();
  }
}
