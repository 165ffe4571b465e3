/* Makes chosen disk operations of a process fail, stop half-way or kill it. The plan is a shared file, so
 * that a test can arm it at any moment; the order of its fields is that of shim.ts. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <unistd.h>

enum { OP_WRITE = 1, OP_SYNC = 2, OP_TRUNCATE = 4, OP_RENAME = 8, OP_UNLINK = 16, OP_CREATE = 32, OP_READ = 64 };
enum { KILL_BEFORE = 1, KILL_AFTER = 2, KILL_HALF = 3, FAIL = 4, FAIL_HALF = 5, DELAY = 6 };

struct plan {
  _Atomic int armed, mask, nth, times, action, error, seen, fired;
  char pattern[256];
  _Atomic int clock; /* days that the wall clock is off */
};

static struct plan *plan;

__attribute__((constructor)) static void begin(void) {
  const char *path = getenv("FAULT_PLAN");
  int fd = path ? open(path, O_RDWR | O_CLOEXEC) : -1;
  if (fd < 0) return;
  void *memory = mmap(NULL, sizeof(struct plan), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  if (memory != MAP_FAILED) plan = memory;
  close(fd);
}

static int action_for(int op, const char *path) {
  if (!plan || !atomic_load(&plan->armed) || !(plan->mask & op)) return 0;
  if (plan->pattern[0] && !strstr(path, plan->pattern)) return 0;
  int seen = atomic_fetch_add(&plan->seen, 1) + 1;
  if (plan->nth == 0 || seen < plan->nth) return 0;
  if (plan->times > 0 && seen >= plan->nth + plan->times) return 0;
  atomic_fetch_add(&plan->fired, 1);
  return plan->action;
}

static int action_for_fd(int op, int fd) {
  if (!plan || !atomic_load(&plan->armed) || !(plan->mask & op)) return 0;
  char link[64], path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t n = readlink(link, path, sizeof path - 1);
  if (n <= 0 || path[0] != '/') return 0;
  path[n] = 0;
  if (!strncmp(path, "/dev/", 5) || !strncmp(path, "/proc/", 6)) return 0;
  return action_for(op, path);
}

static void die(void) { kill(getpid(), SIGKILL); for (;;) pause(); }
#define REAL(name) static __typeof__(&name) real; if (!real) real = (__typeof__(real))dlsym(RTLD_NEXT, #name)
#define AROUND(act, result_type, call)                          \
  if (act == KILL_BEFORE || act == KILL_HALF) die();            \
  if (act == FAIL || act == FAIL_HALF) { errno = plan->error; return -1; } \
  if (act == DELAY) usleep(1000 * plan->error);                 \
  result_type result = call;                                    \
  if (act == KILL_AFTER) die();                                 \
  return result

static ssize_t do_write(int act, int fd, const void *bytes, size_t n, off64_t at, ssize_t (*real)(int, const void *, size_t, off64_t)) {
  if (act == KILL_HALF) { real(fd, bytes, n / 2, at); die(); }
  if (act == FAIL_HALF && n > 1) return real(fd, bytes, n / 2, at);
  AROUND(act, ssize_t, real(fd, bytes, n, at));
}

ssize_t pwrite64(int fd, const void *bytes, size_t n, off64_t at) {
  REAL(pwrite64);
  return do_write(action_for_fd(OP_WRITE, fd), fd, bytes, n, at, real);
}
ssize_t pwrite(int fd, const void *bytes, size_t n, off_t at) {
  REAL(pwrite);
  return do_write(action_for_fd(OP_WRITE, fd), fd, bytes, n, at, real);
}
static ssize_t (*real_write)(int, const void *, size_t);
static ssize_t plain(int fd, const void *bytes, size_t n, off64_t at) { (void)at; return real_write(fd, bytes, n); }
ssize_t write(int fd, const void *bytes, size_t n) {
  if (!real_write) real_write = (__typeof__(real_write))dlsym(RTLD_NEXT, "write");
  return do_write(action_for_fd(OP_WRITE, fd), fd, bytes, n, 0, plain);
}
ssize_t pread64(int fd, void *bytes, size_t n, off64_t at) {
  REAL(pread64);
  int act = action_for_fd(OP_READ, fd);
  AROUND(act, ssize_t, real(fd, bytes, n, at));
}
int fsync(int fd) { REAL(fsync); int act = action_for_fd(OP_SYNC, fd); AROUND(act, int, real(fd)); }
int fdatasync(int fd) { REAL(fdatasync); int act = action_for_fd(OP_SYNC, fd); AROUND(act, int, real(fd)); }
int ftruncate64(int fd, off64_t n) { REAL(ftruncate64); int act = action_for_fd(OP_TRUNCATE, fd); AROUND(act, int, real(fd, n)); }
int ftruncate(int fd, off_t n) { REAL(ftruncate); int act = action_for_fd(OP_TRUNCATE, fd); AROUND(act, int, real(fd, n)); }
int rename(const char *from, const char *to) { REAL(rename); int act = action_for(OP_RENAME, to); AROUND(act, int, real(from, to)); }
int unlink(const char *path) { REAL(unlink); int act = action_for(OP_UNLINK, path); AROUND(act, int, real(path)); }

static long off(void) { return plan ? (long)atomic_load(&plan->clock) * 86400 : 0; }
int clock_gettime(clockid_t id, struct timespec *out) {
  REAL(clock_gettime);
  int result = real(id, out);
  if (result == 0 && (id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE)) out->tv_sec += off();
  return result;
}
int gettimeofday(struct timeval *restrict out, void *restrict zone) {
  REAL(gettimeofday);
  int result = real(out, zone);
  if (result == 0) out->tv_sec += off();
  return result;
}
