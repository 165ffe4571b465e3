import { dayFromIso } from '../../kernel/day';
import { baseStatusCode, evaluateStatus } from './evaluate-status';
import type { GoldenAnswer, RulePack } from './rule-pack';

export interface GoldenFailure {
  readonly name: string;
  readonly expected: GoldenAnswer;
  readonly actual: GoldenAnswer;
}

/** Runs a pack's golden set through the evaluator: the cases whose answer differs. Empty is good. */
export function checkGolden(pack: RulePack): readonly GoldenFailure[] {
  return pack.golden.flatMap(({ name, certificate, today, expect }) => {
    const { validFrom, validTo, reviewDue, baseStatus } = certificate;
    const answer = evaluateStatus(
      {
        validFrom: dayFromIso(validFrom),
        validTo: dayFromIso(validTo),
        ...(reviewDue === undefined ? {} : { reviewDue: dayFromIso(reviewDue) }),
        baseStatus: baseStatusCode(baseStatus),
      },
      dayFromIso(today),
      pack,
    );
    const { status, colour, stage, daysLeft, deciding } = answer;
    const actual: GoldenAnswer = { status, colour, stage, daysLeft, decidingClock: deciding };
    const isSame =
      status === expect.status &&
      colour === expect.colour &&
      stage === expect.stage &&
      daysLeft === expect.daysLeft &&
      deciding === expect.decidingClock;
    return isSame ? [] : [{ name, expected: expect, actual }];
  });
}
