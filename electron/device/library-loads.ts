/** A library is about to be loaded, or is. */
export interface LibraryLoad {
  readonly kind: 'library-loading' | 'library-loaded';
  readonly library: string;
}

let listener: (event: LibraryLoad) => void = () => undefined;

/** Tells of every load in this process, to one listener: the loader has one lock a process, and holds it while it loads. */
export function onLibraryLoad(tell: (event: LibraryLoad) => void): void {
  listener = tell;
}

/**
 * Runs a load that may never return, or take the process along. What hears of it is not of this process: while a library
 * hangs as it loads, nothing here runs any more.
 */
export function loading<T>(library: string, load: () => T): T {
  listener({ kind: 'library-loading', library });
  try {
    return load();
  } finally {
    listener({ kind: 'library-loaded', library });
  }
}
