#define _GNU_SOURCE
#include "CFastCGI.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/time.h>
#include <unistd.h>

void backnova_fcgi_set_timeout(const FCGX_Request *request, long seconds) {
  struct timeval limit = {.tv_sec = seconds};
  setsockopt(request->ipcFd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
  setsockopt(request->ipcFd, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
}

void backnova_fcgi_wipe_consumed(FCGX_Stream *stream) {
  if (stream->isReader && stream->stopUnget && stream->rdNext > stream->stopUnget) {
    explicit_bzero(stream->stopUnget, (size_t)(stream->rdNext - stream->stopUnget));
  }
}

void backnova_wipe(void *memory, size_t count) { explicit_bzero(memory, count); }

int backnova_follow_parent(int signal) { return prctl(PR_SET_PDEATHSIG, (unsigned long)signal, 0, 0, 0); }

int backnova_lock_directory(const char *directory) {
  int descriptor = open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (descriptor < 0) return -1;
  if (flock(descriptor, LOCK_EX | LOCK_NB) == 0) return descriptor;
  int reason = errno;
  close(descriptor);
  errno = reason;
  return -1;
}
