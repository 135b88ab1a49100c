// swift-tools-version: 6.1
import PackageDescription

// Arrows point one way (docs/tour.md): backnova → FastCGI, Web, Jobs → Privacy, Scoring, Storage, Outbound → Domain.
// A target that is not named in `dependencies` cannot be imported, so the layers hold by themselves.
let package = Package(
  name: "backnova",
  platforms: [.macOS(.v15)],
  products: [.executable(name: "backnova", targets: ["backnova"])],
  dependencies: [
    .package(url: "https://github.com/groue/GRDB.swift", exact: "7.10.0"),
    .package(url: "https://github.com/apple/swift-argument-parser", exact: "1.8.2"),
    .package(url: "https://github.com/apple/swift-log", exact: "1.16.2"),
  ],
  targets: [
    // The system's libraries, with the few C and C++ lines that they need.
    .target(name: "CFastCGI", linkerSettings: [.linkedLibrary("fcgi")]),
    .target(name: "CCrypto", linkerSettings: [.linkedLibrary("crypto")]),
    .target(name: "CPhoneNumber", linkerSettings: [.linkedLibrary("phonenumber")]),
    .target(
      name: "CCurl",
      linkerSettings: [.linkedLibrary("curl"), .linkedLibrary("ssl"), .linkedLibrary("crypto")]),
    .target(name: "CSpawn"),
    // Linked, not imported: it takes the place of the C library's `free`.
    .target(name: "CWipingFree"),

    // Values and rules: no I/O.
    .target(name: "JSON"),
    .target(name: "Domain"),
    .target(name: "HTTP", dependencies: ["JSON"]),
    .target(name: "Scoring", dependencies: ["Domain"]),
    .target(name: "Demo", dependencies: ["Domain", "Scoring"]),

    // The borders: contact data, disk, socket, and the calls that we make.
    .target(name: "Privacy", dependencies: ["Domain", "JSON", "CCrypto", "CPhoneNumber"]),
    .target(
      name: "Storage",
      dependencies: [
        "Domain", .product(name: "GRDB", package: "GRDB.swift"), .product(name: "GRDBSQLite", package: "GRDB.swift"),
      ]),
    .target(name: "Outbound", dependencies: ["Domain", "Privacy", "JSON", "CCurl", "CSpawn"]),
    .target(
      name: "FastCGI",
      dependencies: ["HTTP", "CFastCGI", "CSpawn", .product(name: "Logging", package: "swift-log")]),

    // The story of a request, and what happens when there is none.
    .target(
      name: "Web",
      dependencies: [
        "HTTP", "JSON", "Domain", "Privacy", "Scoring", "Storage", "Outbound",
        .product(name: "Logging", package: "swift-log"),
      ]),
    .target(
      name: "Jobs",
      dependencies: ["Domain", "Storage", "Outbound", .product(name: "Logging", package: "swift-log")]),
    .executableTarget(
      name: "backnova",
      dependencies: [
        "FastCGI", "Web", "Jobs", "Privacy", "Scoring", "Storage", "Outbound", "Demo", "Domain", "HTTP", "JSON",
        "CWipingFree", .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
      ],
      // The program brings its Swift library along: it runs where there is no Swift, and takes a tenth less of the
      // processor (script/bench). What Foundation is made of it does not name to the linker by itself.
      linkerSettings: [
        .unsafeFlags(
          [
            "-static-stdlib", "-use-ld=lld", "-lCoreFoundation", "-l_FoundationICU", "-l_FoundationCShims",
            "-l_FoundationCollections",
          ],
          .when(platforms: [.linux]))
      ]
    ),

    // A program of its own: tests must not run with another `free`.
    .executableTarget(name: "WipingFreeCheck", dependencies: ["CWipingFree"], path: "Tests/WipingFreeCheck"),

    .testTarget(name: "JSONTests", dependencies: ["JSON"]),
    .testTarget(name: "DomainTests", dependencies: ["Domain"]),
    .testTarget(name: "HTTPTests", dependencies: ["HTTP", "JSON"]),
    .testTarget(name: "PrivacyTests", dependencies: ["Privacy", "Domain", "JSON"]),
    .testTarget(name: "ScoringTests", dependencies: ["Scoring", "Domain"]),
    .testTarget(name: "DemoTests", dependencies: ["Demo", "Domain", "Scoring"]),
    .target(name: "TestReceiver", path: "Tests/TestReceiver"),
    .testTarget(name: "OutboundTests", dependencies: ["Outbound", "Domain", "Privacy", "JSON", "TestReceiver"]),
    .testTarget(
      name: "JobsTests",
      dependencies: [
        "Jobs", "Outbound", "Storage", "Domain", "TestReceiver", .product(name: "GRDB", package: "GRDB.swift"),
      ]),
    .testTarget(
      name: "FastCGITests",
      dependencies: ["FastCGI", "HTTP", .product(name: "Logging", package: "swift-log")]),
    .testTarget(
      name: "StorageTests",
      dependencies: ["Storage", "Demo", "Domain", .product(name: "GRDB", package: "GRDB.swift")]),
    .testTarget(
      name: "WebTests",
      dependencies: [
        "Web", "HTTP", "JSON", "Domain", "Privacy", "Scoring", "Storage", "Outbound", "TestReceiver",
        .product(name: "Logging", package: "swift-log"), .product(name: "GRDB", package: "GRDB.swift"),
      ]),
    .testTarget(name: "ArchitectureTests", dependencies: ["Outbound", "Privacy", "Domain", "JSON"]),
    .testTarget(name: "EndToEndTests", dependencies: ["JSON", "CCurl", "TestReceiver"]),
  ],
  swiftLanguageModes: [.v6],
  cxxLanguageStandard: .cxx17
)
