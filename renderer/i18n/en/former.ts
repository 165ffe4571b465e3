export const former = {
  title: 'Data from before restores',
  text: 'Every restore keeps the data of before on this device until somebody deletes them.',
  'put-aside': 'Replaced {{time}}',
  'by-backup': 'Replaced by the backup of {{time}} (no. {{generation}})',
  unknown: 'Which backup replaced them was not noted',
  kept: 'Its log goes on in the present data',
  alone: 'Holds log entries and reports that exist nowhere else',
  exported: 'Exported {{time}}',
  export: 'Export',
  'export-done': 'Exported to “{{folder}}”. Hand it to the administrators of the platform.',
  'export-sealed':
    'Exported to “{{folder}}”. The present keys do not open its log; it was exported encrypted as it is.',
  remove: 'Delete',
  'remove-title': 'Delete data from before a restore',
  'remove-text':
    'Data replaced {{time}} ({{size}}) will be destroyed, keys first. They cannot be brought back.',
  'remove-alone':
    'They hold log entries and reports that exist nowhere else and were not exported. Export them first.',
  sure: 'These records are not needed any more',
};
