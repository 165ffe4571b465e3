import { existsSync } from 'node:fs';
import { app, type BrowserWindow, powerMonitor, session } from 'electron';
import { systemClock } from '../../platform/clock';
import { FileSink } from '../../platform/log-file';
import { consoleSink, createLogger, type Logger } from '../../platform/logger';
import { dataPaths } from '../../platform/paths';
import { registerRouter } from '../ipc/register';
import { refuseDebugging } from '../security/debugging';
import { denyDownloads } from '../security/downloads';
import { denyExternalLinks } from '../security/external-links';
import { guardNavigation } from '../security/navigation';
import { limitPermissions } from '../security/permissions';
import { confineRequests } from '../security/requests';
import { enforceSandbox } from '../security/sandbox';
import { chooseDataFolder } from './data-folder';
import type { Desk } from './desk';
import { type Development, development } from './development';
import { makeFront } from './front';
import { type Presence, watchIdle } from './idle-watch';
import { installationAt } from './program-folders';
import { declareScheme, serveScheme } from './scheme';
import { swapNote } from './swap-note';

/** One instance a data folder, so that two never write the same files. */
function isOnlyInstance(): boolean {
  return app.requestSingleInstanceLock();
}

function makeLogger(file: FileSink): Logger {
  const sinks = app.isPackaged ? [file] : [file, consoleSink];
  return createLogger({ scope: 'main', sinks, clock: systemClock });
}

/**
 * Starts the program in a fixed order: guards before anything can be attacked, files before windows.
 * Whatever fails ends it: a desk without one of its guards must not open.
 */
export async function start(): Promise<void> {
  let log: Logger | null = null;
  try {
    refuseDebugging(app);
    enforceSandbox(app);
    const dev = development(app.isPackaged);
    chooseDataFolder(app, dev);
    declareScheme();
    guardNavigation(app);
    denyExternalLinks(app);
    if (!isOnlyInstance()) {
      app.exit(0);
      return;
    }
    const file = new FileSink(dataPaths(app.getPath('userData')).logs, 'main');
    const logger = makeLogger(file);
    log = logger;
    watchDefects(logger);
    const former = await formerInstead(dev, log);
    if (former !== null) {
      app.relaunch({ execPath: former, args: process.argv.slice(1) });
      app.exit(0);
      return;
    }
    await app.whenReady();
    const { defaultSession } = session;
    denyDownloads(defaultSession);
    confineRequests(defaultSession, app.isPackaged);
    const scripts = serveScheme(defaultSession, installationAt(app.getAppPath()).pages);
    const front = makeFront(log);
    const { windows } = front;
    limitPermissions(defaultSession, windows.camera, (id) => windows.windowOf(id) === 'main');
    // The page is loaded first, and the desk laid out while it runs: what it asks waits until there is one.
    const opening = windows.openMain();
    let tellAsked: () => void = () => undefined;
    const asked = new Promise<void>((resolve) => {
      tellAsked = resolve;
    });
    const laid = layDesk(Promise.race([scripts, asked, opening]), (makeDesk) =>
      makeDesk(logger, dev, front, () => file.erase()),
    );
    registerRouter(async (...call) => {
      tellAsked();
      return (await laid).route(...call);
    });
    const [desk, window] = await Promise.all([laid, opening]);
    await show(desk, window, front.presence, log);
  } catch (error) {
    const detail = error instanceof Error ? (error.stack ?? error.message) : String(error);
    log?.error('start failed', { detail });
    if (log === null) process.stderr.write(`start failed: ${detail}\n`);
    app.exit(1);
  }
}

/** A new version that reached no window gives its place back; most starts have none to ask about. */
async function formerInstead(dev: Development, log: Logger): Promise<string | null> {
  if (!existsSync(swapNote(app.getPath('userData')))) return null;
  const former = await import('./former');
  return former.formerInstead(app, dev, log);
}

/**
 * The desk with its schemas and services is most of the program, and reading it in keeps this process busy: a page that
 * waits for its files would stand still meanwhile.
 */
async function layDesk(
  pageIsServed: Promise<unknown>,
  make: (makeDesk: typeof import('./desk').makeDesk) => Promise<Desk>,
): Promise<Desk> {
  await pageIsServed;
  return make((await import('./desk')).makeDesk);
}

/**
 * A defect nobody caught: without this Electron would show its text, paths and values included, in a
 * dialog. A rejected promise is logged; after an exception the state is unknown and the desk ends.
 */
function watchDefects(log: Logger): void {
  process.on('unhandledRejection', (reason) => {
    const detail = reason instanceof Error ? (reason.stack ?? reason.message) : String(reason);
    log.error('rejection nobody caught', { detail });
  });
  process.on('uncaughtException', (error) => {
    log.error('exception nobody caught', { detail: error.stack ?? error.message });
    app.exit(1);
  });
}

async function show(
  desk: Desk,
  window: BrowserWindow,
  presence: Presence,
  log: Logger,
): Promise<void> {
  const stopWatching = watchIdle(
    powerMonitor,
    presence,
    () => desk.idleLockMs,
    (reason) => {
      void desk.lock(reason);
    },
  );
  app.on('second-instance', () => void desk.windows.openMain());
  app.on('activate', () => void desk.windows.openMain());
  app.on('window-all-closed', () => app.quit());
  let isQuitting = false;
  app.on('before-quit', (event) => {
    if (isQuitting) return;
    // Files are closed and keys zeroed before the program goes.
    isQuitting = true;
    event.preventDefault();
    stopWatching();
    void desk
      .quit()
      .then((fresh) => {
        if (fresh !== null) app.relaunch({ execPath: fresh, args: process.argv.slice(1) });
      })
      .finally(() => app.exit(0));
  });
  log.info('first window', { ms: Math.round(performance.now()) });
  presence.follow(window.webContents);
  // Signing and hand-out windows too: who reads and types there is not away.
  app.on('web-contents-created', (_event, contents) => presence.follow(contents));
  desk.follow(window);
  await desk.reachedWindow();
  if (!app.isPackaged && app.commandLine.hasSwitch('practice')) desk.openPractice();
}
