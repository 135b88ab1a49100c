/// The browser SDK that goes with this build.
enum SDKFile {
  /// The hash of public/sdk/v1.js as a script tag's `integrity` names it: a browser runs no other file. Written by
  /// script/sdk.
  static let integrity = "sha384-3Ea+4oTGwwkv0SP3bn6hpcgYpjyYZnEJjnV9sGTtB6oGu9ojoxekM2wVrcVdO6hR"
}
