import type { Admitted } from '../../electron/main/services/tickets/admissions';
import type { ExportWish } from '../../electron/main/services/tickets/plan';
import type { startCentral } from '../../server/embedded';
import type { DeskRig } from './desk-rig';

type Central = Awaited<ReturnType<typeof startCentral>>;

/** Has a permit issued for the person at the desk, lets it arrive, and answers how it admits an export, as often as asked. */
export async function permitFor(
  rig: DeskRig,
  central: Central,
): Promise<(wish: ExportWish) => Promise<Admitted>> {
  const { sessions, sync } = rig.office.demandServices();
  const { office, view } = sessions.demand();
  const order = { device: office.deviceId, badge: view.badge, count: 1 };
  const [permit] = await central.exports.issue(order);
  if (permit === undefined) throw new Error('no permit');
  await sync.settled();
  sync.start();
  await sync.settled();
  return (wish) =>
    rig.office
      .demandServices()
      .admissions.byCode(wish, permit.id, new Uint8Array(Buffer.from(permit.code, 'ascii')));
}
