import { median } from '../frame/measure';
import type { Report } from '../frame/report';
import type { BenchGroup } from './context';
import { ccidSides, pcscSides } from './sign/cards';
import { pkcs11Sides } from './sign/pkcs11';
import type { OpenWay, Sides } from './sign/sides';
import { skfSides } from './sign/skf';
import { trainingSides } from './sign/training';

/** A session of the product gives eight signatures at most. */
const IN_A_SESSION = 6;
const TURNS = 8;
const SLOW_TURNS = 3;
/** What a fast hardware token needs for one signature; most need several times as long. */
const TOKEN_MS = 60;

/**
 * One signature in a session that is logged in, from main's call to its answer, beside the bare calls that no program can
 * do without, turn by turn. Software tokens sign faster than any hardware, so that the plain ratio is the worst case;
 * where the token can be told to take its time, the ratio with that time stands in a line of its own.
 */
export const sign: BenchGroup = {
  async run({ report }) {
    for (const make of [pkcs11Sides, skfSides, trainingSides, pcscSides, ccidSides])
      await measured(report, await make());
    report.note(
      'ours: call, process border, queue, presence, and the signature verified; training and pkcs11 as they are',
    );
    report.note(
      `.token_${TOKEN_MS}ms: the token takes ${TOKEN_MS} ms for a signature, on both sides`,
    );
  },
};

async function measured(report: Report, sides: Sides): Promise<void> {
  const name = `sign.ratio.${sides.driver}`;
  try {
    await turnByTurn(sides, 2);
    const plain = await turnByTurn(sides, TURNS);
    report.add(name, plain.ours, { name: sides.bareName, value: plain.bare });
    report.add(`sign.added_ms.${sides.driver}`, plain.ours - plain.bare);
    if (sides.slow === undefined) return;
    sides.slow(TOKEN_MS);
    const slow = await turnByTurn(sides, SLOW_TURNS);
    report.add(`${name}.token_${TOKEN_MS}ms`, slow.ours, {
      name: sides.bareName,
      value: slow.bare,
    });
  } finally {
    await sides.end();
  }
}

async function turnByTurn(
  sides: Sides,
  turns: number,
): Promise<{ readonly ours: number; readonly bare: number }> {
  const ours: number[] = [];
  const bare: number[] = [];
  for (let turn = 0; turn < turns; turn++) {
    ours.push(...(await session(await sides.ours())));
    bare.push(...(await session(await sides.bare())));
  }
  return { ours: median(ours), bare: median(bare) };
}

/** Milliseconds of each signature in one session. */
async function session(way: OpenWay): Promise<number[]> {
  const samples: number[] = [];
  try {
    for (let i = 0; i < IN_A_SESSION; i++) {
      const start = performance.now();
      await way.sign();
      samples.push(performance.now() - start);
    }
  } finally {
    await way.end();
  }
  return samples;
}
