export const security = {
  sections: 'Sections',
  'section-people': 'People and keys',
  'section-signin': 'My sign-in',
  'section-agreement': 'User agreement',
  'section-backup': 'Backup and restore',
  'section-check': 'Daily self-check',
  'section-device': 'Device',
  'section-emergency': 'Emergency',
  'section-retention': 'Retention',
  'section-rotation': 'Key rotation',
  'section-audit': 'Activity log',
  'section-about': 'About',
};
