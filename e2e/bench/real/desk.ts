import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CounterReserve } from '../../../electron/crypto/counter-reserve';
import { ARGON2_FLOOR } from '../../../electron/crypto/kdf';
import type { KeyRing } from '../../../electron/crypto/key-ring';
import { Keyslots } from '../../../electron/crypto/keyslots';
import { fileMachineSecret } from '../../../electron/crypto/machine-secret';
import { sealedLogKey } from '../../../electron/crypto/sealed-log';
import { StoreClient } from '../../../electron/main/clients/store-client';
import { ChunkedCounters } from '../../../electron/main/services/sync/counters';
import {
  accessServer,
  type ServerAccess,
} from '../../../electron/main/services/sync/server-access';
import { enrol } from '../../../electron/main/services/unlock/enrol';
import { KeptAnswer } from '../../../electron/main/services/unlock/kept-answer';
import { blindKeysOf, ingestKeys } from '../../../electron/main/services/unlock/key-copies';
import type { OfficeFile } from '../../../electron/main/services/unlock/office-file';
import { StatementChecks } from '../../../electron/main/services/unlock/statement-checks';
import { roleOf, statementsInForce } from '../../../electron/main/services/unlock/statements';
import { type Ingest, startIngest } from '../../../electron/main/workers/ingest-client';
import { type DataPaths, dataPaths } from '../../../electron/platform/paths';
import type { RouteInput, RouteName, RouteOutput } from '../../../shared/ipc/contract';
import type { Answer } from '../../../shared/ipc/define';
import { dayInShanghai } from '../../../shared/kernel/day';
import { childLink } from '../../integration/child-link';
import { appPath, rulePackFile } from './app';
import { type StoreProcess, startStoreProcess } from './store-process';

/** An enrolled device: its folder, its office and its keys, as an unlock would have them. */
export interface EnrolledDesk {
  readonly paths: DataPaths;
  readonly office: OfficeFile;
  readonly badge: string;
  readonly keys: KeyRing;
}

export const BENCH_PASSWORD = 'bench-password-2026';
const passwordBytes = () => new TextEncoder().encode(BENCH_PASSWORD);

/** Enrols a device by the product's own service and opens its slot. */
export async function enrolDesk(
  userData: string,
  server: { readonly address: string; readonly code: string },
): Promise<EnrolledDesk> {
  const paths = dataPaths(userData);
  const { officeDir, keyslots, controlKey } = paths;
  const place = { officeDir, officeFile: join(officeDir, 'office.json'), keyslots, controlKey };
  const machine = fileMachineSecret(paths.machineSecret);
  const { office, badge } = await enrol(
    place,
    { ...server, password: passwordBytes() },
    {
      nowMs: Date.now,
      machine,
      kdf: async () => ARGON2_FLOOR,
      program: 'bench',
      isFallback: false,
      opensRealOffices: true,
      kept: new KeptAnswer(),
      tokenSecret: () => Promise.reject(new Error('the bench has no U-Key')),
    },
  );
  return openSlot(userData, office, badge);
}

/** Opens the slot of a device that was enrolled, as the password at an unlock does. */
export async function openSlot(
  userData: string,
  office: OfficeFile,
  badge: string,
): Promise<EnrolledDesk> {
  const paths = dataPaths(userData);
  const machine = fileMachineSecret(paths.machineSecret);
  const slots = await Keyslots.open(paths.keyslots);
  const factors = slots?.slots().find((slot) => slot.badge === badge)?.factors ?? [];
  const opened = await slots?.openSlot({
    badge,
    password: passwordBytes(),
    ...(factors.includes('machine') ? { machine: await machine.load() } : {}),
  });
  if (opened?.ok !== true) throw new Error('the bench cannot open its own slot');
  return { paths, office, badge, keys: opened.value };
}

/** A running store with the desk's files open, and the line to the server. */
export class OpenDesk {
  private constructor(
    readonly desk: EnrolledDesk,
    readonly store: StoreClient,
    private readonly process: StoreProcess,
    readonly access: ServerAccess,
  ) {}

  /** Starts the store and opens the files; `isNew` makes them. `endpoint` goes in place of the office's own. */
  static async open(desk: EnrolledDesk, isNew: boolean, endpoint?: string): Promise<OpenDesk> {
    return OpenDesk.run(startStoreProcess(), desk, isNew, endpoint);
  }

  /** The emergency reader in the store's place, still empty. */
  static openEmergency(desk: EnrolledDesk): Promise<OpenDesk> {
    return OpenDesk.run(startStoreProcess('dist/store/emergency.cjs'), desk, false);
  }

  private static async run(
    process: StoreProcess,
    desk: EnrolledDesk,
    isNew: boolean,
    endpoint?: string,
  ): Promise<OpenDesk> {
    const store = new StoreClient(
      () => process.started,
      () => {
        throw new Error('the store process has ended');
      },
      () => undefined,
    );
    store.start();
    const { office, keys } = desk;
    await openStore(store, desk, isNew);
    const endpoints = endpoint === undefined ? office.endpoints : [endpoint];
    return new OpenDesk(desk, store, process, accessServer({ ...office, endpoints }, keys));
  }

  get storePid(): number {
    return this.process.pid;
  }

  /** The process that seals, with its keys. The caller ends it. */
  async startIngest(): Promise<Ingest> {
    const { keys, paths } = this.desk;
    const counters = new ChunkedCounters(await CounterReserve.open(paths.sealCounter));
    return startIngest(
      () => childLink(appPath('dist/main/ingest-worker.cjs')),
      ingestKeys(keys),
      counters,
    );
  }

  /** Asks as a page does, through the same handlers; throws where a page would show an error. */
  async ask<R extends RouteName>(route: R, input: RouteInput<R>): Promise<RouteOutput<R>> {
    const answer = (await this.store.call('portRequest', { route, input })) as Answer<
      RouteOutput<R>
    >;
    if (!answer.ok) throw new Error(`${route}: ${answer.error.code}`);
    return answer.data;
  }

  async close(): Promise<void> {
    this.access.line.close();
    await this.store.stop();
  }
}

async function openStore(store: StoreClient, desk: EnrolledDesk, create: boolean): Promise<void> {
  const { office, keys, badge, paths } = desk;
  const checks = new StatementChecks(office.ca, office.statementCertificate);
  const { userId, name, role, regions } = roleOf(
    await statementsInForce(office, checks, Date.now()),
    badge,
  );
  await store.call('open', {
    officeDir: paths.officeDir,
    keys: {
      journal: keys.copy('journal'),
      slice: keys.copy('slice'),
      transportPublic: keys.packedTransport('transportPublic'),
      emergencyLog: sealedLogKey(keys.copy('region')),
    },
    session: { userId, badge, name, role, regions, deviceId: office.deviceId },
    rulePack: JSON.parse(readFileSync(rulePackFile(), 'utf8')) as unknown,
    blindKeys: blindKeysOf(keys)[0] ?? {},
    create,
    // One machine asks in a minute what people ask in weeks.
    revealLimits: { values: 1e9, fragments: 1e9, numbers: 1e9, batch: 1e9 },
  });
  await store.call('setToday', { today: dayInShanghai(Date.now()) });
}
