/* The C library's few calls to WASI, answered inside the module: it imports nothing of WASI and can reach nothing. */

#define WASI(name) __imported_wasi_snapshot_preview1_##name
enum { EBADF_ = 8 };

int32_t WASI(fd_write)(int32_t fd, int32_t vectors, int32_t count, int32_t written) { return EBADF_; }
int32_t WASI(fd_seek)(int32_t fd, int64_t offset, int32_t whence, int32_t position) { return EBADF_; }
int32_t WASI(fd_fdstat_get)(int32_t fd, int32_t stat) { return EBADF_; }
int32_t WASI(fd_close)(int32_t fd) { return EBADF_; }

int32_t WASI(clock_time_get)(int32_t clock, int64_t precision, int32_t into) {
  *(int64_t *)(uintptr_t)into = slipway_now_ms * 1000000;
  return 0;
}

int close(int fd) { return -1; }
