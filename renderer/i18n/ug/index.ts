import type { Catalogue } from '../catalogue';
import { about } from './about';
import { acts } from './acts';
import { agreement } from './agreement';
import { alerts } from './alerts';
import { attachment } from './attachments';
import { audit } from './audit';
import { authority } from './authority';
import { backup, restore } from './backup';
import { batch } from './batch';
import { boards } from './boards';
import { bundle } from './bundle';
import { centralacts } from './centralacts';
import { check } from './check';
import { act, filter, freshness, help, settings, state } from './common';
import { crossregion } from './crossregion';
import { deep } from './deep';
import { device, wiped } from './device';
import { dictionary } from './dictionary';
import { company, person } from './dossiers';
import { emergency } from './emergency';
import { errors } from './errors';
import { exports_, phases, verify } from './exports';
import { feedback } from './feedback';
import { forecast } from './forecast';
import { former } from './former';
import { group } from './group';
import { imports } from './imports';
import { keycheck } from './keycheck';
import { line } from './line';
import { lists } from './lists';
import { outbox } from './outbox';
import { handout, people } from './people';
import { recipient } from './recipient';
import { record } from './record';
import { recovery } from './recovery';
import { report } from './report';
import { retention } from './retention';
import { rotation } from './rotation';
import { saved } from './saved';
import { scan } from './scan';
import { search, understood } from './search';
import { security } from './security';
import { shell } from './shell';
import { signing } from './signing';
import { statistics } from './statistics';
import { sync } from './sync';
import { template } from './template';
import {
  connection,
  days,
  entities,
  events,
  groups,
  kinds,
  roles,
  sources,
  status,
  time,
  titles,
  unknown,
} from './terms';
import { ukey } from './ukey';
import { unlock } from './unlock';
import { update } from './update';
import { history, reminders } from './watch';

export const ug: Catalogue = {
  about,
  act,
  acts,
  agreement,
  alerts,
  audit,
  imports,
  attachment,
  authority,
  backup,
  boards,
  forecast,
  statistics,
  batch,
  bundle,
  company,
  centralacts,
  crossregion,
  dictionary,
  person,
  check,
  connection,
  days,
  deep,
  emergency,
  device,
  entities,
  errors,
  events,
  exports: exports_,
  feedback,
  history,
  reminders,
  filter,
  former,
  freshness,
  group,
  groups,
  report,
  handout,
  keycheck,
  line,
  lists,
  help,
  kinds,
  outbox,
  people,
  phases,
  recipient,
  record,
  recovery,
  restore,
  retention,
  saved,
  roles,
  rotation,
  scan,
  search,
  security,
  settings,
  shell,
  signing,
  sources,
  state,
  status,
  sync,
  template,
  time,
  titles,
  unknown,
  ukey,
  understood,
  unlock,
  update,
  verify,
  wiped,
};
