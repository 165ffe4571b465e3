import { expect, it } from 'vitest';
import type { Mark } from '../../../../shared/domain/marks/marks';
import type { StartedStore } from '../../clients/store-client';
import { GrantStores } from './grant-stores';

const KEY = new Uint8Array(32);
const MARK: Mark = { id: '0'.repeat(26), set: { issuer: 7 }, reason: '查', sinceMs: 1 } as never;
const GRANT = { grant: 'G1', scope: { regions: ['3302'] } };
const SESSION = {
  view: { userId: 'u' },
  office: { deviceId: 'D' },
  keys: { names: () => [], copy: () => KEY, peek: () => undefined, has: () => false },
};
const HELD = { files: KEY, transportPublic: KEY, transportPrivate: KEY };

/** A store that answers each call when it is let; it refuses everything before it was opened, as the real one does. */
function storeAt(calls: unknown[], hold: (name: string) => Promise<void>): StartedStore {
  let isOpen = false;
  const process = {
    call: async (name: string, input: unknown) => {
      if (name !== 'open' && !isOpen) throw new Error(`${name} before open`);
      await hold(name);
      if (name === 'open') isOpen = true;
      else calls.push([name, input]);
      return {};
    },
    onEvent: () => undefined,
    onExit: () => undefined,
    stop: async () => undefined,
  };
  return { process, givePagePort: null } as unknown as StartedStore;
}

async function opening(marks: () => readonly Mark[], ofRegion: () => readonly Mark[] = () => []) {
  const calls: unknown[] = [];
  const errors: unknown[] = [];
  let letGo: () => void = () => undefined;
  const held = new Promise<void>((resolve) => {
    letGo = resolve;
  });
  const stores = new GrantStores({
    log: { error: (event: string) => void errors.push(event) },
    rulePack: {},
    startStore: () => storeAt(calls, (name) => (name === 'open' ? held : Promise.resolve())),
    highestMs: () => 1_000,
    marks,
    marksOf: async () => ofRegion(),
  } as never);
  const started = stores.start(SESSION as never, GRANT as never, '/g', HELD as never, false);
  await new Promise((resolve) => setTimeout(resolve, 5));
  return { stores, started, letGo, calls, errors };
}

// Would catch: marks that come while a grant's store opens and make the order of the whole office fail, or are missed by that store.
it('tells a store that is still opening nothing, and what came meanwhile before it is used', async () => {
  const { stores, started, letGo, calls, errors } = await opening(() => []);
  await stores.setMarks([MARK]);
  expect(calls).toEqual([]);
  letGo();
  await started;
  expect((calls as [string, unknown][]).filter(([name]) => name === 'setMarks').at(-1)).toEqual([
    'setMarks',
    { marks: [MARK] },
  ]);
  expect(errors).toEqual([]);
  await stores.setMarks([]);
  expect(calls.at(-1)).toEqual(['setMarks', { marks: [] }]);
});

// Would catch: marks of the rows' own region that a word of this office's marks takes away, or that reach a running store at its next
// start alone.
it('goes by the marks of both regions, whichever of them changes', async () => {
  const other: Mark = { ...MARK, id: '1'.repeat(26) };
  let ofRegion: readonly Mark[] = [];
  const { stores, started, letGo, calls } = await opening(
    () => [MARK],
    () => ofRegion,
  );
  letGo();
  await started;
  ofRegion = [other];
  await stores.grantMarksChanged();
  expect(calls.at(-1)).toEqual(['setMarks', { marks: [MARK, other] }]);
  await stores.setMarks([]);
  expect(calls.at(-1)).toEqual(['setMarks', { marks: [other] }]);
  ofRegion = [];
  await stores.grantMarksChanged();
  expect(calls.at(-1)).toEqual(['setMarks', { marks: [] }]);
});

// Would catch: an export of own rows, or of another grant's, that ends because somebody opened granted rows or because others of them
// were marked; one of this grant's own rows that goes on although they were.
it('counts what is marked anew, grant by grant, and not what a store is told first', async () => {
  let ofRegion: readonly Mark[] = [MARK];
  const { stores, started, letGo } = await opening(
    () => [],
    () => ofRegion,
  );
  const before = [stores.marksVersion, stores.marksVersionOf('G1'), stores.marksVersionOf('G2')];
  letGo();
  await started;
  const versions = () => [
    stores.marksVersion,
    stores.marksVersionOf('G1'),
    stores.marksVersionOf('G2'),
  ];
  expect(versions()).toEqual(before);
  await stores.grantMarksChanged();
  expect(versions()).toEqual(before);
  ofRegion = [];
  await stores.grantMarksChanged();
  expect(versions()).toEqual([1, 1, 0]);
  ofRegion = [MARK];
  await stores.grantMarksChanged();
  // What was so once and is so again is not what was read in between.
  expect(versions()).toEqual([2, 2, 0]);
});
