/** The independent SQLCipher that tests open our files with; its package lists types that it does not ship. */
declare module '@signalapp/sqlcipher' {
  export default class Database {
    constructor(path: string);
    pragma(text: string): unknown;
    prepare(text: string): { all(): unknown[] };
    close(): void;
  }
}
