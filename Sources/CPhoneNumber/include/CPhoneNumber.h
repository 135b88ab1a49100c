// A phone number in any spelling to E.164, by libphonenumber.
#ifndef BACKNOVA_CPHONENUMBER_H
#define BACKNOVA_CPHONENUMBER_H

#ifdef __cplusplus
extern "C" {
#endif

// No such number can exist.
#define BN_PHONE_IMPOSSIBLE 0
// `out` holds the number.
#define BN_PHONE_NUMBER 1
// It may be a number, but lacks its country or its area, so nobody can say whose.
#define BN_PHONE_INCOMPLETE 2

// `text` is UTF-8; `region` an ISO 3166 code of two upper-case letters in whose manner it was written, "" if unknown.
// A leading "+" or "00" always begins a country code. `out` takes the E.164 digits without "+"; `outRegion` the region
// that the number belongs to, "" where libphonenumber knows none. Never throws, never logs.
int bn_phone_e164(const char *text, const char *region, char out[32], char outRegion[4]);

#ifdef __cplusplus
}
#endif

#endif
