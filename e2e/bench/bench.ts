import { type Calls, type ChildProgram, serveChild } from './frame/child';
import { removeFolders } from './frame/folders';
import { describeMachine } from './frame/machine';
import { type Options, parseOptions, USAGE } from './frame/options';
import { Report } from './frame/report';
import { runGroups } from './frame/run-groups';
import { audit } from './groups/audit';
import { away } from './groups/away';
import { backup } from './groups/backup';
import { beside } from './groups/beside';
import { boards } from './groups/boards';
import { emergency } from './groups/emergency';
import { exports } from './groups/exports';
import { policy } from './groups/policy';
import { search } from './groups/search';
import { server } from './groups/server';
import { sign } from './groups/sign';
import { start } from './groups/start';
import { store } from './groups/store';
import { sync } from './groups/sync';
import { update } from './groups/update';
import { verify } from './groups/verify';
import { centralProgram } from './real/central';
import { crowdProgram } from './real/crowd';
import { OfficeOnce } from './real/office';
import { bareLoaderTask } from './rivals/bare-loader';
import { pouchTask } from './rivals/pouchdb';
import { rxdbTask } from './rivals/rxdb';
import { workbookTask } from './rivals/workbook';

const GROUPS = {
  sync,
  away,
  beside,
  store,
  search,
  verify,
  boards,
  exports,
  sign,
  backup,
  start,
  update,
  emergency,
  audit,
  policy,
  server,
};
const CHILDREN: readonly ChildProgram<Calls>[] = [
  centralProgram,
  crowdProgram,
  bareLoaderTask,
  pouchTask,
  rxdbTask,
  workbookTask,
];

function optionsOf(args: readonly string[]): Options {
  try {
    return parseOptions(args);
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : String(error)}\n${USAGE}`);
    return process.exit(2);
  }
}

async function main(): Promise<void> {
  const options = optionsOf(process.argv.slice(2));
  const machine = describeMachine(options.rows);
  const report = new Report();
  const once = new OfficeOnce(options.rows, options.serverData, report);
  console.log(
    `${machine.cores} × ${machine.cpu}, ${machine.memoryGb} GB, ${machine.os}, Node ${machine.node}`,
  );
  report.header();
  try {
    const bench = { rows: options.rows, report, office: () => once.get() };
    const failed = await runGroups(options.only, GROUPS, bench);
    if (options.json !== null) report.write(options.json, machine);
    process.exitCode = failed === 0 ? 0 : 1;
  } finally {
    once.end();
    removeFolders();
  }
}

if (!serveChild(process.argv.slice(2), CHILDREN)) void main();
