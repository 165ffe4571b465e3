import {
  actCountersign,
  actDraft,
  actMessage,
  actRefuse,
  actRequest,
  acts,
  admins,
} from '../act-commands';
import { trust } from '../import-commands';
import { codeKeys } from '../national-commands';
import type { CommandGroup } from './command';

export const ACTS: CommandGroup = {
  title: 'Acts of two administrators',
  commands: {
    admins: {
      run: admins,
      flags: [],
      values: ['add', 'name', 'certificate'],
      usage: '[--add PERSON --name NAME --certificate FILE.pem]',
      about:
        'who administers this centre; the first two are added here, and from then on administrative acts take two of them',
    },
    'act-draft': {
      run: actDraft,
      flags: [],
      values: ['file', 'out'],
      usage: '--file ACT.json --out DRAFT',
      about:
        'begin an act: enrol, revoke-device, directive (one device or an office), export-policy, alert-policy, mark, lift-mark, emergency-level, key-replaced, trust-add, trust-remove, lease-file, code-keys-add, code-key-remove, bundle-endpoints, admin-add, admin-renew, admin-remove',
    },
    'act-message': {
      run: actMessage,
      flags: [],
      values: ['draft', 'act', 'part', 'certificate', 'out'],
      usage:
        '(--draft DRAFT | --act ID) --part request|countersign|refuse --certificate FILE.pem --out FILE',
      about:
        'the bytes that a person signs with their own key, DER, e.g. openssl dgst -sha256 -sign',
    },
    'act-request': {
      run: actRequest,
      flags: [],
      values: ['draft', 'certificate', 'signature'],
      usage: '--draft DRAFT --certificate FILE.pem --signature FILE',
      about: 'the first signature: the act waits for another person',
    },
    'act-refuse': {
      run: actRefuse,
      flags: [],
      values: ['act', 'certificate', 'signature'],
      usage: '--act ID --certificate FILE.pem --signature FILE',
      about: 'refuse an act as another person, or take the own one back: it is not done',
    },
    'act-countersign': {
      run: actCountersign,
      flags: [],
      values: ['act', 'certificate', 'signature', 'out'],
      first: 'act',
      usage: 'ACT --certificate FILE.pem --signature FILE [--out FILE]',
      about: 'the second signature, by another person: the act is done, once',
    },
    acts: {
      run: acts,
      flags: ['json'],
      values: [],
      usage: '[--json]',
      about: 'administrative acts: who asked, who countersigned, what became of them',
    },
    trust: {
      run: trust,
      flags: [],
      values: ['remove'],
      usage: '[--trust ROOT.pem]… [--remove SHA256]',
      about:
        'authorities whose signing certificates count: list, add, take away; a running server heeds it from its next start',
    },
    'code-keys': {
      run: codeKeys,
      flags: [],
      values: ['export', 'add', 'name', 'from', 'until', 'remove'],
      usage: '[--export FILE] [--add FILE --name NAME [--from DAY] [--until DAY]] [--remove KEY]',
      about:
        'keys under which signed codes count: list with fingerprints, hand out the own ones, add or take away those of other centres',
    },
  },
};
