/*
 * Makes the disk fail under a process that is started with this library in LD_PRELOAD. The file named by FAULTS says how,
 * and may change at any time; one line a fault, the first that fits counts:
 *
 *   <operation> <errno> <part of a path>
 *   fill <bytes> <part of a path>
 *
 * A part that ends with `$` is the end of the path. Operations: write (also growing and truncating), sync, open (for writing), read. `fill` lets so many bytes through, then
 * the disk is full. Lines end with a newline; the last one of the file must.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/types.h>
#include <sys/uio.h>
#include <unistd.h>

#define SIZE 4096

static const char *faults;
static atomic_long filled;

__attribute__((constructor)) static void begin(void) {
  const char *path = getenv("FAULTS");
  if (!path) return;
  int fd = open(path, O_RDONLY | O_CLOEXEC);
  if (fd < 0) return;
  void *page = mmap(NULL, SIZE, PROT_READ, MAP_SHARED, fd, 0);
  close(fd);
  if (page != MAP_FAILED) faults = page;
}

static int fits(const char *path, char *part) {
  size_t length = strlen(part);
  if (part[length - 1] != '$') return strstr(path, part) != NULL;
  part[length - 1] = 0;
  size_t whole = strlen(path);
  return whole >= length - 1 && strcmp(path + whole - (length - 1), part) == 0;
}

/* 0, or the errno that the operation is to fail with. */
static int fault(const char *operation, const char *path, long bytes) {
  if (!faults || faults[0] == 0 || faults[0] == '\n') return 0;
  char text[SIZE];
  memcpy(text, faults, SIZE - 1);
  text[SIZE - 1] = 0;
  char *rest = text, *line;
  while ((line = strsep(&rest, "\n")) && *line) {
    char kind[16], part[512];
    long number;
    if (sscanf(line, "%15s %ld %511s", kind, &number, part) != 3 || !fits(path, part)) continue;
    if (strcmp(kind, operation) == 0) return (int)number;
    if (strcmp(kind, "fill") == 0 && bytes > 0 && atomic_fetch_add(&filled, bytes) + bytes > number) return ENOSPC;
  }
  return 0;
}

static int fault_at(const char *operation, int fd, long bytes) {
  if (!faults || faults[0] == 0 || faults[0] == '\n') return 0;
  char link[64], path[4096];
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return 0;
  path[length] = 0;
  return fault(operation, path, bytes);
}

#define NEXT(name) \
  static __typeof__(&name) next; \
  if (!next) next = (__typeof__(&name))dlsym(RTLD_NEXT, #name)
#define FAIL(code) \
  do { \
    int failing = (code); \
    if (failing) { \
      errno = failing; \
      return -1; \
    } \
  } while (0)

ssize_t write(int fd, const void *data, size_t size) {
  NEXT(write);
  FAIL(fault_at("write", fd, (long)size));
  return next(fd, data, size);
}
ssize_t pwrite(int fd, const void *data, size_t size, off_t at) {
  NEXT(pwrite);
  FAIL(fault_at("write", fd, (long)size));
  return next(fd, data, size, at);
}
ssize_t pwrite64(int fd, const void *data, size_t size, off64_t at) {
  NEXT(pwrite64);
  FAIL(fault_at("write", fd, (long)size));
  return next(fd, data, size, at);
}
ssize_t writev(int fd, const struct iovec *parts, int count) {
  NEXT(writev);
  FAIL(fault_at("write", fd, 1));
  return next(fd, parts, count);
}
int ftruncate(int fd, off_t size) {
  NEXT(ftruncate);
  FAIL(fault_at("write", fd, 1));
  return next(fd, size);
}
int ftruncate64(int fd, off64_t size) {
  NEXT(ftruncate64);
  FAIL(fault_at("write", fd, 1));
  return next(fd, size);
}
ssize_t pread(int fd, void *data, size_t size, off_t at) {
  NEXT(pread);
  FAIL(fault_at("read", fd, 0));
  return next(fd, data, size, at);
}
ssize_t pread64(int fd, void *data, size_t size, off64_t at) {
  NEXT(pread64);
  FAIL(fault_at("read", fd, 0));
  return next(fd, data, size, at);
}
int fsync(int fd) {
  NEXT(fsync);
  FAIL(fault_at("sync", fd, 0));
  return next(fd);
}
int fdatasync(int fd) {
  NEXT(fdatasync);
  FAIL(fault_at("sync", fd, 0));
  return next(fd);
}

#define WRITES(flags) ((flags) & (O_WRONLY | O_RDWR | O_CREAT))
#define MODE(flags) \
  mode_t mode = 0; \
  if ((flags) & (O_CREAT | O_TMPFILE)) { \
    va_list more; \
    va_start(more, flags); \
    mode = va_arg(more, mode_t); \
    va_end(more); \
  }

int open(const char *path, int flags, ...) {
  NEXT(open);
  MODE(flags)
  if (WRITES(flags)) FAIL(fault("open", path, 0));
  return next(path, flags, mode);
}
int open64(const char *path, int flags, ...) {
  NEXT(open64);
  MODE(flags)
  if (WRITES(flags)) FAIL(fault("open", path, 0));
  return next(path, flags, mode);
}
int mkdir(const char *path, mode_t mode) {
  NEXT(mkdir);
  FAIL(fault("open", path, 0));
  return next(path, mode);
}
int rename(const char *from, const char *to) {
  NEXT(rename);
  FAIL(fault("open", to, 0));
  return next(from, to);
}
