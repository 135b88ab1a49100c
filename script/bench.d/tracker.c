// A tracker that takes its time: answers every request 200 after so many milliseconds, and says how fast all came.
//   tracker PORT MILLISECONDS REQUESTS
// Prints its port once it listens; after that many requests a line (their seconds from the first to the last answer,
// and how many were open at most), and goes on for the next as many.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { CONNECTIONS = 4096 };

static const char answer[] = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nOK";
// The last bytes of each connection's request so far, and whether its connection is still the one that asked.
static char tail[CONNECTIONS][4];
static unsigned turn[CONNECTIONS];

// Answers that are due, in order, since each waits as long as the others.
static struct { double at; int connection; unsigned turn; } queue[CONNECTIONS];
static unsigned first, behind;

static double now(void) {
  struct timespec time;
  clock_gettime(CLOCK_MONOTONIC, &time);
  return time.tv_sec + time.tv_nsec / 1e9;
}

static int listening(int port) {
  int listener = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0), yes = 1;
  struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  socklen_t size = sizeof address;
  setsockopt(listener, SOL_SOCKET, SO_REUSEADDR, &yes, sizeof yes);
  if (bind(listener, (void *)&address, size) || listen(listener, 1024)) exit(1);
  getsockname(listener, (void *)&address, &size);
  printf("%d\n", ntohs(address.sin_port));
  fflush(stdout);
  return listener;
}

static void accept_all(int listener, int epoll) {
  for (int connection; (connection = accept4(listener, NULL, NULL, SOCK_NONBLOCK)) >= 0;) {
    int yes = 1;
    if (connection >= CONNECTIONS) exit(1);
    setsockopt(connection, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    memset(tail[connection], 0, 4);
    turn[connection]++;
    epoll_ctl(epoll, EPOLL_CTL_ADD, connection, &(struct epoll_event){.events = EPOLLIN, .data.fd = connection});
  }
}

// Whether what was read ends a request; a client sends the next one only after the answer.
static int ends_request(int connection) {
  char piece[16384];
  ssize_t count = recv(connection, piece, sizeof piece, 0);
  if (count <= 0) {
    turn[connection]++;
    close(connection);
    return 0;
  }
  for (ssize_t i = count < 4 ? 0 : count - 4; i < count; i++) {
    memmove(tail[connection], tail[connection] + 1, 3);
    tail[connection][3] = piece[i];
  }
  return memcmp(tail[connection], "\r\n\r\n", 4) == 0;
}

int main(int count, char **arguments) {
  if (count != 4) return 2;
  double delay = atof(arguments[2]) / 1000, start = 0;
  int wanted = atoi(arguments[3]), answered = 0;
  unsigned most = 0;
  signal(SIGPIPE, SIG_IGN);
  int listener = listening(atoi(arguments[1])), epoll = epoll_create1(0);
  epoll_ctl(epoll, EPOLL_CTL_ADD, listener, &(struct epoll_event){.events = EPOLLIN, .data.fd = listener});
  while (1) {
    struct epoll_event events[256];
    double left = first == behind ? 1 : queue[first % CONNECTIONS].at - now();
    int ready = epoll_wait(epoll, events, 256, left > 0 ? (int)(left * 1000) + 1 : 0);
    for (int i = 0; i < ready; i++) {
      int connection = events[i].data.fd;
      if (connection == listener) {
        accept_all(listener, epoll);
      } else if (ends_request(connection)) {
        double at = now();
        if (answered == 0 && first == behind) start = at, most = 0;
        memset(tail[connection], 0, 4);
        queue[behind % CONNECTIONS].at = at + delay;
        queue[behind % CONNECTIONS].connection = connection;
        queue[behind++ % CONNECTIONS].turn = turn[connection];
        if (behind - first > most) most = behind - first;
      }
    }
    for (; first != behind && queue[first % CONNECTIONS].at <= now(); first++) {
      int connection = queue[first % CONNECTIONS].connection;
      if (queue[first % CONNECTIONS].turn != turn[connection]) continue;
      send(connection, answer, sizeof answer - 1, 0);
      if (++answered < wanted) continue;
      printf("%.3f %u\n", now() - start, most);
      fflush(stdout);
      answered = 0;
    }
  }
}
