import { randomUUID } from 'node:crypto';
import type { LapseExamples } from '../../../shared/domain/forecast/features';
import { type LapseModel, trainLapseModel } from '../../../shared/domain/forecast/lapse-model';
import type { Cube } from './cube';
import type { History } from './history';
import { type LapseHistory, lapseHistory } from './lapse-history';
import type { LapseLook } from './lapse-look';

/** What a model is to be made of; `key` says for which state of the slice. */
export interface LapseLesson {
  readonly key: string;
  readonly examples: LapseExamples;
}

/** The forecast of one day and one state of the slice. */
export class LapseKeeper {
  private readonly key = randomUUID();
  private readonly material: Promise<LapseHistory>;
  private model: LapseModel | undefined;

  constructor(
    readonly day: number,
    sources: Promise<readonly [{ readonly cube: Cube }, History]>,
  ) {
    this.material = sources.then(([{ cube }, history]) => lapseHistory(cube, history, day));
    // A failure shows at the first question.
    this.material.catch(() => undefined);
  }

  /** What another thread may learn from; null when there is a model. */
  async lesson(): Promise<LapseLesson | null> {
    if (this.model !== undefined) return null;
    return { key: this.key, examples: (await this.material).examples };
  }

  /** A model that was learned elsewhere; one of a former state of the slice is dropped. */
  take(key: string, model: LapseModel): void {
    if (key === this.key) this.model = model;
  }

  /** The model, learned here when nobody else did, and what it is asked about. */
  async ready(): Promise<{ readonly model: LapseModel; readonly now: LapseLook }> {
    const { examples, now } = await this.material;
    this.model ??= trainLapseModel(examples);
    return { model: this.model, now };
  }
}
