import { z } from 'zod';
import { AppError } from '../../../../shared/errors/app-error';
import {
  type LineSettings,
  LineSettingsSchema,
  type ProxySetting,
} from '../../../../shared/ipc/routes/line';
import type { MachineSecretProvider } from '../../../crypto/machine-secret';
import { destroyFile } from '../../../platform/destroy-file';
import { MachineSeal } from '../control/machine-seal';
import type { ServiceLog } from '../ports';
import type { SettingsFile } from '../settings/settings';
import { ByteBudget } from '../sync/byte-budget';
import type { LineSetup } from '../sync/line';
import { systemTiming, type Timing } from '../sync/timing';
import {
  basicCredentials,
  DIRECT,
  type FindWays,
  placeOf,
  type Way,
  waysOf,
} from '../sync/transport/proxy';
import { TlsTransport } from '../sync/transport/tls-transport';

const DEFAULTS: LineSettings = {
  limitKBps: null,
  isMetered: false,
  isPaused: false,
  proxy: { kind: 'system' },
};
const MAX_CHARACTERS = 4_096;
const PASSWORD_USE = 'proxy-password';
/** A proxy is set for the installation: it is needed before there is an office. */
const SEAL_PLACE = 'installation';

/** What `line.set-proxy` sets. */
export type ProxyInput =
  | { readonly kind: 'none' | 'system' }
  | {
      readonly kind: 'manual';
      readonly address: string;
      readonly user: string | null;
      readonly password: Uint8Array | null;
    };

export interface LineSettingsParts {
  readonly file: SettingsFile;
  /** Where the proxy's password is kept, sealed to this machine. */
  readonly passwordPath: string;
  readonly machine: MachineSecretProvider;
  readonly log: ServiceLog;
  /** The system's answer for an address, as a proxy script words it. */
  resolveSystemProxy(endpoint: string): Promise<string>;
  readonly timing?: Timing;
  /** Set for all people of the machine; nobody can set another. */
  readonly managedProxy?: ProxySetting | undefined;
}

/**
 * How this installation uses the network: limit, metered, pause, proxy. A file that does not parse counts as absent;
 * it is replaced at the next change.
 */
export class LineSettingsKeeper {
  /** What every line of this device is made of. */
  readonly setup: LineSetup;
  /** Which way leads to an address, as set now. */
  readonly findWays: FindWays = (endpoint) => this.ways(endpoint);
  private value: LineSettings;
  private readonly budget: ByteBudget;
  private authorization: string | null = null;
  private listener: (settings: LineSettings) => void = () => undefined;

  constructor(private readonly parts: LineSettingsParts) {
    const timing = parts.timing ?? systemTiming;
    this.value = parse(parts.file.read());
    this.budget = new ByteBudget(timing);
    this.applyLimit();
    this.setup = {
      timing,
      budget: this.budget,
      transport: (identity) => new TlsTransport(identity, this.findWays),
    };
  }

  get current(): LineSettings {
    const { managedProxy: proxy } = this.parts;
    return proxy === undefined ? this.value : { ...this.value, proxy };
  }

  /** Called after every change. */
  onChange(listener: (settings: LineSettings) => void): void {
    this.listener = listener;
  }

  set(
    change: {
      [K in keyof Omit<LineSettings, 'proxy'>]?: LineSettings[K] | undefined;
    },
  ): LineSettings {
    const { limitKBps, isMetered, isPaused } = change;
    return this.keep({
      limitKBps: limitKBps === undefined ? this.value.limitKBps : limitKBps,
      isMetered: isMetered ?? this.value.isMetered,
      isPaused: isPaused ?? this.value.isPaused,
      proxy: this.value.proxy,
    });
  }

  /** Takes the password, which is zeroed. Throws PROXY_ADDRESS_INVALID, DISK_FULL, KEYSLOTS_DAMAGED, FORBIDDEN. */
  async setProxy(input: ProxyInput): Promise<LineSettings> {
    if (this.parts.managedProxy !== undefined) {
      if (input.kind === 'manual') input.password?.fill(0);
      throw new AppError('FORBIDDEN', {}, 'set by the managed configuration');
    }
    const { passwordPath } = this.parts;
    if (input.kind !== 'manual') {
      await destroyFile(passwordPath);
      this.authorization = null;
      return this.keep({ ...this.value, proxy: { kind: input.kind } });
    }
    const { user, password } = input;
    try {
      const address = input.address.trim();
      const isUser = user === null || /^[^:\p{Cc}]{1,80}$/u.test(user);
      if (placeOf(address) === null || !isUser) throw new AppError('PROXY_ADDRESS_INVALID');
      if (password === null || user === null) await destroyFile(passwordPath);
      else {
        const seal = await MachineSeal.make(this.parts.machine, SEAL_PLACE);
        await seal.write(passwordPath, PASSWORD_USE, password).finally(() => seal.zero());
      }
      this.authorization = null;
      const hasPassword = password !== null && user !== null;
      return this.keep({
        ...this.value,
        proxy: { kind: 'manual', address, user, hasPassword },
      });
    } finally {
      password?.fill(0);
    }
  }

  private async ways(endpoint: string): Promise<readonly Way[]> {
    const { proxy } = this.current;
    if (proxy.kind === 'none') return [DIRECT];
    if (proxy.kind === 'system')
      return waysOf(await this.parts.resolveSystemProxy(endpoint).catch(() => 'DIRECT'));
    const place = placeOf(proxy.address);
    if (place === null) throw new AppError('SYNC_PROXY_UNREACHABLE', {}, 'address');
    return [{ kind: 'proxy', ...place, authorization: await this.credentials(proxy.user) }];
  }

  /** Read once; a password that this machine cannot open any more is as good as none. */
  private async credentials(user: string | null): Promise<string | null> {
    if (user === null) return null;
    if (this.authorization !== null) return this.authorization;
    const seal = await MachineSeal.find(this.parts.machine, SEAL_PLACE).catch(() => null);
    const password = (await seal?.read(this.parts.passwordPath, PASSWORD_USE)) ?? 'absent';
    seal?.zero();
    if (password === 'altered') this.parts.log.warn('proxy password not opened');
    const bytes = typeof password === 'string' ? new Uint8Array() : password;
    this.authorization = basicCredentials(user, bytes);
    bytes.fill(0);
    return this.authorization;
  }

  private keep(next: LineSettings): LineSettings {
    this.value = LineSettingsSchema.parse(next);
    this.parts.file.write(`${JSON.stringify(this.value, null, 2)}\n`);
    this.applyLimit();
    this.listener(this.current);
    return this.current;
  }

  private applyLimit(): void {
    const { limitKBps } = this.value;
    this.budget.setLimit(limitKBps === null ? null : limitKBps * 1_000);
  }
}

const FileSchema = z.string().max(MAX_CHARACTERS);

function parse(text: string | null): LineSettings {
  try {
    const parsed = LineSettingsSchema.safeParse(JSON.parse(FileSchema.parse(text)));
    return parsed.success ? parsed.data : DEFAULTS;
  } catch {
    return DEFAULTS;
  }
}
