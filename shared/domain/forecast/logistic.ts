import { atOnce, type Steps } from '../../kernel/steps';

/** A table of examples: `values` holds rows of `width` features, the first always 1. */
export interface Design {
  readonly width: number;
  readonly values: Float32Array;
}

/** Logistic regression in one place: probability of the outcome 1 is 1 / (1 + e^-(w·x)). */
export type Weights = Float64Array;

const MAX_STEPS = 40;
const ENOUGH = 1e-7;
const HALVINGS = 30;
/** Examples between two pauses: a millisecond or two. */
const EXAMPLES_PER_STEP = 4_096;

export function scoreOf(weights: Weights, values: Float32Array, row: number): number {
  const width = weights.length;
  const at = row * width;
  let score = 0;
  for (let j = 0; j < width; j++) score += (weights[j] ?? 0) * (values[at + j] ?? 0);
  return score;
}

export function probabilityOf(score: number): number {
  return score >= 0 ? 1 / (1 + Math.exp(-score)) : Math.exp(score) / (1 + Math.exp(score));
}

/** -log of the probability of what happened, without overflow. */
function surprise(score: number, outcome: number): number {
  const against = outcome === 1 ? -score : score;
  return against > 0 ? against + Math.log1p(Math.exp(-against)) : Math.log1p(Math.exp(against));
}

/** Log loss over all rows and half the squared weights times `ridge`, the first weight (constant) left free. */
function* lossSteps(
  design: Design,
  outcomes: Uint8Array,
  weights: Weights,
  ridge: number,
): Steps<number> {
  let loss = 0;
  for (let from = 0; from < outcomes.length; from += EXAMPLES_PER_STEP) {
    const until = Math.min(outcomes.length, from + EXAMPLES_PER_STEP);
    for (let i = from; i < until; i++)
      loss += surprise(scoreOf(weights, design.values, i), outcomes[i] ?? 0);
    yield;
  }
  for (let j = 1; j < weights.length; j++) loss += 0.5 * ridge * (weights[j] ?? 0) ** 2;
  return loss;
}

/** As lossSteps, at once. */
export function lossOf(
  design: Design,
  outcomes: Uint8Array,
  weights: Weights,
  ridge: number,
): number {
  return atOnce(lossSteps(design, outcomes, weights, ridge));
}

interface Slope {
  /** First derivatives of `lossOf`. */
  readonly gradient: Float64Array;
  /** Second derivatives, width × width. */
  readonly curvature: Float64Array;
}

/** Adds some examples to a slope; of the curvature the lower half alone. */
function addExamples(
  { gradient, curvature }: Slope,
  { width, values }: Design,
  outcomes: Uint8Array,
  weights: Weights,
  from: number,
): void {
  const until = Math.min(outcomes.length, from + EXAMPLES_PER_STEP);
  for (let i = from; i < until; i++) {
    const p = probabilityOf(scoreOf(weights, values, i));
    const error = p - (outcomes[i] ?? 0);
    const certainty = p * (1 - p);
    const at = i * width;
    for (let j = 0; j < width; j++) {
      const x = values[at + j] ?? 0;
      if (x === 0) continue;
      gradient[j] = (gradient[j] ?? 0) + error * x;
      for (let k = 0; k <= j; k++) {
        const cell = j * width + k;
        curvature[cell] = (curvature[cell] ?? 0) + certainty * x * (values[at + k] ?? 0);
      }
    }
  }
}

function* slopeSteps(
  design: Design,
  outcomes: Uint8Array,
  weights: Weights,
  ridge: number,
): Steps<Slope> {
  const { width } = design;
  const slope = {
    gradient: new Float64Array(width),
    curvature: new Float64Array(width * width),
  };
  for (let from = 0; from < outcomes.length; from += EXAMPLES_PER_STEP) {
    addExamples(slope, design, outcomes, weights, from);
    yield;
  }
  const { gradient, curvature } = slope;
  for (let j = 0; j < width; j++) {
    if (j > 0) {
      gradient[j] = (gradient[j] ?? 0) + ridge * (weights[j] ?? 0);
      curvature[j * width + j] = (curvature[j * width + j] ?? 0) + ridge;
    }
    for (let k = 0; k < j; k++) curvature[k * width + j] = curvature[j * width + k] ?? 0;
  }
  return slope;
}

/** Slope of `lossOf` at the weights. */
export function slopeOf(
  design: Design,
  outcomes: Uint8Array,
  weights: Weights,
  ridge: number,
): Slope {
  return atOnce(slopeSteps(design, outcomes, weights, ridge));
}

/** Solves curvature · step = gradient by Cholesky; a feature that never varied gets no step. */
function solve({ curvature, gradient }: Slope): Float64Array {
  const n = gradient.length;
  const lower = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = curvature[i * n + j] ?? 0;
      for (let k = 0; k < j; k++) sum -= (lower[i * n + k] ?? 0) * (lower[j * n + k] ?? 0);
      if (i === j) lower[i * n + i] = sum > 1e-12 ? Math.sqrt(sum) : Number.POSITIVE_INFINITY;
      else lower[i * n + j] = sum / (lower[j * n + j] ?? 1);
    }
  }
  const step = Float64Array.from(gradient);
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) step[i] = (step[i] ?? 0) - (lower[i * n + k] ?? 0) * (step[k] ?? 0);
    step[i] = (step[i] ?? 0) / (lower[i * n + i] ?? 1);
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++)
      step[i] = (step[i] ?? 0) - (lower[k * n + i] ?? 0) * (step[k] ?? 0);
    step[i] = (step[i] ?? 0) / (lower[i * n + i] ?? 1);
  }
  return step;
}

/**
 * The weights with the least loss, by Newton's method with halved steps. The loss is convex: the same examples
 * give the same weights on every device. `ridge` > 0 keeps weights of rare features small. In steps.
 */
export function* fitSteps(design: Design, outcomes: Uint8Array, ridge: number): Steps<Weights> {
  let weights: Weights = new Float64Array(design.width);
  let loss = yield* lossSteps(design, outcomes, weights, ridge);
  for (let round = 0; round < MAX_STEPS; round++) {
    const step = solve(yield* slopeSteps(design, outcomes, weights, ridge));
    if (step.every((part) => Math.abs(part) < ENOUGH)) return weights;
    let share = 1;
    let next = weights;
    let nextLoss = Number.POSITIVE_INFINITY;
    for (let halved = 0; halved < HALVINGS && !(nextLoss <= loss); halved++) {
      next = weights.map((weight, j) => weight - share * (step[j] ?? 0));
      nextLoss = yield* lossSteps(design, outcomes, next, ridge);
      share /= 2;
    }
    if (!(nextLoss <= loss)) return weights;
    weights = next;
    loss = nextLoss;
  }
  return weights;
}

/** As fitSteps, at once. */
export function fitLogistic(design: Design, outcomes: Uint8Array, ridge: number): Weights {
  return atOnce(fitSteps(design, outcomes, ridge));
}
