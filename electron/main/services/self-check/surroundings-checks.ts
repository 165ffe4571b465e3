import { statfs } from 'node:fs/promises';
import type { RulePack } from '../../../../shared/domain/policy/rule-pack';
import type { CheckItem } from '../../../../shared/ipc/routes/self-check';
import { CLOCK_TOLERANCE_MS, type HighestSeen } from '../../../platform/clock';
import type { BackupFacts } from '../backup/backup-facts';
import { dueOf } from '../backup/schedule';
import type { OfficeFile } from '../unlock/office-file';
import { certificateOf, StatementChecks } from '../unlock/statement-checks';
import { statementsInForce } from '../unlock/statements';

const DAY_MS = 86_400_000;
const CERTIFICATE_DAYS = 30;
/** A lease lasts 30 days and every contact renews it. */
const STATEMENT_DAYS = 7;
const CLOCK_BAD_MS = DAY_MS;
const DISK_WARN_BYTES = 2_000_000_000;
const DISK_BAD_BYTES = 500_000_000;

const daysUntil = (endMs: number, nowMs: number): number => Math.trunc((endMs - nowMs) / DAY_MS);

/** This computer's clock against the time that contacts with the server vouch for. */
export function checkClock(clock: HighestSeen): CheckItem {
  const wrongByMs = clock.wrongByMs();
  const minutes = Math.round(Math.abs(wrongByMs) / 60_000);
  if (Math.abs(wrongByMs) <= CLOCK_TOLERANCE_MS)
    return { name: 'clock', state: 'ok', code: 'ok', params: {} };
  const state = Math.abs(wrongByMs) > CLOCK_BAD_MS ? 'bad' : 'warn';
  return { name: 'clock', state, code: wrongByMs < 0 ? 'behind' : 'ahead', params: { minutes } };
}

/** Certificates of the line, of statements, of sealed reports and of the control channel: the one that ends first. */
export function checkCertificates(office: OfficeFile, nowMs: number): CheckItem {
  const { tlsCertificate, statementCertificate, boxCertificate, controlCertificate } = office;
  const held = {
    tls: tlsCertificate,
    statement: statementCertificate,
    box: boxCertificate,
    ...(controlCertificate === undefined ? {} : { control: controlCertificate }),
  };
  const ends: { which: string; endMs: number }[] = [];
  for (const [which, text] of Object.entries(held)) {
    try {
      ends.push({ which, endMs: Date.parse(certificateOf(text).validTo) });
    } catch {
      return { name: 'certificates', state: 'bad', code: 'invalid', params: { which } };
    }
  }
  const first = ends.reduce((a, b) => (b.endMs < a.endMs ? b : a));
  const days = daysUntil(first.endMs, nowMs);
  const params = { which: first.which, days: Math.abs(days), count: ends.length };
  if (first.endMs <= nowMs) return { name: 'certificates', state: 'bad', code: 'expired', params };
  const isSoon = days <= CERTIFICATE_DAYS;
  return {
    name: 'certificates',
    state: isSoon ? 'warn' : 'ok',
    code: isSoon ? 'ends-soon' : 'ok',
    params,
  };
}

/** The person's role and the device's lease, as far as the server signed them and they are in force. */
export async function checkStatements(
  office: OfficeFile,
  badge: string,
  nowMs: number,
): Promise<CheckItem> {
  const checks = new StatementChecks(office.ca, office.statementCertificate);
  const { roles, lease, office: signed } = await statementsInForce(office, checks, nowMs);
  const role = roles.find((one) => one.badge === badge);
  if (role === undefined || signed === null)
    return { name: 'statements', state: 'bad', code: 'invalid', params: {} };
  const params = {
    role: daysUntil(role.expiresMs, nowMs),
    lease: lease === null ? '–' : daysUntil(lease.expiresMs, nowMs),
  };
  const first = Math.min(role.expiresMs, lease?.expiresMs ?? role.expiresMs);
  const isSoon = daysUntil(first, nowMs) < STATEMENT_DAYS;
  return {
    name: 'statements',
    state: isSoon ? 'warn' : 'ok',
    code: isSoon ? 'ends-soon' : 'ok',
    params,
  };
}

/** The shipped rules as they lie on the disk now: reading them runs their golden set. */
export function checkRules(read: () => RulePack): CheckItem {
  try {
    const { version, golden } = read();
    return { name: 'rules', state: 'ok', code: 'ok', params: { version, cases: golden.length } };
  } catch {
    return { name: 'rules', state: 'bad', code: 'refused', params: {} };
  }
}

/** Free space where the office's files lie. */
export async function checkDisk(officeDir: string): Promise<CheckItem> {
  const { bavail, bsize } = await statfs(officeDir);
  const bytes = Number(bavail) * Number(bsize);
  const state = bytes < DISK_BAD_BYTES ? 'bad' : bytes < DISK_WARN_BYTES ? 'warn' : 'ok';
  return { name: 'disk', state, code: state === 'ok' ? 'ok' : 'low', params: { bytes } };
}

/** Age of the last good backup. */
export function checkBackup(facts: BackupFacts, nowMs: number): CheckItem {
  const warn = (code: 'no-place' | 'none-yet' | 'stale', days = 0): CheckItem => ({
    name: 'backup',
    state: 'warn',
    code,
    params: { days },
  });
  if (facts.place === null) return warn('no-place');
  if (facts.lastMs === null) return warn('none-yet');
  const days = Math.max(0, daysUntil(nowMs, facts.lastMs));
  if (dueOf(facts, nowMs).isStale) return warn('stale', days);
  return { name: 'backup', state: 'ok', code: 'ok', params: { days } };
}
