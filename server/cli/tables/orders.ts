import { alerts, directive, directives } from '../control-commands';
import { level } from '../level-commands';
import { liftMark, mark, marks } from '../mark-commands';
import { alertPolicy } from '../ticket-commands';
import type { CommandGroup } from './command';

export const ORDERS: CommandGroup = {
  title: 'Orders, marks, levels, alerts',
  commands: {
    directive: {
      run: directive,
      flags: ['json'],
      values: ['device', 'kind', 'reason', 'hours', 'endpoint'],
      usage:
        '--device ID --kind lock|wipe|require-sync|renew-lease|switch-endpoint|practise --reason TEXT [--hours 168] [--endpoint https://…]… [--json]',
      about: 'order a device to lock or to be wiped; it comes with its next contact, locked or not',
    },
    directives: {
      run: directives,
      flags: ['json'],
      values: ['device'],
      first: 'device',
      usage: 'D-… [--json]',
      about: 'what a device was ordered, and what it says became of it',
    },
    mark: {
      run: mark,
      flags: ['json'],
      values: ['office', 'certificate', 'number', 'company', 'body', 'issuer', 'reason'],
      usage:
        '--office CODE (--certificate ID… --number N… | --company ID | --body ID | --issuer ID) --reason TEXT [--json]',
      about:
        'mark certificates of the office’s region as under verification (核查中) on all its devices: by id, number, employer, training body or issuer',
    },
    'lift-mark': {
      run: liftMark,
      flags: [],
      values: ['mark', 'reason'],
      first: 'mark',
      usage: 'MARK --reason TEXT',
      about: 'end a mark; the certificates read as their dates say again',
    },
    marks: {
      run: marks,
      flags: ['json'],
      values: ['office'],
      usage: '--office CODE [--json]',
      about: 'marks of an office, and how many of its devices go by them',
    },
    level: {
      run: level,
      flags: ['drill', 'json'],
      values: ['office', 'level', 'reason', 'endpoint'],
      usage:
        '--office CODE [--level 0|1|2|3|4 --reason TEXT [--endpoint https://…]… [--drill]] [--json]',
      about:
        'emergency level of an office on all its devices: 1 nothing leaves, 2 every certificate is checked by hand, 3 the named backup addresses alone, 4 sticks alone; each with those below; 0 lifts it; --drill practises it',
    },
    alerts: {
      run: alerts,
      flags: ['json'],
      values: ['office'],
      usage: '[--office CODE] [--json]',
      about:
        'what devices reported of use out of the ordinary: night work, far more look-ups than usual, failures',
    },
    'alert-policy': {
      run: alertPolicy,
      flags: [],
      values: ['office', 'file'],
      usage: '--office CODE [--file THRESHOLDS.json]',
      about:
        'show from which numbers on an office’s alerts are told, or set them: what the file does not name stays; each policy has a number',
    },
  },
};
