// What libcurl tells while a call runs, gathered without a callback into Swift: an answer is counted as it comes and
// cut at a limit, and no socket is opened to an address that may not be called.
#ifndef BACKNOVA_INTAKE_H
#define BACKNOVA_INTAKE_H

#include "Guard.h"

#include <curl/curl.h>

enum { BN_KEPT_BYTES = 512 };

typedef struct {
  // Set before the call. The guard must outlive it.
  const bn_guard *guard;
  size_t longest_header;
  size_t longest_body;

  // Known after it.
  int status;  // of the final answer, its header whole; 0: there was none
  bool is_too_long;
  size_t header_bytes;
  size_t body_bytes;
  char body[BN_KEPT_BYTES];  // the first of them
  unsigned int refused_addresses;
  unsigned int opened_sockets;

  int status_line;  // of the answer whose header is coming in
} bn_intake;

// Takes in the call of `handle`, as long as that runs. All that is known after it must be zero now.
CURLcode bn_intake_attach(bn_intake *intake, CURL *handle);

// What it attaches, for those who take in more; `context` is the intake. Header lines of every answer count: of each
// 1xx, of the final one, and the trailers behind its body.
size_t bn_intake_take_header(char *line, size_t one, size_t size, void *context);
size_t bn_intake_take_body(char *bytes, size_t one, size_t size, void *context);
curl_socket_t bn_intake_open_socket(void *context, curlsocktype purpose, struct curl_sockaddr *dialled);

#endif
