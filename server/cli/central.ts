import { FolderInUse } from '../store/folder-lock';
import { actCountersign, actDraft, actMessage, actRequest, acts, admins } from './act-commands';
import { type Arguments, readArguments, UsageError } from './arguments';
import { attach } from './attachment-commands';
import { bundle, bundleIn, lag } from './bundle-commands';
import {
  COMMON_VALUES,
  enrol,
  mutate,
  practice,
  revokeDevice,
  seed,
  serve,
  snapshot,
  status,
  type Terminal,
  tiers,
} from './commands';
import {
  alerts,
  directive,
  directives,
  lease,
  outboxImport,
  outboxStatus,
} from './control-commands';
import { imports, keyReplaced, trust } from './import-commands';
import { regionKeys, retireRegionKeys, rotateRegionKeys } from './key-commands';
import { level } from './level-commands';
import { liftMark, mark, marks } from './mark-commands';
import { code, codeKeys, national } from './national-commands';
import { decide, review } from './review-commands';
import { SalvageIncomplete, salvageRead } from './salvage-commands';
import { statistics } from './statistics-commands';
import {
  agreements,
  alertPolicy,
  approvals,
  exportDecide,
  exportPolicy,
  phone,
  ticketIssue,
  ticketList,
  ticketRevoke,
} from './ticket-commands';

interface Command {
  readonly run: (args: Arguments, terminal: Terminal) => Promise<void>;
  readonly flags: readonly string[];
  readonly values: readonly string[];
  /** Option that a first word without `--` stands for. */
  readonly first?: string;
  readonly usage: string;
  readonly about: string;
}

const PARENT_CHECK_MS = 2_000;
const LISTEN = ['host', 'port', 'name'];

const COMMANDS: Readonly<Record<string, Command>> = {
  serve: {
    run: serve,
    flags: ['json'],
    values: [...LISTEN, 'sms', 'sms-key'],
    usage:
      '[--host 127.0.0.1] [--port 0] [--name HOST]… [--sms spool:DIR | --sms https://… --sms-key FILE] [--trust ROOT.pem]… [--json]',
    about:
      'answer devices until Ctrl-C; --name: further names that devices call this machine by; --sms: what sends codes; --trust: authorities whose signing certificates count, kept for later starts',
  },
  seed: {
    run: seed,
    flags: [],
    values: ['region', 'certificates', 'seed', 'today'],
    usage: '--region 3306 [--certificates 50000] [--seed 1] [--today DAY]',
    about: 'generate realistic data for a prefecture; DAY counts from 1970-01-01',
  },
  snapshot: {
    run: snapshot,
    flags: [],
    values: ['region'],
    usage: '--region 3306',
    about: 'publish the region as it is now for first loads',
  },
  attach: {
    run: attach,
    flags: [],
    values: ['region', 'owner', 'kind', 'file'],
    first: 'file',
    usage: 'FILE --region 3306 --kind photo|scan|ecert --owner ID',
    about: 'add a photo to a person, or a scan or e-certificate to a certificate (JPEG, PNG, PDF)',
  },
  tiers: {
    run: tiers,
    flags: ['json'],
    values: ['region'],
    usage: '--region 3306 [--json]',
    about: 'build the delta tiers up to now; a running server builds them daily by itself',
  },
  enrol: {
    run: enrol,
    flags: ['practice', 'ukey', 'json'],
    values: ['office', 'region', 'code', 'user', 'hours'],
    usage:
      '--region 3306 --office NAME [--code 330600] --user badge:name:role… [--hours 24] [--practice] [--ukey] [--json]',
    about:
      'print a one-time code for one device of an office; --ukey: its people unlock with a U-Key too',
  },
  mutate: {
    run: mutate,
    flags: [],
    values: ['region', 'revoke', 'random', 'seed'],
    usage: '--region 3306 (--revoke ID | --random N [--seed S])',
    about: 'change data as its sources would',
  },
  status: {
    run: status,
    flags: ['json'],
    values: [],
    usage: '[--json]',
    about: 'regions, rows and devices',
  },
  'region-keys': {
    run: regionKeys,
    flags: ['json'],
    values: ['region'],
    usage: '--region 3306 [--json]',
    about: "epochs of a region's keys, and which devices hold the newest",
  },
  'rotate-region-keys': {
    run: rotateRegionKeys,
    flags: ['json'],
    values: ['region', 'by', 'reason'],
    usage: '--region 3306 --by NAME --reason TEXT [--json]',
    about:
      'begin new keys of a region: what is made from now on is sealed under them, devices get them with their next contact or stick',
  },
  'retire-region-keys': {
    run: retireRegionKeys,
    flags: ['now', 'despite-lost', 'json'],
    values: ['region', 'by', 'reason'],
    usage: '--region 3306 --by NAME --reason TEXT [--now] [--despite-lost] [--json]',
    about:
      'destroy the former keys of a region once every device holds the newest, or after 35 days; --now: whoever lacks them synchronises first',
  },
  'revoke-device': {
    run: revokeDevice,
    flags: [],
    values: ['device'],
    usage: '--device ID',
    about: 'refuse a device from now on',
  },
  directive: {
    run: directive,
    flags: ['json'],
    values: ['device', 'kind', 'reason', 'hours', 'endpoint'],
    usage:
      '--device ID --kind lock|wipe|require-sync|renew-lease|switch-endpoint|practise --reason TEXT [--hours 168] [--endpoint https://…]… [--json]',
    about: 'order a device to lock or to be wiped; it comes with its next contact, locked or not',
  },
  directives: {
    run: directives,
    flags: ['json'],
    values: ['device'],
    first: 'device',
    usage: 'D-… [--json]',
    about: 'what a device was ordered, and what it says became of it',
  },
  admins: {
    run: admins,
    flags: [],
    values: ['add', 'name', 'certificate'],
    usage: '[--add PERSON --name NAME --certificate FILE.pem]',
    about:
      'who administers this centre; the first two are added here, and from then on administrative acts take two of them',
  },
  'act-draft': {
    run: actDraft,
    flags: [],
    values: ['file', 'out'],
    usage: '--file ACT.json --out DRAFT',
    about:
      'begin an act: enrol, revoke-device, directive (one device or an office), export-policy, alert-policy, mark, lift-mark, emergency-level, key-replaced, trust-add, trust-remove, lease-file, code-keys-add, code-key-remove, bundle-endpoints, admin-add, admin-renew, admin-remove',
  },
  'act-message': {
    run: actMessage,
    flags: [],
    values: ['draft', 'act', 'part', 'certificate', 'out'],
    usage:
      '(--draft DRAFT | --act ID) --part request|countersign --certificate FILE.pem --out FILE',
    about: 'the bytes that a person signs with their own key, DER, e.g. openssl dgst -sha256 -sign',
  },
  'act-request': {
    run: actRequest,
    flags: [],
    values: ['draft', 'certificate', 'signature'],
    usage: '--draft DRAFT --certificate FILE.pem --signature FILE',
    about: 'the first signature: the act waits for another person',
  },
  'act-countersign': {
    run: actCountersign,
    flags: [],
    values: ['act', 'certificate', 'signature', 'out'],
    first: 'act',
    usage: 'ACT --certificate FILE.pem --signature FILE [--out FILE]',
    about: 'the second signature, by another person: the act is done, once',
  },
  acts: {
    run: acts,
    flags: ['json'],
    values: [],
    usage: '[--json]',
    about: 'administrative acts: who asked, who countersigned, what became of them',
  },
  mark: {
    run: mark,
    flags: ['json'],
    values: ['office', 'certificate', 'number', 'company', 'body', 'issuer', 'reason'],
    usage:
      '--office CODE (--certificate ID… --number N… | --company ID | --body ID | --issuer ID) --reason TEXT [--json]',
    about:
      'mark certificates of the office’s region as under verification (核查中) on all its devices: by id, number, employer, training body or issuer',
  },
  'lift-mark': {
    run: liftMark,
    flags: [],
    values: ['mark', 'reason'],
    first: 'mark',
    usage: 'MARK --reason TEXT',
    about: 'end a mark; the certificates read as their dates say again',
  },
  marks: {
    run: marks,
    flags: ['json'],
    values: ['office'],
    usage: '--office CODE [--json]',
    about: 'marks of an office, and how many of its devices go by them',
  },
  statistics: {
    run: statistics,
    flags: ['json'],
    values: ['office', 'budget', 'share', 'device', 'give'],
    usage: '--office CODE [--budget N --share N] [--device ID --give N] [--json]',
    about:
      'budget of shared statistics this year, in thousandths of ε: what was given to whom; set the yearly budget and the first share of a device, or give a device more',
  },
  level: {
    run: level,
    flags: ['drill', 'json'],
    values: ['office', 'level', 'reason', 'endpoint'],
    usage:
      '--office CODE [--level 0|1|2|3|4 --reason TEXT [--endpoint https://…]… [--drill]] [--json]',
    about:
      'emergency level of an office on all its devices: 1 nothing leaves, 2 every certificate is checked by hand, 3 the named backup addresses alone, 4 sticks alone; each with those below; 0 lifts it; --drill practises it',
  },
  lease: {
    run: lease,
    flags: [],
    values: ['device', 'out'],
    usage: '--device ID --out FILE',
    about: 'write a lease file that renews a device’s lease by a stick',
  },
  alerts: {
    run: alerts,
    flags: ['json'],
    values: ['office'],
    usage: '[--office CODE] [--json]',
    about:
      'what devices reported of use out of the ordinary: night work, far more look-ups than usual, failures',
  },
  'outbox-status': {
    run: outboxStatus,
    flags: ['json'],
    values: ['device'],
    first: 'device',
    usage: 'D-… [--json]',
    about: "how far a device's reports and audit log are here, and what contradicted them",
  },
  'outbox-import': {
    run: outboxImport,
    flags: ['json'],
    values: ['file'],
    first: 'file',
    usage: 'FILE [--json]',
    about: 'take the sealed outbox of a wiped device from its file; may be repeated',
  },
  national: {
    run: national,
    flags: ['json'],
    values: [],
    usage: '[--json]',
    about:
      'publish the national status filter and the keys of codes now; a running server does it daily by itself',
  },
  code: {
    run: code,
    flags: ['sm2'],
    values: ['region', 'certificate', 'out'],
    usage: '--region 3306 --certificate ID [--sm2] [--out FILE.png]',
    about: 'the compact signed code of a certificate, for its e-certificate; --out: as a QR code',
  },
  review: {
    run: review,
    flags: ['json'],
    values: ['device'],
    usage: '[--device ID] [--json]',
    about: 'reports that wait for a decision of a person, with what they say',
  },
  decide: {
    run: decide,
    flags: ['json'],
    values: ['device', 'number', 'verdict', 'reason', 'by', 'confirm'],
    usage:
      '--device ID --number N --by NAME (--verdict accept|refuse --reason TEXT | --confirm CODE) [--json]',
    about:
      'decide on a report under review: one person proposes and gets a code, another confirms the code',
  },
  bundle: {
    run: bundle,
    flags: ['full', 'json'],
    values: ['device', 'out', 'since', 'volume-mb', 'pictures-mb', 'endpoint'],
    usage:
      '--device ID --out DIR [--since CURSOR|NUMBER | --full] [--volume-mb 4000] [--pictures-mb N] [--endpoint https://…]… [--json]',
    about:
      'write what the device lacks for a stick, sealed to it; by default since its last contact, or all, with the pictures it wished',
  },
  'bundle-in': {
    run: bundleIn,
    flags: ['json'],
    values: ['file'],
    first: 'file',
    usage: 'FILE [--json]',
    about:
      'take what a device wrote to a stick; may be repeated, verdicts go back with its next bundle',
  },
  lag: {
    run: lag,
    flags: ['json'],
    values: [],
    usage: '[--json]',
    about: 'per device: last contact, what it lacks, what it has to send, attempts that failed',
  },
  'salvage-read': {
    run: salvageRead,
    flags: ['json'],
    values: ['folder', 'out', 'commands'],
    first: 'folder',
    usage: 'FOLDER --out FILE [--commands FILE] [--json]',
    about:
      'read what an office saved of a damaged journal: lines of JSON, and commands for outbox-import',
  },
  'ticket-issue': {
    run: ticketIssue,
    flags: ['json'],
    values: ['device', 'badge', 'count', 'days', 'rows', 'purpose'],
    usage:
      '--device ID --badge B [--count 5] [--days 30] [--rows N] [--purpose inspection]… [--json]',
    about:
      'issue export tickets for a person on a device and print the sheet of their codes, this once: hand it over on paper',
  },
  'ticket-list': {
    run: ticketList,
    flags: ['json'],
    values: ['office'],
    usage: '--office CODE [--json]',
    about: 'tickets of an office: open, used, withdrawn; and exports that were refused',
  },
  'ticket-revoke': {
    run: ticketRevoke,
    flags: [],
    values: ['ticket'],
    first: 'ticket',
    usage: 'ET-XXXX-XXXX',
    about: 'withdraw a ticket; it leaves the device with its next contact',
  },
  approvals: {
    run: approvals,
    flags: ['json'],
    values: ['office'],
    usage: '[--office CODE] [--json]',
    about: 'exports that wait for consent',
  },
  'export-decide': {
    run: exportDecide,
    flags: ['approve', 'refuse'],
    values: ['request', 'by', 'note'],
    first: 'request',
    usage: 'REQUEST --by BADGE (--approve | --refuse) [--note TEXT]',
    about:
      'consent to an export or refuse it; a head or approver of the office, never for their own',
  },
  'export-policy': {
    run: exportPolicy,
    flags: [],
    values: ['office', 'file'],
    usage: '--office CODE [--file POLICY.json]',
    about:
      'show what an office may let out, or set it: limits by role, second review, ways, purposes, what waits for the user agreement',
  },
  'alert-policy': {
    run: alertPolicy,
    flags: [],
    values: ['office', 'file'],
    usage: '--office CODE [--file THRESHOLDS.json]',
    about:
      'show from which numbers on an office’s alerts are told, or set them: what the file does not name stays; each policy has a number',
  },
  agreements: {
    run: agreements,
    flags: ['json'],
    values: ['office'],
    usage: '--office CODE [--json]',
    about: 'who of an office signed which version of the user agreement',
  },
  imports: {
    run: imports,
    flags: [],
    values: ['office', 'import'],
    usage: '--office CODE [--import ID]',
    about: 'lists that an office handed in, or what the rows of one say',
  },
  'key-replaced': {
    run: keyReplaced,
    flags: [],
    values: ['office', 'badge'],
    usage: '--office CODE --badge B',
    about: 'a person has another U-Key: the next certificate that they sign with is recorded',
  },
  'code-keys': {
    run: codeKeys,
    flags: [],
    values: ['export', 'add', 'name', 'from', 'until', 'remove'],
    usage: '[--export FILE] [--add FILE --name NAME [--from DAY] [--until DAY]] [--remove KEY]',
    about:
      'keys under which signed codes count: list with fingerprints, hand out the own ones, add or take away those of other centres',
  },
  trust: {
    run: trust,
    flags: [],
    values: ['remove'],
    usage: '[--trust ROOT.pem]… [--remove SHA256]',
    about:
      'authorities whose signing certificates count: list, add, take away; a running server heeds it from its next start',
  },
  phone: {
    run: phone,
    flags: [],
    values: ['office', 'badge', 'phone'],
    usage: '--office CODE --badge B --phone +8613…',
    about: 'where a person’s one-time codes are sent',
  },
  practice: {
    run: practice,
    flags: ['json'],
    values: [...LISTEN, 'certificates'],
    usage: '[--certificates 50000] [--json]',
    about: 'the practice office’s server: seeds itself once, then answers',
  },
};

function helpText(): string {
  const lines = Object.entries(COMMANDS).map(
    ([name, { usage, about }]) => `  ${name} ${usage}\n      ${about}`,
  );
  return [
    'FieldCert central server',
    '',
    'usage: central COMMAND [--dir .central] [--database-url postgres://…] …',
    '',
    ...lines,
    '  help',
    '',
    'Keys, objects and the embedded database live in --dir. With --database-url (or DATABASE_URL) the',
    'rows live in that PostgreSQL instead.',
  ].join('\n');
}

const terminal: Terminal = {
  out: (line) => void process.stdout.write(`${line}\n`),
  err: (line) => void process.stderr.write(`${line}\n`),
  untilAsked: () =>
    new Promise((resolve) => {
      for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
        process.once(signal, () => resolve());
      // A parent that started us over a channel and is gone wants nothing any more.
      process.once('disconnect', () => resolve());
      // So does one that was killed: whoever adopts us then is not the one who started us.
      const parent = process.ppid;
      setInterval(() => process.ppid !== parent && resolve(), PARENT_CHECK_MS).unref();
    }),
};

async function main([name = 'help', ...rest]: readonly string[]): Promise<number> {
  if (name === 'help' || name === '--help' || name === '-h') {
    terminal.out(helpText());
    return 0;
  }
  try {
    const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
    if (command === undefined) throw new UsageError(`unknown command ${name}`);
    const isNamed = command.first === undefined || rest[0]?.startsWith('--') !== false;
    const words = isNamed ? rest : [`--${command.first}`, ...rest];
    const values = [...COMMON_VALUES, ...command.values];
    await command.run(readArguments(words, command.flags, values), terminal);
    return 0;
  } catch (error) {
    if (error instanceof FolderInUse) {
      terminal.err(error.message);
      return 3;
    }
    if (error instanceof SalvageIncomplete) {
      terminal.err(error.message);
      return 1;
    }
    if (error instanceof UsageError || error instanceof RangeError) {
      terminal.err(`${error.message}\n\ncentral help says more.`);
      return 2;
    }
    terminal.err(error instanceof Error ? (error.stack ?? error.message) : String(error));
    return 1;
  }
}

void main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
