import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { EMERGENCY_LEVELS, type EmergencyLevel } from '../../../shared/domain/emergency/levels';
import { REFUSED_FROM } from '../../../shared/domain/emergency/refused-routes';
import { ROLES, type Role } from '../../../shared/domain/model';
import { AppError } from '../../../shared/errors/app-error';
import { CONTRACT, isRouteName, type RouteName } from '../../../shared/ipc/contract';
import type { CallSource, WindowKind } from '../security/sender';
import { CommandActivity } from './command-activity';
import { grantedPortRoutes } from './port-routes';
import { AUDITED_BY_SERVICE, createRouter, type Handlers } from './router';

const MAIN: CallSource = {
  contentsId: 1,
  frameAddress: 'app://fieldcert/index.html',
  isTopFrame: true,
};
const SIGNING: CallSource = {
  contentsId: 2,
  frameAddress: 'app://fieldcert/signing.html',
  isTopFrame: true,
};
const HANDOUT: CallSource = {
  ...SIGNING,
  contentsId: 3,
  frameAddress: 'app://fieldcert/handout.html',
};

interface RigOptions {
  role?: Role | null;
  level?: EmergencyLevel;
  answer?: () => unknown;
  isChecked?: boolean;
  admit?: (route: RouteName) => Promise<void>;
  audit?: () => void;
}

function rig(options: RigOptions = {}) {
  const reached: { name: string; input: unknown }[] = [];
  const audited: string[] = [];
  const logged: string[] = [];
  const answers = options.answer ?? (() => ({}));
  const handlers = new Proxy({} as Handlers, {
    get: (_target, name) => (input: unknown) => {
      reached.push({ name: String(name), input });
      return answers();
    },
  });
  const route = createRouter({
    handlers,
    windowOf: (id): WindowKind | null =>
      ([null, 'main', 'signing', 'handout'] as const)[id] ?? null,
    admit: options.admit ?? (() => Promise.resolve()),
    role: () => (options.role === undefined ? 'inspector' : options.role),
    level: () => options.level ?? 0,
    audit: async (kind) => {
      options.audit?.();
      audited.push(kind);
    },
    log: {
      warn: (_message, fields) => logged.push(JSON.stringify(fields)),
      error: (_message, fields) => logged.push(JSON.stringify(fields)),
    },
    activity: new CommandActivity(),
    isOutputChecked: options.isChecked ?? false,
  });
  return { route, reached, audited, logged };
}
const codeOf = (answer: Awaited<ReturnType<ReturnType<typeof rig>['route']>>) =>
  answer.ok ? 'ok' : answer.error.code;

describe('router gates', () => {
  // Bugs: a level that is shown and refuses nothing; one that refuses what the level below it does not; a route that was renamed since.
  it('refuse what an emergency level forbids, and nothing before it', async () => {
    for (const [name, from] of Object.entries(REFUSED_FROM)) {
      expect(isRouteName(name), name).toBe(true);
      for (const level of EMERGENCY_LEVELS) {
        const { route, reached } = rig({ role: 'head', level });
        const answer = await route(MAIN, name, { no: 'input of this route' });
        expect(codeOf(answer) === 'EMERGENCY_LEVEL', `${name} at ${level}`).toBe(level >= from);
        if (level >= from) expect(reached).toEqual([]);
      }
    }
    const { route } = rig({ role: 'head', level: 4 });
    expect(codeOf(await route(MAIN, 'sync.status', {}))).toBe('ok');
    // Who may not call it learns no level.
    const locked = rig({ role: null, level: 4 });
    expect(codeOf(await locked.route(MAIN, 'exports.start', {}))).toBe('LOCKED');
  });

  // Would catch: a sub-frame, a foreign page or an unknown window reaching a handler.
  it.each<[string, CallSource]>([
    ['a sub-frame', { ...MAIN, isTopFrame: false }],
    ['a foreign origin', { ...MAIN, frameAddress: 'https://evil.example/' }],
    ['a look-alike host', { ...MAIN, frameAddress: 'app://fieldcert.evil/' }],
    ['a file', { ...MAIN, frameAddress: 'file:///index.html' }],
    ['a frame that is gone', { ...MAIN, frameAddress: null }],
    ['an unknown window', { ...MAIN, contentsId: 9 }],
  ])('refuses %s', async (_name, source) => {
    const { route, reached } = rig();
    expect(codeOf(await route(source, 'app.state', {}))).toBe('FORBIDDEN');
    expect(reached).toEqual([]);
  });

  // Would catch: a program that is not whole opens an office all the same.
  it('lets nothing through that the program does not admit', async () => {
    const admit = async (name: RouteName) => {
      if (name !== 'app.state') throw new AppError('PROGRAM_ALTERED', { file: 'x' });
    };
    const { route, reached } = rig({ admit, role: null });
    expect(codeOf(await route(MAIN, 'unlock.practice', {}))).toBe('PROGRAM_ALTERED');
    expect(codeOf(await route(MAIN, 'restore.choose', {}))).toBe('PROGRAM_ALTERED');
    expect(reached).toEqual([]);
    expect(codeOf(await route(MAIN, 'app.state', {}))).toBe('ok');
  });

  // Would catch: prototype names or port routes answered over IPC.
  it.each(['constructor', '__proto__', 'toString', 'nothing.here', 7, null, undefined])(
    'refuses the route %s',
    async (name) => {
      const { route, reached } = rig();
      expect(codeOf(await route(MAIN, name, {}))).toBe('INPUT_INVALID');
      expect(reached).toEqual([]);
    },
  );
  it('refuses port routes', async () => {
    const { route, reached } = rig();
    const answer = await route(MAIN, 'search.suggest', { text: '王' });
    expect(codeOf(answer)).toBe('FORBIDDEN');
    expect(reached).toEqual([]);
  });

  // Would catch: the main page, or the signing page, asking for the parts of the recovery key.
  it('shows the recovery key to its own window alone', async () => {
    const { route } = rig();
    for (const name of ['handout.shown', 'handout.print', 'handout.confirm'])
      for (const source of [MAIN, SIGNING])
        expect(codeOf(await route(source, name, {}))).toBe('FORBIDDEN');
    expect(codeOf(await route(HANDOUT, 'people.list', {}))).toBe('FORBIDDEN');
  });

  // Would catch: the main page confirming a signature, or the signing page exporting.
  it('keeps each window to its routes', async () => {
    const { route, reached } = rig();
    expect(codeOf(await route(MAIN, 'signing.request', {}))).toBe('FORBIDDEN');
    expect(codeOf(await route(SIGNING, 'sync.start', {}))).toBe('FORBIDDEN');
    expect(reached).toEqual([]);
    expect(codeOf(await route(SIGNING, 'signing.request', {}))).toBe('ok');
  });

  // Would catch: any route that needs a session answered while locked.
  it.each(
    (Object.keys(CONTRACT) as RouteName[]).filter(
      (name) => CONTRACT[name].needs === 'unlocked' && CONTRACT[name].transport === 'ipc',
    ),
  )('refuses %s while locked', async (name) => {
    const { route, reached } = rig({ role: null });
    const source = { main: MAIN, signing: SIGNING, handout: HANDOUT }[CONTRACT[name].window];
    expect(codeOf(await route(source, name, {}))).toBe('LOCKED');
    expect(reached).toEqual([]);
  });

  // Would catch: an administrator revealing a person, an auditor exporting.
  it.each(['system-admin', 'security-admin', 'auditor'] as const)(
    'gives %s no certificate data',
    async (role) => {
      const { route, reached } = rig({ role });
      const reveal = { certificateId: 1, reason: 'other', note: '' };
      expect(codeOf(await route(MAIN, 'records.reveal', reveal))).toBe('FORBIDDEN');
      expect(codeOf(await route(MAIN, 'exports.history', {}))).toBe('FORBIDDEN');
      expect(reached).toEqual([]);
      expect(grantedPortRoutes(role)).toEqual([]);
    },
  );
  it('grants an inspector the reading routes of the port', () => {
    expect(grantedPortRoutes('inspector')).toContain('search.query');
  });

  // Would catch: any route answered to a role that the table does not name for it, or refused to one that it names.
  it.each(ROLES)('lets %s through to what the table says, and to nothing else', async (role) => {
    for (const name of Object.keys(CONTRACT) as RouteName[]) {
      const { roles, window, transport } = CONTRACT[name];
      if (transport !== 'ipc') continue;
      const source = { main: MAIN, signing: SIGNING, handout: HANDOUT }[window];
      const { route, reached } = rig({ role });
      const code = codeOf(await route(source, name, { no: 'such field' }));
      const isNamed = roles === 'any' || (roles as readonly Role[]).includes(role);
      expect(code, name).toBe(isNamed ? 'INPUT_INVALID' : 'FORBIDDEN');
      expect(reached, name).toEqual([]);
    }
  });

  // Would catch: unparsed input reaching a handler.
  it('refuses input that does not match, naming the field', async () => {
    const { route, reached } = rig();
    const answer = await route(MAIN, 'records.reveal', {
      certificateId: '1',
      reason: 'other',
      note: '',
    });
    expect(answer).toMatchObject({
      ok: false,
      error: { code: 'INPUT_INVALID', params: { field: 'certificateId' } },
    });
    expect(codeOf(await route(MAIN, 'app.state', { extra: 1 }))).toBe('INPUT_INVALID');
    expect(reached).toEqual([]);
  });

  // Would catch: stack traces or file names in an answer, or a rejected promise.
  it('turns a defect into INTERNAL with a logged reference', async () => {
    const { route, logged } = rig({
      answer: () => {
        throw new Error('secret detail');
      },
    });
    const answer = await route(MAIN, 'app.state', {});
    expect(JSON.stringify(answer)).not.toContain('secret detail');
    expect(codeOf(answer)).toBe('INTERNAL');
    const ref = answer.ok ? '' : answer.error.ref;
    expect(logged.some((line) => line.includes(ref) && line.includes('secret detail'))).toBe(true);
  });
  it('passes a documented error on without its detail', async () => {
    const { route } = rig({
      answer: () => {
        throw new AppError('DISK_FULL', { neededMb: 5 }, 'device sda1');
      },
    });
    const answer = await route(MAIN, 'sync.start', {});
    expect(answer).toMatchObject({ error: { code: 'DISK_FULL', params: { neededMb: 5 } } });
    expect(JSON.stringify(answer)).not.toContain('sda1');
  });

  // Bug: a service writes its entry, the router a second one of the same kind: the log says two look-ups where one was.
  it('leaves the entry to a service that writes its own', async () => {
    const sources = readdirSync(new URL('../services', import.meta.url), { recursive: true })
      .map(String)
      .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
      .map((name) => readFileSync(new URL(`../services/${name}`, import.meta.url), 'utf8'));
    const twice: string[] = [];
    let own = 0;
    for (const [name, { audit }] of Object.entries(CONTRACT)) {
      if (audit === null) continue;
      const written = new RegExp(`'auditAppend', \\{\\s*kind: '${audit}',`);
      if (!sources.some((text) => written.test(text))) continue;
      own++;
      if (!AUDITED_BY_SERVICE.has(name as RouteName)) twice.push(name);
    }
    expect(own).toBeGreaterThan(3);
    expect(twice).toEqual([]);
  });

  // Would catch: an audited act without its entry, or a failed act logged as done.
  it('writes the audit entry that the route demands, after success only', async () => {
    const good = rig({ answer: () => ({ runId: 'x' }) });
    await good.route(MAIN, 'sync.start', {});
    expect(good.audited).toEqual(['sync']);
    const bad = rig({
      answer: () => {
        throw new AppError('BUSY');
      },
    });
    await bad.route(MAIN, 'sync.start', {});
    expect(bad.audited).toEqual([]);
  });

  // Would catch: paper that nobody finds in the log, for a lock came while it was printed; an act that goes on though its
  // entry could not be written.
  it('writes the entry of what leaves on paper before it does', async () => {
    const seen: string[][] = [];
    const desk = rig({
      answer: () => {
        seen.push([...desk.audited]);
        return { outcome: 'printed' };
      },
    });
    expect(codeOf(await desk.route(MAIN, 'boards.print', {}))).toBe('ok');
    expect([seen, desk.audited]).toEqual([[['board-print']], ['board-print']]);
    const full = rig({
      audit: () => {
        throw new AppError('DISK_FULL', { neededMb: 1 });
      },
    });
    expect(codeOf(await full.route(MAIN, 'boards.print', {}))).toBe('DISK_FULL');
    expect(full.reached).toEqual([]);
  });

  // Would catch: a handler answering fields beyond the contract (a leak of plain values).
  it('checks what handlers answer', async () => {
    const { route } = rig({ answer: () => ({ runId: 'x', idNumber: '1' }), isChecked: true });
    expect(codeOf(await route(MAIN, 'sync.start', {}))).toBe('INTERNAL');
  });
});
