// A libfcgi responder that does nothing: 64 threads, one answer. What the stack itself costs, to hold ours against.
//   hello SOCKET
#include <fcgiapp.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/stat.h>

static int listener;

static void *answer(void *unused) {
  FCGX_Request request;
  FCGX_InitRequest(&request, listener, 0);
  while (FCGX_Accept_r(&request) == 0) {
    char body[512];
    while (FCGX_GetStr(body, sizeof body, request.in) == sizeof body) {}
    FCGX_PutS("Content-Type: application/json\r\nContent-Length: 11\r\n\r\n{\"ok\":true}", request.out);
    FCGX_Finish_r(&request);
  }
  return unused;
}

int main(int count, char **arguments) {
  enum { THREADS = 64 };
  pthread_t threads[THREADS];
  if (count != 2) return 2;
  setenv("LIBFCGI_IS_AF_UNIX_KEEPER_POLL_TIMEOUT", "200", 1);
  setenv("LIBFCGI_OS_CLOSE_POLL_TIMEOUT", "0", 1);
  umask(077);
  if (FCGX_Init() != 0 || (listener = FCGX_OpenSocket(arguments[1], 4096)) < 0) return 1;
  for (int i = 0; i < THREADS; i++) pthread_create(&threads[i], NULL, answer, NULL);
  for (int i = 0; i < THREADS; i++) pthread_join(threads[i], NULL);
}
