import fc from 'fast-check';

/**
 * Property tests draw the same examples in every run, so that a red run is the change's own and a
 * counterexample is found by whoever looks for it: `FIELDCERT_SEED=random npm test -- unit` draws new ones.
 */
const wanted = process.env.FIELDCERT_SEED ?? '20261123';
if (wanted !== 'random') fc.configureGlobal({ seed: Number(wanted) });
