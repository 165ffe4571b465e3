import { lag } from '../bundle-commands';
import { practice, serve, status } from '../commands';
import type { CommandGroup } from './command';

const LISTEN = ['host', 'port', 'name'];

export const SERVING: CommandGroup = {
  title: 'Running it',
  commands: {
    serve: {
      run: serve,
      flags: ['json'],
      values: [...LISTEN, 'sms', 'sms-key'],
      usage:
        '[--host 127.0.0.1] [--port 0] [--name HOST]… [--sms spool:DIR | --sms https://… --sms-key FILE] [--trust ROOT.pem]… [--json]',
      about:
        'answer devices until Ctrl-C; --name: further names that devices call this machine by; --sms: what sends codes; --trust: authorities whose signing certificates count, kept for later starts',
    },
    practice: {
      run: practice,
      flags: ['json'],
      values: [...LISTEN, 'certificates'],
      usage: '[--certificates 50000] [--json]',
      about: 'the practice office’s server: seeds itself once, then answers',
    },
    status: {
      run: status,
      flags: ['json'],
      values: [],
      usage: '[--json]',
      about: 'regions, rows and devices',
    },
    lag: {
      run: lag,
      flags: ['json'],
      values: [],
      usage: '[--json]',
      about: 'per device: last contact, what it lacks, what it has to send, attempts that failed',
    },
  },
};
