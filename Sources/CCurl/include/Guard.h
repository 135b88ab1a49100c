// Which addresses may be called. Plain data and one loop, so that the same code judges in a table test and at the
// moment when a socket is opened.
#ifndef BACKNOVA_GUARD_H
#define BACKNOVA_GUARD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

// An IPv4 address is the low 32 bits of `low`; an IPv6 address fills both words. The first byte stands highest.
typedef struct {
  bool is_ipv6;
  uint64_t high;
  uint64_t low;
} bn_address;

// The addresses that equal `base` in the bits of the mask.
typedef struct {
  bn_address base;
  uint64_t mask_high;
  uint64_t mask_low;
} bn_network;

// What stands in `allowed` may be called, whatever `refused` says; what stands in neither as well.
typedef struct {
  const bn_network *allowed;
  size_t allowed_count;
  const bn_network *refused;
  size_t refused_count;
} bn_guard;

// Reads "192.0.2.1" or "2001:db8::1", in these plain spellings only; false for anything else.
bool bn_address_from_text(const char *text, bn_address *address);

// False where it is no address of IPv4 or IPv6.
bool bn_address_from_socket(const struct sockaddr *socket_address, bn_address *address);

// `bits` from 0 to 32 or 128; false beyond. Bits of `address` behind them do not count.
bool bn_network_make(bn_address address, int bits, bn_network *network);

bool bn_guard_allows(const bn_guard *guard, bn_address address);

#endif
