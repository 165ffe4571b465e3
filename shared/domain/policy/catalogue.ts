import { err, ok, type Result } from '../../kernel/result';

/** 操作项目: `code` = class × 100 + position, the `category` of a special-operation certificate. */
export interface OperationItem {
  readonly code: number;
  readonly name: string;
}
/** 作业类别. */
export interface OperationClass {
  readonly code: number;
  readonly name: string;
  readonly items: readonly OperationItem[];
}

export interface OperationCatalogue {
  readonly version: string;
  readonly classes: readonly OperationClass[];
  readonly item: (category: number) => OperationItem | undefined;
  readonly classOf: (category: number) => OperationClass | undefined;
}

const isNamed = (value: unknown): value is OperationItem => {
  const { code, name } = (value ?? {}) as Record<string, unknown>;
  return Number.isInteger(code) && typeof name === 'string' && name.length > 0 && name.length <= 64;
};

function isClass(value: unknown): value is OperationClass {
  if (!isNamed(value) || value.code < 1 || value.code > 99) return false;
  const { items } = value as { items?: unknown };
  return (
    Array.isArray(items) &&
    items.every((item) => isNamed(item) && Math.floor(item.code / 100) === value.code)
  );
}

/** Reads and checks the special-operation catalogue `{version, classes: [{code, name, items}]}`. */
export function loadOperationCatalogue(
  file: unknown,
): Result<OperationCatalogue, 'shape' | 'duplicate'> {
  const { version, classes } = (file ?? {}) as { version?: unknown; classes?: unknown };
  if (typeof version !== 'string' || !Array.isArray(classes) || !classes.every(isClass))
    return err('shape');
  const byClass = new Map(classes.map((one) => [one.code, one]));
  const byItem = new Map(classes.flatMap(({ items }) => items).map((one) => [one.code, one]));
  const itemCount = classes.reduce((sum, { items }) => sum + items.length, 0);
  if (byClass.size !== classes.length || byItem.size !== itemCount) return err('duplicate');
  return ok({
    version,
    classes,
    item: (category) => byItem.get(category),
    classOf: (category) => byClass.get(Math.floor(category / 100)),
  });
}
