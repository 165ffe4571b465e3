import type { z } from 'zod';
import { aboutRoutes } from './routes/about';
import { actRoutes } from './routes/acts';
import { agreementRoutes } from './routes/agreement';
import { alertRoutes } from './routes/alerts';
import { appRoutes } from './routes/app';
import { attachmentRoutes } from './routes/attachments';
import { auditRoutes } from './routes/audit';
import { backupRoutes } from './routes/backup';
import { batchRoutes } from './routes/batch';
import { boardListRoutes } from './routes/board-lists';
import { boardMakingRoutes } from './routes/board-making';
import { boardRoutes } from './routes/boards';
import { bundleRoutes } from './routes/bundle';
import { crossRegionRoutes } from './routes/cross-region';
import { deepCheckRoutes } from './routes/deep-check';
import { deviceRoutes } from './routes/device';
import { dossierRoutes } from './routes/dossiers';
import { dropRoutes } from './routes/drops';
import { emergencyRoutes } from './routes/emergency';
import { evidenceRoutes } from './routes/evidence';
import { exportFactorRoutes } from './routes/export-factors';
import { exportRoutes } from './routes/exports';
import { feedbackRoutes } from './routes/feedback';
import { forecastRoutes } from './routes/forecast';
import { formerRoutes } from './routes/former';
import { importRoutes } from './routes/imports';
import { lastPageRoutes } from './routes/last-page';
import { lineRoutes } from './routes/line';
import { managedRoutes } from './routes/managed';
import { outboxRoutes } from './routes/outbox';
import { peopleRoutes } from './routes/people';
import { recipientRoutes } from './routes/recipients';
import { recordPdfRoutes } from './routes/record-pdf';
import { recordRoutes } from './routes/records';
import { recoveryRoutes } from './routes/recovery';
import { reminderRoutes } from './routes/reminders';
import { reportRoutes } from './routes/reports';
import { restoreRoutes } from './routes/restore';
import { retentionRoutes } from './routes/retention';
import { rotationRoutes } from './routes/rotation';
import { savedRoutes } from './routes/saved';
import { scanRoutes } from './routes/scan';
import { searchRoutes } from './routes/search';
import { selfCheckRoutes } from './routes/self-check';
import { signingRoutes } from './routes/signing';
import { siteRoutes } from './routes/site';
import { statisticsRoutes } from './routes/statistics';
import { syncRoutes } from './routes/sync';
import { tokenRoutes } from './routes/tokens';
import { unlockRoutes } from './routes/unlock';
import { updateRoutes } from './routes/update';
import { watchRoutes } from './routes/watch';

/** Every route there is. A missing or extra handler is a compile error in main. */
export const CONTRACT = {
  ...appRoutes,
  ...aboutRoutes,
  ...lastPageRoutes,
  ...unlockRoutes,
  ...tokenRoutes,
  ...peopleRoutes,
  ...recoveryRoutes,
  ...syncRoutes,
  ...lineRoutes,
  ...batchRoutes,
  ...dropRoutes,
  ...scanRoutes,
  ...siteRoutes,
  ...reportRoutes,
  ...bundleRoutes,
  ...outboxRoutes,
  ...feedbackRoutes,
  ...savedRoutes,
  ...watchRoutes,
  ...reminderRoutes,
  ...searchRoutes,
  ...crossRegionRoutes,
  ...actRoutes,
  ...recordRoutes,
  ...recordPdfRoutes,
  ...dossierRoutes,
  ...attachmentRoutes,
  ...evidenceRoutes,
  ...boardRoutes,
  ...boardMakingRoutes,
  ...boardListRoutes,
  ...forecastRoutes,
  ...statisticsRoutes,
  ...deviceRoutes,
  ...exportRoutes,
  ...exportFactorRoutes,
  ...recipientRoutes,
  ...signingRoutes,
  ...agreementRoutes,
  ...importRoutes,
  ...backupRoutes,
  ...restoreRoutes,
  ...formerRoutes,
  ...retentionRoutes,
  ...rotationRoutes,
  ...selfCheckRoutes,
  ...deepCheckRoutes,
  ...emergencyRoutes,
  ...alertRoutes,
  ...auditRoutes,
  ...updateRoutes,
  ...managedRoutes,
} as const;

export type Contract = typeof CONTRACT;
export type RouteName = keyof Contract;
export type RouteInput<R extends RouteName> = z.input<Contract[R]['input']>;
export type ParsedInput<R extends RouteName> = z.output<Contract[R]['input']>;
export type RouteOutput<R extends RouteName> = z.output<Contract[R]['output']>;
/** Names of the routes that go over the given transport. */
export type RouteNameBy<T extends 'ipc' | 'port'> = {
  [R in RouteName]: Contract[R]['transport'] extends T ? R : never;
}[RouteName];

export function isRouteName(name: string): name is RouteName {
  return Object.hasOwn(CONTRACT, name);
}
