// libfcgi, and the Linux calls round it that Swift's Glibc module leaves out.
#ifndef BACKNOVA_CFASTCGI_H
#define BACKNOVA_CFASTCGI_H

#include <fcgiapp.h>
#include <signal.h>
#include <stddef.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/file.h>
#include <sys/pidfd.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/un.h>

// Limits how long one read or write of an accepted request may wait: libfcgi itself waits for ever.
void backnova_fcgi_set_timeout(const FCGX_Request *request, long seconds);

// Overwrites what has been read of the fragment that `stream` holds, so that a body does not stay in libfcgi's buffer.
void backnova_fcgi_wipe_consumed(FCGX_Stream *stream);

// Overwrites memory in a way that the compiler does not leave out.
void backnova_wipe(void *memory, size_t count);

// Sends `signal` to this process once the process that started it is gone; -1 where that cannot be had.
int backnova_follow_parent(int signal);

// Takes `directory` for this process alone as long as the returned descriptor is open; -1 with errno (EWOULDBLOCK: taken).
int backnova_lock_directory(const char *directory);

#endif
