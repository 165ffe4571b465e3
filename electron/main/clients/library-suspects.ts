import type { DriverProblem } from '../../device/device';
import type { LibraryLoad } from '../../device/library-loads';
import type { DeviceRequest } from '../../device/protocol';

type Configuration = Omit<Extract<DeviceRequest, { kind: 'configure' }>, 'id' | 'kind'>;

/**
 * Vendors' libraries that hung as they were loaded, or took their process along. They are left out from then on, so that
 * they keep no other token waiting, and are tried again by the next start of the program.
 */
export class LibrarySuspects {
  private readonly found = new Map<string, 'hangs' | 'crashes'>();
  private current: { readonly library: string; readonly timer: NodeJS.Timeout } | null = null;

  constructor(private readonly limitMs: number) {}

  get count(): number {
    return this.found.size;
  }

  /** What the process says of a load; `onHung` ends it. */
  heard({ kind, library }: LibraryLoad, onHung: () => void): void {
    this.forget();
    if (kind === 'library-loaded') return;
    const timer = setTimeout(() => {
      this.found.set(library, 'hangs');
      this.current = null;
      onHung();
    }, this.limitMs);
    this.current = { library, timer };
  }

  /** The process ended by itself: what it was loading is the likeliest cause. */
  exited(): void {
    if (this.current !== null) this.found.set(this.current.library, 'crashes');
    this.forget();
  }

  /** We ended it: that says nothing of a load. */
  forget(): void {
    if (this.current !== null) clearTimeout(this.current.timer);
    this.current = null;
  }

  /** A configuration without them. */
  without(configuration: Configuration): Configuration {
    const { pkcs11Libraries, skfProfiles } = configuration;
    return {
      ...configuration,
      pkcs11Libraries: pkcs11Libraries.filter((library) => !this.found.has(library)),
      skfProfiles: skfProfiles.filter(({ libraryPath }) => !this.found.has(libraryPath)),
    };
  }

  /** What a list says of those that were left out. */
  problems({ pkcs11Libraries, skfProfiles }: Configuration): DriverProblem[] {
    const asked = [
      ...pkcs11Libraries.map((library) => ({ driver: 'pkcs11' as const, library })),
      ...skfProfiles.map(({ libraryPath }) => ({ driver: 'skf' as const, library: libraryPath })),
    ];
    return asked.flatMap(({ driver, library }): DriverProblem[] => {
      const how = this.found.get(library);
      if (how === undefined) return [];
      if (how === 'hangs') return [{ driver, library, failure: { kind: 'timeout' } }];
      const detail = 'ends its process while it is loaded';
      return [{ driver, library, failure: { kind: 'library-unusable', library, detail } }];
    });
  }
}
