#include "CCrypto.h"

#include <limits.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/rand.h>
#include <pthread.h>
#include <stdlib.h>

// Fetching an algorithm by name costs more than a short hash, so it is done once. `hmac` is a context with its digest
// set and no key: a copy of it takes a key at half the price of HMAC().
static struct {
  EVP_MD *sha256;
  EVP_CIPHER *gcm;
  EVP_MAC_CTX *hmac;
} fetched;

static pthread_once_t fetchedOnce = PTHREAD_ONCE_INIT;

static void fetch(void) {
  fetched.sha256 = EVP_MD_fetch(NULL, "SHA256", NULL);
  fetched.gcm = EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL);
  EVP_MAC *mac = EVP_MAC_fetch(NULL, "HMAC", NULL);
  fetched.hmac = mac ? EVP_MAC_CTX_new(mac) : NULL;
  EVP_MAC_free(mac);
  OSSL_PARAM digest[] = {OSSL_PARAM_construct_utf8_string(OSSL_MAC_PARAM_DIGEST, "SHA256", 0),
                         OSSL_PARAM_construct_end()};
  if (!fetched.sha256 || !fetched.gcm || !fetched.hmac || !EVP_MAC_CTX_set_params(fetched.hmac, digest)) abort();
}

void bn_sha256(const void *data, size_t count, uint8_t out[BN_SHA256_BYTES]) {
  pthread_once(&fetchedOnce, fetch);
  if (!EVP_Digest(data, count, out, NULL, fetched.sha256, NULL)) abort();
}

void bn_hmac_sha256(const void *key, size_t keyCount, const void *data, size_t count, uint8_t out[BN_SHA256_BYTES]) {
  pthread_once(&fetchedOnce, fetch);
  EVP_MAC_CTX *context = EVP_MAC_CTX_dup(fetched.hmac);
  size_t written = 0;
  if (!context || !EVP_MAC_init(context, key, keyCount, NULL) || !EVP_MAC_update(context, data, count) ||
      !EVP_MAC_final(context, out, &written, BN_SHA256_BYTES) || written != BN_SHA256_BYTES)
    abort();
  EVP_MAC_CTX_free(context);
}

int bn_gcm_seal(const uint8_t key[BN_GCM_KEY_BYTES], const uint8_t nonce[BN_GCM_NONCE_BYTES], const void *aad,
                size_t aadCount, const void *plain, size_t count, uint8_t *out, uint8_t tag[BN_GCM_TAG_BYTES]) {
  if (count > INT_MAX || aadCount > INT_MAX) return 0;
  pthread_once(&fetchedOnce, fetch);
  EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
  int length = 0;
  int done = context && EVP_EncryptInit_ex2(context, fetched.gcm, key, nonce, NULL) &&
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
  pthread_once(&fetchedOnce, fetch);
  EVP_CIPHER_CTX *context = EVP_CIPHER_CTX_new();
  int length = 0;
  int done = context && EVP_DecryptInit_ex2(context, fetched.gcm, key, nonce, NULL) &&
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
