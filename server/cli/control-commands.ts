import { readFileSync, writeFileSync } from 'node:fs';
import { DIRECTIVE_KINDS } from '../../shared/protocol/signed-statement';
import { type Arguments, UsageError } from './arguments';
import { type Terminal, withCentral } from './commands';

/** Marks are given for an office: `mark`. */
const OF_ONE_DEVICE = DIRECTIVE_KINDS.filter(
  (kind) => kind !== 'mark' && kind !== 'lift-mark' && kind !== 'set-level',
);

/** `directive`: orders a device to do something. */
export function directive(args: Arguments, terminal: Terminal): Promise<void> {
  const kind = args.need('kind');
  const known = OF_ONE_DEVICE.find((one) => one === kind);
  if (known === undefined) throw new UsageError(`--kind is one of ${OF_ONE_DEVICE.join(', ')}`);
  const endpoints = args.all('endpoint');
  if ((known === 'switch-endpoint') !== endpoints.length > 0)
    throw new UsageError('--endpoint belongs to --kind switch-endpoint');
  if (endpoints.some((address) => !/^https:\/\/\S+$/.test(address)))
    throw new UsageError('--endpoint begins with https://');
  const hours = args.number('hours', 1, 24 * 90);
  const order = {
    ...{ device: args.need('device'), kind: known, reason: args.need('reason') },
    ...(hours === undefined ? {} : { hours }),
    ...(endpoints.length === 0 ? {} : { endpoints }),
  };
  return withCentral(args, terminal, async (central) => {
    const given = await central.directive(order);
    terminal.out(
      args.has('json')
        ? JSON.stringify(given)
        : `directive ${given.id}, number ${given.seq} of device ${given.device}: ${given.kind}`,
    );
  });
}

/** `directives`: what a device was ordered, and what it says became of it. */
export function directives(args: Arguments, terminal: Terminal): Promise<void> {
  const device = args.need('device');
  return withCentral(args, terminal, async (central) => {
    const given = await central.directives(device);
    if (args.has('json')) {
      terminal.out(JSON.stringify(given));
      return;
    }
    if (given.length === 0) terminal.out('no directives');
    for (const { seq, kind, reason, issuedMs, outcome, refused } of given) {
      const when = new Date(issuedMs).toISOString().slice(0, 16).replace('T', ' ');
      const end = outcome === null ? 'not acknowledged yet' : outcome;
      terminal.out(
        `${seq}  ${when}  ${kind}  ${end}${refused === null ? '' : ` (${refused})`}  ${reason}`,
      );
    }
  });
}

/** `lease`: a lease for a stick. An existing file is not overwritten. */
export function lease(args: Arguments, terminal: Terminal): Promise<void> {
  const [device, out] = [args.need('device'), args.need('out')];
  return withCentral(args, terminal, async (central) => {
    const { text, untilMs } = await central.leaseFile(device);
    writeFileSync(out, text, { flag: 'wx', mode: 0o644 });
    terminal.out(`${out}: device ${device} may work until ${new Date(untilMs).toISOString()}`);
  });
}

/** `outbox-import`: what survived a wipe. */
export function outboxImport(args: Arguments, terminal: Terminal): Promise<void> {
  const text = readFileSync(args.need('file'), 'utf8');
  return withCentral(args, terminal, async (central) => {
    const imported = await central.importOutbox(text);
    if (args.has('json')) {
      terminal.out(JSON.stringify(imported));
      return;
    }
    const verdicts = Object.entries(imported.verdicts).map(([name, count]) => `${name} ${count}`);
    terminal.out(
      `device ${imported.device}: ${imported.commands} commands  ${verdicts.join('  ')}`,
    );
    if (imported.isWiped) terminal.out('the device was wiped and is refused from now on');
    if (imported.unreadable > 0)
      terminal.out(`lines that could not be read: ${imported.unreadable}`);
  });
}

/** `alerts`: what devices reported of use out of the ordinary. */
export function alerts(args: Arguments, terminal: Terminal): Promise<void> {
  const office = args.text('office') ?? null;
  return withCentral(args, terminal, async (central) => {
    const found = await central.alerts(office);
    if (args.has('json')) {
      terminal.out(JSON.stringify(found));
      return;
    }
    if (found.length === 0) terminal.out('no alerts');
    for (const { office: of, device, rule, about, firstMs, lastMs, count, limit, usual } of found) {
      const [from, to] = [firstMs, lastMs].map((ms) => new Date(ms).toISOString().slice(0, 16));
      const against = usual === null ? `told from ${limit}` : `usual ${usual}, told above ${limit}`;
      terminal.out(
        `${from} to ${to}  office ${of} device ${device}  ${rule}  about ${about}  ${count} (${against})`,
      );
    }
  });
}

/** `outbox-status`: how far a device's reports are here. */
export function outboxStatus(args: Arguments, terminal: Terminal): Promise<void> {
  const device = args.need('device');
  return withCentral(args, terminal, async (central) => {
    const { commands, verdicts, audit, gaps, alarms } = await central.outboxOf(device);
    if (args.has('json')) {
      terminal.out(JSON.stringify({ device, commands, verdicts, audit, gaps, alarms }));
      return;
    }
    const counts = Object.entries(verdicts).map(([name, count]) => `${name} ${count}`);
    terminal.out(`device ${device}: ${commands} commands  ${counts.join('  ')}`);
    terminal.out(`audit log until entry ${audit}`);
    for (const { chain, cause, dseq, after, former, told, acceptedMs } of gaps) {
      const when = new Date(acceptedMs).toISOString().slice(0, 16).replace('T', ' ');
      const heard =
        told === null ? 'it did not say how far that one went' : `it said until ${told}`;
      terminal.out(
        `LOG GAP ${chain}: ${cause}, stated by number ${dseq}, accepted ${when}; goes on after entry ${after}, of the chain before the centre has until ${former}, ${heard}`,
      );
    }
    for (const { kind, dseq } of alarms) terminal.out(`ALARM ${kind} at number ${dseq}`);
  });
}
