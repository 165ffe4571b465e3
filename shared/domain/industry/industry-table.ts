import { err, ok, type Result } from '../../kernel/result';

/** A division (大类) of GB/T 4754-2017; rows carry its code as a number, 1-97. */
export interface IndustryDivision {
  readonly code: number;
  readonly name: string;
}
/** A section (门类), A-T. */
export interface IndustrySection {
  readonly code: string;
  readonly name: string;
  readonly divisions: readonly IndustryDivision[];
}

/** Look-ups over the classification. Which divisions are high-risk says the rule pack, not this. */
export interface IndustryTable {
  readonly version: string;
  readonly sections: readonly IndustrySection[];
  readonly divisions: readonly IndustryDivision[];
  readonly name: (division: number) => string | undefined;
  readonly sectionOf: (division: number) => IndustrySection | undefined;
}

function isNamed(value: unknown, isCode: (code: unknown) => boolean): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const { code, name } = value as Record<string, unknown>;
  return isCode(code) && typeof name === 'string' && name.length > 0 && name.length <= 64;
}

function isSection(value: unknown): value is IndustrySection {
  if (!isNamed(value, (code) => typeof code === 'string' && /^[A-T]$/.test(code))) return false;
  const { divisions } = value as { divisions?: unknown };
  const isDivision = (code: unknown): boolean =>
    Number.isInteger(code) && Number(code) >= 1 && Number(code) <= 99;
  return Array.isArray(divisions) && divisions.every((one) => isNamed(one, isDivision));
}

/** Reads and checks `{version, sections: [{code, name, divisions: [{code, name}]}]}`. */
export function loadIndustryTable(file: unknown): Result<IndustryTable, 'shape' | 'duplicate'> {
  const { version, sections } = (file ?? {}) as { version?: unknown; sections?: unknown };
  if (typeof version !== 'string' || !Array.isArray(sections) || !sections.every(isSection))
    return err('shape');
  const bySection = new Map<number, IndustrySection>();
  const byCode = new Map<number, IndustryDivision>();
  for (const section of sections) {
    for (const division of section.divisions) {
      if (byCode.has(division.code)) return err('duplicate');
      byCode.set(division.code, division);
      bySection.set(division.code, section);
    }
  }
  return ok({
    version,
    sections,
    divisions: [...byCode.values()],
    name: (division) => byCode.get(division)?.name,
    sectionOf: (division) => bySection.get(division),
  });
}
