import { join } from 'node:path';
import { SLICE_FILE } from '../slice/slice-writer';
import { type ServerEnd, serve } from '../threads/rpc';
import type { RecoveryCalls } from './calls';
import { diagnose } from './diagnose';
import { renewJournal } from './renew-journal';
import { salvage } from './salvage';
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
    salvage: async ({ officeDir, journalKey, fileKey, path }) => {
      try {
        return await salvage(officeDir, journalKey, fileKey, path);
      } finally {
        journalKey.fill(0);
        fileKey.fill(0);
      }
    },
    renewJournal: async (input) => {
      try {
        return await renewJournal(input);
      } finally {
        input.journalKey.fill(0);
      }
    },
  });
}
