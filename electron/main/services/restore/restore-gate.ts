import { AppError } from '../../../../shared/errors/app-error';

/** Who may open, enrol or restore an office: nobody while a restore is about to replace its files. */
export class RestoreGate {
  private refusal: 'BUSY' | 'RESTORE_WAITING' | null = null;

  /** Throws BUSY while a restore runs, RESTORE_WAITING after one that only the next start can end. */
  demandOpen(): void {
    if (this.refusal !== null) throw new AppError(this.refusal);
  }

  /** Throws as `demandOpen`. */
  shut(): void {
    this.demandOpen();
    this.refusal = 'BUSY';
  }

  open(): void {
    this.refusal = null;
  }

  /** Until the program ends. */
  stayShut(): void {
    this.refusal = 'RESTORE_WAITING';
  }
}
