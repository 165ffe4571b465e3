import { parseUscc } from '../../shared/domain/company/uscc';
import { parseIdNumber } from '../../shared/domain/identity/id-number';
import { ENTITIES, type Entity, ID_TYPES } from '../../shared/domain/model';
import type { Values } from '../store/rows';

export interface RowFinding {
  readonly entity: Entity;
  readonly column: string;
  /** `refused`: the row is not taken. `warned`: taken, and shown to the body that sent it. */
  readonly weight: 'refused' | 'warned';
  readonly reason: 'missing' | 'type' | 'unknown-column' | 'id-number' | 'uscc';
}

const MAX_TEXT = 4096;

function isFit(type: 'int' | 'text' | 'json', value: unknown): boolean {
  if (type === 'int') return Number.isSafeInteger(value);
  if (type === 'text')
    return (
      typeof value === 'string' && value.length <= MAX_TEXT && value.normalize('NFC') === value
    );
  return typeof value === 'object' && value !== null;
}

function shapeFindings(entity: Entity, part: 'columns' | 'private', values: Values): RowFinding[] {
  const shape = ENTITIES[entity][part];
  const finding = (column: string, reason: RowFinding['reason']): RowFinding => ({
    entity,
    column,
    weight: 'refused',
    reason,
  });
  const found: RowFinding[] = [];
  for (const { name, type, isOptional } of shape) {
    const value = values[name];
    if (value === undefined || value === null) {
      if (!isOptional) found.push(finding(name, 'missing'));
    } else if (!isFit(type, value)) found.push(finding(name, 'type'));
  }
  for (const name of Object.keys(values)) {
    if (!shape.some((column) => column.name === name)) found.push(finding(name, 'unknown-column'));
  }
  return found;
}

/**
 * What is wrong with a row that comes from outside. An ID number that fails its check is refused; a
 * USCC only warned about, because some really issued codes fail theirs.
 */
export function findingsOf(entity: Entity, values: Values, secret: Values): readonly RowFinding[] {
  const found = [
    ...shapeFindings(entity, 'columns', values),
    ...shapeFindings(entity, 'private', secret),
  ];
  if (found.length > 0) return found;
  if (entity === 'person' && secret.idType === ID_TYPES['resident-id']) {
    const id = parseIdNumber(String(secret.idNumber));
    if (!id.ok || id.value.normalized !== secret.idNumber)
      found.push({ entity, column: 'idNumber', weight: 'refused', reason: 'id-number' });
  }
  if (entity === 'company') {
    const uscc = parseUscc(String(values.uscc));
    if (!uscc.ok || !uscc.value.isChecksumOk)
      found.push({ entity, column: 'uscc', weight: 'warned', reason: 'uscc' });
  }
  return found;
}

/** Rows that cannot be taken, with every finding. */
export class RowsRefused extends Error {
  constructor(readonly findings: readonly RowFinding[]) {
    super(
      `rows refused: ${findings
        .map(({ entity, column, reason }) => `${entity}.${column} ${reason}`)
        .slice(0, 5)
        .join(', ')}`,
    );
    this.name = 'RowsRefused';
  }
}
