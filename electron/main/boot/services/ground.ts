import { join } from 'node:path';
import { hasMeasure } from '../../../../shared/domain/emergency/levels';
import { dayInShanghai } from '../../../../shared/kernel/day';
import { DeviceClient } from '../../clients/device-client';
import { StoreClient } from '../../clients/store-client';
import { ControlService } from '../../services/control/control-service';
import { settleLevel, settleMarks, withLevel } from '../../services/control/marks';
import { handOut } from '../../services/outbox/hand-out';
import { OutboxService } from '../../services/outbox/outbox';
import { RecoveryService } from '../../services/recovery/recovery';
import { RegionKeys } from '../../services/region-keys/region-keys';
import { FormerOffices } from '../../services/restore/former-offices';
import { SealCounters } from '../../services/sync/counters';
import { CARD_READERS } from '../../services/tokens/card-readers';
import { SessionHolder } from '../../services/unlock/session';
import { SessionWatch } from '../../services/unlock/session-watch';
import type { Start } from './start';

/** What everything else stands on: the session, the store, the token process, the outbox, keys and orders of the centre. */
export function composeGround({ paths, around, hooks, late }: Start) {
  const { events, log, clock, nowMs } = around;
  const sessions = new SessionHolder();
  const store = new StoreClient(
    around.startStore,
    () => hooks.onStoreCrashed(),
    (code, file) => recovery.found(code, file),
  );
  store.onEvent((event) => {
    if (event.event === 'upgrade-progressed') {
      const { done, total } = event;
      log.info('store upgraded so far', { done, total });
      events.emit('unlock.upgrading', { done, total });
    }
    if (event.event !== 'faulted') return;
    log.warn('store refused', { ref: event.ref, error: event.code, detail: event.detail });
    recovery.found(event.code, event.file ?? '');
  });
  const recovery: RecoveryService = new RecoveryService({
    officeDir: paths.officeDir,
    damageFile: paths.damage,
    store,
    sessions,
    log,
    nowMs,
    program: around.program,
    chooseFolder: () => around.windows.chooseFolder(),
    lock: (reason) => hooks.lock(reason),
    announce: () => hooks.announce(),
    resume: async (session) => void (await late().unlock.resume(session)),
  });
  const formerOffices = new FormerOffices({
    officeDir: paths.officeDir,
    store,
    sessions,
    nowMs,
    program: around.program,
    chooseFolder: () => around.windows.chooseFolder(),
    demandLeaving: () => control.demandLeaving(),
  });
  const device = new DeviceClient(
    around.startDevice,
    () => ({
      pkcs11Libraries: [...around.pkcs11Libraries],
      skfProfiles: [...around.skfProfiles],
      cardReaders: [...CARD_READERS],
      isPracticeOffice: hooks.isPractice(),
      ...(hooks.isPractice() ? { training: { directory: join(paths.officeDir, 'training') } } : {}),
    }),
    () => events.emit('signing.tokens-changed', {}),
  );
  const watch = new SessionWatch({
    sessions,
    clock,
    lock: hooks.lock,
    dayTurned: (day) => {
      Promise.all([store.call('setToday', { today: day }), late().crossRegion.setToday(day)])
        .then(() => hooks.announce())
        // Statuses of yesterday are not shown for today's: who opens anew is told the day.
        .catch((error: unknown) => {
          log.error('day not told', { detail: String(error) });
          hooks.lock('store-crashed');
        });
    },
  });
  const outbox = new OutboxService({
    store,
    sessions,
    log,
    nowMs,
    mirrorPath: paths.outboxMirror,
    handOut: (path, name, before) =>
      handOut((wanted) => around.dialogs.saveOutbox(wanted), path, name, before),
    onAppended: () => late().sync.outboxChanged(),
  });
  const counters = new SealCounters(paths.sealCounter);
  const regionKeys = new RegionKeys({
    store,
    log,
    office: () => hooks.office(),
    saveKeyEpoch: (keyEpoch) => hooks.saveKeyEpoch(keyEpoch),
    isEmergency: () => around.engine.isEmergency,
  });
  const control = new ControlService({
    machine: around.machine,
    paths,
    clock,
    nowMs,
    log,
    sessions,
    outbox,
    office: () => hooks.office(),
    saveStatements: async (statements) => {
      await hooks.saveStatements(statements);
      await regionKeys.renewed(sessions.current);
    },
    saveEndpoints: (endpoints) => hooks.saveEndpoints(endpoints),
    requireSync: () => {
      if (sessions.view === null || around.engine.isEmergency) return false;
      late().sync.start();
      return true;
    },
    settleMarks: async (held, ofLevel) => {
      const settled = await settleMarks(store, held, ofLevel);
      await late().crossRegion.setMarks(withLevel(settled.marks, ofLevel));
      return settled;
    },
    settleLevel: (held) => settleLevel(store, held),
    onLevel: async () => {
      if (hasMeasure(control.level.level, 'isolate')) {
        await late().exports.stop('EXPORT_ENDED_BY_LEVEL');
        await late().signing.refuseRecords();
      }
      await late().sync.levelChanged();
    },
    saveCertificates: (renewed) => hooks.saveCertificates(renewed),
    onLock: () => hooks.onLockOrder(),
    onWipe: (directive) => hooks.onWipeOrder(directive),
    onChange: () => hooks.onControl(),
    ...(around.line === undefined ? {} : { line: around.line }),
  });
  const today = () => dayInShanghai(clock.highestMs());
  return {
    sessions,
    store,
    recovery,
    formerOffices,
    device,
    watch,
    outbox,
    counters,
    regionKeys,
    control,
    today,
  };
}

export type Ground = ReturnType<typeof composeGround>;
