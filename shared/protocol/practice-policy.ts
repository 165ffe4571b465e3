/**
 * Certificate policy of practice keys, under the UUID arc of ITU-T X.667 (2.25), which needs no registrar.
 * A certificate that carries it never proves anything: verifiers answer 练习·无效力.
 */
export const PRACTICE_POLICY_OID = '2.25.298652265043720930532485791218750255590';
