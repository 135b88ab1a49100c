// The certificates that are trusted, read once for all calls: read by libcurl they cost each new handle more than the
// rest of its call.
#ifndef BACKNOVA_TRUST_H
#define BACKNOVA_TRUST_H

#include <curl/curl.h>

// NULL where the file cannot be read or holds none.
void *bn_trust_load(const char *path);
void bn_trust_free(void *trust);

// Has the handle trust these in place of libcurl's own; they must outlive its call. Threads may share them.
CURLcode bn_trust_attach(const void *trust, CURL *handle);

#endif
