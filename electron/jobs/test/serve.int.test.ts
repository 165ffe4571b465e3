import { existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MessageChannel } from 'node:worker_threads';
import { afterAll, describe, expect, it } from 'vitest';
import { createDevice, type Device } from '../../device/device';
import {
  createTrainingDriver,
  createTrainingKey,
} from '../../device/drivers/training/training-driver';
import { type ProcessPort, portPair } from '../../device/process-port';
import { startExport } from '../export-job';
import type { JobsEvent, JobsRequest } from '../protocol';
import { isRowPort } from '../row-source';
import { serveJobs } from '../serve';
import { makeBatches, makeMeta, makePackageRig, makeRow } from './package-rig';

const rig = makePackageRig();
const practice = mkdtempSync(join(tmpdir(), 'fieldcert-practice-'));
afterAll(() => {
  rig.remove();
  rmSync(practice, { recursive: true, force: true });
});

type Of<K extends JobsEvent['kind']> = Extract<JobsEvent, { kind: K }>;

/** Main's end of the protocol, as far as a test needs it. */
function connect() {
  const [ours, theirs]: readonly [ProcessPort, ProcessPort] = portPair();
  const seen: JobsEvent[] = [];
  const listeners = new Set<(event: JobsEvent) => void>();
  ours.onMessage((message) => {
    const event = message as JobsEvent;
    seen.push(event);
    for (const listener of listeners) listener(event);
  });
  serveJobs(theirs);
  const on = (listener: (event: JobsEvent) => void) => void listeners.add(listener);
  const next = <K extends JobsEvent['kind']>(...kinds: K[]) =>
    new Promise<Of<K>>((resolve) => {
      const listener = (event: JobsEvent) => {
        if (!kinds.some((kind) => kind === event.kind)) return;
        listeners.delete(listener);
        resolve(event as Of<K>);
      };
      listeners.add(listener);
    });
  return { send: (request: JobsRequest) => ours.postMessage(request), raw: ours, on, next, seen };
}

type Connection = ReturnType<typeof connect>;

function feed(connection: Connection, jobId: string, count: number): void {
  const batches = makeBatches(count, 100);
  connection.on((event) => {
    if (event.kind !== 'export.more' || event.jobId !== jobId) return;
    void (async () => {
      for (let left = event.batches; left > 0; left -= 1) {
        const { value, done } = await batches.next();
        const message =
          done === true ? { kind: 'end' as const } : { kind: 'rows' as const, rows: value };
        connection.send({ kind: 'export.rows', jobId, message });
        if (done === true) return;
      }
    })();
  });
}

const startRequest = (jobId: string, certificates: Uint8Array[]) => ({
  kind: 'export.start' as const,
  jobId,
  meta: makeMeta(),
  stagingDir: rig.stagingDir,
  targetPath: join(rig.folder, `${jobId}.zip`),
  certificates,
  rowsBy: 'channel' as const,
});

async function practiceToken(): Promise<{
  device: Device;
  tokenId: string;
  certificates: Uint8Array[];
}> {
  const pin = new TextEncoder().encode('135790');
  const holder = { name: '王伟', badge: 'A-1024', office: '练习科' };
  await createTrainingKey({ directory: practice, holder, pin, nowMs: Date.now() - 1_000 });
  const device = createDevice([
    createTrainingDriver({ directory: practice, isPracticeOffice: true }),
  ]);
  const [token] = (await device.list()).tokens;
  const certs = await device.certs(token?.tokenId ?? '');
  const [certificate] = certs.ok ? certs.value : [];
  if (token === undefined || certificate === undefined) throw new Error('no practice key');
  return {
    device,
    tokenId: token.tokenId,
    certificates: [certificate.der, ...certificate.chainDer],
  };
}

describe('the jobs process', () => {
  // Bug: the two processes, the device's and this one, do not fit together; a practice package reads as real.
  it('exports with a practice key at one PIN entry and verifies it as practice', async () => {
    const { device, tokenId, certificates } = await practiceToken();
    const signal = new AbortController().signal;
    const begun = await device.beginSigning({
      tokenId,
      keyRef: 'training',
      pin: new TextEncoder().encode('135790'),
      signal,
    });
    if (!begun.ok) throw new Error(begun.failure.kind);
    const connection = connect();
    feed(connection, 'p1', 250);
    connection.on((event) => {
      if (event.kind === 'export.publishing') {
        // Whole, verified, and not in its place.
        expect(existsSync(join(rig.folder, 'p1.zip'))).toBe(false);
        connection.send({ kind: 'export.publish', jobId: 'p1' });
      }
      if (event.kind !== 'export.sign') return;
      void device.signNext(begun.value, event.digest, signal).then((outcome) => {
        if (!outcome.ok) throw new Error(outcome.failure.kind);
        connection.send({ kind: 'export.signed', jobId: 'p1', signature: outcome.value });
      });
    });
    const ended = connection.next('export.done', 'export.failed');
    const request = startRequest('p1', certificates);
    connection.send({ ...request, meta: makeMeta({ practice: true }) });
    const event = await ended;
    await device.endSigning(begun.value);
    if (event.kind !== 'export.done') throw new Error(JSON.stringify(event.failure));
    expect(event.published.manifest.count).toBe(250);
    const verified = connection.next('package.verified');
    connection.send({
      kind: 'package.verify',
      id: 7,
      path: event.published.path,
      trustRoots: [rig.rootDer],
      revocationLists: [],
      ticketRoots: [],
    });
    expect((await verified).report.verdict).toBe('practice');
    const phases = connection.seen.flatMap((entry) =>
      entry.kind === 'export.progress' ? [entry.phase] : [],
    );
    expect([...new Set(phases)]).toEqual(['data', 'report', 'pack', 'verify', 'publish']);
  });

  // Bug: a practice key makes a package that claims to be real.
  it('refuses to publish a real package signed with a practice key', async () => {
    const { device, tokenId, certificates } = await practiceToken();
    const connection = connect();
    feed(connection, 'p2', 10);
    const signal = new AbortController().signal;
    connection.on((event) => {
      if (event.kind !== 'export.sign') return;
      const use = { tokenId, keyRef: 'training', pin: new TextEncoder().encode('135790'), signal };
      void device.sign(use, [event.digest]).then((outcome) => {
        const signature = outcome.ok ? outcome.value[0] : undefined;
        if (signature) connection.send({ kind: 'export.signed', jobId: 'p2', signature });
      });
    });
    const ended = connection.next('export.done', 'export.failed');
    connection.send(startRequest('p2', certificates));
    const event = await ended;
    expect(event.kind === 'export.failed' ? event.failure.kind : 'published').toBe('self-check');
    expect(existsSync(join(rig.folder, 'p2.zip'))).toBe(false);
  });

  // Bug: a cancel while waiting for the signature hangs or leaves files.
  it('ends as cancelled while it waits for the PIN, and leaves nothing', async () => {
    const connection = connect();
    feed(connection, 'c1', 10);
    const asked = connection.next('export.sign');
    connection.send(startRequest('c1', rig.chainOf('ec')));
    await asked;
    const ended = connection.next('export.failed');
    connection.send({ kind: 'export.cancel', jobId: 'c1' });
    expect((await ended).failure.kind).toBe('cancelled');
    expect(readdirSync(rig.stagingDir)).toEqual([]);
  });

  // Bug: a wish that comes when all is verified is too late: the package lies in its place although it was refused.
  it('publishes nothing that is refused at the last moment, and leaves nothing', async () => {
    const connection = connect();
    feed(connection, 'c2', 10);
    connection.on((event) => {
      if (event.kind !== 'export.sign') return;
      const signature = Uint8Array.from(rig.signDigest('ec', event.digest));
      connection.send({ kind: 'export.signed', jobId: 'c2', signature });
    });
    const announced = connection.next('export.publishing', 'export.done');
    connection.send(startRequest('c2', rig.chainOf('ec')));
    expect((await announced).kind).toBe('export.publishing');
    const ended = connection.next('export.failed', 'export.done');
    connection.send({ kind: 'export.cancel', jobId: 'c2' });
    expect(await ended).toMatchObject({ kind: 'export.failed', failure: { kind: 'cancelled' } });
    expect(readdirSync(rig.folder).filter((name) => name.includes('c2'))).toEqual([]);
    expect(readdirSync(rig.stagingDir)).toEqual([]);
  });

  // Bug: a malformed row reaches the files, or main waits for ever.
  it('ends when the rows are malformed or their source fails', async () => {
    for (const [jobId, message] of [
      ['m1', { kind: 'rows', rows: [{ ...makeRow(1), name: 7 }] }],
      ['m2', { kind: 'fail' }],
    ] as const) {
      const connection = connect();
      const ended = connection.next('export.failed');
      const more = connection.next('export.more');
      connection.send(startRequest(jobId, rig.chainOf('ec')));
      await more;
      connection.raw.postMessage({ kind: 'export.rows', jobId, message });
      expect((await ended).failure.kind).toBe('rows');
    }
    expect(readdirSync(rig.stagingDir)).toEqual([]);
  });

  // Bug: rows on a port of their own never start, or a port that closes early reads as a complete list.
  it('takes rows from a port and fails when the port closes early', async () => {
    for (const [jobId, isWhole] of [
      ['r1', true],
      ['r2', false],
    ] as const) {
      const { port1, port2 } = new MessageChannel();
      if (!isRowPort(port2)) throw new Error('port');
      let cancel: () => void = () => undefined;
      const outcome = new Promise<string>((resolve) => {
        const post = (event: JobsEvent) => {
          if (event.kind === 'export.sign') resolve(`${event.count} rows`);
          if (event.kind === 'export.failed') resolve(event.failure.kind);
        };
        const request = { ...startRequest(jobId, rig.chainOf('ec')), rowsBy: 'port' as const };
        const job = startExport(request, port2, post, () => undefined);
        cancel = () => job.cancel('cancelled');
      });
      port1.postMessage({ kind: 'rows', rows: [makeRow(1), makeRow(2)] });
      if (isWhole) port1.postMessage({ kind: 'end' });
      else setTimeout(() => port1.close(), 50);
      expect(await outcome).toBe(isWhole ? '2 rows' : 'rows');
      cancel();
      port1.close();
    }
  });
});
