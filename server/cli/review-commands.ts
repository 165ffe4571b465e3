import type { ReviewItem } from '../control/review-desk';
import { type Arguments, UsageError } from './arguments';
import { type Terminal, withCentral } from './commands';

const timeOf = (ms: number): string => new Date(ms).toISOString().slice(0, 16).replace('T', ' ');

function show(item: ReviewItem, terminal: Terminal): void {
  const { office, device, dseq, kind, actor, base, reason, atMs, receivedMs, content } = item;
  terminal.out(`office ${office}  device ${device}  number ${dseq}`);
  terminal.out(`  ${kind} by ${actor}${base === null ? '' : `, about revision ${base}`}`);
  terminal.out(`  written ${timeOf(atMs)} by its clock, here ${timeOf(receivedMs)} (UTC)`);
  if (reason !== null) terminal.out(`  waits because: ${reason}`);
  const said = JSON.stringify(content, null, 2) ?? 'null';
  for (const line of said.split('\n')) terminal.out(`  ${line}`);
}

/** `review`: what waits for a decision, with what it says. */
export function review(args: Arguments, terminal: Terminal): Promise<void> {
  return withCentral(args, terminal, async (central) => {
    const items = await central.review.list(args.text('device') ?? null);
    if (args.has('json')) {
      terminal.out(JSON.stringify(items));
      return;
    }
    for (const item of items) show(item, terminal);
    terminal.out(`${items.length} under review`);
  });
}

/** `decide`: one person proposes, another confirms the code. */
export function decide(args: Arguments, terminal: Terminal): Promise<void> {
  const dseq = args.number('number', 1, Number.MAX_SAFE_INTEGER);
  if (dseq === undefined) throw new UsageError('--number is missing');
  const looked = { device: args.need('device'), dseq, by: args.need('by') };
  const code = args.text('confirm');
  const isJson = args.has('json');
  if (code !== undefined) {
    if (args.text('verdict') !== undefined || args.text('reason') !== undefined)
      throw new UsageError('--confirm takes verdict and reason from the proposal');
    return withCentral(args, terminal, async (central) => {
      const decision = await central.review.confirm(looked, code);
      const { verdict, reason, proposedBy, confirmedBy } = decision;
      terminal.out(
        isJson
          ? JSON.stringify(decision)
          : `decided: ${verdict}, proposed by ${proposedBy}, confirmed by ${confirmedBy}: ${reason}`,
      );
    });
  }
  const word = args.need('verdict');
  if (word !== 'accept' && word !== 'refuse') throw new UsageError('--verdict is accept or refuse');
  const verdict = word === 'accept' ? 'applied' : 'rejected';
  const reason = args.need('reason');
  return withCentral(args, terminal, async (central) => {
    const { item, proposal } = await central.review.propose(looked, verdict, reason);
    if (isJson) {
      terminal.out(JSON.stringify({ item, proposal }));
      return;
    }
    show(item, terminal);
    terminal.out(`${proposal.by} proposes to ${word} it: ${proposal.reason}`);
    terminal.out('nothing is decided yet; another person looks at the same and confirms with');
    terminal.out(
      `  central decide --device ${looked.device} --number ${dseq} --confirm ${proposal.code} --by NAME`,
    );
  });
}
