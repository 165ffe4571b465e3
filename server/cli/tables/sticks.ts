import { bundle, bundleIn } from '../bundle-commands';
import { outboxImport, outboxStatus } from '../control-commands';
import { decide, review } from '../review-commands';
import { salvageRead } from '../salvage-commands';
import type { CommandGroup } from './command';

export const STICKS: CommandGroup = {
  title: 'Sticks and what devices report',
  commands: {
    bundle: {
      run: bundle,
      flags: ['full', 'json'],
      values: ['device', 'out', 'since', 'volume-mb', 'pictures-mb', 'endpoint'],
      usage:
        '--device ID --out DIR [--since CURSOR|NUMBER | --full] [--volume-mb 4000] [--pictures-mb N] [--endpoint https://…]… [--json]',
      about:
        'write what the device lacks for a stick, sealed to it; by default since its last contact, or all, with the pictures it wished',
    },
    'bundle-in': {
      run: bundleIn,
      flags: ['json'],
      values: ['file'],
      first: 'file',
      usage: 'FILE [--json]',
      about:
        'take what a device wrote to a stick; may be repeated, verdicts go back with its next bundle',
    },
    'outbox-status': {
      run: outboxStatus,
      flags: ['json'],
      values: ['device'],
      first: 'device',
      usage: 'D-… [--json]',
      about: "how far a device's reports and audit log are here, and what contradicted them",
    },
    'outbox-import': {
      run: outboxImport,
      flags: ['json'],
      values: ['file'],
      first: 'file',
      usage: 'FILE [--json]',
      about: 'take the sealed outbox of a wiped device from its file; may be repeated',
    },
    'salvage-read': {
      run: salvageRead,
      flags: ['json'],
      values: ['folder', 'out', 'commands'],
      first: 'folder',
      usage: 'FOLDER --out FILE [--commands FILE] [--json]',
      about:
        'read what an office saved of a damaged journal: lines of JSON, and commands for outbox-import',
    },
    review: {
      run: review,
      flags: ['json'],
      values: ['device'],
      usage: '[--device ID] [--json]',
      about: 'reports that wait for a decision of a person, with what they say',
    },
    decide: {
      run: decide,
      flags: ['json'],
      values: ['device', 'number', 'verdict', 'reason', 'by', 'confirm'],
      usage:
        '--device ID --number N --by NAME (--verdict accept|refuse --reason TEXT | --confirm CODE) [--json]',
      about:
        'decide on a report under review: one person proposes and gets a code, another confirms the code',
    },
  },
};
