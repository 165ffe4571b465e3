import { AppError } from '../../../shared/errors/app-error';
import { type OfficeFile, writeOffice } from '../services/unlock/office-file';

/** The real office, or the practice one. */
export type OfficeKind = 'office' | 'practice';

interface Held {
  readonly kind: OfficeKind;
  readonly path: string;
  file: OfficeFile;
}

/**
 * What this device knows of its office, and `office.json`, which keeps it. Statements, addresses, certificates and key
 * epochs come from several places at once: each is put onto what the one before left, so that none undoes another.
 */
export class OfficeRecord {
  private held: Held | null = null;
  private turn: Promise<unknown> = Promise.resolve();

  /** `mayWrite`: no while the device is being wiped. */
  constructor(
    private readonly mayWrite: () => boolean,
    private readonly write: (path: string, file: OfficeFile) => Promise<void> = writeOffice,
  ) {}

  get kind(): OfficeKind | null {
    return this.held?.kind ?? null;
  }

  get file(): OfficeFile | null {
    return this.held?.file ?? null;
  }

  /** From now on this office, as it was read from or written to `path`. */
  hold(kind: OfficeKind, path: string, file: OfficeFile): void {
    this.held = { kind, path, file };
  }

  /** No office; what is still being written of the former one stays without effect here. */
  release(): void {
    this.held = null;
  }

  /**
   * Changes the office of a kind, on the disk first. Answers the file as it is then; null, with nothing written, where
   * the office is another one by now, there is none, or the device is being wiped.
   */
  change(
    kind: OfficeKind,
    make: (file: OfficeFile) => OfficeFile | Promise<OfficeFile>,
  ): Promise<OfficeFile | null> {
    return this.inTurn(async () => {
      const { held } = this;
      if (held === null || held.kind !== kind || !this.mayWrite()) return null;
      const next = await make(held.file);
      await this.write(held.path, next);
      held.file = next;
      return next;
    });
  }

  /** As `change`, for what must not be lost unseen. Throws LOCKED. */
  async demandChange(kind: OfficeKind, make: (file: OfficeFile) => OfficeFile): Promise<void> {
    if ((await this.change(kind, make)) === null) throw new AppError('LOCKED', {}, 'no office');
  }

  /** Changes what is known until the program ends, and not the disk. */
  note(make: (file: OfficeFile) => OfficeFile): Promise<void> {
    return this.inTurn(async () => {
      if (this.held !== null) this.held.file = make(this.held.file);
    });
  }

  /** Until nothing is being written any more. */
  async settled(): Promise<void> {
    await this.turn.catch(() => undefined);
  }

  private inTurn<T>(act: () => Promise<T>): Promise<T> {
    const turn = this.turn.catch(() => undefined).then(act);
    this.turn = turn;
    return turn;
  }
}
