import { CERTIFICATE_KINDS, type CertificateKind } from '../../../../shared/domain/model';
import type { Resources } from './resources';

export interface Tables {
  readonly regions: Record<string, string>;
  readonly industries: Record<string, string>;
  readonly highRiskIndustries: number[];
  readonly categories: Record<string, [string, string]>;
  readonly kinds: CertificateKind[];
}

/** Names that pages put in the place of codes. */
export function tablesOf(resources: Resources, highRiskIndustries: readonly number[]): Tables {
  const industries: Record<string, string> = {};
  for (const { code, name } of resources.industries.divisions) industries[String(code)] = name;
  const categories: Record<string, [string, string]> = {};
  for (const { name, items } of resources.operations.classes) {
    for (const item of items) categories[String(item.code)] = [name, item.name];
  }
  return {
    regions: { ...resources.regionNames },
    industries,
    highRiskIndustries: [...highRiskIndustries],
    categories,
    kinds: Object.keys(CERTIFICATE_KINDS) as CertificateKind[],
  };
}
