import { readFileSync } from 'node:fs';
import { type Arguments, UsageError } from './arguments';
import { type Terminal, withCentral } from './commands';

const day = (ms: number): string => new Date(ms).toISOString().slice(0, 10);

/** `ticket-issue`: prints the sheet of codes. It is the only time that they are shown. */
export function ticketIssue(args: Arguments, terminal: Terminal): Promise<void> {
  const [device, badge] = [args.need('device'), args.need('badge')];
  const count = args.number('count', 1, 60);
  const days = args.number('days', 1, 92);
  const maxRows = args.number('rows', 1, 1_000_000);
  const purposes = args.all('purpose');
  return withCentral(args, terminal, async (central) => {
    const issued = await central.exports.issue({
      device,
      badge,
      ...(count === undefined ? {} : { count }),
      ...(days === undefined ? {} : { days }),
      ...(maxRows === undefined ? {} : { maxRows }),
      ...(purposes.length === 0 ? {} : { purposes }),
    });
    if (args.has('json')) {
      terminal.out(JSON.stringify(issued));
      return;
    }
    terminal.out('证哨 批量导出许可单  FieldCert export tickets');
    terminal.out(`设备 device ${device}    工号 badge ${badge}`);
    terminal.out('当面交给本人，不与设备同处存放；每个许可码只能使用一次。');
    terminal.out('');
    terminal.out('许可编号 ticket   许可码 code       上限 rows   有效期至 until');
    for (const { id, code, maxRows: rows, expiresMs } of issued)
      terminal.out(`${id}      ${code}    ${String(rows).padStart(8)}    ${day(expiresMs)}`);
    terminal.out('');
    terminal.out('The codes are kept nowhere: what is lost is issued anew.');
  });
}

/** `ticket-list`: what became of an office's tickets. */
export function ticketList(args: Arguments, terminal: Terminal): Promise<void> {
  const office = args.need('office');
  return withCentral(args, terminal, async (central) => {
    const { tickets, refused } = await central.exports.list(office);
    if (args.has('json')) {
      terminal.out(JSON.stringify({ tickets, refused }));
      return;
    }
    for (const { id, way, device, userId, maxRows, expiresMs, revokedMs, usedBy } of tickets) {
      const [first] = usedBy;
      const state =
        first !== undefined ? `used by ${first}` : revokedMs !== null ? 'withdrawn' : 'open';
      terminal.out(`${id}  ${way}  ${device}  ${userId}  ${maxRows}  ${day(expiresMs)}  ${state}`);
    }
    for (const { ticket, device, trace, fault } of refused)
      terminal.out(`REFUSED ${fault}: export ${trace} of ${device}, ticket ${ticket || 'none'}`);
  });
}

/** `ticket-revoke`: withdraws one. */
export function ticketRevoke(args: Arguments, terminal: Terminal): Promise<void> {
  const id = args.need('ticket');
  return withCentral(args, terminal, async (central) => {
    await central.exports.revoke(id);
    terminal.out(`ticket ${id} is withdrawn`);
  });
}

/** `approvals`: what waits for consent. */
export function approvals(args: Arguments, terminal: Terminal): Promise<void> {
  return withCentral(args, terminal, async (central) => {
    const waiting = await central.exports.waiting(args.text('office') ?? null);
    if (args.has('json')) {
      terminal.out(JSON.stringify(waiting));
      return;
    }
    if (waiting.length === 0) terminal.out('no export waits for consent');
    for (const { request, askedMs, intent } of waiting) {
      terminal.out(`${request}  ${new Date(askedMs).toISOString()}  ${intent.traceId}`);
      terminal.out(`  ${intent.userId} of ${intent.office}, device ${intent.device}`);
      terminal.out(`  ${intent.maxRows} certificates, ${intent.scope}`);
      terminal.out(`  ${intent.purposeClass}: ${intent.purpose}`);
    }
  });
}

/** `export-decide`: consents or refuses. */
export function exportDecide(args: Arguments, terminal: Terminal): Promise<void> {
  const [request, by, note] = [args.need('request'), args.need('by'), args.text('note') ?? ''];
  if (args.has('approve') === args.has('refuse'))
    throw new UsageError('either --approve or --refuse');
  const decision = args.has('approve') ? 'approved' : 'refused';
  return withCentral(args, terminal, async (central) => {
    await central.exports.decide({ request, decision, by, note });
    terminal.out(`${request} is ${decision}; the device learns it with its next contact`);
  });
}

/** `export-policy`: shows or sets it. */
export function exportPolicy(args: Arguments, terminal: Terminal): Promise<void> {
  const [office, file] = [args.need('office'), args.text('file')];
  return withCentral(args, terminal, async (central) => {
    const policy =
      file === undefined
        ? await central.exports.policy(office)
        : await central.exports.setPolicy(office, readJson(file));
    terminal.out(JSON.stringify(policy, null, 2));
  });
}

/** `alert-policy`: shows or sets from which numbers on alerts are told. */
export function alertPolicy(args: Arguments, terminal: Terminal): Promise<void> {
  const [office, file] = [args.need('office'), args.text('file')];
  return withCentral(args, terminal, async (central) => {
    const policy =
      file === undefined
        ? await central.alertPolicy.of(office)
        : await central.alertPolicy.set(office, readJson(file));
    terminal.out(policy === null ? 'the shipped thresholds' : JSON.stringify(policy, null, 2));
  });
}

/** `agreements`: who signed the user agreement. */
export function agreements(args: Arguments, terminal: Terminal): Promise<void> {
  const office = args.need('office');
  return withCentral(args, terminal, async (central) => {
    const signed = await central.exports.agreements(office);
    if (args.has('json')) {
      terminal.out(JSON.stringify(signed));
      return;
    }
    for (const { userId, version, subject, atMs } of signed)
      terminal.out(`${version}  ${userId}  ${day(atMs)}  ${subject}`);
  });
}

/** `phone`: where a person's codes go. */
export function phone(args: Arguments, terminal: Terminal): Promise<void> {
  const [office, badge, number] = [args.need('office'), args.need('badge'), args.need('phone')];
  return withCentral(args, terminal, async (central) => {
    await central.exports.setPhone(office, badge, number);
    terminal.out(`codes of ${badge} go to this phone from now on`);
  });
}

function readJson(file: string): unknown {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    throw new UsageError(`${file} is not JSON`);
  }
}
