import { SimClient } from './client/sim-client';
import { Broken, demandHealed, seemsHealed, Watch } from './oracle';
import { type Act, actOf, type Plan, planOf, type WorldSize } from './plan';
import type { Signing } from './server/authority';
import { ModelRegion } from './server/model-region';
import { ModelServer, SOUND_SERVER } from './server/model-server';
import { reckonTime } from './time';
import { Host, running } from './world/host';
import { beginNetwork, Network, SOUND_LINE } from './world/network';
import { beginWorld, World } from './world/world';

const REGION = '3301';
/** Long enough after the last fault for every wait to end and two runs to follow: by then it has to be healed. */
const HEAL_MS = 6 * 60_000;
/** How often it is asked whether a short history is healed: what follows is told by the long ones. */
const LOOK_EVERY_MS: Readonly<Record<WorldSize, number>> = { whole: 5_000, small: 2_000 };
/** A history of so many steps goes round in circles: the longest sound ones have a twentieth of them. */
const MOST_STEPS = 200_000;

export interface Outcome {
  readonly seed: number;
  /** Null: every promise was kept. */
  readonly broken: string | null;
  readonly trace: readonly string[];
  readonly steps: number;
  readonly simulatedMs: number;
  /** How often which fault struck. */
  readonly faults: ReadonlyMap<string, number>;
}

/** One history from its seed: faults, then rest, then the reckoning. */
export async function simulate(
  { seed, size }: { readonly seed: number; readonly size: WorldSize },
  signing: Signing,
  isTold: boolean,
): Promise<Outcome> {
  const world = new World(seed, isTold);
  beginWorld(world);
  const one = new Simulation(world, signing, size);
  let broken: string | null = null;
  try {
    await one.perform();
  } catch (error) {
    broken = error instanceof Broken ? error.message : String((error as Error).stack ?? error);
  } finally {
    one.close();
  }
  const { trace, steps, elapsedMs: simulatedMs } = world;
  return { seed, broken, trace, steps, simulatedMs, faults: one.network.met };
}

class Simulation {
  readonly plan: Plan;
  readonly network: Network;
  private readonly serverHost = new Host('server');
  private readonly clients: SimClient[];
  private readonly server: ModelServer;
  private readonly watch: Watch;
  private readonly down = new Set<SimClient>();

  constructor(
    private readonly world: World,
    signing: Signing,
    private readonly size: WorldSize,
  ) {
    const { chance } = world;
    this.plan = planOf(chance, size);
    const { plan } = this;
    this.clients = Array.from(
      { length: plan.clients },
      (_, i) => new SimClient(`D-${i + 1}`, signing, REGION),
    );
    const deviceKeys = new Map(
      this.clients.map(({ device, deviceKey }) => [
        device,
        Buffer.from(deviceKey.publicText, 'base64'),
      ]),
    );
    const region = new ModelRegion(REGION, signing.region, chance.fork(), plan.certificates);
    this.server = new ModelServer(region, signing, deviceKeys, chance.fork(), plan.rowsPerSegment);
    this.server.pageRows = plan.pageRows;
    this.network = new Network(this.serverHost, (asked) => this.server.serve(asked), chance.fork());
    beginNetwork(this.network);
    this.watch = new Watch(this.server);
    this.signing = signing;
  }

  private readonly signing: Signing;

  async perform(): Promise<void> {
    const { world, plan, network, server } = this;
    const { chance } = world;
    world.note(`plan ${JSON.stringify(plan)}`);
    this.onServer(() => server.snapshot());
    await world.run(1, () => undefined);
    network.faults = plan.line;
    server.faults = plan.server;
    for (const client of this.clients) {
      client.start();
      client.store.diskFull = plan.diskFull;
      world.after(chance.between(0, 5_000), () => client.askSync());
    }
    for (let i = 0; i < plan.acts; i++) {
      const act = actOf(chance, plan);
      world.after(chance.between(0, plan.chaosMs), () => this.act(act));
    }
    const look = () => {
      if (world.steps > MOST_STEPS) throw new Broken('it never comes to rest');
      for (const client of this.clients) this.watch.look(client);
    };
    await world.run(plan.chaosMs, look);
    this.heal();
    const end = plan.chaosMs + HEAL_MS;
    const everyMs = LOOK_EVERY_MS[this.size];
    while (world.elapsedMs < end && (plan.isLong || !this.isAtRest()))
      await world.run(Math.min(end, world.elapsedMs + everyMs), look);
    for (const client of this.clients) await demandHealed(client, server, this.signing);
    if (plan.hasReckoningOfTime) await reckonTime(world, this.serverHost, this.clients, look);
  }

  /** Everything asked for in `heal` was done, and every device stands where the server does. */
  private isAtRest(): boolean {
    const { server, plan, world, size } = this;
    if (world.elapsedMs < plan.chaosMs + 2 * LOOK_EVERY_MS[size]) return false;
    return this.clients.every((client) => seemsHealed(client, server));
  }

  close(): void {
    for (const client of this.clients) client.close();
  }

  private heal(): void {
    const { world, network, server } = this;
    world.note('from here on nothing goes wrong');
    network.faults = SOUND_LINE;
    server.faults = SOUND_SERVER;
    network.setServerUp(true);
    this.serverHost.skewMs = Math.max(0, this.serverHost.skewMs);
    // A manifest that lied stays what it is until another follows it.
    if (this.plan.server.segmentWithheld > 0) this.onServer(() => server.snapshot());
    for (const client of this.clients) {
      network.setCutOff(client.host, false);
      if (this.down.has(client)) this.startAgain(client);
      client.store.diskFull = 0;
      // A server that was brought back from a copy learns what it lacks from the next command.
      world.after(1_000, () => client.tell());
      world.after(2_000, () => client.askSync());
    }
  }

  private onServer(act: () => unknown): void {
    running.run(this.serverHost.life, () => void act());
  }

  private clientOf(act: { readonly client: number }): SimClient {
    return this.clients[act.client] as SimClient;
  }

  private startAgain(client: SimClient): void {
    this.world.note(`${client.device} starts`);
    this.down.delete(client);
    client.start();
    client.store.diskFull = this.network.faults === SOUND_LINE ? 0 : this.plan.diskFull;
    this.watch.forget(client);
  }

  private act(act: Act): void {
    const { world, server, network } = this;
    world.note(`act ${JSON.stringify(act)}`);
    switch (act.kind) {
      case 'server-lives':
        server.region.live(act.changes);
        return;
      case 'snapshot':
        this.onServer(() => server.snapshot());
        return;
      case 'new-epoch':
        server.region.beginEpoch();
        this.onServer(() => server.snapshot());
        return;
      case 'server-down':
        network.setServerUp(false);
        world.after(act.ms, () => network.setServerUp(true));
        return;
      case 'server-clock':
        this.serverHost.skewMs += act.ms;
        return;
      case 'outbox-lost':
        server.outbox.lose(this.clientOf(act).device, act.commands);
        return;
      default:
        this.actOn(this.clientOf(act), act);
    }
  }

  private actOn(client: SimClient, act: Extract<Act, { readonly client: number }>): void {
    const { world, network } = this;
    if (this.down.has(client)) return;
    switch (act.kind) {
      case 'tell':
        client.tell();
        return;
      case 'ask':
        client.askSync();
        return;
      case 'cancel':
        client.cancel();
        return;
      case 'verify':
        client.verify();
        return;
      case 'clock':
        client.host.skewMs = act.ms;
        return;
      case 'cut':
        network.setCutOff(client.host, true);
        world.after(act.ms, () => network.setCutOff(client.host, false));
        return;
      case 'crash':
        client.crash(act.losesPower);
        this.down.add(client);
        world.after(act.ms, () => {
          if (this.down.has(client)) this.startAgain(client);
        });
        return;
      default:
    }
  }
}
