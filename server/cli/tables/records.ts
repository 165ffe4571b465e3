import { attach } from '../attachment-commands';
import { mutate, seed, snapshot, tiers } from '../commands';
import { imports } from '../import-commands';
import { code, national } from '../national-commands';
import type { CommandGroup } from './command';

export const RECORDS: CommandGroup = {
  title: 'Data of a region',
  commands: {
    seed: {
      run: seed,
      flags: [],
      values: ['region', 'certificates', 'seed', 'today'],
      usage: '--region 3306 [--certificates 50000] [--seed 1] [--today DAY]',
      about: 'generate realistic data for a prefecture; DAY counts from 1970-01-01',
    },
    snapshot: {
      run: snapshot,
      flags: [],
      values: ['region'],
      usage: '--region 3306',
      about: 'publish the region as it is now for first loads',
    },
    tiers: {
      run: tiers,
      flags: ['json'],
      values: ['region'],
      usage: '--region 3306 [--json]',
      about: 'build the delta tiers up to now; a running server builds them daily by itself',
    },
    attach: {
      run: attach,
      flags: [],
      values: ['region', 'owner', 'kind', 'file'],
      first: 'file',
      usage: 'FILE --region 3306 --kind photo|scan|ecert --owner ID',
      about:
        'add a photo to a person, or a scan or e-certificate to a certificate (JPEG, PNG, PDF)',
    },
    mutate: {
      run: mutate,
      flags: [],
      values: ['region', 'revoke', 'random', 'seed'],
      usage: '--region 3306 (--revoke ID | --random N [--seed S])',
      about: 'change data as its sources would',
    },
    national: {
      run: national,
      flags: ['json'],
      values: [],
      usage: '[--json]',
      about:
        'publish the national status filter and the keys of codes now; a running server does it daily by itself',
    },
    code: {
      run: code,
      flags: ['sm2'],
      values: ['region', 'certificate', 'out'],
      usage: '--region 3306 --certificate ID [--sm2] [--out FILE.png]',
      about: 'the compact signed code of a certificate, for its e-certificate; --out: as a QR code',
    },
    imports: {
      run: imports,
      flags: [],
      values: ['office', 'import'],
      usage: '--office CODE [--import ID]',
      about: 'lists that an office handed in, or what the rows of one say',
    },
  },
};
