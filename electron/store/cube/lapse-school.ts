import type { LapseExamples } from '../../../shared/domain/forecast/features';
import { type LapseModel, lapseModelSteps } from '../../../shared/domain/forecast/lapse-model';
import { Making } from './making';
import { withPauses } from './steps';

/** Learns from examples for another thread, in steps, so that checks and exports beside it go on. */
export class LapseSchool {
  private readonly lessons = new Set<Making>();

  /** Throws CANCELLED where it is called off. */
  async learn(examples: LapseExamples): Promise<LapseModel> {
    const making = new Making(1);
    this.lessons.add(making);
    try {
      return await withPauses(lapseModelSteps(examples), making.giveWay);
    } finally {
      this.lessons.delete(making);
    }
  }

  /** Calls off whatever is being learned. */
  stop(): void {
    for (const making of this.lessons) making.callOff();
  }
}
