/**
 * Calls into vendors' libraries run on libuv's threads, four by default: as many libraries that hang would stop every
 * other. Read by libuv at the first use of a thread, so this module is the process's first import.
 */
process.env.UV_THREADPOOL_SIZE = '48';
