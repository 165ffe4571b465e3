import type { zhCN } from './zh-CN';

/** Simplified Chinese is the source: the other languages must have the same keys. */
export type Catalogue = typeof zhCN;

type Leaves<T, Path extends string = ''> = {
  [K in keyof T & string]: T[K] extends string ? `${Path}${K}` : Leaves<T[K], `${Path}${K}.`>;
}[keyof T & string];

/** Every wording there is, as a dotted path. */
export type CatalogueKey = Leaves<Catalogue>;
