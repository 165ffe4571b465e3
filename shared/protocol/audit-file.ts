/**
 * A log in a file, as build/verify-audit.md describes it: lines of JSON. The first names form, office and device; one line
 * follows for every entry, from the first of the log on, without gaps; the last has the signed end.
 */
export const AUDIT_FILE_FORM = 'fieldcert-audit-1';
