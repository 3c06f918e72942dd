/**
 * The least that has the calls of Electron's module which this shell makes, for the test of the whole main process: the binary cannot be had where tests
 * run. It decides nothing; it records what it is told and lets a test play the system's part.
 */
import { EventEmitter } from 'node:events';
import { MessageChannel, type MessagePort } from 'node:worker_threads';

interface MenuEntry {
  readonly label?: string;
  readonly role?: string;
  readonly enabled?: boolean;
  readonly click?: () => void;
  readonly submenu?: readonly MenuEntry[];
}
/** What the shell did, in order, and what it made. */
export const seen = {
  calls: [] as string[],
  windows: [] as BrowserWindow[],
  opened: [] as string[],
  pages: undefined as ((request: Request) => Promise<Response>) | undefined,
  menu: [] as readonly MenuEntry[],
  toolTip: '',
};
const ready = Promise.withResolvers<void>();
/** The system has started the app. */
export const becomeReady = (): void => ready.resolve();

class App extends EventEmitter {
  readonly isPackaged = false;
  readonly quitted = Promise.withResolvers<void>();
  requestSingleInstanceLock(): boolean {
    seen.calls.push('lock');
    return true;
  }
  whenReady(): Promise<void> {
    return ready.promise;
  }
  getLocale(): string {
    return 'ja';
  }
  quit(): void {
    let prevented = false;
    this.emit('before-quit', {
      preventDefault: () => {
        prevented = true;
      },
    });
    if (!prevented) this.quitted.resolve();
  }
  exit(): void {
    this.quitted.reject(new Error('the app gave up'));
  }
}
export const app = new App();

class Contents extends EventEmitter {
  setWindowOpenHandler(): void {
    seen.calls.push('guard window');
  }
}
export class BrowserWindow extends EventEmitter {
  readonly options: { readonly webPreferences?: { readonly preload?: string } };
  readonly webContents = new Contents();
  shown = 0;
  destroyed = false;
  constructor(options: BrowserWindow['options']) {
    super();
    this.options = options;
    seen.windows.push(this);
    app.emit('web-contents-created', {}, this.webContents);
  }
  async loadURL(url: string): Promise<void> {
    seen.calls.push(`load ${url}`);
  }
  isDestroyed(): boolean {
    return this.destroyed;
  }
  isMinimized(): boolean {
    return false;
  }
  show(): void {
    this.shown++;
  }
  focus(): void {
    // Nothing is told apart by it.
  }
}

/** As MessagePortMain: what comes in is the `data` of an event, and nothing comes before `start`. */
class Port extends EventEmitter {
  readonly #port: MessagePort;
  constructor(port: MessagePort) {
    super();
    this.#port = port;
  }
  postMessage(message: unknown): void {
    this.#port.postMessage(message);
  }
  start(): void {
    this.#port.on('message', (data) => this.emit('message', { data }));
    this.#port.on('close', () => this.emit('close'));
  }
  close(): void {
    this.#port.close();
  }
}
/** `port1` stays with the shell; `port2` goes to the window, which has an ordinary port. */
export class MessageChannelMain {
  readonly port1: Port;
  readonly port2: MessagePort;
  constructor() {
    const { port1, port2 } = new MessageChannel();
    this.port1 = new Port(port1);
    this.port2 = port2;
  }
}

export const ipcMain = new EventEmitter();
export const nativeTheme = { shouldUseDarkColors: false };
export const nativeImage = { createFromPath: (path: string): string => path };
export const dialog = { showErrorBox: (_title: string, text: string): number => seen.calls.push(`error ${text}`) };
export const shell = { openExternal: async (url: string): Promise<number> => seen.opened.push(url) };
export const session = {
  defaultSession: {
    setPermissionRequestHandler: (): number => seen.calls.push('guard permissions'),
    setPermissionCheckHandler: (): number => seen.calls.push('guard permission checks'),
    setDevicePermissionHandler: (): number => seen.calls.push('guard devices'),
  },
};
export const protocol = {
  registerSchemesAsPrivileged: ([scheme]: readonly { readonly scheme: string }[]): number => seen.calls.push(`scheme ${scheme?.scheme}`),
  handle: (_scheme: string, handler: (request: Request) => Promise<Response>): void => {
    seen.calls.push('serve scheme');
    seen.pages = handler;
  },
};
export const Menu = {
  buildFromTemplate: (template: readonly MenuEntry[]): readonly MenuEntry[] => template,
  setApplicationMenu: (): number => seen.calls.push('menu'),
};
export class Tray extends EventEmitter {
  setToolTip(text: string): void {
    seen.toolTip = text;
  }
  setContextMenu(menu: readonly MenuEntry[]): void {
    seen.menu = menu;
    drawn.emit('drawn');
  }
}
/** Tells `drawn` whenever the tray's menu is replaced. */
export const drawn = new EventEmitter();
