import { CmsProblem } from './cms/verify';
import { PackageProblem } from './zip/read';

/** A signature that does not hold is an answer here. */
export async function attempt<T>(work: () => Promise<T>): Promise<T | CmsProblem> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof CmsProblem) return error;
    if (error instanceof PackageProblem) return new CmsProblem(error.message);
    throw error;
  }
}
