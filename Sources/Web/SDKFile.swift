/// The browser SDK that goes with this build.
enum SDKFile {
  /// The hash of public/sdk/v1.js as a script tag's `integrity` names it: a browser runs no other file. Written by
  /// script/sdk.
  static let integrity = "sha384-U1demIQ+d4Yw0rkMLIqlUUvV0Y3Dz9O9wAHNsGIiXqlfhfrnykGVa2oqammaL/ih"
}
