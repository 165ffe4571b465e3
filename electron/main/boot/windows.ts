import { join } from 'node:path';
import { BrowserWindow, type WebContents } from 'electron';
import { CHANNEL_EVENT } from '../../../shared/ipc/channels';
import type { DeskEventName, DeskEvents } from '../../../shared/ipc/events';
import { APP_ORIGIN } from '../security/origin';
import { CameraGate } from '../security/permissions';
import type { WindowKind } from '../security/sender';

/** A page is told of touches elsewhere no more often. */
const TELL_TOUCH_MS = 2_000;

export interface WindowOptions {
  /** Folder of the built preloads. */
  readonly preloads: string;
  readonly isPackaged: boolean;
  readonly backgroundColor: string;
}

/** Pages get no Node, no shared context and no feature that the product does not use. */
function pagePreferences(preload: string, isPackaged: boolean): Electron.WebPreferences {
  return {
    preload,
    contextIsolation: true,
    sandbox: true,
    nodeIntegration: false,
    nodeIntegrationInSubFrames: false,
    nodeIntegrationInWorker: false,
    webSecurity: true,
    allowRunningInsecureContent: false,
    experimentalFeatures: false,
    webviewTag: false,
    navigateOnDragDrop: false,
    spellcheck: false,
    enableWebSQL: false,
    devTools: !isPackaged,
  };
}

/** The windows of the desk; the sender gate asks here whom a call comes from. */
export class Windows {
  private main: BrowserWindow | null = null;
  private signing: BrowserWindow | null = null;
  private recovery: BrowserWindow | null = null;

  /** Whether the main window may ask for the camera now. */
  readonly camera = new CameraGate();

  constructor(private readonly options: WindowOptions) {}

  windowOf(contentsId: number): WindowKind | null {
    if (this.main?.webContents.id === contentsId) return 'main';
    if (this.signing?.webContents.id === contentsId) return 'signing';
    if (this.recovery?.webContents.id === contentsId) return 'handout';
    return null;
  }

  get mainWindow(): BrowserWindow | null {
    return this.main;
  }

  /** Opens the main window, or shows the one there is. */
  async openMain(): Promise<BrowserWindow> {
    if (this.main !== null) {
      if (this.main.isMinimized()) this.main.restore();
      this.main.focus();
      return this.main;
    }
    const window = new BrowserWindow({
      width: 1366,
      height: 768,
      minWidth: 1280,
      minHeight: 720,
      show: false,
      frame: false,
      titleBarStyle: 'hidden',
      title: '证哨 FieldCert',
      backgroundColor: this.options.backgroundColor,
      webPreferences: pagePreferences(
        join(this.options.preloads, 'index.cjs'),
        this.options.isPackaged,
      ),
    });
    this.main = window;
    window.removeMenu();
    window.once('ready-to-show', () => window.show());
    window.on('closed', () => {
      this.main = null;
      this.closeSigning();
      this.closeRecovery();
    });
    await window.loadURL(`${APP_ORIGIN}/index.html`);
    return window;
  }

  /**
   * The dangerous act has a window of its own: modal, its own preload, excluded from screen capture
   * where the system can (Windows, macOS; not on Linux). `onClosed`: the person closed it.
   */
  async openSigning(onClosed: () => void): Promise<void> {
    this.closeSigning();
    const window = this.protectedWindow('signing');
    this.signing = window;
    window.on('closed', () => {
      if (this.signing === window) {
        this.signing = null;
        onClosed();
      }
    });
    await window.loadURL(`${APP_ORIGIN}/signing.html`);
  }

  /** Closes the signing window without telling its opener. */
  closeSigning(): void {
    const window = this.signing;
    this.signing = null;
    if (window !== null && !window.isDestroyed()) window.destroy();
  }

  /** The parts of a recovery key are seen in a window of their own, like a signing. */
  async openRecovery(onClosed: () => void): Promise<void> {
    this.closeRecovery();
    const window = this.protectedWindow('handout');
    this.recovery = window;
    window.on('closed', () => {
      if (this.recovery === window) this.recovery = null;
      onClosed();
    });
    await window.loadURL(`${APP_ORIGIN}/handout.html`);
  }

  closeRecovery(): void {
    const window = this.recovery;
    this.recovery = null;
    if (window !== null && !window.isDestroyed()) window.destroy();
  }

  /** Prints what the recovery window shows, by the system's dialog; writes no file. */
  async printRecovery(): Promise<'printed' | 'cancelled' | 'no-printer'> {
    return printOf(this.recovery);
  }

  /** Prints what the main window shows, as its styles for paper have it. */
  async printMain(): Promise<'printed' | 'cancelled' | 'no-printer'> {
    return printOf(this.main);
  }

  private protectedWindow(kind: 'signing' | 'handout'): BrowserWindow {
    if (this.main === null) throw new Error('no main window');
    const { preloads, isPackaged, backgroundColor } = this.options;
    const window = new BrowserWindow({
      parent: this.main,
      modal: true,
      width: 800,
      height: 724,
      resizable: false,
      minimizable: false,
      maximizable: false,
      show: false,
      frame: false,
      title: '证哨 FieldCert',
      backgroundColor,
      webPreferences: pagePreferences(join(preloads, `${kind}.cjs`), isPackaged),
    });
    window.removeMenu();
    window.setContentProtection(true);
    window.once('ready-to-show', () => window.show());
    this.tellTouches(window);
    return window;
  }

  /** The page behind counts the time since its last touch and locks: work in front of it is somebody's presence too. */
  private tellTouches(window: BrowserWindow): void {
    let toldMs = 0;
    const touched = () => {
      const nowMs = Date.now();
      if (nowMs - toldMs < TELL_TOUCH_MS) return;
      toldMs = nowMs;
      this.emit('app.touched', {});
    };
    window.webContents.on('before-input-event', touched);
    window.webContents.on('input-event', touched);
  }

  /** Tells an event to every open page. */
  emit<E extends DeskEventName>(name: E, payload: DeskEvents[E]): void {
    for (const window of [this.main, this.signing]) {
      if (window !== null && !window.isDestroyed()) {
        window.webContents.send(CHANNEL_EVENT, name, payload);
      }
    }
  }

  /**
   * Replaces the page by a fresh one in a new process, so that nothing shown before the lock stays
   * in memory: a page of another site in between makes Chromium drop the old process.
   */
  async renewMain(): Promise<void> {
    const window = this.main;
    if (window === null || window.isDestroyed()) return;
    this.camera.close();
    await loadQuietly(window.webContents, 'data:text/html,');
    await loadQuietly(window.webContents, `${APP_ORIGIN}/index.html`);
    window.webContents.clearHistory();
  }
}

/** By the system's dialog; a script of the page cannot (csp.ts). */
async function printOf(
  window: BrowserWindow | null,
): Promise<'printed' | 'cancelled' | 'no-printer'> {
  const contents = window?.webContents;
  if (contents === undefined || (await contents.getPrintersAsync()).length === 0)
    return 'no-printer';
  return new Promise((resolve) => {
    contents.print({ silent: false }, (isDone) => resolve(isDone ? 'printed' : 'cancelled'));
  });
}

/** A load that another one overtakes is no failure. */
async function loadQuietly(contents: WebContents, address: string): Promise<void> {
  await contents.loadURL(address).catch((error: unknown) => {
    if (!(error instanceof Error && error.message.includes('ERR_ABORTED'))) throw error;
  });
}
