export const security = {
  sections: 'Sections',
  'section-people': 'People and keys',
};
