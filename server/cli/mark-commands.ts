import type { MarkedSet } from '../../shared/domain/marks/marks';
import type { MarkWish } from '../control/mark-desk';
import { type Arguments, UsageError } from './arguments';
import { type Terminal, withCentral } from './commands';

const GROUPS = ['company', 'body', 'issuer'] as const;
const MAX_ID = Number.MAX_SAFE_INTEGER;

/** `mark`: has a set of certificates read as 核查中 on all devices of an office. */
export function mark(args: Arguments, terminal: Terminal): Promise<void> {
  const [office, reason, wish] = [args.need('office'), args.need('reason'), wishOf(args)];
  return withCentral(args, terminal, async (central) => {
    const given = await central.marks.mark(office, wish, reason);
    terminal.out(
      args.has('json')
        ? JSON.stringify(given)
        : `mark ${given.mark.id}: ${wordsOf(given.mark.marked)}, ${given.certificates} certificates now`,
    );
  });
}

/** `lift-mark`: ends one. */
export function liftMark(args: Arguments, terminal: Terminal): Promise<void> {
  const [id, reason] = [args.need('mark'), args.need('reason')];
  return withCentral(args, terminal, async (central) => {
    await central.marks.lift(id, reason);
    terminal.out(`mark ${id} is lifted; devices hear of it with their next contact`);
  });
}

/** `marks`: what of an office is under verification, and how many devices go by it. */
export function marks(args: Arguments, terminal: Terminal): Promise<void> {
  const office = args.need('office');
  return withCentral(args, terminal, async (central) => {
    const all = await central.marks.list(office);
    if (args.has('json')) {
      terminal.out(JSON.stringify(all));
      return;
    }
    if (all.length === 0) terminal.out('no marks');
    for (const { id, marked, reason, givenMs, liftedMs, done, open } of all) {
      const state = liftedMs === null ? 'in force' : `lifted ${dayOf(liftedMs)}`;
      const devices = `carried out by ${done}, open at ${open}`;
      terminal.out(`${id}  ${dayOf(givenMs)}  ${wordsOf(marked)}  ${state}  ${devices}  ${reason}`);
    }
  });
}

function wishOf(args: Arguments): MarkWish {
  const certificates = args.all('certificate').map((text) => {
    const id = Number(text);
    if (!Number.isSafeInteger(id) || id < 1) throw new UsageError('--certificate wants an id');
    return id;
  });
  const numbers = args.all('number');
  const groups = GROUPS.flatMap((by) => {
    const id = args.number(by, 1, MAX_ID);
    return id === undefined ? [] : [{ by, id }];
  });
  const [group] = groups;
  const isNamed = certificates.length + numbers.length > 0;
  if (groups.length + (isNamed ? 1 : 0) !== 1)
    throw new UsageError('one of --certificate/--number, --company, --body, --issuer');
  return group ?? { certificates, numbers };
}

const wordsOf = (set: MarkedSet): string =>
  set.by === 'certificates' ? `${set.ids.length} certificates` : `${set.by} ${set.id}`;

const dayOf = (ms: number): string => new Date(ms).toISOString().slice(0, 10);
