import type { SyncStatus } from '../../shared/ipc/routes/sync';
import type { SimClient } from './client/sim-client';
import { Broken } from './oracle';
import type { Host } from './world/host';
import type { World } from './world/world';

/** Longer than data count as fresh. */
const ABSENCE_MS = 8 * 86_400_000;
const RUN_MS = 60_000;
const LOOK_EVERY_MS = 2_000;
const SLACK_MS = 60_000;

/**
 * The reckoning of time, after everything has healed. Clocks that are years off are put right by the server's word
 * alone; machines that sleep for days wake to data that call themselves old and are still there and proven; the next
 * run makes them fresh again. Throws Broken.
 */
export async function reckonTime(
  world: World,
  server: Host,
  clients: readonly SimClient[],
  look: () => void,
): Promise<void> {
  const serverMs = () => world.nowMs + server.skewMs;
  // As the control channel does with the answer to its own nonce.
  for (const client of clients) client.inside(() => client.clock.anchor(serverMs()));
  for (const client of clients) {
    const wrongMs = client.timeSeen() - serverMs();
    if (Math.abs(wrongMs) > SLACK_MS)
      throw new Broken(`${client.device} counts ${wrongMs} ms from the server's time`);
  }
  await demandAge(world, clients, false);
  world.note('every machine sleeps for days');
  const asleepMs = serverMs();
  for (const host of [server, ...clients.map((client) => client.host)]) host.skewMs += ABSENCE_MS;
  await demandAge(world, clients, true);
  const end = world.elapsedMs + RUN_MS;
  const hasAll = () =>
    clients.every((client) => (client.store.stateNow().checkpoint?.issuedMs ?? 0) > asleepMs);
  while (world.elapsedMs < end && !hasAll()) {
    // Again and again: who asks joins a run that the machine slept through, and that one asked the server before.
    for (const client of clients) world.after(0, () => client.askSync());
    await world.run(world.elapsedMs + LOOK_EVERY_MS, look);
  }
  await demandAge(world, clients, false);
}

async function demandAge(world: World, clients: readonly SimClient[], isStale: boolean) {
  for (const client of clients) {
    let status: SyncStatus | undefined;
    const ask = async () => {
      status = await client.sync.status();
    };
    world.after(0, () => client.inside(ask));
    await world.run(world.elapsedMs + 1_000, () => undefined);
    if (status === undefined) throw new Broken(`${client.device} says nothing of itself`);
    if (!status.hasSlice || status.proof.state !== 'proven')
      throw new Broken(`${client.device}: age alone took its data or their proof`);
    if (status.isStale !== isStale)
      throw new Broken(`${client.device} calls data ${status.isStale ? 'old' : 'fresh'}`);
  }
}
