#include "Guard.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <string.h>

static uint64_t word(const uint8_t *bytes, int count) {
  uint64_t value = 0;
  for (int place = 0; place < count; place++) value = value << 8 | bytes[place];
  return value;
}

static bn_address from_ipv4(const void *bytes) { return (bn_address){false, 0, word(bytes, 4)}; }

static bn_address from_ipv6(const void *bytes) {
  return (bn_address){true, word(bytes, 8), word((const uint8_t *)bytes + 8, 8)};
}

bool bn_address_from_text(const char *text, bn_address *address) {
  uint8_t bytes[16];
  if (inet_pton(AF_INET, text, bytes) == 1) {
    *address = from_ipv4(bytes);
    return true;
  }
  if (inet_pton(AF_INET6, text, bytes) == 1) {
    *address = from_ipv6(bytes);
    return true;
  }
  return false;
}

bool bn_address_from_socket(const struct sockaddr *socket_address, bn_address *address) {
  if (socket_address->sa_family == AF_INET) {
    struct sockaddr_in ipv4;
    memcpy(&ipv4, socket_address, sizeof ipv4);
    *address = from_ipv4(&ipv4.sin_addr);
    return true;
  }
  if (socket_address->sa_family == AF_INET6) {
    struct sockaddr_in6 ipv6;
    memcpy(&ipv6, socket_address, sizeof ipv6);
    *address = from_ipv6(&ipv6.sin6_addr);
    return true;
  }
  return false;
}

// The first `bits` of 64, all of them or none beyond either end.
static uint64_t mask(int bits) {
  if (bits <= 0) return 0;
  return bits >= 64 ? UINT64_MAX : ~(UINT64_MAX >> bits);
}

bool bn_network_make(bn_address address, int bits, bn_network *network) {
  if (bits < 0 || bits > (address.is_ipv6 ? 128 : 32)) return false;
  network->base = address;
  network->mask_high = address.is_ipv6 ? mask(bits) : 0;
  network->mask_low = address.is_ipv6 ? mask(bits - 64) : mask(bits) >> 32;
  return true;
}

static bool holds(const bn_network *networks, size_t count, bn_address address) {
  for (size_t place = 0; place < count; place++) {
    const bn_network *network = &networks[place];
    if (network->base.is_ipv6 == address.is_ipv6 && ((network->base.high ^ address.high) & network->mask_high) == 0 &&
        ((network->base.low ^ address.low) & network->mask_low) == 0)
      return true;
  }
  return false;
}

bool bn_guard_allows(const bn_guard *guard, bn_address address) {
  return holds(guard->allowed, guard->allowed_count, address) || !holds(guard->refused, guard->refused_count, address);
}
