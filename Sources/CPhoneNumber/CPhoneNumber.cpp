#include "CPhoneNumber.h"

#include <algorithm>
#include <cstring>
#include <list>
#include <string>

#include <phonenumbers/logger.h>
#include <phonenumbers/phonenumberutil.h>

using i18n::phonenumbers::NullLogger;
using i18n::phonenumbers::PhoneNumber;
using i18n::phonenumbers::PhoneNumberUtil;

namespace {

// The library's own logger prints numbers that it cannot read.
const PhoneNumberUtil &util() {
  static const PhoneNumberUtil &only = [] () -> const PhoneNumberUtil & {
    PhoneNumberUtil *instance = PhoneNumberUtil::GetInstance();
    instance->SetLogger(new NullLogger());
    return *instance;
  }();
  return only;
}

bool beginsWithPlus(const std::string &text) {
  const auto first = text.find_first_of("0123456789+\xEF");
  return first != std::string::npos && (text[first] == '+' || text.compare(first, 3, "\xEF\xBC\x8B") == 0);
}

int read(const std::string &text, const std::string &region, PhoneNumber *number) {
  const auto error = util().Parse(text, region.empty() ? "ZZ" : region, number);
  if (error == PhoneNumberUtil::INVALID_COUNTRY_CODE_ERROR && !beginsWithPlus(text)) return BN_PHONE_INCOMPLETE;
  if (error != PhoneNumberUtil::NO_PARSING_ERROR) return BN_PHONE_IMPOSSIBLE;
  switch (util().IsPossibleNumberWithReason(*number)) {
    case PhoneNumberUtil::IS_POSSIBLE: return BN_PHONE_NUMBER;
    case PhoneNumberUtil::IS_POSSIBLE_LOCAL_ONLY: return BN_PHONE_INCOMPLETE;
    default: return BN_PHONE_IMPOSSIBLE;
  }
}

// "00" is "+" wherever it stands, whatever the region dials: a caller that hashes numbers itself can do no better.
int readAnyPrefix(const std::string &text, const std::string &region, PhoneNumber *number) {
  const auto start = text.find_first_not_of(" \t\r\n");
  if (start != std::string::npos && text.compare(start, 2, "00") == 0 &&
      read("+" + text.substr(start + 2), region, number) == BN_PHONE_NUMBER)
    return BN_PHONE_NUMBER;
  return read(text, region, number);
}

std::list<std::string> regionsOf(int callingCode) {
  std::list<std::string> regions;
  util().GetRegionCodesForCountryCallingCode(callingCode, &regions);
  return regions;
}

// Which of the countries that share a calling code a number is of takes as long to tell as reading it did. Where the one
// asked for is among them that is answer enough; else the code's main country stands for all.
std::string oneOf(const std::list<std::string> &regions, const std::string &region) {
  if (std::find(regions.begin(), regions.end(), region) != regions.end()) return region;
  return regions.empty() ? "ZZ" : regions.front();
}

std::string homeOf(const PhoneNumber &number, const std::string &region) {
  static const auto northAmerica = regionsOf(1);  // 25 texts
  if (number.country_code() == 1) return oneOf(northAmerica, region);
  return oneOf(regionsOf(number.country_code()), region);
}

// "+1" and ten digits, as most leads of North America have it. The library would look for a long-distance 1 in front of the
// area and find none, which takes it as long as all else that is done with a contact; the rest is the numbering plan.
bool isNorthAmerican(const char *text) {
  return std::strlen(text) == 12 && text[0] == '+' && text[1] == '1' && text[2] != '1' &&
         std::all_of(text + 2, text + 12, [](char digit) { return digit >= '0' && digit <= '9'; });
}

// What `text` means, as E.164.
int understand(const char *text, const std::string &region, PhoneNumber *number, std::string *formatted) {
  if (isNorthAmerican(text)) {
    number->set_country_code(1);
    *formatted = text;
    return BN_PHONE_NUMBER;
  }
  const int result = readAnyPrefix(text, region, number);
  if (result == BN_PHONE_NUMBER) util().Format(*number, PhoneNumberUtil::E164, formatted);
  return result;
}

bool copy(const std::string &from, char *to, size_t capacity) {
  if (from.size() >= capacity) return false;
  std::memcpy(to, from.c_str(), from.size() + 1);
  return true;
}

}  // namespace

int bn_phone_e164(const char *text, const char *region, char out[32], char outRegion[4]) {
  out[0] = 0;
  outRegion[0] = 0;
  try {
    PhoneNumber number;
    std::string formatted;
    const int result = understand(text, region, &number, &formatted);
    if (result != BN_PHONE_NUMBER) return result;
    if (formatted.size() < 2 || formatted[0] != '+' || !copy(formatted.substr(1), out, 32)) return BN_PHONE_IMPOSSIBLE;
    const std::string home = homeOf(number, region);
    if (home.size() == 2 && home != "ZZ") copy(home, outRegion, 4);
    return BN_PHONE_NUMBER;
  } catch (...) {
    // Most likely no memory: nothing is known about the number, so nothing bad may be concluded.
    out[0] = 0;
    return BN_PHONE_INCOMPLETE;
  }
}
