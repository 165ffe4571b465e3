import { serveChild } from './frame/child';
import { deskProgram } from './real/desk-child';
import { bareAskerProgram } from './rivals/bare-asker';
import { busyWriterProgram } from './rivals/busy-writer';

// What asks beside a run, and what it is compared with, as a program of its own: the bench's holds all of its rivals' modules,
// 60 MB of them, and every collection of that memory takes the processor from who is measured.
const PROGRAMS = [deskProgram, bareAskerProgram, busyWriterProgram];
if (!serveChild(process.argv.slice(2), PROGRAMS)) throw new TypeError('started by the bench');
