// swift-tools-version: 6.2
import PackageDescription

/// The settings of every Swift target: Swift 6 language mode, the strictest import rules, warnings as errors.
let strict: [SwiftSetting] = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .treatAllWarnings(as: .error),
]

/// C is optimised in debug builds too, so that debug test runs stay fast.
let optimisedC: [CSetting] = [
    .define("_GNU_SOURCE"),
    .unsafeFlags(["-O3", "-Wall", "-Wextra", "-Werror"]),
]

let argumentParser = Target.Dependency.product(name: "ArgumentParser", package: "swift-argument-parser")
let asyncHTTPClient = Target.Dependency.product(name: "AsyncHTTPClient", package: "async-http-client")
let crypto = Target.Dependency.product(name: "Crypto", package: "swift-crypto")
let logging = Target.Dependency.product(name: "Logging", package: "swift-log")
let metrics = Target.Dependency.product(name: "CoreMetrics", package: "swift-metrics")
let nio = Target.Dependency.product(name: "NIOCore", package: "swift-nio")
let nioHTTP = Target.Dependency.product(name: "NIOHTTP1", package: "swift-nio")
let nioTLS = Target.Dependency.product(name: "NIOSSL", package: "swift-nio-ssl")
let nioPosix = Target.Dependency.product(name: "NIOPosix", package: "swift-nio")
let system = Target.Dependency.product(name: "SystemPackage", package: "swift-system")
let yams = Target.Dependency.product(name: "Yams", package: "Yams")

let package = Package(
    name: "batchd",
    products: [.executable(name: "batchd", targets: ["batchd"])],
    dependencies: [
        .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
        .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
        .package(url: "https://github.com/apple/swift-log", from: "1.16.2"),
        .package(url: "https://github.com/apple/swift-metrics", from: "2.13.0"),
        .package(url: "https://github.com/apple/swift-system", from: "1.8.1"),
        .package(url: "https://github.com/apple/swift-nio", from: "2.101.2"),
        .package(url: "https://github.com/apple/swift-nio-ssl", from: "2.37.6"),
        .package(url: "https://github.com/jpsim/Yams", from: "6.2.2"),
        .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
    ],
    targets: [
        // What is C: the zstd library, system calls that Swift cannot reach, the kernels and the embedded model.
        .systemLibrary(name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
        .target(name: "CLinux", cSettings: optimisedC),
        .target(name: "CKernels", cSettings: optimisedC),
        .target(name: "CDefaultModel", cSettings: optimisedC),

        .target(name: "BatchCore", swiftSettings: strict),
        .target(name: "JSONLines", dependencies: ["CZstd"], swiftSettings: strict),
        .target(
            name: "Spool",
            dependencies: ["BatchCore", "JSONLines", "CLinux", crypto, yams, logging, system],
            swiftSettings: strict
        ),
        .target(name: "Kernels", dependencies: ["CKernels"], swiftSettings: strict),
        .target(name: "Tokenizers", swiftSettings: strict),
        .target(
            name: "Models",
            dependencies: ["BatchCore", "Kernels", "Tokenizers", "CDefaultModel", crypto],
            swiftSettings: strict
        ),
        .target(
            name: "Training",
            dependencies: ["Models", "Kernels", "BatchCore", "JSONLines", "Tokenizers"],
            swiftSettings: strict
        ),
        .target(name: "PrometheusMetrics", dependencies: [metrics], swiftSettings: strict),
        .target(name: "Reporting", dependencies: ["BatchCore"], swiftSettings: strict),
        .target(
            name: "Webhooks",
            dependencies: ["Spool", asyncHTTPClient, nio, nioHTTP, nioPosix, nioTLS, system],
            swiftSettings: strict
        ),
        .target(
            name: "BatchTesting",
            dependencies: ["BatchCore", "JSONLines", "Spool", crypto, logging, system],
            swiftSettings: strict
        ),
        // The proof by force, and its command line; no part of the product.
        .target(
            name: "Campaign",
            dependencies: ["BatchCore", "JSONLines", "Spool", "BatchTesting", crypto, logging, system],
            swiftSettings: strict
        ),
        .executableTarget(name: "torture", dependencies: ["Campaign", argumentParser, system], swiftSettings: strict),
        .executableTarget(
            name: "batchd",
            dependencies: [
                "BatchCore", "JSONLines", "Spool", "Models", "Training", "PrometheusMetrics", "Reporting",
                "Webhooks", "BatchTesting",
                "Kernels", "CKernels", "Tokenizers",
                argumentParser, logging, metrics, system,
            ],
            swiftSettings: strict
        ),

        .testTarget(name: "BatchCoreTests", dependencies: ["BatchCore", "BatchTesting"], swiftSettings: strict),
        .testTarget(name: "JSONLinesTests", dependencies: ["JSONLines"], swiftSettings: strict),
        .testTarget(
            name: "SpoolTests",
            dependencies: ["Spool", "BatchCore", "JSONLines", "BatchTesting", logging, system],
            swiftSettings: strict
        ),
        .testTarget(name: "KernelsTests", dependencies: ["Kernels", "CKernels"], swiftSettings: strict),
        .testTarget(name: "TokenizersTests", dependencies: ["Tokenizers"], swiftSettings: strict),
        .testTarget(
            name: "ModelsTests",
            dependencies: ["Models", "BatchCore", "Kernels", "Tokenizers"],
            exclude: ["Fixtures"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "TrainingTests",
            dependencies: ["Training", "Models", "BatchCore", "Kernels", "Tokenizers"],
            swiftSettings: strict
        ),
        .testTarget(
            name: "PrometheusMetricsTests",
            dependencies: ["PrometheusMetrics", metrics],
            swiftSettings: strict
        ),
        .testTarget(name: "ReportingTests", dependencies: ["Reporting", "BatchCore", crypto], swiftSettings: strict),
        .testTarget(
            name: "WebhooksTests",
            dependencies: ["Webhooks", "Spool", "BatchTesting", system],
            swiftSettings: strict
        ),
        .testTarget(
            name: "batchdTests",
            dependencies: ["batchd", "BatchCore", "BatchTesting", "Campaign", "JSONLines", "Spool", system],
            swiftSettings: strict
        ),
        .testTarget(
            name: "CampaignTests",
            dependencies: ["Campaign", "batchd", "BatchCore", "BatchTesting", "JSONLines", "Spool", system],
            swiftSettings: strict
        ),
    ],
    swiftLanguageModes: [.v6]
)
