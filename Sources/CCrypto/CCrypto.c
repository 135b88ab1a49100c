// A decision takes ten short hashes. libcrypto's plain SHA-256 takes a fifth of the time of its EVP interface for them, whose
// contexts are made and freed each time; 3.0 calls it outdated and keeps it.
#define OPENSSL_API_COMPAT 10101

#include "CCrypto.h"

#include <limits.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/rand.h>
#include <openssl/sha.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

// Fetching an algorithm by name costs more than a short text, so it is done once.
static EVP_CIPHER *gcm;
static pthread_once_t gcmOnce = PTHREAD_ONCE_INIT;

static void fetchGCM(void) {
  gcm = EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL);
  if (!gcm) abort();
}

void bn_sha256(const void *data, size_t count, uint8_t out[BN_SHA256_BYTES]) {
  SHA256_CTX context;
  if (!SHA256_Init(&context) || !SHA256_Update(&context, data, count) || !SHA256_Final(out, &context)) abort();
  OPENSSL_cleanse(&context, sizeof context);
}

// RFC 2104: H(key ^ opad, H(key ^ ipad, data)).
void bn_hmac_sha256(const void *key, size_t keyCount, const void *data, size_t count, uint8_t out[BN_SHA256_BYTES]) {
  uint8_t pad[SHA256_CBLOCK] = {0}, inner[BN_SHA256_BYTES];
  SHA256_CTX context;
  if (keyCount > sizeof pad) bn_sha256(key, keyCount, pad);
  else if (keyCount > 0) memcpy(pad, key, keyCount);
  for (size_t i = 0; i < sizeof pad; i++) pad[i] ^= 0x36;
  if (!SHA256_Init(&context) || !SHA256_Update(&context, pad, sizeof pad) || !SHA256_Update(&context, data, count) ||
      !SHA256_Final(inner, &context))
    abort();
  for (size_t i = 0; i < sizeof pad; i++) pad[i] ^= 0x36 ^ 0x5c;
  if (!SHA256_Init(&context) || !SHA256_Update(&context, pad, sizeof pad) ||
      !SHA256_Update(&context, inner, sizeof inner) || !SHA256_Final(out, &context))
    abort();
  OPENSSL_cleanse(&context, sizeof context);
  OPENSSL_cleanse(pad, sizeof pad);
  OPENSSL_cleanse(inner, sizeof inner);
}

int bn_gcm_seal(const uint8_t key[BN_GCM_KEY_BYTES], const uint8_t nonce[BN_GCM_NONCE_BYTES], const void *aad,
                size_t aadCount, const void *plain, size_t count, uint8_t *out, uint8_t tag[BN_GCM_TAG_BYTES]) {
  if (count > INT_MAX || aadCount > INT_MAX) return 0;
  pthread_once(&gcmOnce, fetchGCM);
  EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
  int length = 0;
  int done = context && EVP_EncryptInit_ex2(context, gcm, key, nonce, NULL) &&
             EVP_EncryptUpdate(context, NULL, &length, aad, (int)aadCount) &&
             (count == 0 || EVP_EncryptUpdate(context, out, &length, plain, (int)count)) &&
             EVP_EncryptFinal_ex(context, NULL, &length) &&
             EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_GET_TAG, BN_GCM_TAG_BYTES, tag);
  EVP_CIPHER_CTX_free(context);
  return done;
}

int bn_gcm_open(const uint8_t key[BN_GCM_KEY_BYTES], const uint8_t nonce[BN_GCM_NONCE_BYTES], const void *aad,
                size_t aadCount, const void *sealed, size_t count, const uint8_t tag[BN_GCM_TAG_BYTES], uint8_t *out) {
  if (count > INT_MAX || aadCount > INT_MAX) return 0;
  pthread_once(&gcmOnce, fetchGCM);
  EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
  int length = 0;
  int done = context && EVP_DecryptInit_ex2(context, gcm, key, nonce, NULL) &&
             EVP_DecryptUpdate(context, NULL, &length, aad, (int)aadCount) &&
             (count == 0 || EVP_DecryptUpdate(context, out, &length, sealed, (int)count)) &&
             EVP_CIPHER_CTX_ctrl(context, EVP_CTRL_AEAD_SET_TAG, BN_GCM_TAG_BYTES, (void *)tag) &&
             EVP_DecryptFinal_ex(context, NULL, &length);
  EVP_CIPHER_CTX_free(context);
  if (!done && count > 0) OPENSSL_cleanse(out, count);
  return done;
}

int bn_scrypt(const char *password, size_t passwordCount, const uint8_t *salt, size_t saltCount, uint64_t n, uint64_t r,
              uint64_t p, uint8_t *out, size_t outCount) {
  const uint64_t memory = 256ull << 20;
  return EVP_PBE_scrypt(password, passwordCount, salt, saltCount, n, r, p, memory, out, outCount) == 1;
}

int bn_random(void *out, size_t count) { return count <= INT_MAX && RAND_bytes(out, (int)count) == 1; }

int bn_equal(const void *a, const void *b, size_t count) { return CRYPTO_memcmp(a, b, count) == 0; }

void bn_wipe(void *memory, size_t count) { OPENSSL_cleanse(memory, count); }
