import { atOnce, type Steps } from '../../kernel/steps';
import { type CalibrationPoint, calibrationOf, type Marks, marksOf } from './back-test';
import {
  LAPSE_FEATURES,
  LAPSE_WIDTH,
  type LapseExamples,
  type LapseFeature,
  lookDay,
  outcomeDay,
  TEST_LOOKS,
} from './features';
import { fitSteps, probabilityOf, scoreOf, type Weights } from './logistic';

const RIDGE = 2;
const CALIBRATION_GROUPS = 10;
/** Ten lapses for each weight, and enough of a test that its figures mean something. */
const LEAST = { lapses: 10 * LAPSE_WIDTH, examples: 1_000, testLapses: 50, testExamples: 300 };

export interface BackTest {
  /** The model of the test saw nothing that happened after this day. */
  readonly splitDay: number;
  readonly trainExamples: number;
  readonly examples: number;
  readonly lapses: number;
  /** As many certificates were named as the years before had taught to expect. */
  readonly named: number;
  readonly model: Marks;
  /** Every certificate with the former lapse rate of its kind. */
  readonly naive: Marks;
  readonly calibration: readonly CalibrationPoint[];
}

export type LapseModel =
  | { readonly state: 'thin'; readonly examples: number; readonly lapses: number }
  /** The test found nothing better than the former rates: no forecast is shown. */
  | { readonly state: 'no-better'; readonly backTest: BackTest }
  | {
      readonly state: 'ready';
      readonly backTest: BackTest;
      readonly weights: Weights;
      /** Mean of each feature over all examples: what reasons are measured from. */
      readonly means: Float64Array;
      /** From this probability on a certificate is named. */
      readonly threshold: number;
    };

interface Part {
  readonly values: Float32Array;
  readonly outcomes: Uint8Array;
  readonly kinds: Uint8Array;
}

/** Examples between two pauses. */
const EXAMPLES_PER_STEP = 8_192;

/** The examples of some looks. */
function* partOf(all: LapseExamples, isWanted: (look: number) => boolean): Steps<Part> {
  const wanted = Uint8Array.from({ length: 256 }, (_, look) => (isWanted(look) ? 1 : 0));
  const total = all.looks.length;
  let count = 0;
  for (let i = 0; i < total; i++) count += wanted[all.looks[i] ?? 0] ?? 0;
  const part = {
    values: new Float32Array(count * LAPSE_WIDTH),
    outcomes: new Uint8Array(count),
    kinds: new Uint8Array(count),
  };
  let at = 0;
  for (let from = 0; from < total; from += EXAMPLES_PER_STEP) {
    const until = Math.min(total, from + EXAMPLES_PER_STEP);
    for (let i = from; i < until; i++) {
      if (wanted[all.looks[i] ?? 0] === 0) continue;
      for (let j = 0; j < LAPSE_WIDTH; j++)
        part.values[at * LAPSE_WIDTH + j] = all.values[i * LAPSE_WIDTH + j] ?? 0;
      part.outcomes[at] = all.outcomes[i] ?? 0;
      part.kinds[at++] = all.kinds[i] ?? 0;
    }
    yield;
  }
  return part;
}

const lapsesOf = (part: Part): number => part.outcomes.reduce((sum, one) => sum + one, 0);

const learn = (part: Part): Steps<Weights> =>
  fitSteps({ width: LAPSE_WIDTH, values: part.values }, part.outcomes, RIDGE);

function foretell(weights: Weights, part: Part): Float64Array {
  return Float64Array.from(part.outcomes, (_, i) =>
    probabilityOf(scoreOf(weights, part.values, i)),
  );
}

/** Former lapse rate of the example's kind. */
function naively(before: Part, part: Part): Float64Array {
  const ended = new Float64Array(256);
  const lapsed = new Float64Array(256);
  before.kinds.forEach((kind, i) => {
    ended[kind] = (ended[kind] ?? 0) + 1;
    lapsed[kind] = (lapsed[kind] ?? 0) + (before.outcomes[i] ?? 0);
  });
  const all = lapsesOf(before) / Math.max(1, before.outcomes.length);
  return Float64Array.from(part.kinds, (kind) =>
    (ended[kind] ?? 0) === 0 ? all : (lapsed[kind] ?? 0) / (ended[kind] ?? 1),
  );
}

/** True when everything that a look foretells was over before the first look of the test: its examples may teach. */
function isBeforeTest(today: number, look: number): boolean {
  return outcomeDay(lookDay(today, look)) < lookDay(today, TEST_LOOKS - 1);
}

function* backTestOf(all: LapseExamples, train: Part, test: Part): Steps<BackTest> {
  const foretold = foretell(yield* learn(train), test);
  yield;
  const rate = lapsesOf(train) / Math.max(1, train.outcomes.length);
  const named = Math.round(rate * test.outcomes.length);
  return {
    splitDay: lookDay(all.today, TEST_LOOKS - 1),
    trainExamples: train.outcomes.length,
    examples: test.outcomes.length,
    lapses: lapsesOf(test),
    named,
    model: marksOf(foretold, test.outcomes, named),
    naive: marksOf(naively(train, test), test.outcomes, named),
    calibration: calibrationOf(foretold, test.outcomes, CALIBRATION_GROUPS),
  };
}

/**
 * Trains on the office's own history. Tested by a split in time: weights from looks whose outcomes were all known before
 * the first look of the test. The weights that are used are then fitted to everything that is known today. In steps.
 */
export function* lapseModelSteps(all: LapseExamples): Steps<LapseModel> {
  const train = yield* partOf(all, (look) => isBeforeTest(all.today, look));
  const test = yield* partOf(all, (look) => look < TEST_LOOKS);
  const [lapses, testLapses] = [lapsesOf(train), lapsesOf(test)];
  const { length } = test.outcomes;
  if (
    lapses < LEAST.lapses ||
    train.outcomes.length < LEAST.examples ||
    testLapses < LEAST.testLapses ||
    length < LEAST.testExamples
  )
    return { state: 'thin', examples: train.outcomes.length + length, lapses: lapses + testLapses };
  const backTest = yield* backTestOf(all, train, test);
  if (backTest.model.brier >= backTest.naive.brier) return { state: 'no-better', backTest };
  const whole = yield* partOf(all, () => true);
  const weights = yield* learn(whole);
  const count = whole.outcomes.length;
  const sorted = foretell(weights, whole);
  yield;
  sorted.sort();
  yield;
  const means = new Float64Array(LAPSE_WIDTH);
  whole.values.forEach((value, at) => {
    means[at % LAPSE_WIDTH] = (means[at % LAPSE_WIDTH] ?? 0) + value / count;
  });
  const threshold = sorted[Math.max(0, count - lapsesOf(whole))] ?? 1;
  return { state: 'ready', backTest, weights, means, threshold };
}

/** As lapseModelSteps, at once. */
export function trainLapseModel(all: LapseExamples): LapseModel {
  return atOnce(lapseModelSteps(all));
}

export interface Reason {
  readonly feature: LapseFeature;
  /** Logits by which it moves the forecast from that of an average certificate; above 0: more probably lapses. */
  readonly weight: number;
}

/** Features that tell one thing together: a person is told it once, by the last of them that is true. */
const FAMILIES = ['kind-', 'ends-within-'] as const;

/** What moves a certificate's forecast most, strongest first. All kinds count as one reason, and so do the days left. */
export function reasonsOf(
  model: { readonly weights: Weights; readonly means: Float64Array },
  values: Float32Array,
  row: number,
  most: number,
): readonly Reason[] {
  const reasons: Reason[] = [];
  const families = new Map<string, Reason>();
  LAPSE_FEATURES.forEach((feature, j) => {
    const value = values[row * LAPSE_WIDTH + j] ?? 0;
    const weight = (model.weights[j] ?? 0) * (value - (model.means[j] ?? 0));
    if (feature === 'constant') return;
    const family = FAMILIES.find((prefix) => feature.startsWith(prefix));
    if (family === undefined) reasons.push({ feature, weight });
    else {
      const former = families.get(family);
      families.set(family, {
        feature: value === 1 ? feature : (former?.feature ?? feature),
        weight: weight + (former?.weight ?? 0),
      });
    }
  });
  // The kind of a certificate is one of several; of a kind that is none of them nothing is said.
  for (const [family, reason] of families)
    if (family !== 'kind-' || isTrue(values, row, reason.feature)) reasons.push(reason);
  return reasons
    .filter(({ weight }) => Math.abs(weight) >= 0.05)
    .sort((a, b) => Math.abs(b.weight) - Math.abs(a.weight))
    .slice(0, most);
}

const isTrue = (values: Float32Array, row: number, feature: LapseFeature): boolean =>
  values[row * LAPSE_WIDTH + LAPSE_FEATURES.indexOf(feature)] === 1;
