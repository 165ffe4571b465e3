import { join } from 'node:path';
import { SLICE_FILE } from '../slice/slice-writer';
import { type ServerEnd, serve } from '../threads/rpc';
import type { RecoveryCalls } from './calls';
import { diagnose } from './diagnose';
import { renewJournal } from './renew-journal';
import { salvage } from './salvage';
import { salvageSlice } from './salvage-slice';
import { setAside } from './set-aside';

/** The thread that works on files which do not open. */
export function serveRescue(port: ServerEnd): void {
  serve<RecoveryCalls>(port, {
    diagnose: async ({ officeDir, keys }) => {
      try {
        return await diagnose(officeDir, keys);
      } finally {
        keys.journal.fill(0);
        keys.slice?.fill(0);
      }
    },
    setAsideSlice: ({ officeDir, atMs }) => ({
      keptIn: setAside(join(officeDir, SLICE_FILE), officeDir, atMs),
    }),
    salvageSlice: async (input) => {
      try {
        return await salvageSlice(input);
      } finally {
        input.key.fill(0);
      }
    },
    salvage: async ({ officeDir, key, newKey, path }) => {
      try {
        return await salvage(officeDir, key, newKey, path);
      } finally {
        key.fill(0);
        newKey.fill(0);
      }
    },
    renewJournal: async (input) => {
      try {
        return await renewJournal(input);
      } finally {
        input.key.fill(0);
      }
    },
  });
}
