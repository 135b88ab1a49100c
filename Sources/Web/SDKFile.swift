/// The browser SDK that goes with this build.
enum SDKFile {
  /// The hash of public/sdk/v1.js as a script tag's `integrity` names it: a browser runs no other file. Written by
  /// script/sdk.
  static let integrity = "sha384-u8GwObr2r5FP5FpvDVWVkgAp4eCmoCs0WgDkSqp+Da/v4DbaDwvHhJX6txyq0dMQ"
}
