import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { ROLES, type Role } from '../../shared/domain/model';
import { Central } from '../central';
import type { CentralOptions } from '../central-options';
import type { SmsGateway } from '../sms/gateway';
import { httpSms } from '../sms/http';
import { spoolSms } from '../sms/spool';
import { type Arguments, UsageError } from './arguments';

/** Where a command writes, and what stops it. */
export interface Terminal {
  readonly out: (line: string) => void;
  readonly err: (line: string) => void;
  /** Resolves when the program is asked to end. */
  readonly untilAsked: () => Promise<void>;
}

/** Names of the options that every command takes. */
export const COMMON_VALUES = ['dir', 'database-url', 'trust'];
const DEFAULT_FOLDER = '.central';
const MAX_CERTIFICATES = 1_000_000;

/** A desk that was killed leaves its server behind for some seconds. */
const PRACTICE_WAIT_MS = 15_000;

const PRACTICE = {
  region: '3306',
  certificates: 50_000,
  office: { name: '绍兴市应急管理局', code: '330600' },
  users: [
    { badge: '330600127', name: '许知衡', role: 'inspector' },
    { badge: '330600001', name: '沈怀谨', role: 'head' },
  ],
  /** Of nobody: the practice server tells the desk itself what it would have sent. */
  phone: '13800000000',
} as const;

function optionsOf(args: Arguments, terminal: Terminal): CentralOptions {
  const databaseUrl = args.text('database-url') ?? process.env.DATABASE_URL;
  return {
    dir: args.text('dir') ?? DEFAULT_FOLDER,
    ...(databaseUrl === undefined ? {} : { databaseUrl }),
    ...(args.text('host') === undefined ? {} : { host: args.need('host') }),
    port: args.number('port', 0, 65_535) ?? 0,
    hostNames: args.all('name'),
    log: terminal.err,
    ...smsOf(args),
    signerRoots: args.all('trust').flatMap(readRoots),
  };
}

/** The certificates of a PEM file. Throws UsageError where it holds none. */
function readRoots(file: string): Uint8Array[] {
  const blocks = readFileSync(file, 'latin1').match(
    /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/gu,
  );
  if (blocks === null) throw new UsageError(`${file} holds no certificate`);
  return blocks.map((pem) => new Uint8Array(new X509Certificate(pem).raw));
}

/** `--sms spool:DIR`, or an address with `--sms-key FILE`. */
function smsOf(args: Arguments): Pick<CentralOptions, 'sms'> {
  const where = args.text('sms');
  if (where === undefined) return {};
  if (where.startsWith('spool:')) return { sms: spoolSms(where.slice('spool:'.length)) };
  return { sms: httpSms(where, readFileSync(args.need('sms-key'))) };
}

/** Opens the installation for one command and closes it afterwards. */
export async function withCentral(
  args: Arguments,
  terminal: Terminal,
  work: (central: Central) => Promise<void>,
  more: Pick<CentralOptions, 'waitMs' | 'sms'> = {},
): Promise<void> {
  const central = await Central.open({ ...optionsOf(args, terminal), ...more });
  try {
    await work(central);
  } finally {
    await central.close();
  }
}

function userOf(text: string): { badge: string; name: string; role: Role } {
  const [badge = '', name = '', role = ''] = text.split(':');
  const known = ROLES.find((one) => one === role);
  if (badge === '' || name === '' || known === undefined)
    throw new UsageError(`--user wants badge:name:role, role one of ${ROLES.join(' ')}`);
  return { badge, name, role: known };
}

/** `serve`: answers until it is asked to end. */
export function serve(args: Arguments, terminal: Terminal): Promise<void> {
  return withCentral(args, terminal, async (central) => {
    const url = await central.listen();
    const { caFingerprint } = central;
    const roots = (await central.trust.list()).length;
    terminal.err(
      roots === 0
        ? 'no root is named (--trust): who issued a signing certificate is not judged'
        : `signing certificates count from ${roots} roots (central trust lists them)`,
    );
    terminal.out(
      args.has('json')
        ? JSON.stringify({ ready: true, url, caFingerprint })
        : `listening at ${url}\nCA fingerprint ${caFingerprint}`,
    );
    await terminal.untilAsked();
  });
}

/** `seed`: generates a region. */
export function seed(args: Arguments, terminal: Terminal): Promise<void> {
  const certificates = args.number('certificates', 1, MAX_CERTIFICATES) ?? PRACTICE.certificates;
  const region = args.need('region');
  return withCentral(args, terminal, async (central) => {
    const today = args.number('today', 0, 100_000);
    await central.seed({
      region,
      certificates,
      seed: args.text('seed') ?? '1',
      ...(today === undefined ? {} : { today }),
      onProgress: ({ done, total }) => terminal.err(`${done} of ${total} certificates`),
    });
    terminal.out(`region ${region} has ${certificates} more certificates and a snapshot`);
  });
}

/** `snapshot`: publishes the region as it is now. */
export function snapshot(args: Arguments, terminal: Terminal): Promise<void> {
  const region = args.need('region');
  return withCentral(args, terminal, async (central) => {
    await central.snapshot(region);
    terminal.out(`region ${region} has a new snapshot`);
  });
}

/** `tiers`: builds a day's tier now, and what else is due. */
export function tiers(args: Arguments, terminal: Terminal): Promise<void> {
  const region = args.need('region');
  return withCentral(args, terminal, async (central) => {
    const built = await central.tiers(region);
    if (args.has('json')) {
      terminal.out(JSON.stringify(built));
      return;
    }
    if (built.length === 0) terminal.out(`region ${region}: nothing changed since the last tier`);
    for (const { tier, from, to, parts } of built) {
      const [rows, bytes] = (['rows', 'bytes'] as const).map((name) =>
        parts.reduce((sum, part) => sum + part[name], 0),
      );
      const what = `${rows} rows  ${bytes} bytes in ${parts.length} objects`;
      terminal.out(`${tier}  changes ${from + 1} to ${to}  ${what}`);
    }
  });
}

/** `enrol`: prints a code slip for one device of an office. */
export function enrol(args: Arguments, terminal: Terminal): Promise<void> {
  const users = args.all('user').map(userOf);
  if (users.length === 0) throw new UsageError('--user is missing');
  const hours = args.number('hours', 1, 24 * 30) ?? 24;
  const code = args.text('code');
  return withCentral(args, terminal, async (central) => {
    const slip = await central.createEnrolment({
      name: args.need('office'),
      region: args.need('region'),
      ...(code === undefined ? {} : { code }),
      ...(args.has('practice') ? { isPractice: true } : {}),
      ...(args.has('ukey') ? { asksToken: true } : {}),
      users,
      validMs: hours * 3_600_000,
    });
    if (args.has('json')) {
      terminal.out(JSON.stringify(slip));
      return;
    }
    terminal.out(`office   ${slip.office} ${args.need('office')}`);
    terminal.out(`code     ${slip.code}`);
    terminal.out(`valid    once, until ${new Date(slip.expiresMs).toISOString()}`);
    terminal.out(`CA       ${slip.caFingerprint}`);
  });
}

/** `office`: changes the name of an office, its demand for U-Keys, whose superior it is, or names and roles of its people. */
export function office(args: Arguments, terminal: Terminal): Promise<void> {
  const code = args.need('code');
  const [name, jurisdiction] = [args.text('name'), args.text('jurisdiction')];
  const users = args.all('user').map(userOf);
  if (args.has('ukey') && args.has('no-ukey')) throw new UsageError('either --ukey or --no-ukey');
  return withCentral(args, terminal, async (central) => {
    await central.changeOffice(code, {
      ...(name === undefined ? {} : { name }),
      ...(jurisdiction === undefined ? {} : { jurisdiction }),
      ...(args.has('ukey') || args.has('no-ukey') ? { asksToken: args.has('ukey') } : {}),
      ...(users.length === 0 ? {} : { users }),
    });
    terminal.out(`office ${code} is changed; its devices learn it with their next contact`);
  });
}

/** `mutate`: changes data as its sources would. */
export function mutate(args: Arguments, terminal: Terminal): Promise<void> {
  const region = args.need('region');
  const revoke = args.number('revoke', 1, Number.MAX_SAFE_INTEGER);
  const random = args.number('random', 1, 1_000_000);
  if ((revoke === undefined) === (random === undefined))
    throw new UsageError('either --revoke ID or --random N');
  return withCentral(args, terminal, async (central) => {
    if (revoke !== undefined) await central.mutate({ region, revoke });
    else if (random !== undefined)
      await central.mutate({ region, random, seed: args.text('seed') ?? String(Date.now()) });
    terminal.out(revoke === undefined ? `${random} changes` : `certificate ${revoke} is revoked`);
  });
}

/** `status`: regions, rows, devices. */
export function status(args: Arguments, terminal: Terminal): Promise<void> {
  return withCentral(args, terminal, async (central) => {
    const found = await central.status();
    if (args.has('json')) {
      terminal.out(JSON.stringify(found));
      return;
    }
    terminal.out(`${found.devices} devices, ${found.regions.length} regions`);
    for (const { region, head, rows } of found.regions) {
      terminal.out(
        `${region}  change ${head}  ${Object.entries(rows)
          .map(([entity, count]) => `${entity} ${count}`)
          .join('  ')}`,
      );
    }
  });
}

/** `revoke-device`: its next request is refused. */
export function revokeDevice(args: Arguments, terminal: Terminal): Promise<void> {
  const id = args.need('device');
  return withCentral(args, terminal, async (central) => {
    if (!(await central.revokeDevice(id))) throw new UsageError(`no device ${id}`);
    terminal.out(`device ${id} is revoked`);
  });
}

/**
 * `practice`: the practice office's server. Seeds its region at the first start, says how far it is
 * (`{phase, done, total}`), then `{ready, url, code, caFingerprint}`, each as one line of JSON, and
 * answers until it is asked to end. A short message that a real server would have sent is a line too (`{sms}`).
 */
export async function practice(args: Arguments, terminal: Terminal): Promise<void> {
  const total = args.number('certificates', 1, MAX_CERTIFICATES) ?? PRACTICE.certificates;
  const say = (value: object, line: string): void =>
    terminal.out(args.has('json') ? JSON.stringify(value) : line);
  const tell = (phase: 'server' | 'data', done: number, all: number): void =>
    say({ phase, done, total: all }, `${phase}: ${done} of ${all}`);
  const sms: SmsGateway = {
    send: async ({ text }) => say({ sms: text }, `short message: ${text}`),
  };
  tell('server', 0, 1);
  await withCentral(
    args,
    terminal,
    async (central) => {
      tell('server', 1, 1);
      const { regions } = await central.status();
      // A first start that was cut off has rows but no snapshot: what is missing is a snapshot of them.
      if (!regions.some(({ region }) => region === PRACTICE.region)) {
        await central.seed({
          region: PRACTICE.region,
          certificates: total,
          seed: 'practice',
          onProgress: ({ done }) => tell('data', done, total),
        });
      } else if (!(await central.hasSnapshot(PRACTICE.region)))
        await central.snapshot(PRACTICE.region);
      const url = await central.listen();
      const { code, caFingerprint } = await central.createEnrolment({
        ...PRACTICE.office,
        region: PRACTICE.region,
        isPractice: true,
        users: PRACTICE.users,
      });
      for (const { badge } of PRACTICE.users)
        await central.exports.setPhone(PRACTICE.office.code, badge, PRACTICE.phone);
      say({ ready: true, url, code, caFingerprint }, `practice office at ${url}\ncode ${code}`);
      await terminal.untilAsked();
    },
    { waitMs: PRACTICE_WAIT_MS, sms },
  );
}
