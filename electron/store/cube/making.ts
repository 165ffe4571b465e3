import { AppError } from '../../../shared/errors/app-error';
import { letPressPass } from '../../platform/press-pass';
import { pause } from './steps';

/** How far something is that takes longer than a moment: parts done, of so many. */
export interface HowFar {
  readonly done: number;
  readonly of: number;
}

/** What takes longer than a moment and can be called off: whoever waits for it is then told CANCELLED. */
export class Making {
  private done = 0;
  private isCalledOff = false;

  constructor(private readonly of: number) {}

  get howFar(): HowFar {
    return { done: this.done, of: this.of };
  }

  /** One more part is done. */
  advance(): void {
    this.done = Math.min(this.of, this.done + 1);
  }

  callOff(): void {
    this.isCalledOff = true;
  }

  /** Throws CANCELLED where it was called off. */
  check(): void {
    if (this.isCalledOff) throw new AppError('CANCELLED');
  }

  /** Lets others in between, and ends the work where it was called off: for `withPauses`. */
  readonly giveWay = async (): Promise<void> => {
    await pause();
    await letPressPass();
    this.check();
  };
}

/**
 * Asks what is being made; where it is replaced meanwhile, by one of the rows as they are, that one. Where whoever asks wants
 * none any more, CANCELLED as ever.
 */
export async function ofLatest<M extends { readonly replacedBy: M | undefined }, T>(
  made: M,
  ask: (made: M) => Promise<T>,
): Promise<T> {
  try {
    return await ask(made);
  } catch (error) {
    if (made.replacedBy === undefined) throw error;
    return ofLatest(made.replacedBy, ask);
  }
}

/** Something of one day that is made once, for all who ask; whoever asks after it was called off has it made anew. */
export class Made<T> {
  readonly making: Making;
  readonly result: Promise<T>;
  /** Rows changed since it was begun: it goes on for those who wait. */
  isOld = false;
  replacedBy: Made<T> | undefined;
  private isOver = false;

  constructor(
    readonly day: number,
    parts: number,
    make: (making: Making) => Promise<T>,
  ) {
    this.making = new Making(parts);
    this.result = make(this.making).finally(() => {
      this.isOver = true;
    });
    // A failure shows at the question.
    this.result.catch(() => undefined);
  }

  /** Ends it: two at once would both be late. Whoever waits for it gets the other one (`ofLatest`). */
  replace(by: Made<T>): void {
    this.replacedBy = by;
    this.making.callOff();
  }

  /** Null when nothing is being made any more. */
  get howFar(): HowFar | null {
    return this.isOver ? null : this.making.howFar;
  }
}
