export * from './codes';
export * from './entities';
export * from './rows';
