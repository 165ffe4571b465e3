import { PeopleService } from '../../services/people/people';
import { RecoveryCustody } from '../../services/people/recovery-custody';
import { RemovedPeople } from '../../services/people/removed-people';
import { TokenBinding } from '../../services/tokens/token-binding';
import type { Ground } from './ground';
import type { Start } from './start';

/** Who opens this device, and by what. */
export function composePeople({ around, hooks }: Start, { sessions, store, device }: Ground) {
  const { events, clock, nowMs } = around;
  const custody = new RecoveryCustody(() => around.recoveryWindow.close());
  const removed = new RemovedPeople(store);
  const tell = () => events.emit('people.changed', {});
  const people = new PeopleService({
    sessions,
    store,
    machine: around.machine,
    device,
    kdf: () => around.kdf.measure(),
    clock,
    nowMs,
    custody,
    removed,
    office: () => hooks.office(),
    onChanged: () => hooks.onPeopleChanged(),
    openWindow: (onClosed) => around.recoveryWindow.open(onClosed),
    print: () => around.recoveryWindow.print(),
    tell,
  });
  const tokens = new TokenBinding({
    device,
    store,
    sessions,
    machine: around.machine,
    kdf: () => around.kdf.measure(),
    highestMs: () => clock.highestMs(),
    nowMs,
  });
  return { custody, removed, tell, people, tokens };
}

export type People = ReturnType<typeof composePeople>;
