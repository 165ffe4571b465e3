import type { SqlValue } from './values';

/** A statement's text with its values apart: nothing typed by a person can become SQL. */
export interface Sql {
  readonly text: string;
  readonly values: readonly SqlValue[];
}

class Fragment {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** A name or fixed piece of SQL written in our own source, to be inserted as it is. */
export function raw(text: string): Fragment {
  return new Fragment(text);
}

/** Tagged template: interpolated values become parameters, fragments become text. */
export function sql(parts: TemplateStringsArray, ...holes: readonly (SqlValue | Fragment)[]): Sql {
  let text = parts[0] ?? '';
  const values: SqlValue[] = [];
  holes.forEach((hole, i) => {
    if (hole instanceof Fragment) text += hole.text;
    else {
      text += '?';
      values.push(hole);
    }
    text += parts[i + 1] ?? '';
  });
  return { text, values };
}
