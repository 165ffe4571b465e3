import { statistics } from '../statistics-commands';
import {
  approvals,
  exportDecide,
  exportPolicy,
  ticketIssue,
  ticketList,
  ticketRevoke,
} from '../ticket-commands';
import type { CommandGroup } from './command';

export const RELEASE: CommandGroup = {
  title: 'What an office lets out',
  commands: {
    'ticket-issue': {
      run: ticketIssue,
      flags: ['json'],
      values: ['device', 'badge', 'count', 'days', 'rows', 'purpose'],
      usage:
        '--device ID --badge B [--count 5] [--days 30] [--rows N] [--purpose inspection]… [--json]',
      about:
        'issue export tickets for a person on a device and print the sheet of their codes, this once: hand it over on paper',
    },
    'ticket-list': {
      run: ticketList,
      flags: ['json'],
      values: ['office'],
      usage: '--office CODE [--json]',
      about: 'tickets of an office: open, used, withdrawn; and exports that were refused',
    },
    'ticket-revoke': {
      run: ticketRevoke,
      flags: [],
      values: ['ticket'],
      first: 'ticket',
      usage: 'ET-XXXX-XXXX',
      about: 'withdraw a ticket; it leaves the device with its next contact',
    },
    approvals: {
      run: approvals,
      flags: ['json'],
      values: ['office'],
      usage: '[--office CODE] [--json]',
      about: 'exports that wait for consent',
    },
    'export-decide': {
      run: exportDecide,
      flags: ['approve', 'refuse'],
      values: ['request', 'by', 'note'],
      first: 'request',
      usage: 'REQUEST --by BADGE (--approve | --refuse) [--note TEXT]',
      about:
        'consent to an export or refuse it; a head or approver of the office, never for their own',
    },
    'export-policy': {
      run: exportPolicy,
      flags: [],
      values: ['office', 'file'],
      usage: '--office CODE [--file POLICY.json]',
      about:
        'show what an office may let out, or set it: limits by role, second review, ways, purposes, what waits for the user agreement',
    },
    statistics: {
      run: statistics,
      flags: ['json'],
      values: ['office', 'budget', 'share', 'device', 'give'],
      usage: '--office CODE [--budget N --share N] [--device ID --give N] [--json]',
      about:
        'budget of shared statistics this year, in thousandths of ε: what was given to whom; set the yearly budget and the first share of a device, or give a device more',
    },
  },
};
