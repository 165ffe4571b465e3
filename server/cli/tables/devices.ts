import { enrol, office, revokeDevice } from '../commands';
import { lease } from '../control-commands';
import { endPerson, keyReplaced } from '../import-commands';
import { regionKeys, retireRegionKeys, rotateRegionKeys } from '../key-commands';
import { agreements, phone } from '../ticket-commands';
import type { CommandGroup } from './command';

export const DEVICES: CommandGroup = {
  title: 'Offices and devices',
  commands: {
    enrol: {
      run: enrol,
      flags: ['practice', 'ukey', 'json'],
      values: ['office', 'region', 'code', 'user', 'hours'],
      usage:
        '--region 3306 --office NAME [--code 330600] --user badge:name:role… [--hours 24] [--practice] [--ukey] [--json]',
      about:
        'print a one-time code for one device of an office; --ukey: the people of a new office unlock with a U-Key too. An office that is there stays as it is, and so does a person',
    },
    office: {
      run: office,
      flags: ['ukey', 'no-ukey'],
      values: ['code', 'name', 'jurisdiction', 'user'],
      usage:
        '--code 330600 [--name NAME] [--ukey | --no-ukey] [--jurisdiction 33] [--user badge:name:role…]',
      about:
        'change an office that is there: its name, whether its people unlock with a U-Key too, whose superior it is, the name and role of people of it',
    },
    'end-person': {
      run: endPerson,
      flags: [],
      values: ['office', 'badge'],
      usage: '--office CODE --badge B',
      about: 'somebody left: no device of the office gets their role any more',
    },
    'revoke-device': {
      run: revokeDevice,
      flags: [],
      values: ['device'],
      usage: '--device ID',
      about: 'refuse a device from now on',
    },
    lease: {
      run: lease,
      flags: [],
      values: ['device', 'out'],
      usage: '--device ID --out FILE',
      about: 'write a lease file that renews a device’s lease by a stick',
    },
    'region-keys': {
      run: regionKeys,
      flags: ['json'],
      values: ['region'],
      usage: '--region 3306 [--json]',
      about: "epochs of a region's keys, and which devices hold the newest",
    },
    'rotate-region-keys': {
      run: rotateRegionKeys,
      flags: ['json'],
      values: ['region', 'by', 'reason'],
      usage: '--region 3306 --by NAME --reason TEXT [--json]',
      about:
        'begin new keys of a region: what is made from now on is sealed under them, devices get them with their next contact or stick',
    },
    'retire-region-keys': {
      run: retireRegionKeys,
      flags: ['now', 'despite-lost', 'json'],
      values: ['region', 'by', 'reason'],
      usage: '--region 3306 --by NAME --reason TEXT [--now] [--despite-lost] [--json]',
      about:
        'destroy the former keys of a region once every device holds the newest, or after 35 days; --now: whoever lacks them synchronises first',
    },
    phone: {
      run: phone,
      flags: [],
      values: ['office', 'badge', 'phone'],
      usage: '--office CODE --badge B --phone +8613…',
      about: 'where a person’s one-time codes are sent',
    },
    'key-replaced': {
      run: keyReplaced,
      flags: [],
      values: ['office', 'badge'],
      usage: '--office CODE --badge B',
      about: 'a person has another U-Key: the next certificate that they sign with is recorded',
    },
    agreements: {
      run: agreements,
      flags: ['json'],
      values: ['office'],
      usage: '--office CODE [--json]',
      about: 'who of an office signed which version of the user agreement',
    },
  },
};
