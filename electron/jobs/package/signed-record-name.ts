/** Whether a path is the signature of a record's files, by its name. */
export const isSignedRecord = (path: string): boolean => path.endsWith('.signature.json');
