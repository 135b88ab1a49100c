// What libcurl tells while a lead is handed over, beyond what an intake gathers: the answer whole, and whether the
// request's first byte can have left.
#ifndef BACKNOVA_HANDOVER_H
#define BACKNOVA_HANDOVER_H

#include "Intake.h"

enum { BN_WATCHED_SOCKETS = 8 };

typedef struct {
  bn_intake intake;  // set as for an intake
  char *body;        // takes `longest_body` bytes; belongs to the caller

  // Known after the call.
  size_t body_count;
  bool may_be_sent;    // connection and TLS stood, and the request was begun; false: not one byte of it has left
  bool closed_before;  // the other side had closed by then, so it was not begun
  bool is_coded;       // the answer's body is compressed, which nobody asked for

  curl_socket_t sockets[BN_WATCHED_SOCKETS];
  unsigned int socket_count;
} bn_handover;

// In the place of bn_intake_attach.
CURLcode bn_handover_attach(bn_handover *handover, CURL *handle);

#endif
