#include "Intake.h"

#include "CCurl.h"

#include <string.h>

// The status of a line such as "HTTP/1.1 200 OK"; 0: it is another line.
static int status_of(const char *line, size_t size) {
  if (size < 9 || memcmp(line, "HTTP/", 5) != 0) return 0;
  const char *space = memchr(line, ' ', size);
  if (space == NULL || line + size - space < 4) return 0;
  int status = 0;
  for (int place = 1; place <= 3; place++) {
    if (space[place] < '0' || space[place] > '9') return 0;
    status = status * 10 + (space[place] - '0');
  }
  return status;
}

size_t bn_intake_take_header(char *line, size_t one, size_t size, void *context) {
  (void)one;
  bn_intake *intake = context;
  intake->header_bytes += size;
  if (intake->header_bytes > intake->longest_header) {
    intake->is_too_long = true;
    return 0;
  }
  if (intake->status != 0) return size;
  bool is_end = size <= 2 && (line[0] == '\r' || line[0] == '\n');
  if (is_end && intake->status_line >= 200) intake->status = intake->status_line;
  int status = status_of(line, size);
  if (status != 0) intake->status_line = status;
  return size;
}

size_t bn_intake_take_body(char *bytes, size_t one, size_t size, void *context) {
  (void)one;
  bn_intake *intake = context;
  if (intake->body_bytes < BN_KEPT_BYTES) {
    size_t room = BN_KEPT_BYTES - intake->body_bytes;
    memcpy(intake->body + intake->body_bytes, bytes, size < room ? size : room);
  }
  intake->body_bytes += size;
  if (intake->body_bytes <= intake->longest_body) return size;
  intake->is_too_long = true;
  return 0;
}

curl_socket_t bn_intake_open_socket(void *context, curlsocktype purpose, struct curl_sockaddr *dialled) {
  bn_intake *intake = context;
  bn_address address;
  if (purpose != CURLSOCKTYPE_IPCXN || !bn_address_from_socket(&dialled->addr, &address) ||
      !bn_guard_allows(intake->guard, address)) {
    intake->refused_addresses++;
    return CURL_SOCKET_BAD;
  }
  intake->opened_sockets++;
  return socket(dialled->family, dialled->socktype | SOCK_CLOEXEC, dialled->protocol);
}

CURLcode bn_intake_attach(bn_intake *intake, CURL *handle) {
  CURLcode code = bn_curl_on_open_socket(handle, bn_intake_open_socket, intake);
  if (code == CURLE_OK) code = bn_curl_on_header(handle, bn_intake_take_header, intake);
  if (code == CURLE_OK) code = bn_curl_on_body(handle, bn_intake_take_body, intake);
  return code;
}
