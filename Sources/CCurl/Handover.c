#define _GNU_SOURCE
#include "Handover.h"

#include "CCurl.h"

#include <netinet/in.h>
#include <poll.h>
#include <string.h>
#include <strings.h>

static bool is_space(char byte) { return byte == ' ' || byte == '\t' || byte == '\r' || byte == '\n'; }

// Whether the line names a content coding other than "identity".
static bool names_coding(const char *line, size_t size) {
  static const char name[] = "content-encoding:";
  size_t start = sizeof name - 1;
  if (size < start || strncasecmp(line, name, start) != 0) return false;
  while (start < size && is_space(line[start])) start++;
  while (size > start && is_space(line[size - 1])) size--;
  return size > start && !(size - start == 8 && strncasecmp(line + start, "identity", 8) == 0);
}

static size_t take_header(char *line, size_t one, size_t size, void *context) {
  bn_handover *handover = context;
  if (handover->intake.status == 0 && handover->intake.status_line >= 200 && names_coding(line, size)) {
    handover->is_coded = true;
  }
  return bn_intake_take_header(line, one, size, &handover->intake);
}

static size_t take_body(char *bytes, size_t one, size_t size, void *context) {
  bn_handover *handover = context;
  size_t room = handover->intake.longest_body - handover->body_count;
  size_t kept = size < room ? size : room;
  memcpy(handover->body + handover->body_count, bytes, kept);
  handover->body_count += kept;
  return bn_intake_take_body(bytes, one, size, &handover->intake);
}

static curl_socket_t open_socket(void *context, curlsocktype purpose, struct curl_sockaddr *dialled) {
  bn_handover *handover = context;
  curl_socket_t opened = bn_intake_open_socket(&handover->intake, purpose, dialled);
  if (opened != CURL_SOCKET_BAD && handover->socket_count < BN_WATCHED_SOCKETS) {
    handover->sockets[handover->socket_count++] = opened;
  }
  return opened;
}

static int port_of(curl_socket_t opened) {
  struct sockaddr_storage address;
  socklen_t size = sizeof address;
  if (getsockname(opened, (struct sockaddr *)&address, &size) != 0) return 0;
  if (address.ss_family == AF_INET) return ntohs(((struct sockaddr_in *)&address)->sin_port);
  return address.ss_family == AF_INET6 ? ntohs(((struct sockaddr_in6 *)&address)->sin6_port) : 0;
}

// libcurl calls this when name, connection and TLS are done, right before it begins the request. A connection that the
// other side has ended by now can carry no answer: what is not begun was certainly not sent.
static int before_request(void *context, char *remote, char *local, int remote_port, int local_port) {
  (void)remote, (void)local, (void)remote_port;
  bn_handover *handover = context;
  for (unsigned int place = 0; place < handover->socket_count; place++) {
    struct pollfd look = {.fd = handover->sockets[place], .events = POLLRDHUP};
    if (local_port == 0 || port_of(look.fd) != local_port) continue;
    if (poll(&look, 1, 0) == 1 && (look.revents & (POLLRDHUP | POLLHUP | POLLERR)) != 0) {
      handover->closed_before = true;
      return CURL_PREREQFUNC_ABORT;
    }
  }
  handover->may_be_sent = true;
  return CURL_PREREQFUNC_OK;
}

CURLcode bn_handover_attach(bn_handover *handover, CURL *handle) {
  CURLcode code = bn_curl_on_open_socket(handle, open_socket, handover);
  if (code == CURLE_OK) code = bn_curl_on_header(handle, take_header, handover);
  if (code == CURLE_OK) code = bn_curl_on_body(handle, take_body, handover);
  if (code == CURLE_OK) code = curl_easy_setopt(handle, CURLOPT_PREREQFUNCTION, before_request);
  return code == CURLE_OK ? curl_easy_setopt(handle, CURLOPT_PREREQDATA, handover) : code;
}
