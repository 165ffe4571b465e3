import { copyFile, readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { AppError } from '../../../shared/errors/app-error';
import type { ParsedInput, RouteOutput } from '../../../shared/ipc/contract';
import type { DeskState, LockReason } from '../../../shared/ipc/routes/app';
import type { DeviceAct } from '../../../shared/protocol/commands';
import { MAX_LEASE_FILE_BYTES } from '../../../shared/protocol/control';
import type { SignedStatement } from '../../../shared/protocol/signed-statement';
import { CLOCK_TOLERANCE_MS, type HighestSeen } from '../../platform/clock';
import { dataPaths } from '../../platform/paths';
import { ControlKey } from '../services/control/control-key';
import { readLeaseFile } from '../services/control/lease-file';
import { MachineSeal } from '../services/control/machine-seal';
import { type OfficeFile, readOffice } from '../services/unlock/office-file';
import { StatementChecks } from '../services/unlock/statement-checks';
import { statementsInForce } from '../services/unlock/statements';
import { performWipe, type WipeParts, type WipeWitness } from '../services/wipe/wipe';
import { checkPersons, personsNeeded, WIPING_ROLES } from '../services/wipe/wipe-persons';
import {
  readWipeRecord,
  setAside,
  type WipeRecord,
  writeWipeRecord,
} from '../services/wipe/wipe-record';
import type { OfficeServices } from './services/office-services';
import type { Surroundings } from './services/surroundings';

const ACT_MS = 3_000;
const WIPE_AGAIN_MS = 60_000;

/** The office as the acts on its device see it. */
export interface ActingOffice {
  readonly kind: 'office' | 'practice' | null;
  readonly file: OfficeFile | null;
  readonly users: DeskState['users'];
  demandServices(): OfficeServices;
  saveStatements(statements: readonly SignedStatement[]): Promise<void>;
  /** The session ends; pages are told later. */
  endSession(reason: LockReason): Promise<void>;
  /** The office is gone: pages see what was wiped. */
  wiped(record: WipeRecord): Promise<void>;
  announce(): Promise<void>;
}

/** What is done to the device itself: renewing its lease by a file, and wiping it. */
export class DeviceActs {
  private wiping: Promise<void> | null = null;
  /** Goes on with a wipe that the disk did not let end. */
  private goOn: (() => Promise<void>) | null = null;
  private again: NodeJS.Timeout | null = null;

  constructor(
    private readonly userData: string,
    private readonly around: Surroundings,
    private readonly office: ActingOffice,
  ) {}

  /** A wipe is under way, or waits to be gone on with: nothing new may be built here. */
  get isWiping(): boolean {
    return this.wiping !== null || this.goOn !== null;
  }

  /** The program ends; the next start goes on with a wipe that is not finished. */
  stop(): void {
    if (this.again !== null) clearTimeout(this.again);
    this.again = null;
  }

  async status(): Promise<RouteOutput<'device.status'>> {
    const { office, around } = this;
    const file = this.demandFile();
    const { control, outbox } = office.demandServices();
    const checks = new StatementChecks(file.ca, file.statementCertificate);
    const { lease } = await statementsInForce(file, checks, around.clock.highestMs());
    const { hasKey, lastContactMs, failure, waitingReceipts, applied } = control.status();
    const { pending, rejected } = await outbox.state();
    return {
      device: file.deviceId,
      officeCode: file.office.code,
      enrolledMs: file.enrolledMs,
      lease: lease === null ? null : { fromMs: lease.issuedMs, untilMs: lease.expiresMs },
      control: {
        hasKey,
        lastContactMs,
        failure,
        waitingReceipts,
        applied: applied
          .slice(-10)
          .reverse()
          .map(({ id, kind, reason, atMs, refused = null }) => ({
            ...{ id, kind, reason, atMs, refused },
          })),
      },
      clockWrongByMs: clockWrongByMs(around.clock),
      outbox: { pending, rejected },
      wipe: {
        needed: personsNeeded(office.users),
        persons: office.users
          .filter(({ role }) => WIPING_ROLES.includes(role))
          .map(({ badge, name, role, token }) => ({ badge, name, role, hasToken: token !== null })),
      },
    };
  }

  /** Asks for the file and takes its lease. Throws the codes of `readLeaseFile`, FILE_UNREADABLE. */
  async renewLease(): Promise<RouteOutput<'device.renew-lease'>> {
    const { office, around } = this;
    const file = this.demandFile();
    const path = await around.dialogs.chooseLeaseFile();
    if (path === null) return { outcome: 'cancelled' };
    const name = basename(path).slice(0, 80);
    const bytes = await readBounded(path, name);
    const renewal = await readLeaseFile(name, bytes, file, around.clock.highestMs());
    const { lease, formerMs, statements } = renewal;
    await office.saveStatements(statements);
    around.clock.learn(lease.issuedMs);
    const { sessions, control } = office.demandServices();
    const badge = sessions.current?.view.badge;
    await control.act({
      act: 'lease-renewed',
      directive: null,
      persons: badge === undefined ? [] : [badge],
      lease: lease.serial,
      atMs: around.clock.highestMs(),
    });
    await office.announce();
    return { outcome: 'renewed', issuedMs: lease.issuedMs, untilMs: lease.expiresMs, formerMs };
  }

  /** By persons at the device. Passwords are zeroed. Answers as soon as the wipe has begun for good. */
  async wipeByPersons(input: ParsedInput<'device.wipe'>): Promise<RouteOutput<'device.wipe'>> {
    const { office, around } = this;
    const { officeCode, persons } = input;
    try {
      const file = this.demandFile();
      const { sessions, device } = office.demandServices();
      const { view, keyslots } = sessions.demand();
      const own = view.badge;
      if (officeCode.trim() !== file.office.code) return { outcome: 'code-differs' };
      const badges = persons.map(({ badge }) => badge);
      const mayWipe = badges.every((badge) =>
        office.users.some((user) => user.badge === badge && WIPING_ROLES.includes(user.role)),
      );
      const areEnough = new Set(badges).size >= personsNeeded(office.users);
      if (badges[0] !== own || !mayWipe || !areEnough) return { outcome: 'persons-needed' };
      const refusal = await checkPersons(keyslots, around.machine, device, persons);
      if (refusal !== null) return refusal;
      await this.begin({ directive: null, persons: badges }, 'person');
      return { outcome: 'wiping' };
    } finally {
      for (const { password, pin } of persons) {
        password.fill(0);
        pin?.fill(0);
      }
    }
  }

  /** By order of the centre. Resolves when it is done. */
  async wipeByDirective(directive: {
    readonly id: string;
    readonly reason: string;
  }): Promise<void> {
    const { id, reason } = directive;
    await this.begin({ directive: { id, reason }, persons: [] }, 'directive');
    await this.wiping;
  }

  /**
   * Ends a wipe that was cut off, as far as the disk lets it. The record of a wiped device, null where there is an
   * office or nothing. Throws KEYSLOTS_DAMAGED for a record that cannot be read.
   */
  async resume(): Promise<WipeRecord | null> {
    const record = await readWipeRecord(this.userData);
    if (record === null) return null;
    const paths = dataPaths(this.userData, record.kind);
    const office = await readOffice(officeFileIn(paths.officeDir)).catch(() => null);
    if (record.isDone) {
      if (office === null) return record;
      // A new enrolment had got as far as its office.
      await setAside(this.userData, record, paths.outboxMirror).catch((error: unknown) => {
        this.around.log.warn('record of a wipe not set aside', { detail: String(error) });
      });
      return null;
    }
    const seal = await MachineSeal.find(this.around.machine, record.deviceId).catch(() => null);
    const key =
      seal === null ? null : await ControlKey.open(seal, paths.controlKey).catch(() => null);
    seal?.zero();
    return this.perform(record, async () => undefined, { key, office });
  }

  /** Goes on with a wipe that is not finished; nothing where there is none. */
  async wipeOn(): Promise<void> {
    this.stop();
    await this.goOn?.();
  }

  /** Copies what survived to where the person says. */
  async saveOutbox(record: WipeRecord): Promise<boolean> {
    const target = await this.around.dialogs.saveOutbox(`outbox-${record.deviceId}.sealed`);
    if (target === null) return false;
    await copyFile(dataPaths(this.userData, record.kind).outboxMirror, target);
    return true;
  }

  private demandFile(): OfficeFile {
    const { file } = this.office;
    if (file === null) throw new AppError('LOCKED');
    return file;
  }

  /** Commits to the wipe: from the record on nothing can undo it. A disk that has no room for it stops no wipe. */
  private async begin(by: WipeRecord['by'], reason: LockReason): Promise<void> {
    if (this.isWiping) return;
    const { office, around, userData } = this;
    const { kind } = office;
    const file = this.demandFile();
    if (kind === null) throw new AppError('LOCKED');
    await this.tellOrdered(by);
    const record: WipeRecord = {
      format: 'fieldcert-wiped',
      version: 1,
      isDone: false,
      kind,
      deviceId: file.deviceId,
      office: { code: file.office.code, name: file.office.name },
      by,
      startedMs: around.nowMs(),
      doneMs: null,
      receipt: null,
      isDelivered: false,
    };
    await writeWipeRecord(userData, record).catch((error: unknown) => {
      around.log.error('record of the wipe not written', { detail: String(error) });
    });
    this.wiping = this.finish(record, file, reason);
    this.wiping.catch(() => undefined);
  }

  private async finish(record: WipeRecord, file: OfficeFile, reason: LockReason): Promise<void> {
    const { office } = this;
    const key = await office.demandServices().control.takeKey();
    const end = () => office.endSession(reason);
    const ended = await this.perform(record, end, { key, office: file });
    await office.wiped(ended);
    this.wiping = null;
  }

  private async perform(
    record: WipeRecord,
    endSession: WipeParts['endSession'],
    witness: WipeWitness,
  ): Promise<WipeRecord> {
    const { machine, nowMs, log, eraseTraces, line } = this.around;
    const paths = dataPaths(this.userData, record.kind);
    const parts = { paths, machine, nowMs, log, endSession, eraseTraces };
    const all = line === undefined ? parts : { ...parts, line };
    const ended = await performWipe(record, all, witness);
    if (ended.isDone) this.goOn = null;
    else {
      this.goOn = async () => this.office.wiped(await this.perform(ended, endSession, witness));
      this.again = setTimeout(() => void this.wipeOn().catch(() => undefined), WIPE_AGAIN_MS);
      this.again.unref();
    }
    return ended;
  }

  /** The order itself goes into the outbox, where somebody is unlocked to sign it; it never stops a wipe. */
  private async tellOrdered({ directive, persons }: WipeRecord['by']): Promise<void> {
    const { sessions, control } = this.office.demandServices();
    if (sessions.current === null) return;
    const atMs = this.around.clock.highestMs();
    const act: DeviceAct = { act: 'wipe-ordered', directive: directive?.id ?? null, persons, atMs };
    const limit = new Promise<void>((resolve) => setTimeout(resolve, ACT_MS).unref());
    await Promise.race([control.act(act).catch(() => undefined), limit]);
  }
}

/** Path of office.json in an office's folder. */
export function officeFileIn(officeDir: string): string {
  return join(officeDir, 'office.json');
}

/** How far the wall clock is off, in whole ms; 0 for what is not worth a word. */
export function clockWrongByMs(clock: HighestSeen): number {
  const wrongByMs = Math.round(clock.wrongByMs());
  return Math.abs(wrongByMs) > CLOCK_TOLERANCE_MS ? wrongByMs : 0;
}

async function readBounded(path: string, name: string): Promise<Uint8Array> {
  try {
    const { size } = await stat(path);
    // One byte more than allowed says enough of a larger file.
    if (size > MAX_LEASE_FILE_BYTES) return new Uint8Array(MAX_LEASE_FILE_BYTES + 1);
    return await readFile(path);
  } catch {
    throw new AppError('FILE_UNREADABLE', { name });
  }
}
