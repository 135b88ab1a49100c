#include "Trust.h"

#include <openssl/ssl.h>

void *bn_trust_load(const char *path) {
  X509_STORE *store = X509_STORE_new();
  if (store != NULL && X509_STORE_load_file(store, path) == 1) return store;
  X509_STORE_free(store);
  return NULL;
}

void bn_trust_free(void *trust) { X509_STORE_free(trust); }

static CURLcode use(CURL *handle, void *context, void *trust) {
  (void)handle;
  SSL_CTX_set1_cert_store(context, trust);
  return CURLE_OK;
}

CURLcode bn_trust_attach(const void *trust, CURL *handle) {
  CURLcode code = curl_easy_setopt(handle, CURLOPT_CAINFO, NULL);
  if (code == CURLE_OK) code = curl_easy_setopt(handle, CURLOPT_CAPATH, NULL);
  if (code == CURLE_OK) code = curl_easy_setopt(handle, CURLOPT_SSL_CTX_FUNCTION, use);
  return code == CURLE_OK ? curl_easy_setopt(handle, CURLOPT_SSL_CTX_DATA, trust) : code;
}
