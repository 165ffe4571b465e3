import type { ExportPolicy } from '../../../../shared/domain/policy/export-policy';
import {
  BOARD_TEMPLATE,
  type ExportTemplate,
  FULL_TEMPLATE,
  templatesOf,
} from '../../../../shared/domain/policy/export-templates';

/** One of them by its id, the full one without; undefined where the office has none such. */
export const templateOf = (policy: ExportPolicy, id: string = FULL_TEMPLATE.id) =>
  templatesOf(policy).find((one) => one.id === id);

/** Where every list of an office leaves encrypted only, a board does too. */
export const boardForm = (policy: ExportPolicy): ExportTemplate => ({
  ...BOARD_TEMPLATE,
  needsRecipient: templatesOf(policy).every(({ needsRecipient }) => needsRecipient),
});
