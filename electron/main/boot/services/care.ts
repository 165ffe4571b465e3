import { AlertsService } from '../../services/alerts/alerts';
import { AuditLog } from '../../services/audit/audit-log';
import { BackupService } from '../../services/backup/backup';
import { DeepCheckService } from '../../services/deep-check/deep-check';
import { EmergencyImport } from '../../services/emergency/import-log';
import { RetentionService } from '../../services/retention/retention';
import { RotationService } from '../../services/rotation/rotation';
import { SelfCheckService } from '../../services/self-check/self-check';
import type { Ground } from './ground';
import type { Line } from './line';
import type { Signed } from './signed';
import type { Start } from './start';

/** What looks after the data: backups, checks, retention, changes of keys, the log and its alerts. */
export function composeCare(
  { paths, around, hooks }: Start,
  { sessions, store, formerOffices, outbox, counters }: Ground,
  { sync }: Line,
  { signing, admissions }: Signed,
) {
  const { events, log, clock, nowMs } = around;
  const emergencyImport = new EmergencyImport({
    officeDir: paths.officeDir,
    store,
    isEmergency: () => around.engine.isEmergency,
    log,
  });
  const rotation = new RotationService({
    store,
    sessions,
    events,
    log,
    nowMs,
    startIngest: around.startIngest,
    counters,
    sync,
    isEmergency: () => around.engine.isEmergency,
    endDeepCheck: () => deepCheck.cancel(),
  });
  const backup = new BackupService({
    store,
    sessions,
    events,
    log,
    clock,
    officeDir: paths.officeDir,
    workDir: `${paths.officeDir}.copy`,
    evidenceDir: paths.evidence,
    program: around.program,
    chooseFolder: () => around.windows.chooseFolder(),
  });
  const deepCheck = new DeepCheckService({
    store,
    sessions,
    events,
    log,
    clock,
    counters,
    startIngest: around.startIngest,
    isEmergency: () => around.engine.isEmergency,
    onBroken: () => sync.repairSoon(),
    hasProof: () => sync.hasProof(),
    areIssuersSound: () => sync.areIssuersSound(),
    areMovesSound: () => sync.areMovesSound(),
  });
  const selfCheck = new SelfCheckService({
    deepCheck,
    store,
    sessions,
    events,
    log,
    clock,
    officeDir: paths.officeDir,
    program: around.program,
    awayMs: around.awayMs ?? (() => Number.POSITIVE_INFINITY),
    isEmergency: () => around.engine.isEmergency,
    office: () => hooks.office(),
    readRulePack: () => around.readRulePack(),
  });
  const retention = new RetentionService({
    purgeFormer: (beforeMs) => formerOffices.purge(beforeMs),
    store,
    sessions,
    events,
    clock,
    log,
    isEmergency: () => around.engine.isEmergency,
    asOf: () => sync.asOf(),
  });
  const auditLog = new AuditLog({
    store,
    sessions,
    events,
    clock,
    signing,
    office: () => hooks.office(),
    chooseFolder: () => around.windows.chooseFolder(),
  });
  const alerts = new AlertsService({
    store,
    sessions,
    clock,
    log,
    outbox,
    isEmergency: () => around.engine.isEmergency,
    office: () => hooks.office(),
    exportsPerDay: async () => {
      const { limits } = (await admissions.said()).policy;
      return Math.min(limits.inspector.perDay, limits.head.perDay);
    },
    names: () => auditLog.names(),
  });
  return { emergencyImport, rotation, backup, deepCheck, selfCheck, retention, auditLog, alerts };
}

export type Care = ReturnType<typeof composeCare>;
