import type { Central } from '../central';
import type { KeyStanding } from '../sync/key-desk';
import { type Arguments, UsageError } from './arguments';
import { type Terminal, withCentral } from './commands';

const dayOf = (ms: number | null): string =>
  ms === null ? '-' : new Date(ms).toISOString().slice(0, 16).replace('T', ' ');

const MOST_NAMED = 20;

function say(terminal: Terminal, { region, epochs, devices, missing, formerUntilMs }: KeyStanding) {
  terminal.out(`region   ${region}`);
  for (const one of epochs) {
    const { keyEpoch, begunMs, begunBy, reason, destroyedMs, destroyedBy, isInForce } = one;
    const isNewest = keyEpoch === epochs.at(-1)?.keyEpoch;
    const gone = `destroyed ${dayOf(destroyedMs)}${destroyedBy === null ? '' : ` by ${destroyedBy}: ${one.destroyedReason ?? ''}`}`;
    const how = isNewest ? 'in use' : isInForce ? 'former' : gone;
    const who = begunBy === null ? '' : `  by ${begunBy}: ${reason ?? ''}`;
    terminal.out(`keys ${keyEpoch}   ${how}, begun ${dayOf(begunMs)}${who}`);
  }
  terminal.out(`devices  ${devices - missing.length} of ${devices} hold the newest`);
  for (const { device, office, keyEpoch, seenMs } of missing.slice(0, MOST_NAMED))
    terminal.out(
      `         ${device} of office ${office} has ${keyEpoch ?? 'not said'}, last contact ${dayOf(seenMs)}`,
    );
  if (missing.length > MOST_NAMED)
    terminal.out(`         and ${missing.length - MOST_NAMED} more: --json lists them`);
  if (formerUntilMs !== null)
    terminal.out(
      `former   keys go by themselves on ${dayOf(formerUntilMs)}, while the server runs`,
    );
}

/** `region-keys`: which epochs there are, and which devices hold the newest. */
export function regionKeys(args: Arguments, terminal: Terminal): Promise<void> {
  const region = args.need('region');
  return withCentral(args, terminal, async (central: Central) => {
    const standing = await central.regionKeys.standing(region);
    if (args.has('json')) terminal.out(JSON.stringify(standing));
    else say(terminal, standing);
  });
}

/** `rotate-region-keys`: a new transport pair for a region. */
export function rotateRegionKeys(args: Arguments, terminal: Terminal): Promise<void> {
  const region = args.need('region');
  const [by, reason] = [wordOf(args, 'by', 80), wordOf(args, 'reason', 300)];
  return withCentral(args, terminal, async (central: Central) => {
    const begun = await central.regionKeys.rotate(region, { by, reason });
    if (args.has('json')) {
      terminal.out(JSON.stringify(begun));
      return;
    }
    terminal.out(
      begun.isNew
        ? `keys ${begun.keyEpoch} of region ${region} are in use from now on, and a snapshot under them is published`
        : `keys ${begun.keyEpoch} had begun before and were not published: that is done now, no new ones were made`,
    );
    say(terminal, begun.standing);
  });
}

/** `retire-region-keys`: the end of the former pairs. */
export function retireRegionKeys(args: Arguments, terminal: Terminal): Promise<void> {
  const region = args.need('region');
  const [by, reason] = [wordOf(args, 'by', 80), wordOf(args, 'reason', 300)];
  const how = { isNow: args.has('now'), isDespiteLost: args.has('despite-lost') };
  return withCentral(args, terminal, async (central: Central) => {
    const retired = await central.regionKeys.retire(region, { by, reason }, how);
    if (args.has('json')) {
      terminal.out(JSON.stringify(retired));
      return;
    }
    const { destroyed, attachments, objects } = retired;
    terminal.out(
      destroyed.length === 0
        ? 'there are no former keys'
        : `keys ${destroyed.join(', ')} destroyed; ${attachments} attachments sealed anew, ${objects} objects removed. Backups of the database hold them until they are gone too`,
    );
  });
}

function wordOf(args: Arguments, name: string, most: number): string {
  const text = args.need(name).trim();
  if (text === '' || text.length > most) throw new UsageError(`--${name}: 1 to ${most} characters`);
  return text;
}
