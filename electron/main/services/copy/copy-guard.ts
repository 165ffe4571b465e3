import { createHash } from 'node:crypto';
import {
  COPY_LIMITS,
  type CopyFault,
  type CopySize,
  copyFault,
  copySize,
} from '../../../../shared/domain/policy/copy-limits';
import type { StoreCaller } from '../../clients/store-client';
import type { EventSink, NowMs } from '../ports';
import type { SessionHolder } from '../unlock/session';

/** The system's clipboards: the one of Ctrl+C and, on X11, the one that selecting alone fills. */
export type BoardName = 'clipboard' | 'selection';
export interface Board {
  readonly names: readonly BoardName[];
  read(name: BoardName): Promise<string>;
  write(text: string): Promise<void>;
  clear(name: BoardName): void;
}

export interface CopyParts {
  readonly board: Board;
  readonly events: EventSink;
  readonly nowMs: NowMs;
  /** The open session with its store; null while locked. */
  session(): { readonly store: StoreCaller; readonly sessions: SessionHolder } | null;
}

/** A key press opens the way for one copy, for so long. */
const PRESS_MS = 1000;

/**
 * The only way from a page onto the clipboard. The preload hands in what is selected and main writes it, after a key
 * that main itself saw, within the limits and after its entry in the log. What a page that was taken over puts there
 * past this is looked at when the window loses the focus, before anybody can paste it elsewhere, and removed if it is a list.
 */
export class CopyGuard {
  private pressedMs = Number.NEGATIVE_INFINITY;
  private taken: { readonly atMs: number; readonly size: CopySize }[] = [];
  private readonly known = new Map<BoardName, string>();

  constructor(private readonly parts: CopyParts) {}

  /** The person pressed a key that copies or cuts. */
  pressed(): void {
    this.pressedMs = this.parts.nowMs();
  }

  /** Copies a text; false when it was refused. Throws what the log throws: then nothing was copied. */
  async take(text: unknown): Promise<boolean> {
    const now = this.parts.nowMs();
    const isPressed = now - this.pressedMs <= PRESS_MS && now >= this.pressedMs;
    this.pressedMs = Number.NEGATIVE_INFINITY;
    if (!isPressed || typeof text !== 'string' || text === '') return false;
    const size = copySize(text);
    this.taken = this.taken.filter(({ atMs }) => now - atMs < COPY_LIMITS.spanMs && atMs <= now);
    const fault = copyFault(
      size,
      this.taken.map((one) => one.size),
    );
    if (fault !== null) {
      await this.refuse(fault, size, 'copied');
      return false;
    }
    this.taken.push({ atMs: now, size });
    await this.log('copy', { ...size });
    this.known.set('clipboard', printOf(text));
    await this.parts.board.write(text);
    return true;
  }

  /** The window has the focus: what lies on the clipboards now is another program's. */
  async focused(): Promise<void> {
    for (const name of this.parts.board.names)
      this.known.set(name, printOf(await this.parts.board.read(name)));
  }

  /** The window lost the focus: a list that came onto a clipboard meanwhile came past the guard. */
  async blurred(): Promise<void> {
    if (this.parts.session() === null) return;
    for (const name of this.parts.board.names) {
      const text = await this.parts.board.read(name);
      if (text === '' || this.known.get(name) === printOf(text)) continue;
      const size = copySize(text);
      const fault = copyFault(size, []);
      if (fault !== 'numbers') continue;
      this.parts.board.clear(name);
      await this.refuse(fault, size, 'found');
    }
  }

  private async refuse(why: CopyFault, size: CopySize, way: 'copied' | 'found'): Promise<void> {
    this.parts.events.emit('copy.refused', { why, way });
    await this.log('copy-refused', { why, way, ...size });
  }

  private async log(kind: string, payload: Readonly<Record<string, unknown>>): Promise<void> {
    const open = this.parts.session();
    if (open === null) return;
    const actor = open.sessions.demand().view.userId;
    await open.store.call('auditAppend', { kind, actor, payload });
  }
}

/** The texts themselves are not kept. */
const printOf = (text: string): string => createHash('sha256').update(text).digest('base64');
