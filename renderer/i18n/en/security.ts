export const security = {
  sections: 'Sections',
  'section-people': 'People and keys',
  'section-signin': 'My sign-in',
  'section-backup': 'Backup and restore',
  'section-device': 'Device',
  'section-emergency': 'Emergency',
  'section-rotation': 'Key rotation',
};
