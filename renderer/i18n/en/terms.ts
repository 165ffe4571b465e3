export const status = {
  valid: 'Valid',
  expiring: 'Expiring',
  'review-due': 'Review due',
  'review-overdue': 'Review overdue',
  expired: 'Expired',
  'not-yet-valid': 'Not yet valid',
  suspended: 'Suspended',
  revoked: 'Revoked',
  withdrawn: 'Withdrawn',
  cancelled: 'Cancelled',
  'under-verification': 'Under verification',
  'stale-hint': 'The data are older than the permitted number of days; the status may have changed',
};
export const groups = {
  valid: 'Valid',
  soon: 'Expiring',
  expired: 'Expired',
  stopped: 'Stopped or checked',
};
export const kinds = {
  'manager-principal': 'Principal',
  'manager-safety': 'Safety manager',
  'special-operation': 'Special operation',
  'construction-a': 'Construction A',
  'construction-b': 'Construction B',
  'construction-c1': 'Construction C1',
  'construction-c2': 'Construction C2',
  'construction-c3': 'Construction C3',
};
export const titles = {
  'manager-principal': 'Work safety competence certificate',
  'manager-safety': 'Work safety competence certificate',
  'special-operation': 'Special operation certificate',
  'construction-a': 'Construction safety certificate',
  'construction-b': 'Construction safety certificate',
  'construction-c1': 'Construction safety certificate',
  'construction-c2': 'Construction safety certificate',
  'construction-c3': 'Construction safety certificate',
};
export const roles = {
  inspector: 'Inspector',
  head: 'Head of office',
  approver: 'Approver',
  'system-admin': 'System administrator',
  'security-admin': 'Security administrator',
  auditor: 'Auditor',
};
export const events = {
  issued: 'First issue',
  renewed: 'Renewed',
  reviewed: 'Review passed',
  suspended: 'Suspended',
  resumed: 'Resumed',
  revoked: 'Revoked',
  withdrawn: 'Withdrawn',
  cancelled: 'Cancelled',
  corrected: 'Corrected',
  moved: 'Moved out of the area',
};
export const sources = {
  'provincial-system': 'Provincial assessment system',
  'training-body': 'Reported by a training body',
  'national-platform': 'National platform',
};
export const entities = {
  company: 'Companies',
  person: 'People',
  certificate: 'Certificates',
  event: 'Changes',
  training: 'Training',
  exam: 'Examinations',
  attachment: 'Photo and scan list',
};
export const connection = { online: 'Online', offline: 'Offline', unknown: 'Not connected' };
export const days = {
  count: '{{days}} d',
  left: '{{days}} d left',
  past: '{{days}} d past',
  'review-left': 'review in {{days}} d',
  'review-past': 'review {{days}} d late',
};
export const time = {
  'about-seconds': 'about {{seconds}} s',
  'about-minutes': 'about {{minutes}} min {{seconds}} s',
};
export const unknown = {
  kind: 'Unknown kind (code {{code}})',
  event: 'Unknown entry (code {{code}})',
  rules: 'Rules unknown',
  'rules-hint':
    'This program does not know the rules of this kind of certificate: it does not say that it is valid. Ask the issuer, or update the program.',
};
