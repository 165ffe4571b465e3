import { readFileSync } from 'node:fs';
import type { RulePack } from '../../../shared/domain/policy/rule-pack';
import { rulePackFile } from './app';

/** The rules that the slice's statuses rest on. */
export function openRulePack(): RulePack {
  return JSON.parse(readFileSync(rulePackFile(), 'utf8')) as RulePack;
}
