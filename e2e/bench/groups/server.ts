import { Child } from '../frame/child';
import { freshFolder } from '../frame/folders';
import { percentile } from '../frame/measure';
import { cpuSeconds } from '../frame/memory';
import { centralProgram } from '../real/central';
import { type Asked, crowdProgram } from '../real/crowd';
import type { BenchGroup } from './context';

const DEVICES = 1_000;
const CERTIFICATES = 20_000;
/** Changes since the snapshot, which every device fetches. */
const CHANGED = 0.01;
const KINDS = ['manifest', 'statements', 'changes', 'outbox', 'checkpoint'] as const;

/**
 * A thousand devices that come at the same moment, each with a certificate, a connection and a signed command of its
 * own, and ask what a run of synchronisation asks. They and the server share the machine.
 */
export const server: BenchGroup = {
  async run({ report }) {
    const central = new Child(centralProgram);
    const crowd = new Child(crowdProgram);
    try {
      const databaseUrl = process.env['FIELDCERT_BENCH_POSTGRES'];
      await central.call('start', {
        folder: freshFolder('server'),
        certificates: CERTIFICATES,
        ...(databaseUrl === undefined ? {} : { databaseUrl }),
      });
      const { url, codes } = await central.call('slips', { count: DEVICES });
      await crowd.call('enrol', { url, codes });
      await central.call('change', { share: CHANGED });
      const { pid } = await central.call('who', {});
      const cpuBefore = cpuSeconds(pid);
      const start = performance.now();
      const asked = await crowd.call('crowd', { gapMs: 0 });
      const seconds = (performance.now() - start) / 1_000;
      const cpuMs = ((cpuSeconds(pid) - cpuBefore) * 1_000) / asked.length;
      const ms = (some: readonly Asked[]) => some.map((one) => one.ms);
      report.note(
        `server: ${databaseUrl === undefined ? 'embedded database' : 'PostgreSQL, commits on disk'}; ${DEVICES} devices, ` +
          `${asked.length} requests in ${seconds.toFixed(1)} s (${(asked.length / seconds).toFixed(0)}/s), client on the same cores; ` +
          `${cpuMs.toFixed(1)} ms of processor a request in the server`,
      );
      for (const kind of KINDS) {
        const some = asked.filter(({ what }) => what === kind);
        const bytes = some.reduce((sum, one) => sum + one.bytes, 0) / Math.max(1, some.length);
        report.note(
          `server.${kind}: median ${percentile(ms(some), 0.5).toFixed(0)} ms, p95 ${percentile(ms(some), 0.95).toFixed(0)} ms, ${bytes.toFixed(0)} bytes`,
        );
      }
      report.add('server.p95_ms', percentile(ms(asked), 0.95));
      report.add('server.errors', asked.filter(({ isFault }) => isFault).length);
    } finally {
      crowd.end();
      central.end();
    }
  },
};
