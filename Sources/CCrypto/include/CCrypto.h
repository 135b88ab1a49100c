// The few calls of libcrypto (OpenSSL 3) that BackNova makes. Every buffer belongs to the caller.
#ifndef BACKNOVA_CCRYPTO_H
#define BACKNOVA_CCRYPTO_H

#include <stddef.h>
#include <stdint.h>

#define BN_SHA256_BYTES 32
#define BN_GCM_KEY_BYTES 32
#define BN_GCM_NONCE_BYTES 12
#define BN_GCM_TAG_BYTES 16

// Hashes cannot fail but for want of memory or of a usable libcrypto; they end the process then, as Swift itself does
// when it gets no memory: an answer with a wrong hash would be worse.
void bn_sha256(const void *data, size_t count, uint8_t out[BN_SHA256_BYTES]);
void bn_hmac_sha256(const void *key, size_t keyCount, const void *data, size_t count, uint8_t out[BN_SHA256_BYTES]);

// The rest return 1 when all is well and 0 otherwise.

// `out` takes `count` bytes of ciphertext, `tag` the authentication tag over it and `aad`.
int bn_gcm_seal(const uint8_t key[BN_GCM_KEY_BYTES], const uint8_t nonce[BN_GCM_NONCE_BYTES], const void *aad,
                size_t aadCount, const void *plain, size_t count, uint8_t *out, uint8_t tag[BN_GCM_TAG_BYTES]);
// 0 also where the tag does not fit; `out` is wiped then.
int bn_gcm_open(const uint8_t key[BN_GCM_KEY_BYTES], const uint8_t nonce[BN_GCM_NONCE_BYTES], const void *aad,
                size_t aadCount, const void *sealed, size_t count, const uint8_t tag[BN_GCM_TAG_BYTES], uint8_t *out);

// `n` a power of two; needs 128 * n * r bytes of memory, at most 256 MiB.
int bn_scrypt(const char *password, size_t passwordCount, const uint8_t *salt, size_t saltCount, uint64_t n, uint64_t r,
              uint64_t p, uint8_t *out, size_t outCount);

int bn_random(void *out, size_t count);

// 1 if the same; takes as long wherever they differ.
int bn_equal(const void *a, const void *b, size_t count);

// Overwrites memory in a way that the compiler does not leave out.
void bn_wipe(void *memory, size_t count);

#endif
