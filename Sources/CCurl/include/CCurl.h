// libcurl, and the few of its calls that Swift cannot make because C declares them with "...".
//
// Each setter and getter takes one of the argument types that libcurl's options have; the caller picks the one that the
// option is documented to take. All of them answer CURLE_OK or CURLM_OK when all is well.
#ifndef BACKNOVA_CCURL_H
#define BACKNOVA_CCURL_H

#include "Guard.h"
#include "Handover.h"
#include "Intake.h"
#include "Trust.h"

#include <curl/curl.h>
#include <stddef.h>

CURLcode bn_curl_set_long(CURL *handle, CURLoption option, long value);
CURLcode bn_curl_set_offset(CURL *handle, CURLoption option, curl_off_t value);

// libcurl copies a text, but for CURLOPT_POSTFIELDS; NULL takes the option back.
CURLcode bn_curl_set_text(CURL *handle, CURLoption option, const char *value);

// A list, another handle, or the pointer that a callback gets; it must live as long as the handle uses it.
CURLcode bn_curl_set_pointer(CURL *handle, CURLoption option, const void *value);

// What is called with each piece of the answer's body, and with each line of its header.
CURLcode bn_curl_on_body(CURL *handle, curl_write_callback callback, void *context);
CURLcode bn_curl_on_header(CURL *handle, curl_write_callback callback, void *context);

// What gives the bytes of an upload.
CURLcode bn_curl_on_upload(CURL *handle, curl_read_callback callback, void *context);

// What opens the socket: it sees the address that is really dialled.
CURLcode bn_curl_on_open_socket(CURL *handle, curl_opensocket_callback callback, void *context);

CURLcode bn_curl_get_long(CURL *handle, CURLINFO info, long *value);
CURLcode bn_curl_get_offset(CURL *handle, CURLINFO info, curl_off_t *value);
CURLcode bn_curl_get_socket(CURL *handle, CURLINFO info, curl_socket_t *value);
// The pointer belongs to libcurl.
CURLcode bn_curl_get_pointer(CURL *handle, CURLINFO info, void **value);

CURLMcode bn_curl_multi_set_long(CURLM *multi, CURLMoption option, long value);

// The file of certificates that libcurl was built to trust; NULL: none.
const char *bn_curl_certificates(void);

#endif
