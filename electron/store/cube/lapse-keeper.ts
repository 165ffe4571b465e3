import { randomUUID } from 'node:crypto';
import type { LapseExamples } from '../../../shared/domain/forecast/features';
import { type LapseModel, lapseModelSteps } from '../../../shared/domain/forecast/lapse-model';
import type { Cube } from './cube';
import type { History } from './history';
import { LAPSE_LOOKS, type LapseHistory, lapseHistory } from './lapse-history';
import type { LapseLook } from './lapse-look';
import { type HowFar, Made } from './making';
import { withPauses } from './steps';

/** What a model is to be made of; `key` says for which state of the slice. */
export interface LapseLesson {
  readonly key: string;
  readonly examples: LapseExamples;
}

/** The forecast of one day and one state of the slice. What it learns from is one part less than the whole: then it learns. */
export class LapseKeeper {
  /** As of Made. */
  isOld = false;
  replacedBy: LapseKeeper | undefined;
  private readonly key = randomUUID();
  private readonly material: Made<LapseHistory>;
  private model: LapseModel | undefined;
  private isLearning = false;

  constructor(
    readonly day: number,
    sources: Promise<readonly [{ readonly cube: Cube }, History]>,
  ) {
    this.material = new Made(day, LAPSE_LOOKS + 1, async (making) => {
      const [{ cube }, history] = await sources;
      return lapseHistory(cube, history, day, making);
    });
  }

  /** Null when nothing is being made. */
  get howFar(): HowFar | null {
    return this.material.howFar ?? (this.isLearning ? this.material.making.howFar : null);
  }

  replace(by: LapseKeeper): void {
    this.replacedBy = by;
    this.callOff();
  }

  /** Whoever waits for what it learns from is told CANCELLED. */
  callOff(): void {
    this.material.making.callOff();
  }

  /** What another thread may learn from; null when there is a model. */
  async lesson(): Promise<LapseLesson | null> {
    if (this.model !== undefined) return null;
    const { examples } = await this.material.result;
    this.isLearning = this.model === undefined;
    return this.isLearning ? { key: this.key, examples } : null;
  }

  /** A model that was learned elsewhere; one of a former state of the slice is dropped. Null: it was called off. */
  take(key: string, model: LapseModel | null): void {
    if (key !== this.key) return;
    this.isLearning = false;
    if (model !== null) this.model = model;
  }

  /** The model, learned here when nobody else did, and what it is asked about. */
  async ready(): Promise<{ readonly model: LapseModel; readonly now: LapseLook }> {
    const { examples, now } = await this.material.result;
    this.model ??= await withPauses(lapseModelSteps(examples), this.material.making.giveWay);
    return { model: this.model, now };
  }
}
